// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <string>

/// Arrays on CUDA devices, of other libraries, as NumPy arrays that are copies. UnavailableError,
/// which says what would help, where no device can be used.
namespace snn::python {

namespace py = pybind11;

/// By __dlpack__, of an array on device cuda:number.
py::array copy_from_cuda_dlpack(const py::handle& given, int number, const std::string& object,
                                const std::string& field);

/// By __cuda_array_interface__ (numba.readthedocs.io, CUDA Array Interface, version 3).
py::array copy_from_cuda_interface(const py::handle& given, const std::string& object,
                                   const std::string& field);

}  // namespace snn::python

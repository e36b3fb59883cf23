// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <string>

/// The one way by which arrays come in: NumPy's, sequences, and arrays of other libraries by DLPack
/// or the CUDA array interface.
namespace snn::python {

namespace py = pybind11;

/// Whether it is an array: NumPy's, or one that hands over its memory by one of the protocols.
bool is_array(const py::handle& given);

/// What NumPy can read: arrays of other libraries become NumPy's, those on the host in place, those
/// on a CUDA device as a copy; anything else stays what it is. UnavailableError for a device that
/// this build or machine cannot read, TypeError for memory that cannot be handed over.
py::object on_host(const py::handle& given, const std::string& object, const std::string& field);

/// The same as an array of at least so many dimensions; TypeError for what is none.
py::array array_of(const py::handle& given, const std::string& object, const std::string& field,
                   int dimensions = 1);

}  // namespace snn::python

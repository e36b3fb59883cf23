// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstdint>
#include <vector>

#include "snn/backend/cuda_memory.hpp"

/// Arrays that go out without leaving their CUDA device.
namespace snn::python {

namespace py = pybind11;

/// Row-major float32 in device memory, to be read; `owner` keeps the memory.
struct DeviceArray {
  CudaMemory memory;
  std::vector<std::int64_t> shape;
  py::object owner;
};

/// A copy on the host.
py::array_t<float> to_numpy(const DeviceArray& array);

/// A capsule as __dlpack__() gives it.
py::object to_dlpack(const DeviceArray& array, const py::object& stream,
                     const py::object& max_version, const py::object& dl_device,
                     const py::object& copy);

/// The CUDA array interface, version 3: read-only, with the stream that writes to the memory.
py::dict cuda_array_interface(const DeviceArray& array);

}  // namespace snn::python

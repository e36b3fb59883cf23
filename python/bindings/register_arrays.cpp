// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/device_array.hpp"
#include "python/bindings/dlpack.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/values.hpp"

namespace snn::python {
namespace {

using Class = py::class_<DeviceArray>;

template <class Get>
void read_only(Class& cls, const char* name, const char* type, const Get& get, const char* doc) {
  cls.def_property_readonly(name, py::cpp_function(get, (std::string("(self) -> ") + type).c_str()),
                            doc);
}

py::tuple shape_of(const DeviceArray& array) {
  py::tuple shape(array.shape.size());
  for (std::size_t i = 0; i < array.shape.size(); ++i) shape[i] = array.shape[i];
  return shape;
}

std::string device_of(const DeviceArray& array) {
  return "cuda:" + std::to_string(array.memory.device);
}

void bind_properties(Class& cls) {
  read_only(cls, "shape", "tuple[int, ...]", &shape_of, "Extents; rows without gaps.");
  read_only(
      cls, "ndim", "int", [](const DeviceArray& a) { return a.shape.size(); },
      "Number of extents.");
  read_only(
      cls, "size", "int", [](const DeviceArray& a) { return a.memory.bytes / sizeof(float); },
      "Number of values.");
  read_only(
      cls, "nbytes", "int", [](const DeviceArray& a) { return a.memory.bytes; },
      "Bytes of all values.");
  read_only(
      cls, "dtype", "numpy.dtype[typing.Any]",
      [](const DeviceArray&) { return py::dtype::of<float>(); }, "float32.");
  read_only(cls, "device", "str", &device_of, "As 'cuda:0'.");
  read_only(cls, "__cuda_array_interface__", "dict[str, typing.Any]", &cuda_array_interface,
            "Version 3 of the CUDA array interface: to be read only, with the stream that writes.");
}

void bind_protocols(Class& cls) {
  cls.def(
      "__dlpack_device__",
      [](const DeviceArray& a) {
        return py::make_tuple(static_cast<int>(dlpack::DeviceType::cuda), a.memory.device);
      },
      "__dlpack_device__(self) -> tuple[int, int]\n\nDLPack's type of a CUDA device, and which.");
  cls.def("__dlpack__", &to_dlpack, py::kw_only(), py::arg("stream") = py::none(),
          py::arg("max_version") = py::none(), py::arg("dl_device") = py::none(),
          py::arg("copy") = py::none(),
          "__dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = "
          "None, dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> "
          "typing.Any\n\n"
          "A DLPack capsule. Consumers that know version 1.0 get the memory itself, marked to be "
          "read only; others, who cannot be told that, get a copy on the device.");
  cls.def(
      "__array__",
      [](const DeviceArray& a, const py::args&, const py::kwargs&) -> py::object {
        throw py::type_error("DeviceArray on " + device_of(a) +
                             ": NumPy cannot read it where it is; to_numpy() makes a copy");
      },
      "__array__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.NoReturn");
  cls.def("to_numpy", &to_numpy,
          "to_numpy(self) -> numpy.ndarray\n\n"
          "A copy on the host.\n\nReturns\n-------\nfloat32 array of this shape");
}

}  // namespace

void register_arrays(py::module_& m) {
  m.def("_on_host", &on_host, py::arg("given"), py::arg("object"), py::arg("field"),
        "_on_host(given: typing.Any, object: str, field: str) -> typing.Any\n\n"
        "An array of another library as NumPy's, or what was given.");
  Class cls(m, "DeviceArray",
            "Numbers in the memory of a CUDA device, float32, to be read: torch.from_dlpack(a), "
            "cupy.asarray(a) and others take them without a copy, and to_numpy() copies them. The "
            "memory is that in which training goes on, and stays while the array does: values "
            "change with the trainer's, and what writes to them breaks its training.");
  bind_properties(cls);
  bind_protocols(cls);
  cls.def(
      "__len__",
      [](const DeviceArray& a) {
        if (a.shape.empty()) throw py::type_error("DeviceArray: it has no dimension");
        return a.shape.front();
      },
      "__len__(self) -> int");
  cls.def(
      "__repr__",
      [](const DeviceArray& a) {
        return "<DeviceArray " + device_of(a) + ": float32 of shape " +
               py::cast<std::string>(py::repr(shape_of(a))) + ">";
      },
      "__repr__(self) -> str");
  // For tests of the protocols, which need no device.
  cls.def_static(
      "_at",
      [](std::uintptr_t address, std::vector<std::int64_t> shape, int device, std::uintptr_t stream,
         py::object owner) {
        std::size_t bytes = sizeof(float);
        for (const std::int64_t extent : shape) bytes *= static_cast<std::size_t>(extent);
        return DeviceArray{{address, bytes, device, stream}, std::move(shape), std::move(owner)};
      },
      py::kw_only(), py::arg("address"), py::arg("shape"), py::arg("device"), py::arg("stream"),
      py::arg("owner"),
      "_at(*, address: int, shape: collections.abc.Sequence[int], device: int, stream: int, owner: "
      "object) -> DeviceArray");
}

}  // namespace snn::python

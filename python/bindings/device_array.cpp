// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/device_array.hpp"

#include <memory>

#include "python/bindings/dlpack.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

using dlpack::DeviceType;

[[noreturn]] void raise_buffer_error(const char* why) {
  PyErr_SetString(PyExc_BufferError, why);
  throw py::error_already_set();
}

/// What a consumer holds until it lets go, in any thread.
template <class Managed>
struct Export {
  Managed managed{};
  std::vector<std::int64_t> shape, strides;
  PyObject* owner = nullptr;
  std::shared_ptr<void> copy;

  static void release(Managed* managed) {
    auto* self = static_cast<Export*>(managed->owner);
    if (self->owner != nullptr && Py_IsInitialized() != 0) {
      const PyGILState_STATE gil = PyGILState_Ensure();
      Py_DECREF(self->owner);
      PyGILState_Release(gil);
    }
    delete self;
  }
};

/// Of a capsule that nobody took.
template <class Managed>
void drop(PyObject* capsule) {
  if (PyCapsule_IsValid(capsule, Managed::name) == 0) return;  // it was taken
  auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule, Managed::name));
  managed->release(managed);
}

/// Hands out the memory, or `copy` of it.
template <class Managed>
py::object capsule_of(const DeviceArray& array, std::shared_ptr<void> copy) {
  auto out = std::make_unique<Export<Managed>>();
  out->shape = array.shape;
  out->strides.resize(array.shape.size());
  std::int64_t step = 1;
  for (std::size_t i = array.shape.size(); i-- > 0; step *= array.shape[i]) out->strides[i] = step;
  Managed& managed = out->managed;
  managed.owner = out.get();
  managed.release = &Export<Managed>::release;
  managed.tensor = {.data = copy ? copy.get() : reinterpret_cast<void*>(array.memory.address),
                    .device = {DeviceType::cuda, array.memory.device},
                    .dimensions = static_cast<std::int32_t>(array.shape.size()),
                    .type = {dlpack::TypeCode::floating, 32, 1},
                    .shape = out->shape.data(),
                    .strides = out->strides.data(),
                    .byte_offset = 0};
  if constexpr (requires { managed.flags; }) {
    managed.version = {1, 0};
    managed.flags = copy ? Managed::copied : Managed::read_only;
  }
  if (!copy) out->owner = py::object(array.owner).release().ptr();
  out->copy = std::move(copy);
  PyObject* capsule = PyCapsule_New(&managed, Managed::name, &drop<Managed>);
  if (capsule == nullptr) {
    Export<Managed>::release(&out.release()->managed);
    throw py::error_already_set();
  }
  static_cast<void>(out.release());
  return py::reinterpret_steal<py::object>(capsule);
}

/// Whether the consumer asks for another device than the array's; BufferError for one that it
/// cannot have.
bool wants_host(const DeviceArray& array, const py::object& dl_device) {
  if (dl_device.is_none()) return false;
  const py::tuple pair = dl_device;
  const auto type = static_cast<DeviceType>(py::cast<int>(py::int_(py::object(pair[0]))));
  if (type == DeviceType::cpu) return true;
  if (type != DeviceType::cuda || py::cast<int>(pair[1]) != array.memory.device)
    raise_buffer_error("DeviceArray: dl_device; allowed: its own device, or the host");
  return false;
}

/// The consumer's stream, which must see what training has written.
void order(const DeviceArray& array, const py::object& stream) {
  const std::int64_t number = stream.is_none() ? 1 : py::cast<std::int64_t>(stream);
  if (number < -1 || number == 0)
    throw ConfigError("DeviceArray.__dlpack__", "stream", std::to_string(number),
                      "None, -1, 1, 2 or the handle of a CUDA stream");
  if (number == -1) return;
  const py::gil_scoped_release without;
  wait_for(array.memory);  // afterwards every stream sees it
}

}  // namespace

py::array_t<float> to_numpy(const DeviceArray& array) {
  py::array_t<float> host(std::vector<py::ssize_t>(array.shape.begin(), array.shape.end()));
  float* to = host.mutable_data();
  const py::gil_scoped_release without;
  copy_to_host(array.memory, {reinterpret_cast<std::byte*>(to), array.memory.bytes});
  return host;
}

py::object to_dlpack(const DeviceArray& array, const py::object& stream,
                     const py::object& max_version, const py::object& dl_device,
                     const py::object& copy) {
  const bool must_copy = !copy.is_none() && py::cast<bool>(copy);
  const bool must_share = !copy.is_none() && !must_copy;
  const bool versioned = !max_version.is_none() && py::cast<int>(py::tuple(max_version)[0]) >= 1;
  if (wants_host(array, dl_device)) {
    if (must_share) raise_buffer_error("DeviceArray: copy = False, but it is not on the host");
    const py::object host = to_numpy(array);
    return versioned ? host.attr("__dlpack__")(py::arg("max_version") = max_version)
                     : host.attr("__dlpack__")();
  }
  if (!versioned && must_share)
    raise_buffer_error(
        "DeviceArray: it is to be read only, which DLPack says from version 1.0 on; "
        "allowed: max_version = (1, 0), or a copy");
  order(array, stream);
  std::shared_ptr<void> made;
  if (must_copy || !versioned) {
    const py::gil_scoped_release without;
    made = copy_on_device(array.memory);
  }
  return versioned ? capsule_of<dlpack::VersionedTensor>(array, std::move(made))
                   : capsule_of<dlpack::ManagedTensor>(array, std::move(made));
}

py::dict cuda_array_interface(const DeviceArray& array) {
  py::dict all;
  py::tuple shape(array.shape.size());
  for (std::size_t i = 0; i < array.shape.size(); ++i) shape[i] = array.shape[i];
  all["shape"] = shape;
  all["typestr"] = "<f4";
  all["data"] = py::make_tuple(array.memory.address, true);
  all["strides"] = py::none();
  all["stream"] = array.memory.stream;
  all["version"] = 3;
  return all;
}

}  // namespace snn::python

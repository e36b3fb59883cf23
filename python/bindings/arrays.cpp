// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/arrays.hpp"

#include "python/bindings/cuda_arrays.hpp"
#include "python/bindings/dlpack.hpp"
#include "python/bindings/values.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

/// Whether another library's protocols are worth looking for.
bool is_foreign(const py::handle& given) {
  PyObject* p = given.ptr();
  if (py::isinstance<py::array>(given) || PyList_Check(p) || PyTuple_Check(p) || PyFloat_Check(p) ||
      PyLong_Check(p) || PyUnicode_Check(p) || PyType_Check(p) || p == Py_None)
    return false;
  return py::hasattr(given, "__dlpack_device__") || py::hasattr(given, "__cuda_array_interface__");
}

/// Of an array of another library, without looking at its values.
std::string kind_of_array(const py::handle& given) {
  return py::cast<std::string>(py::type::handle_of(given).attr("__name__"));
}

/// What another library raises becomes a TypeError that says whose argument it was.
[[noreturn]] void refuse_with(py::error_already_set& said, const py::handle& given,
                              const std::string& object, const std::string& field) {
  const bool ours = py::hasattr(said.value(), "__module__") &&
                    said.matches(py::module_::import("snn").attr("Error"));
  if (ours || !said.matches(PyExc_Exception) || said.matches(PyExc_MemoryError)) throw said;
  const std::string text = object + ": " + field + " = " + kind_of_array(given) +
                           "; allowed: an array that its library hands over; it says: " +
                           py::cast<std::string>(py::str(said.value()));
  py::raise_from(said, PyExc_TypeError, text.c_str());
  throw py::error_already_set();
}

py::object from_dlpack(const py::handle& given, const std::string& object,
                       const std::string& field) {
  using dlpack::DeviceType;
  const py::tuple device = given.attr("__dlpack_device__")();
  if (device.size() != 2)
    refuse(object, field, given, "an array whose __dlpack_device__() is a pair");
  const auto type = py::cast<int>(py::int_(py::object(device[0])));
  const auto number = py::cast<int>(py::int_(py::object(device[1])));
  switch (static_cast<DeviceType>(type)) {
    case DeviceType::cpu:
    case DeviceType::cuda_host:
    case DeviceType::rocm_host:
      return py::module_::import("numpy").attr("from_dlpack")(given);
    case DeviceType::cuda:
    case DeviceType::cuda_managed:
      return copy_from_cuda_dlpack(given, number, object, field);
  }
  throw UnavailableError(
      object + ": " + field + ": a " + kind_of_array(given) + " on a device of DLPack's type " +
      std::to_string(type) +
      ", which snn cannot read; hand over a copy on the host or on a CUDA device");
}

}  // namespace

bool is_array(const py::handle& given) {
  return py::isinstance<py::array>(given) || is_foreign(given);
}

py::object on_host(const py::handle& given, const std::string& object, const std::string& field) {
  if (!is_foreign(given)) return py::reinterpret_borrow<py::object>(given);
  try {
    return py::hasattr(given, "__dlpack_device__") ? from_dlpack(given, object, field)
                                                   : copy_from_cuda_interface(given, object, field);
  } catch (py::error_already_set& said) {
    refuse_with(said, given, object, field);
  } catch (const py::cast_error&) {
    refuse(object, field, py::type::handle_of(given),
           "an array that keeps to its protocol's types");
  }
}

py::array array_of(const py::handle& given, const std::string& object, const std::string& field,
                   int dimensions) {
  auto plain = py::array::ensure(on_host(given, object, field));
  if (plain && plain.ndim() >= dimensions) return plain;
  PyErr_Clear();
  refuse(object, field, plain ? py::handle(plain) : given, "an array of numbers");
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include "python/bindings/docs.hpp"
#include "python/bindings/register.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

namespace py = pybind11;

/// The classes of exceptions, kept for as long as the interpreter lives.
struct Classes {
  py::object error, config, file, unavailable, resource, numeric;
};

/// The only state of the module: a translator of exceptions can be told nothing else.
Classes& classes() {
  static auto* const kept = new Classes;  // never destroyed: the interpreter may be gone by then
  return *kept;
}

py::object make(py::module_& m, const char* name, const py::tuple& bases) {
  py::dict body;
  body["__doc__"] = doc_of(name);
  body["__module__"] = "snn";
  const auto type = py::module_::import("builtins").attr("type");
  py::object made = type(name, bases, body);
  m.attr(name) = made;
  return made;
}

void raise(const py::object& type, const char* text,
           const std::initializer_list<std::pair<const char*, py::object>> fields) {
  const py::object error = type(text);
  for (const auto& [name, value] : fields) error.attr(name) = value;
  PyErr_SetObject(type.ptr(), error.ptr());
}

void translate(std::exception_ptr thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const ConfigError& e) {
    raise(classes().config, e.what(),
          {{"object", py::str(e.object)},
           {"field", py::str(e.field)},
           {"value", py::str(e.value)},
           {"allowed", py::str(e.allowed)}});
  } catch (const FileError& e) {
    raise(classes().file, e.what(), {{"path", py::str(e.path)}, {"where", py::str(e.where)}});
  } catch (const UnavailableError& e) {
    raise(classes().unavailable, e.what(), {{"reason", py::str(e.what())}, {"fix", py::str("")}});
  } catch (const ResourceError& e) {
    raise(classes().resource, e.what(),
          {{"needed_bytes", py::int_(e.needed_bytes)},
           {"available_bytes", py::int_(e.available_bytes)}});
  } catch (const NumericError& e) {
    raise(classes().numeric, e.what(), {});
  } catch (const Error& e) {
    raise(classes().error, e.what(), {});
  }
}

}  // namespace

/// Each is also the Python error that a reader would catch: a mistake in a value is a ValueError, a
/// file an OSError, too little memory a MemoryError, a number that is not finite an
/// ArithmeticError, what a machine lacks a RuntimeError.
void register_errors(py::module_& m) {
  const auto builtin = [](const char* name) {
    return py::object(py::module_::import("builtins").attr(name));
  };
  Classes& c = classes();
  c.error = make(m, "Error", py::make_tuple(builtin("Exception")));
  c.config = make(m, "ConfigError", py::make_tuple(c.error, builtin("ValueError")));
  c.file = make(m, "FileError", py::make_tuple(c.error, builtin("OSError")));
  c.unavailable = make(m, "UnavailableError", py::make_tuple(c.error, builtin("RuntimeError")));
  c.resource = make(m, "ResourceError", py::make_tuple(c.error, builtin("MemoryError")));
  c.numeric = make(m, "NumericError", py::make_tuple(c.error, builtin("ArithmeticError")));
  py::register_exception_translator(&translate);
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "python/bindings/fields.hpp"
#include "python/bindings/plain.hpp"

namespace snn::python {

/// A result of public fields: bind_model with to_dict().
template <class T>
py::class_<T> bind_result(py::module_& m, const char* name, const char* doc_name = nullptr) {
  auto cls = bind_model<T>(m, name, Arguments::keyword_only, doc_name);
  def_to_dict(cls, FieldsOf<T>::list);
  return cls;
}

template <class Cls, class Get>
void computed(Cls& cls, const char* name, const std::string& type, const Get& get,
              const std::string& doc) {
  cls.def_property_readonly(name, py::cpp_function(get, ("(self) -> " + type).c_str()),
                            doc.c_str());
}

/// A figure is true where Unavailable is false, which tells type checkers the two apart, too.
template <class T>
void always_true(py::class_<T> cls) {
  cls.def(
      "__bool__", [](const T&) { return true; },
      "__bool__(self) -> typing.Literal[True]\n\nAlways True: a figure; Unavailable is False.");
}

/// A short repr in place of that of all fields, which a notebook could not show.
template <class T, class Text>
void short_repr(py::class_<T>& cls, const Text& text) {
  cls.attr("__repr__") =
      py::cpp_function([text](const T& self) { return std::string(text(self)); },
                       py::name("__repr__"), py::is_method(cls), "__repr__(self) -> str");
}

/// Raises UnavailableError with `reason` and `fix` as attributes.
[[noreturn]] void raise_unavailable(const std::string& reason, const std::string& fix);

}  // namespace snn::python

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

/// Raises UnavailableError with `reason` and `fix` as attributes.
[[noreturn]] void raise_unavailable(const std::string& reason, const std::string& fix);

}  // namespace snn::python

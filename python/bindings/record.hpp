// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/bindings/fields.hpp"

namespace snn::python {

/// A Python class for a struct of results: attributes that are read, ==, pickle; it is made by the
/// library only.
template <class T, class... F>
py::class_<T> bind_record(py::module_& m, const char* name, const std::tuple<F...>& fields) {
  py::class_<T> cls(m, name, doc_of(name).c_str());
  std::apply(
      [&](const auto&... field) {
        const auto attribute = [&](const auto& f) {
          cls.def_property_readonly(std::string(f.name).c_str(), getter(f.member),
                                    doc_of(std::string(name) + "::" + std::string(f.name)).c_str());
        };
        (attribute(field), ...);
      },
      fields);
  const auto state = [fields](const T& self) {
    return std::apply(
        [&](const auto&... field) { return py::make_tuple(shown(self.*(field.member))...); },
        fields);
  };
  cls.def(
      "__eq__",
      [state](const T& self, const py::object& other) -> py::object {
        if (!py::isinstance<T>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        return py::bool_(equal(state(self), state(other.cast<const T&>())));
      },
      "__eq__(self, other: object) -> bool");
  cls.attr("__hash__") = py::none();
  cls.def(py::pickle(state, [name, fields](const py::tuple& values) {
    T value{};
    std::size_t at = 0;
    std::apply(
        [&](const auto&... field) {
          ((value.*(field.member) = value_of<std::decay_t<decltype(value.*(field.member))>>(
                values[at++], name, std::string(field.name))),
           ...);
        },
        fields);
    return value;
  }));
  return cls;
}

}  // namespace snn::python

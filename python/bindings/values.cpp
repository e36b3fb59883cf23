// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/values.hpp"

#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

bool is_enum(const py::handle& value) {
  return py::isinstance(value, py::module_::import("enum").attr("Enum"));
}

}  // namespace

void refuse(const std::string& object, const std::string& field, const py::handle& given,
            const std::string& allowed) {
  throw py::type_error(object + ": " + field + " = " + py::cast<std::string>(py::repr(given)) +
                       "; allowed: " + allowed);
}

std::string detail::class_name(const py::handle& type) {
  return py::cast<std::string>(type.attr("__name__"));
}

py::object detail::enum_member(const py::handle& some_member, const std::string& name,
                               const std::string& object, const std::string& field) {
  const py::dict members(py::type::handle_of(some_member).attr("__members__"));
  if (members.contains(name)) return members[py::str(name)];
  std::string names;
  for (const auto& [key, unused] : members)
    names += (names.empty() ? "" : ", ") + py::cast<std::string>(key);
  throw ConfigError(object, field, name, names);
}

std::string text_of(const py::object& value) {
  if (is_enum(value)) return "'" + py::cast<std::string>(value.attr("name")) + "'";
  if (py::isinstance<py::array>(value)) {
    // As a list: an array could not be read back without an import.
    const py::array array = value;
    if (array.size() <= 6) return py::cast<std::string>(py::repr(array.attr("tolist")()));
    const auto first = [&](py::ssize_t i) {
      return py::cast<std::string>(py::repr(array.attr("__getitem__")(i).attr("item")()));
    };
    return "[" + first(0) + ", " + first(1) + ", ... " + std::to_string(array.size()) + " values]";
  }
  if (py::isinstance<py::tuple>(value)) {
    std::string text;
    for (const auto& entry : py::tuple(value))
      text += (text.empty() ? "" : ", ") + text_of(py::reinterpret_borrow<py::object>(entry));
    return "(" + text + (py::len(value) == 1 ? ",)" : ")");
  }
  return py::cast<std::string>(py::repr(value));
}

bool equal(const py::handle& a, const py::handle& b) {
  if (py::isinstance<py::tuple>(a) && py::isinstance<py::tuple>(b)) {
    const py::tuple first = py::reinterpret_borrow<py::tuple>(a);
    const py::tuple second = py::reinterpret_borrow<py::tuple>(b);
    if (first.size() != second.size()) return false;
    for (std::size_t i = 0; i < first.size(); ++i)
      if (!equal(first[i], second[i])) return false;
    return true;
  }
  if (py::isinstance<py::array>(a) || py::isinstance<py::array>(b))
    return py::cast<bool>(py::module_::import("numpy").attr("array_equal")(a, b));
  return a.equal(b);
}

}  // namespace snn::python

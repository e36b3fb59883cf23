// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/amounts.hpp"

#include <cmath>

#include "python/bindings/arrays.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

bool is_amount(const py::handle& given) {
  return py::isinstance<MeasuredJoules>(given) || py::isinstance<ModelledJoules>(given) ||
         py::isinstance<MeasuredGrams>(given) || py::isinstance<ModelledGrams>(given) ||
         py::isinstance<MeasuredJouleSeconds>(given);
}

std::string class_of(const py::handle& value) {
  return py::cast<std::string>(py::type::handle_of(value).attr("__name__"));
}

}  // namespace

bool is_factor(const py::handle& given) {
  return !is_amount(given) && !is_array(given) &&
         (PyFloat_Check(given.ptr()) != 0 || PyIndex_Check(given.ptr()) != 0 ||
          py::hasattr(given, "__float__"));
}

double factor_of(const AmountNames& names, const py::handle& given) {
  const double value = py::cast<double>(py::float_(py::reinterpret_borrow<py::object>(given)));
  if (!std::isfinite(value))
    throw ConfigError(names.name, "factor", std::to_string(value), "a finite number");
  return value;
}

py::object refuse_mix(const AmountNames& names, const char* what, const py::handle& other) {
  const std::string pair = std::string(names.name) + " " + what + " " + class_of(other) + ": ";
  if (is_amount(other)) {
    throw py::type_error(
        pair +
        "they are not the same quantity. What a counter measured, what a formula gave, joules and "
        "grams do not mix; take the bare numbers (ending in their unit, as .joules) to say that "
        "you mean it");
  }
  if (is_factor(other)) {
    throw py::type_error(pair + "a bare number says neither unit nor whether it was measured; " +
                         names.name + "(number) does");
  }
  return py::reinterpret_borrow<py::object>(Py_NotImplemented);
}

std::string amount_text(const AmountNames& names, double value, const std::string& format) {
  const py::float_ number(value);
  const auto text = format.empty() ? py::cast<std::string>(py::repr(number))
                                   : py::cast<std::string>(number.attr("__format__")(format));
  return text + " " + names.unit + " " + names.kind;
}

}  // namespace snn::python

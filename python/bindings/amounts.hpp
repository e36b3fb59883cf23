// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <functional>
#include <string>

#include "snn/energy/protocol/figures.hpp"

/// Joules, grams and joule-seconds for Python: distinct classes that do not mix.
namespace snn::python {

namespace py = pybind11;

/// What a class of amounts is called, in Python and in messages.
struct AmountNames {
  const char* name;       ///< of the class
  const char* attribute;  ///< the bare number, with its unit in its name
  const char* unit;
  const char* kind;  ///< "measured" or "modelled"
};

/// TypeError that says why the two do not mix; otherwise NotImplemented, for Python to go on.
py::object refuse_mix(const AmountNames& names, const char* what, const py::handle& other);

/// A bare number, as a factor; nothing for what is none. ConfigError if it is not finite.
bool is_factor(const py::handle& given);
double factor_of(const AmountNames& names, const py::handle& given);

/// "0.0025 J, measured", with a format of Python's for the number.
std::string amount_text(const AmountNames& names, double value, const std::string& format);

template <class A>
void bind_amount(py::module_& m, const AmountNames names, const std::string& doc) {
  const std::string name = names.name, attribute = names.attribute;
  py::class_<A> cls(m, names.name, doc.c_str());
  cls.def(py::init([names](const py::object& given) {
            if (!is_factor(given)) {
              refuse_mix(names, "from", given);
              throw py::type_error(std::string(names.name) + ": " + names.attribute + " = " +
                                   py::cast<std::string>(py::repr(given)) + "; allowed: float");
            }
            return A(factor_of(names, given));
          }),
          py::arg(names.attribute), ("__init__(self, " + attribute + ": float) -> None").c_str());
  cls.def_property_readonly(
      names.attribute, py::cpp_function([](const A& a) { return a.value(); }, "(self) -> float"),
      ("The bare number, in " + std::string(names.unit) + "; where it came from is no longer said.")
          .c_str());

  const auto both = [&](const char* method, const char* symbol, const char* result,
                        const std::function<py::object(A, A)>& act) {
    cls.def(
        method,
        [names, symbol, act](const A& a, const py::object& other) -> py::object {
          if (py::isinstance<A>(other)) return act(a, other.cast<A>());
          return refuse_mix(names, symbol, other);
        },
        (std::string(method) + "(self, other: " + result).c_str());
  };
  const std::string same = name + ") -> " + name, truth = name + ") -> bool";
  both("__add__", "+", same.c_str(), [](A a, A b) { return py::cast(a + b); });
  both("__radd__", "+", same.c_str(), [](A a, A b) { return py::cast(a + b); });
  both("__sub__", "-", same.c_str(), [](A a, A b) { return py::cast(a - b); });
  both("__rsub__", "-", same.c_str(), [](A a, A b) { return py::cast(b - a); });
  both("__lt__", "<", truth.c_str(), [](A a, A b) { return py::cast(a < b); });
  both("__gt__", ">", truth.c_str(), [](A a, A b) { return py::cast(a > b); });
  both("__le__", "<=", truth.c_str(), [](A a, A b) { return py::cast(a.value() <= b.value()); });
  both("__ge__", ">=", truth.c_str(), [](A a, A b) { return py::cast(a.value() >= b.value()); });
  both("__eq__", "==", "object) -> bool", [](A a, A b) { return py::cast(a == b); });
  both("__ne__", "!=", "object) -> bool", [](A a, A b) { return py::cast(!(a == b)); });

  const auto times = [names](const A& a, const py::object& factor) -> py::object {
    if (!is_factor(factor)) return refuse_mix(names, "*", factor);
    return py::cast(a * factor_of(names, factor));
  };
  cls.def("__mul__", times, ("__mul__(self, factor: float) -> " + name).c_str());
  cls.def("__rmul__", times, ("__rmul__(self, factor: float) -> " + name).c_str());
  cls.def(
      "__truediv__",
      [names](const A& a, const py::object& by) -> py::object {
        const bool amount = py::isinstance<A>(by);
        if (!amount && !is_factor(by)) return refuse_mix(names, "/", by);
        const double divisor = amount ? by.cast<A>().value() : factor_of(names, by);
        if (divisor == 0) {
          PyErr_SetString(PyExc_ZeroDivisionError, (std::string(names.name) + " / 0").c_str());
          throw py::error_already_set();
        }
        return amount ? py::cast(a.value() / divisor) : py::cast(a / divisor);
      },
      // One kind over itself is how many times; over a number, a part.
      ("__truediv__(self, by: float | " + name + ") -> typing.Any").c_str());
  cls.def(
      "__rtruediv__",
      [names](const A&, const py::object& other) { return refuse_mix(names, "/", other); },
      "__rtruediv__(self, other: typing.Never) -> typing.Never");
  cls.def(
      "__hash__", [names](const A& a) { return py::hash(py::make_tuple(names.name, a.value())); },
      "__hash__(self) -> int");
  cls.def(
      "__repr__", [names](const A& a) { return "<" + amount_text(names, a.value(), "") + ">"; },
      "__repr__(self) -> str");
  cls.def(
      "__format__",
      [names](const A& a, const std::string& format) {
        return amount_text(names, a.value(), format);
      },
      py::arg("format_spec"), "__format__(self, format_spec: str) -> str");
  cls.def(
      "__str__", [names](const A& a) { return amount_text(names, a.value(), ""); },
      "__str__(self) -> str");
  cls.def(
      "to_dict",
      [names](const A& a) {
        py::dict all;
        all["value"] = a.value();
        all["unit"] = names.unit;
        all["kind"] = names.kind;
        return all;
      },
      "to_dict(self) -> dict[str, typing.Any]\n\nvalue, unit and kind.");
  cls.def(py::pickle([](const A& a) { return py::make_tuple(a.value()); },
                     [](const py::tuple& state) { return A(state[0].cast<double>()); }));
}

}  // namespace snn::python

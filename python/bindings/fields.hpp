// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/native_enum.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "python/bindings/docs.hpp"
#include "python/bindings/values.hpp"
#include "snn/io/model_fields.hpp"

/// A Python class for a struct of public fields, from the list of its fields: a constructor that
/// takes them by name, attributes, a docstring with names, types, defaults and the text of the C++
/// header, repr, ==, copy and pickle. A struct is bound by one call; no field is written twice.
namespace snn::python {

namespace py = pybind11;

/// Whether a constructor takes the fields by position too, in their order. Only where that order is
/// everybody's: Uniform(low, high).
enum class Arguments : std::uint8_t { keyword_only, positional };

/// What Python calls a field: "lambda" is a word of the language.
inline std::string python_name(std::string_view field) {
  return field == "lambda" ? "lambda_" : std::string(field);
}

/// What reads a field of T, for def_property_readonly().
template <class T, class Value>
py::cpp_function getter(Value T::*member) {
  return py::cpp_function([member](const T& self) { return shown(self.*member); },
                          ("(self) -> " + read_type<Value>()).c_str());
}

/// Sets the named fields of `value`; TypeError for a name or a value that it does not take.
template <class T, class... F>
void set_fields(T& value, const char* name, const std::tuple<F...>& fields, const py::dict& given) {
  std::size_t known = 0;
  std::apply(
      [&](const auto&... field) {
        [[maybe_unused]] const auto set = [&](const auto& f) {
          const py::str key(python_name(f.name));
          if (!given.contains(key)) return;
          ++known;
          value.*f.member = value_of<std::decay_t<decltype(value.*f.member)>>(given[key], name,
                                                                              std::string(f.name));
        };
        (set(field), ...);
      },
      fields);
  if (known == given.size()) return;
  for (const auto& [key, unused] : given) {
    std::string names;
    const auto wanted = py::cast<std::string>(key);
    bool found = false;
    std::apply(
        [&](const auto&... field) {
          ((found = found || python_name(field.name) == wanted,
            names += (names.empty() ? "" : ", ") + python_name(field.name)),
           ...);
        },
        fields);
    if (!found)
      throw py::type_error(std::string(name) + " has no parameter " + wanted +
                           (names.empty() ? "; it has none" : "; there are: " + names));
  }
}

/// "tau_m_ms: float = 20.0, ...", as a signature shows it.
template <class T, class... F>
std::string parameters_of(const std::tuple<F...>& fields) {
  const T defaults{};
  std::string text;
  std::apply(
      [&](const auto&... field) {
        [[maybe_unused]] const auto add = [&](const auto& f) {
          using Value = std::decay_t<decltype(defaults.*f.member)>;
          text += (text.empty() ? "" : ", ") + python_name(f.name) + ": " + argument_type<Value>() +
                  " = " + default_text(defaults.*f.member);
        };
        (add(field), ...);
      },
      fields);
  return text;
}

/// NumPy's section of parameters, with the texts of the header.
template <class T, class... F>
std::string parameters_section(const std::string& name, const std::tuple<F...>& fields) {
  const T defaults{};
  std::string text;
  std::apply(
      [&](const auto&... field) {
        [[maybe_unused]] const auto add = [&](const auto& f) {
          using Value = std::decay_t<decltype(defaults.*f.member)>;
          text += python_name(f.name) + " : " + argument_type<Value>() + ", default " +
                  default_text(defaults.*f.member) + "\n    " +
                  indented(doc_of(name + "::" + std::string(f.name)), 4) + "\n";
        };
        (add(field), ...);
      },
      fields);
  return text.empty() ? "" : "\n\nParameters\n----------\n" + text;
}

template <class T, class... F>
std::string repr_of(const T& value, const std::string& name, const std::tuple<F...>& fields) {
  std::string text;
  std::apply(
      [&](const auto&... field) {
        ((text += (text.empty() ? "" : ", ") + python_name(field.name) + "=" +
                  default_text(value.*(field.member))),
         ...);
      },
      fields);
  return name + "(" + text + ")";
}

/// Takes the arguments of a constructor apart: the positional ones by the order of the fields.
template <class... F>
py::dict named(const char* name, const std::tuple<F...>& fields, Arguments arguments,
               const py::args& args, const py::kwargs& kwargs) {
  py::dict given;
  if (!args.empty() && arguments == Arguments::keyword_only)
    throw py::type_error(std::string(name) + " takes its parameters by name");
  if (args.size() > sizeof...(F))
    throw py::type_error(std::string(name) + " takes at most " + std::to_string(sizeof...(F)) +
                         " parameters");
  std::size_t at = 0;
  std::apply(
      [&](const auto&... field) {
        ((at < args.size() ? void(given[py::str(python_name(field.name))] = args[at++]) : void()),
         ...);
      },
      fields);
  for (const auto& [key, value] : kwargs) {
    if (given.contains(key))
      throw py::type_error(std::string(name) + ": " + py::cast<std::string>(key) +
                           " is given twice");
    given[key] = value;
  }
  return given;
}

/// Binds T. `doc_name`: what the header calls it, if that is not `name`.
template <class T, class... F>
py::class_<T> bind_fields(py::module_& m, const char* name, const std::tuple<F...>& fields,
                          Arguments arguments = Arguments::keyword_only,
                          const char* doc_name = nullptr) {
  const std::string header_name = doc_name == nullptr ? name : doc_name;
  py::class_<T> cls(m, name,
                    (doc_of(header_name) + parameters_section<T>(header_name, fields)).c_str());
  const std::string star = arguments == Arguments::keyword_only && sizeof...(F) > 0 ? "*, " : "";
  cls.def(py::init([name, fields, arguments](const py::args& args, const py::kwargs& kwargs) {
            T value{};
            set_fields(value, name, fields, named(name, fields, arguments, args, kwargs));
            return value;
          }),
          ("__init__(self, " + star + parameters_of<T>(fields) + ") -> None").c_str());
  std::apply(
      [&](const auto&... field) {
        [[maybe_unused]] const auto attribute = [&](const auto& f) {
          using Value = std::decay_t<decltype(std::declval<T>().*f.member)>;
          const auto member = f.member;
          const std::string field_name = python_name(f.name);
          cls.def_property(field_name.c_str(), getter(member),
                           py::cpp_function(
                               [member, name, field_name](T& self, const py::object& given) {
                                 self.*member = value_of<Value>(given, name, field_name);
                               },
                               ("(self, value: " + argument_type<Value>() + ") -> None").c_str()),
                           doc_of(header_name + "::" + std::string(f.name)).c_str());
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
      "__repr__", [name, fields](const T& self) { return repr_of(self, name, fields); },
      "__repr__(self) -> str");
  cls.def(
      "__eq__",
      [state](const T& self, const py::object& other) -> py::object {
        if (!py::isinstance<T>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        return py::bool_(equal(state(self), state(other.cast<const T&>())));
      },
      "__eq__(self, other: object) -> bool");
  cls.attr("__hash__") = py::none();
  cls.def(
      "replace",
      [name, fields](const T& self, const py::kwargs& changes) {
        T value = self;
        set_fields(value, name, fields, changes);
        return value;
      },
      ("replace(self, **changes: object) -> " + std::string(name) +
       "\n\nA copy with some parameters changed.")
          .c_str());
  cls.def(py::pickle(state, [name, fields](const py::tuple& values) {
    T value{};
    std::size_t at = 0;
    std::apply(
        [&](const auto&... field) {
          ((value.*(field.member) = value_of<std::decay_t<decltype(value.*(field.member))>>(
                values[at++], name, python_name(field.name))),
           ...);
        },
        fields);
    return value;
  }));
  return cls;
}

/// Binds T by its FieldsOf.
template <class T>
py::class_<T> bind_model(py::module_& m, const char* name,
                         Arguments arguments = Arguments::keyword_only,
                         const char* doc_name = nullptr) {
  return bind_fields<T>(m, name, FieldsOf<T>::list, arguments, doc_name);
}

/// T from keyword arguments, as constructors of other classes take their options:
/// Simulation(net, dt_ms=0.1). `given` is a T, or None.
template <class T, class... F>
T options_from(const char* name, const std::tuple<F...>& fields, const std::optional<T>& given,
               const py::kwargs& kwargs) {
  T value = given.value_or(T{});
  set_fields(value, name, fields, kwargs);
  return value;
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "python/bindings/arrays.hpp"

/// Values between Python and C++: what a field takes, how it reads and how signatures call it.
namespace snn::python {

namespace py = pybind11;

template <class T>
inline constexpr bool is_number_vector = false;
template <class T>
inline constexpr bool is_number_vector<std::vector<T>> = std::is_arithmetic_v<T>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

/// "Lif: tau_m_ms = 'x'; allowed: float", as a TypeError.
[[noreturn]] void refuse(const std::string& object, const std::string& field,
                         const py::handle& given, const std::string& allowed);

/// A new array that owns its numbers.
template <class T>
py::array_t<T> to_array(std::vector<T> values) {
  auto* kept = new std::vector<T>(std::move(values));
  const py::capsule owner(kept, [](void* p) { delete static_cast<std::vector<T>*>(p); });
  return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), owner);
}

/// Numbers in rows without gaps.
template <class T>
using Numbers = py::array_t<T, py::array::c_style | py::array::forcecast>;

/// Numbers of an array or any sequence, in place where they are as T has them; `given` may be an
/// array of another type if all values fit.
template <class T>
Numbers<T> numbers_of(const py::handle& given, const std::string& object, const std::string& field,
                      int dimensions = 1) {
  const py::array plain = array_of(given, object, field, dimensions);
  const char kind = plain.dtype().kind();
  const bool fits = std::is_floating_point_v<T> ? (kind == 'f' || kind == 'i' || kind == 'u')
                                                : (kind == 'i' || kind == 'u');
  if (!fits && plain.size() > 0)
    refuse(object, field, plain,
           std::is_floating_point_v<T> ? "an array of numbers" : "an array of whole numbers");
  auto array = Numbers<T>::ensure(plain);
  if (!array) {
    PyErr_Clear();
    refuse(object, field, plain, "an array of numbers");
  }
  return array;
}

/// The same as a vector of its own.
template <class T>
std::vector<T> to_vector(const py::handle& given, const std::string& object,
                         const std::string& field) {
  const Numbers<T> array = numbers_of<T>(given, object, field);
  return {array.data(), array.data() + array.size()};
}

/// What Python hears of the type T where it is an argument.
template <class T>
std::string argument_type();
/// The same where it is read: sequences are arrays or tuples.
template <class T>
std::string read_type();

namespace detail {
std::string class_name(const py::handle& type);

template <class T>
std::string bound_name() {
  return class_name(py::type::of<T>());
}
template <class... T>
std::string union_of(const std::variant<T...>*) {
  std::string text;
  ((text += (text.empty() ? "" : " | ") + argument_type<T>()), ...);
  return text;
}
template <class T>
std::string enum_name() {
  return class_name(py::type::handle_of(py::cast(T{})));
}
}  // namespace detail

template <class T>
std::string argument_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return "bool";
  } else if constexpr (std::is_integral_v<T>) {
    return "int";
  } else if constexpr (std::is_floating_point_v<T>) {
    return "float";
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, const char*>) {
    return "str";
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    return "str | os.PathLike[str]";
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    return "None";
  } else if constexpr (std::is_enum_v<T>) {
    return detail::enum_name<T>() + " | str";
  } else if constexpr (is_number_vector<T>) {
    return "numpy.typing.ArrayLike";
  } else if constexpr (is_optional<T>) {
    return argument_type<typename T::value_type>() + " | None";
  } else if constexpr (is_variant<T>) {
    return detail::union_of(static_cast<const T*>(nullptr));
  } else if constexpr (requires {
                         typename T::value_type;
                         typename T::const_iterator;
                       }) {
    return "collections.abc.Sequence[" + argument_type<typename T::value_type>() + "]";
  } else {
    return detail::bound_name<T>();
  }
}

template <class T>
std::string read_type() {
  if constexpr (std::is_enum_v<T>) {
    return detail::enum_name<T>();
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    return "pathlib.Path";
  } else if constexpr (is_number_vector<T>) {
    return "numpy.ndarray";
  } else if constexpr (is_optional<T>) {
    return read_type<typename T::value_type>() + " | None";
  } else if constexpr (!std::is_same_v<T, std::string> && requires {
                         typename T::value_type;
                         typename T::const_iterator;
                       }) {
    return "tuple[" + read_type<typename T::value_type>() + ", ...]";
  } else {
    return argument_type<T>();
  }
}

/// A Python object as a T; TypeError that names the object and its field, and ConfigError for the
/// name of an enumeration's value that does not exist.
template <class T>
T value_of(const py::handle& given, const std::string& object, const std::string& field);

namespace detail {
/// The member of an enumeration by name.
py::object enum_member(const py::handle& some_member, const std::string& name,
                       const std::string& object, const std::string& field);

template <class V, std::size_t Index = 0>
V variant_of_object(const py::handle& given, const std::string& object, const std::string& field) {
  if constexpr (Index == std::variant_size_v<V>) {
    refuse(object, field, given, argument_type<V>());
  } else {
    using Option = std::variant_alternative_t<Index, V>;
    if constexpr (is_number_vector<Option>) {
      // A number is no array, and an array of one number is no number.
      if (is_array(given) || py::isinstance<py::list>(given) || py::isinstance<py::tuple>(given))
        return to_vector<typename Option::value_type>(given, object, field);
    } else if constexpr (std::is_same_v<Option, std::monostate>) {
      if (given.is_none()) return Option{};
    } else {
      py::detail::make_caster<Option> caster;
      if (!is_array(given) && caster.load(given, true))
        return py::detail::cast_op<Option>(std::move(caster));
      PyErr_Clear();
    }
    return variant_of_object<V, Index + 1>(given, object, field);
  }
}
}  // namespace detail

template <class T>
T value_of(const py::handle& given, const std::string& object, const std::string& field) {
  if constexpr (std::is_enum_v<T>) {
    if (py::isinstance<py::str>(given))
      return detail::enum_member(py::cast(T{}), py::cast<std::string>(given), object, field)
          .template cast<T>();
  }
  if constexpr (is_number_vector<T>) {
    return to_vector<typename T::value_type>(given, object, field);
  } else if constexpr (is_variant<T>) {
    return detail::variant_of_object<T>(given, object, field);
  } else if constexpr (is_optional<T>) {
    if (given.is_none()) return std::nullopt;
    return value_of<typename T::value_type>(given, object, field);
  } else {
    try {
      return py::cast<T>(given);
    } catch (const py::cast_error&) {
      refuse(object, field, given, argument_type<T>());
    }
  }
}

/// A field as Python reads it. Sequences are copies, so they come as arrays and tuples, in which
/// nobody would try to change the field.
template <class T>
py::object shown(const T& value) {
  if constexpr (is_number_vector<T>) {
    auto array = to_array(value);
    array.attr("setflags")(py::arg("write") = false);
    return array;
  } else if constexpr (is_optional<T>) {
    return value ? shown(*value) : py::none();
  } else if constexpr (is_variant<T>) {
    return std::visit([](const auto& inner) -> py::object { return shown(inner); }, value);
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    return py::none();
  } else if constexpr (!std::is_same_v<T, std::string> &&
                       !std::is_same_v<T, std::filesystem::path> && requires {
                         typename T::value_type;
                         typename T::const_iterator;
                       }) {
    py::tuple tuple(value.size());
    std::size_t at = 0;
    for (const auto& entry : value) tuple[at++] = shown(entry);
    return tuple;
  } else {
    return py::cast(value);
  }
}

/// How a value reads in a signature or a repr.
std::string text_of(const py::object& value);
template <class T>
std::string default_text(const T& value) {
  return text_of(shown(value));
}

/// Whether two tuples of fields hold the same.
bool equal(const py::handle& a, const py::handle& b);

}  // namespace snn::python

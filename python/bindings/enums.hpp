// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/native_enum.h>
#include <pybind11/pybind11.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "python/bindings/docs.hpp"
#include "snn/io/rule_fields.hpp"

namespace snn::python {

/// An enumeration as Python's own enum.Enum. `doc_name`: what the header calls it, if not `name`.
template <class Enum>
void bind_enum(pybind11::module_& m, const char* name,
               std::initializer_list<std::pair<const char*, Enum>> values,
               const char* doc_name = nullptr) {
  pybind11::native_enum<Enum> bound(m, name, "enum.Enum",
                                    doc_of(doc_name == nullptr ? name : doc_name).c_str());
  for (const auto& [value_name, value] : values) bound.value(value_name, value);
  bound.finalize();
}

/// One whose names the library lists.
template <class Enum>
void bind_listed_enum(pybind11::module_& m, const char* name) {
  pybind11::native_enum<Enum> bound(m, name, "enum.Enum", doc_of(name).c_str());
  int number = 0;
  for (const auto& value : NamesOf<Enum>::list)
    bound.value(std::string(value).c_str(), static_cast<Enum>(number++));
  bound.finalize();
}

}  // namespace snn::python

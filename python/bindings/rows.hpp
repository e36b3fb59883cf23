// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/bindings/values.hpp"

namespace snn::python {

/// A list of numbers for each neuron: rows of an array of two dimensions, or a sequence of arrays.
/// To be included by what binds a field of this type.
template <>
inline std::vector<std::vector<double>> value_of(const py::handle& given, const std::string& object,
                                                 const std::string& field) {
  const py::object rows = on_host(given, object, field);
  if (!py::isinstance<py::iterable>(rows) || py::isinstance<py::str>(rows))
    refuse(object, field, rows, "a sequence of arrays of numbers");
  std::vector<std::vector<double>> all;
  for (const py::handle& row : rows) all.push_back(to_vector<double>(row, object, field));
  return all;
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <tuple>

#include "python/bindings/values.hpp"
#include "snn/io/model_fields.hpp"

/// Results as dicts, lists, numbers and strings, as json.dumps() takes them.
namespace snn::python {

/// A value as Python's own: what has to_dict() by it, an enumeration's member as its name, tuples
/// as lists. Amounts of energy keep unit and kind: {"value": 1.0, "unit": "J", "kind": "measured"}.
py::object plain(const py::handle& value);

/// Adds to_dict() to a class of public fields.
template <class Cls, class... F>
void def_to_dict(Cls& cls, const std::tuple<F...>& fields) {
  using T = typename Cls::type;
  cls.def(
      "to_dict",
      [fields](const T& self) {
        py::dict all;
        std::apply(
            [&](const auto&... field) {
              ((all[py::str(field.name.data(), field.name.size())] =
                    plain(shown(self.*(field.member)))),
               ...);
            },
            fields);
        return all;
      },
      "to_dict(self) -> dict[str, typing.Any]\n\n"
      "All of it by name, as json.dumps() takes it; amounts of energy keep unit and kind.");
}

}  // namespace snn::python

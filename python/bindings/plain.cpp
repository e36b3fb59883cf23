// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/plain.hpp"

namespace snn::python {

py::object plain(const py::handle& value) {
  if (py::hasattr(value, "to_dict")) return value.attr("to_dict")();
  if (py::isinstance(value, py::module_::import("enum").attr("Enum"))) return value.attr("name");
  if (py::isinstance<py::array>(value)) return value.attr("tolist")();
  if (py::isinstance<py::tuple>(value)) {
    py::list all;
    for (const auto& entry : value) all.append(plain(entry));
    return all;
  }
  return py::reinterpret_borrow<py::object>(value);
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/amounts.hpp"
#include "python/bindings/energy_fields.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/plain.hpp"
#include "python/bindings/register.hpp"

namespace snn::python {

void register_joules(py::module_& m) {
  const std::string rules =
      "\n\nAdds to and compares with its own kind alone; with any other it is a TypeError. Over "
      "its "
      "own kind it is a float, times or over a number it stays what it is. A sum() needs a start.";
  bind_amount<MeasuredJoules>(m, {"MeasuredJoules", "joules", "J", "measured"},
                              "Energy in J that a counter showed." + rules);
  bind_amount<ModelledJoules>(m, {"ModelledJoules", "joules", "J", "modelled"},
                              "Energy in J from a formula: counts times prices." + rules);
  bind_amount<MeasuredGrams>(m, {"MeasuredGrams", "grams", "g CO2e", "measured"},
                             "Grams of CO2e of measured joules." + rules);
  bind_amount<ModelledGrams>(m, {"ModelledGrams", "grams", "g CO2e", "modelled"},
                             "Grams of CO2e of modelled joules." + rules);
  bind_amount<MeasuredJouleSeconds>(m, {"MeasuredJouleSeconds", "joule_seconds", "J s", "measured"},
                                    "Energy times delay in J s, both measured." + rules);

  auto unavailable = bind_model<Unavailable>(m, "Unavailable");
  unavailable.def(
      "__bool__", [](const Unavailable&) { return false; },
      "__bool__(self) -> typing.Literal[False]\n\nAlways False: `if not result: "
      "print(result.reason)`.");
  def_to_dict(unavailable, FieldsOf<Unavailable>::list);
  auto measured = bind_model<Measured>(m, "Measured");
  def_to_dict(measured, FieldsOf<Measured>::list);
}

}  // namespace snn::python

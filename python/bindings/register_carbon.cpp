// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "python/bindings/energy_bind.hpp"
#include "python/bindings/energy_model_fields.hpp"
#include "python/bindings/register.hpp"
#include "snn/energy/carbon/carbon_choice.hpp"
#include "snn/energy/carbon/published_trainings.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

/// A country's code, a number of g per kWh, or nothing.
std::string option_of(const py::object& country) {
  if (country.is_none()) return "";
  if (py::isinstance<py::str>(country)) {
    const auto code = py::cast<std::string>(country);
    if (code.empty()) throw ConfigError("carbon", "country", "''", "a code, a number, or None");
    return code;
  }
  if (PyFloat_Check(country.ptr()) != 0 || PyLong_Check(country.ptr()) != 0)
    return py::cast<std::string>(py::repr(py::float_(country)));
  refuse("carbon", "country", country, "str | float | None");
}

CarbonChoice choice_of(const py::object& country, double pue) {
  if (!std::isfinite(pue) || pue < 1)
    throw ConfigError("carbon", "pue", std::to_string(pue), "a finite number >= 1");
  return choose_carbon(option_of(country), pue);
}

py::object grams_of(const CarbonChoice& choice, const py::object& joules) {
  if (py::isinstance<MeasuredJoules>(joules))
    return py::cast(choice.grams(joules.cast<MeasuredJoules>()));
  if (py::isinstance<ModelledJoules>(joules))
    return py::cast(choice.grams(joules.cast<ModelledJoules>()));
  refuse("carbon", "joules", joules,
         "MeasuredJoules | ModelledJoules, for grams keep the kind of their joules");
}

void register_choice(py::module_& m) {
  py::class_<CarbonChoice> choice(m, "CarbonChoice", doc_of("CarbonChoice").c_str());
  choice
      .def_property_readonly("grid", getter(&CarbonChoice::grid),
                             doc_of("CarbonChoice::grid").c_str())
      .def_property_readonly("pue", getter(&CarbonChoice::pue), doc_of("CarbonChoice::pue").c_str())
      .def_property_readonly("chosen_by", getter(&CarbonChoice::chosen_by),
                             doc_of("CarbonChoice::chosen_by").c_str());
  computed(choice, "text", "str", &CarbonChoice::text,
           "Intensity, country, year and PUE in words: print it beside every figure of grams.");
  choice.def("grams", &grams_of, py::arg("joules"),
             "grams(self, joules: MeasuredJoules | ModelledJoules) -> MeasuredGrams | "
             "ModelledGrams\n\nGrams of CO2e: kWh x PUE x g per kWh, of the same kind as the "
             "joules.\n\nRaises\n------\nTypeError\n    For a bare number, which says no kind.");
  choice.def(
      "__repr__",
      [](const CarbonChoice& self) {
        return "<CarbonChoice " + self.text() + ", by " + self.chosen_by + ">";
      },
      "__repr__(self) -> str");
  m.def("choose_carbon", &choice_of, py::arg("country") = py::none(), py::arg("pue") = 1.0,
        "choose_carbon(country: str | float | None = None, pue: float = 1.0) -> CarbonChoice\n\n"
        "The electricity that grams are computed for: the country given, else that of the "
        "environment's SNN_CARBON_REGION, else the world's mean.\n\n"
        "Parameters\n----------\ncountry : str or float, optional\n    ISO 3166 alpha-3 code as "
        "'FRA', or 'WORLD', or an intensity of your own in g CO2e per kWh.\n"
        "pue : float, default 1.0\n    Energy of the data centre over that of its machines, >= 1."
        "\n\nRaises\n------\nConfigError\n    For an unknown country (lists the codes), an "
        "intensity that is negative or not finite, a PUE below 1.");
}

void register_trainings(py::module_& m) {
  using Row = PublishedTraining;
  py::class_<Row> row(m, "PublishedTraining", doc_of("PublishedTraining").c_str());
  row.def_property_readonly("model", getter(&Row::model),
                            doc_of("PublishedTraining::model").c_str())
      .def_property_readonly("devices", getter(&Row::devices),
                             doc_of("PublishedTraining::devices").c_str())
      .def_property_readonly("hours", getter(&Row::hours),
                             doc_of("PublishedTraining::hours").c_str())
      .def_property_readonly("kwh", getter(&Row::kwh), doc_of("PublishedTraining::kwh").c_str())
      .def_property_readonly("co2e_lb", getter(&Row::co2e_lb),
                             doc_of("PublishedTraining::co2e_lb").c_str())
      .def_property_readonly("note", getter(&Row::note), doc_of("PublishedTraining::note").c_str());
  computed(
      row, "co2e_g", "float", [](const Row& self) { return self.co2e_lb * grams_per_pound; },
      "Grams of CO2e, as they published them.");
  computed(
      row, "corrected_t", "float | None",
      [](const Row& self) -> py::object {
        if (std::isnan(self.corrected_t)) return py::none();
        return py::float_(self.corrected_t);
      },
      "Tonnes of CO2e by a later paper that corrects it; None where there is none.");
  computed(
      row, "source", "str", [](const Row&) { return published_trainings_source; },
      "Where it is published.");
  row.def(
      "__repr__",
      [](const Row& self) {
        return "<PublishedTraining " + std::string(self.model) + ": " +
               py::cast<std::string>(py::repr(py::float_(self.kwh))) + " kWh>";
      },
      "__repr__(self) -> str");
  m.def(
      "published_trainings",
      [] {
        const auto& table = published_trainings();
        return shown(std::vector<Row>(table.begin(), table.end()));
      },
      ("published_trainings() -> tuple[PublishedTraining, ...]\n\n" + doc_of("PublishedTraining"))
          .c_str());
}

}  // namespace

void register_carbon(py::module_& m) {
  bind_result<GridIntensity>(m, "GridIntensity");
  m.def(
      "grid_intensities", [] { return shown(grid_intensities()); },
      ("grid_intensities() -> tuple[GridIntensity, ...]\n\n" + doc_of("grid_intensities")).c_str());
  m.def("grid_intensity", &grid_intensity, py::arg("code"),
        ("grid_intensity(code: str) -> GridIntensity\n\n" + doc_of("grid_intensity")).c_str());
  m.def("own_intensity", &own_intensity, py::arg("g_per_kwh"),
        ("own_intensity(g_per_kwh: float) -> GridIntensity\n\n" + doc_of("own_intensity")).c_str());
  register_choice(m);
  register_trainings(m);
}

}  // namespace snn::python

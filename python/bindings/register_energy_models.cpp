// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/energy_bind.hpp"
#include "python/bindings/energy_fields.hpp"
#include "python/bindings/energy_model_fields.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/html.hpp"
#include "python/bindings/register.hpp"
#include "snn/energy/models/common_models.hpp"

namespace snn::python {
namespace {

std::string number_text(double value) {
  return py::cast<std::string>(py::float_(value).attr("__format__")(".4g"));
}

std::string row(std::initializer_list<std::string> cells, const char* tag = "td") {
  std::string text = "<tr>";
  for (const auto& cell : cells)
    text += "<" + std::string(tag) + ">" + escaped(cell) + "</" + tag + ">";
  return text + "</tr>";
}

std::string modelled_html(const Modelled& modelled) {
  std::string html = "<p>" + escaped(modelled.model) + " (" + escaped(modelled.formula) +
                     "): " + number_text(modelled.joules_per_inference.value()) +
                     " J modelled per inference</p><table>" +
                     row({"layer", "what", "operations", "price", "pJ each", "J modelled"}, "th");
  for (const Modelled::Term& term : modelled.terms) {
    html += row({term.layer, term.name, number_text(term.operations), term.price,
                 number_text(term.picojoules), number_text(term.joules.value())});
  }
  html += "</table>";
  for (const std::string& note : modelled.notes) html += "<p>" + escaped(note) + "</p>";
  return html;
}

void register_modelled(py::module_& m) {
  bind_result<NamedConstant>(m, "NamedConstant");
  bind_result<Modelled::Term>(m, "ModelledTerm", "Modelled::Term");
  auto modelled = bind_result<Modelled>(m, "Modelled");
  modelled.def(
      "sum_of", &Modelled::sum_of, py::arg("name"),
      ("sum_of(self, name: str) -> ModelledJoules\n\n" + doc_of("Modelled::sum_of")).c_str());
  modelled.def(
      "by_layer",
      [](const Modelled& self) {
        py::dict layers;
        for (const Modelled::Term& term : self.terms) {
          const py::str layer(term.layer);
          const ModelledJoules before =
              layers.contains(layer) ? layers[layer].cast<ModelledJoules>() : ModelledJoules{};
          layers[layer] = before + term.joules;
        }
        return layers;
      },
      "by_layer(self) -> dict[str, ModelledJoules]\n\nJoules of each projection or population, "
      "summed over its terms.");
  short_repr(modelled, [](const Modelled& self) {
    return "<Modelled " + self.model + ": " + number_text(self.joules_per_inference.value()) +
           " J modelled per inference, " + std::to_string(self.terms.size()) + " terms>";
  });
  modelled.def("_repr_html_", &modelled_html, "_repr_html_(self) -> str");
}

/// A table by its name, or one of the user's own.
Hardware hardware_of(const py::object& given) {
  if (py::isinstance<py::str>(given)) return hardware(py::cast<std::string>(given));
  return value_of<Hardware>(given, "energy model", "hardware");
}

/// Takes JSON text, or what json.dumps() makes such text of.
Hardware hardware_described(const py::object& description) {
  if (py::isinstance<py::str>(description)) return own_hardware(py::cast<std::string>(description));
  if (!py::isinstance<py::dict>(description))
    refuse("own_hardware", "description", description, "a dict, or JSON text");
  return own_hardware(
      py::cast<std::string>(py::module_::import("json").attr("dumps")(description)));
}

void register_hardware(py::module_& m) {
  auto table = bind_result<Hardware>(m, "Hardware");
  table.def("picojoules", &Hardware::picojoules, py::arg("constant"),
            "picojoules(self, constant: str) -> float\n\nA price in pJ, by the constant's name."
            "\n\nRaises\n------\nConfigError\n    For one it does not have, or that is no energy.");
  m.def(
      "known_hardware", [] { return shown(known_hardware()); },
      ("known_hardware() -> tuple[Hardware, ...]\n\n" + doc_of("known_hardware")).c_str());
  m.def(
      "hardware", [](const std::string& name) { return hardware(name); }, py::arg("name"),
      ("hardware(name: str) -> Hardware\n\n" + doc_of("hardware")).c_str());
  m.def("read_hardware", &read_hardware, py::arg("file"),
        ("read_hardware(file: str | os.PathLike[str]) -> Hardware\n\n" + doc_of("read_hardware"))
            .c_str());
  m.def("own_hardware", &hardware_described, py::arg("description"),
        "own_hardware(description: str | collections.abc.Mapping[str, object]) -> Hardware\n\n"
        "Hardware of your own from JSON text or a dict: name, kind, definition, and constants with "
        "value, unit (fJ, pJ, nJ, uJ, W or TFLOPS) and source each.\n\nRaises\n------\n"
        "FileError\n    For text that is no JSON.\n"
        "ConfigError\n    For what is missing, unknown, negative or without a source.");
}

void register_model(py::module_& m) {
  auto model = bind_result<EnergyModel>(m, "EnergyModel");
  computed(model, "name", "str", &EnergyModel::name, doc_of("EnergyModel::name"));
  model.def(
      "__call__", [](const EnergyModel& self, const RawCounts& raw) { return self(raw); },
      py::arg("raw"),
      "__call__(self, raw: RawCounts) -> Modelled\n\nEnergy of one inference, with all terms."
      "\n\nRaises\n------\nConfigError\n    For counts of no samples, or if the table lacks a "
      "constant.");
  short_repr(model, [](const EnergyModel& self) {
    return "<EnergyModel " + self.name() + ", constants of " + self.hardware.name + ">";
  });
  m.def(
      "models_for", [](const py::object& given) { return shown(models_for(hardware_of(given))); },
      py::arg("hardware"),
      ("models_for(hardware: Hardware | str) -> tuple[EnergyModel, ...]\n\n" +
       doc_of("models_for") + " A name is looked up as hardware() does.")
          .c_str());
  m.def(
      "compute_only",
      [](const RawCounts& raw, const py::object& format) {
        return compute_only(raw, value_of<Format>(format, "compute_only", "format"));
      },
      py::arg("raw"), py::arg("format") = "fp32",
      ("compute_only(raw: RawCounts, format: Format | str = 'fp32') -> Modelled\n\n" +
       doc_of("compute_only"))
          .c_str());
  m.def("memory_aware", &memory_aware, py::arg("raw"),
        ("memory_aware(raw: RawCounts) -> Modelled\n\n" + doc_of("memory_aware")).c_str());
  m.def("training_compute", &training_compute, py::arg("operations"),
        ("training_compute(operations: TrainingOperations) -> Modelled\n\n" +
         doc_of("training_compute"))
            .c_str());
}

void register_break_even(py::module_& m) {
  auto whole = bind_result<BreakEven>(m, "BreakEven");
  computed(whole, "wins", "bool", &BreakEven::wins, "Whether the spiking network costs less.");
  auto layer = bind_result<LayerBreakEven>(m, "LayerBreakEven");
  computed(layer, "loses", "bool", &LayerBreakEven::loses,
           "Whether the layer costs more than the dense one.");
  bind_result<BitBudget>(m, "BitBudget");
  py::class_<PublishedBound>(m, "PublishedBound", doc_of("PublishedBound").c_str())
      .def_property_readonly("name", getter(&PublishedBound::name),
                             doc_of("PublishedBound::name").c_str())
      .def_property_readonly("low", getter(&PublishedBound::low),
                             doc_of("PublishedBound::low").c_str())
      .def_property_readonly("high", getter(&PublishedBound::high),
                             doc_of("PublishedBound::high").c_str())
      .def_property_readonly("source", getter(&PublishedBound::source),
                             doc_of("PublishedBound::source").c_str());
  m.def(
      "published_bounds",
      [] {
        const auto bounds = published_bounds();
        return shown(std::vector<PublishedBound>(bounds.begin(), bounds.end()));
      },
      ("published_bounds() -> tuple[PublishedBound, ...]\n\n" + doc_of("PublishedBound")).c_str());
  const std::string format = "spiking: RawCounts, dense: RawCounts, format: Format | str = 'fp32'";
  m.def(
      "break_even",
      [](const RawCounts& spiking, const RawCounts& dense, const py::object& given) {
        return break_even(spiking, dense, value_of<Format>(given, "break_even", "format"));
      },
      py::arg("spiking"), py::arg("dense"), py::arg("format") = "fp32",
      ("break_even(" + format + ") -> BreakEven\n\n" + doc_of("break_even")).c_str());
  m.def(
      "break_even_layers",
      [](const RawCounts& spiking, const RawCounts& dense, const py::object& given) {
        return shown(break_even_layers(spiking, dense,
                                       value_of<Format>(given, "break_even_layers", "format")));
      },
      py::arg("spiking"), py::arg("dense"), py::arg("format") = "fp32",
      ("break_even_layers(" + format + ") -> tuple[LayerBreakEven, ...]\n\n" +
       doc_of("LayerBreakEven") + " " + doc_of("break_even_layers"))
          .c_str());
  m.def("bit_budget", &bit_budget, py::arg("raw"), py::kw_only(), py::arg("weight_bits"),
        py::arg("activation_bits"),
        ("bit_budget(raw: RawCounts, *, weight_bits: int, activation_bits: int) -> BitBudget\n\n" +
         doc_of("BitBudget") + " " + doc_of("bit_budget"))
            .c_str());
}

}  // namespace

void register_energy_models(py::module_& m) {
  bind_enum<Format>(m, "Format",
                    {{"fp32", Format::fp32},
                     {"tf32", Format::tf32},
                     {"fp16", Format::fp16},
                     {"bf16", Format::bf16},
                     {"fp8", Format::fp8},
                     {"int8", Format::int8},
                     {"int32", Format::int32}});
  bind_enum<HardwareKind>(m, "HardwareKind",
                          {{"technology", HardwareKind::technology},
                           {"synapse_costs", HardwareKind::synapse_costs},
                           {"data_movement", HardwareKind::data_movement},
                           {"chip", HardwareKind::chip},
                           {"processor", HardwareKind::processor},
                           {"unpriced", HardwareKind::unpriced}});
  bind_enum<ModelKind>(m, "ModelKind",
                       {{"compute_only", ModelKind::compute_only},
                        {"memory_aware", ModelKind::memory_aware},
                        {"synapse_costs", ModelKind::synapse_costs},
                        {"data_movement", ModelKind::data_movement},
                        {"chip", ModelKind::chip},
                        {"dense_floor", ModelKind::dense_floor}});
  register_modelled(m);
  register_hardware(m);
  register_model(m);
  register_break_even(m);
}

}  // namespace snn::python

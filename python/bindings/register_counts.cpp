// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/energy_bind.hpp"
#include "python/bindings/energy_fields.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/html.hpp"
#include "python/bindings/register.hpp"

namespace snn::python {
namespace {

template <class T>
py::class_<T> bind_counts(py::module_& m, const char* name) {
  auto cls = bind_model<T>(m, name);
  def_to_dict(cls, FieldsOf<T>::list);
  return cls;
}

/// Sums, where the struct has them.
template <class T>
py::class_<T> bind_sums(py::module_& m, const char* name) {
  auto cls = bind_counts<T>(m, name);
  cls.def(
      "__add__",
      [](const T& a, const T& b) {
        T sum = a;
        sum += b;
        return sum;
      },
      py::is_operator(),
      ("__add__(self, other: " + std::string(name) + ") -> " + std::string(name)).c_str());
  return cls;
}

std::string cell(const std::string& text) {
  return "<td>" + escaped(text) + "</td>";
}
std::string cell(std::uint64_t number) {
  return "<td>" + std::to_string(number) + "</td>";
}

std::string counts_html(const RawCounts& raw) {
  std::string html = "<p>Raw counts of " + std::to_string(raw.samples) + " samples of " +
                     std::to_string(raw.ticks) +
                     " ticks</p><table><tr><th>projection</th><th>synapses</th><th>source "
                     "events</th><th>synaptic events</th><th>effective events</th><th>dense "
                     "events</th></tr>";
  for (const ProjectionCounts& q : raw.projections) {
    html += "<tr>" + cell(q.name) + cell(static_cast<std::uint64_t>(q.synapses)) +
            cell(q.source_events) + cell(q.synaptic_events) + cell(q.effective_events) +
            cell(q.dense_events) + "</tr>";
  }
  html +=
      "</table><table><tr><th>population</th><th>neurons</th><th>spikes</th><th>neuron updates</th>"
      "<th>membrane updates</th></tr>";
  for (const PopulationCounts& p : raw.populations) {
    html += "<tr>" + cell(p.name) + cell(static_cast<std::uint64_t>(p.size)) + cell(p.spikes) +
            cell(p.stepped + p.touched) + cell(p.membrane_updates) + "</tr>";
  }
  return html + "</table>";
}

std::string counts_repr(const RawCounts& raw) {
  std::uint64_t synaptic = 0, spikes = 0;
  for (const ProjectionCounts& q : raw.projections) synaptic += q.synaptic_events;
  for (const PopulationCounts& p : raw.populations) spikes += p.source ? 0 : p.spikes;
  return "<RawCounts of " + std::to_string(raw.samples) + " samples of " +
         std::to_string(raw.ticks) + " ticks: " + std::to_string(synaptic) + " synaptic events, " +
         std::to_string(spikes) + " spikes of neurons>";
}

/// One entry by its name; KeyError that lists the names.
template <class Entry>
Entry named_entry(const std::vector<Entry>& entries, const std::string& what,
                  const std::string& name) {
  std::string names;
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry;
    names += (names.empty() ? "" : ", ") + entry.name;
  }
  throw py::key_error("RawCounts: no " + what + " " + name + "; there are: " + names);
}

void register_raw_counts(py::module_& m) {
  bind_sums<ValueCounts>(m, "ValueCounts");
  bind_counts<ProjectionCounts>(m, "ProjectionCounts");
  bind_counts<PopulationCounts>(m, "PopulationCounts");
  auto raw = bind_sums<RawCounts>(m, "RawCounts");
  short_repr(raw, &counts_repr);
  raw.def(
      "__sub__", [](const RawCounts& later, const RawCounts& earlier) { return later - earlier; },
      py::is_operator(),
      "__sub__(self, other: RawCounts) -> RawCounts\n\n"
      "What was done between two counts of one network: of a simulation that ran on (ticks "
      "differ), or of an evaluation of more samples (samples differ).\n\n"
      "Raises\n------\nConfigError\n    For counts of two networks, or later ones less than "
      "earlier ones.");
  raw.def("_repr_html_", &counts_html, "_repr_html_(self) -> str");
  raw.def(
      "projection",
      [](const RawCounts& self, const std::string& name) {
        return named_entry(self.projections, "projection", name);
      },
      py::arg("name"),
      "projection(self, name: str) -> ProjectionCounts\n\nThe counts of one projection, as a "
      "copy.\n\nRaises\n------\nKeyError\n    Lists the names there are.");
  raw.def(
      "population",
      [](const RawCounts& self, const std::string& name) {
        return named_entry(self.populations, "population", name);
      },
      py::arg("name"),
      "population(self, name: str) -> PopulationCounts\n\nThe counts of one population, as a "
      "copy.\n\nRaises\n------\nKeyError\n    Lists the names there are.");
}

void register_dialects(py::module_& m) {
  bind_enum<Dialect>(m, "Dialect",
                     {{"snn", Dialect::snn},
                      {"neurobench", Dialect::neurobench},
                      {"sinabs", Dialect::sinabs},
                      {"spikingjelly", Dialect::spikingjelly}});
  bind_sums<Counts>(m, "Counts");
  bind_counts<LayerCounts>(m, "LayerCounts");
  bind_counts<NeuroBenchResults>(m, "NeuroBenchResults");
  const std::string raises = "\n\nRaises\n------\nConfigError\n    ";
  m.def(
      "counts_in",
      [](const py::object& dialect, const RawCounts& raw) {
        return counts_in(value_of<Dialect>(dialect, "counts_in", "dialect"), raw);
      },
      py::arg("dialect"), py::arg("raw"),
      ("counts_in(dialect: Dialect | str, raw: RawCounts) -> Counts\n\n"
       "Counts per inference (ticks summed, samples averaged) as a tool of the field gives them, "
       "summed over all layers.\n\nParameters\n----------\ndialect : Dialect or str\n    'snn', "
       "'neurobench', 'sinabs' or 'spikingjelly'.\nraw : RawCounts\n    Of at least one sample." +
       raises + "For counts of no samples, or a dialect that there is not.")
          .c_str());
  m.def(
      "layers_in",
      [](const py::object& dialect, const RawCounts& raw) {
        return shown(layers_in(value_of<Dialect>(dialect, "layers_in", "dialect"), raw));
      },
      py::arg("dialect"), py::arg("raw"),
      ("layers_in(dialect: Dialect | str, raw: RawCounts) -> tuple[LayerCounts, ...]\n\n"
       "counts_in() layer by layer: of each projection (operations), then of each population "
       "(spikes, updates)." +
       raises + "As counts_in().")
          .c_str());
  m.def(
      "neurobench_results",
      [](const RawCounts& raw, std::optional<double> accuracy, std::optional<double> rate_hz) {
        return neurobench_results(raw, accuracy, rate_hz);
      },
      py::arg("raw"), py::arg("classification_accuracy") = py::none(),
      py::arg("execution_rate_hz") = py::none(),
      ("neurobench_results(raw: RawCounts, classification_accuracy: float | None = None, "
       "execution_rate_hz: float | None = None) -> NeuroBenchResults\n\n" +
       doc_of("NeuroBenchResults") +
       "\n\nParameters\n----------\nraw : RawCounts\n    Of at least "
       "one sample.\nclassification_accuracy : float, optional\n    Share of samples in 0 .. 1, as "
       "you say it.\nexecution_rate_hz : float, optional\n    Of the model's loop, Hz, as you say "
       "it." +
       raises + "For no samples, an accuracy outside 0 .. 1, or a rate that is not positive.")
          .c_str());
  m.def("held_inputs", &held_inputs, py::arg("raw"),
        ("held_inputs(raw: RawCounts) -> RawCounts\n\n" + doc_of("held_inputs")).c_str());
  m.def("parameter_count", &parameter_count, py::arg("raw"),
        ("parameter_count(raw: RawCounts) -> int\n\n" + doc_of("parameter_count")).c_str());
  m.def(
      "activation_sparsity", &activation_sparsity, py::arg("raw"),
      ("activation_sparsity(raw: RawCounts) -> float\n\n" + doc_of("activation_sparsity")).c_str());
}

void register_samples(py::module_& m) {
  bind_sums<SampleTotals>(m, "SampleTotals");
  bind_counts<SampleSpread>(m, "SampleSpread");
  bind_counts<SampleSpreads>(m, "SampleSpreads");
  m.def(
      "spreads_of", [](const std::vector<SampleTotals>& samples) { return spreads_of(samples); },
      py::arg("samples"),
      "spreads_of(samples: collections.abc.Sequence[SampleTotals]) -> SampleSpreads\n\n"
      "How counts spread over samples: mean, sd (n - 1), least, most and percentiles of each."
      "\n\nRaises\n------\nConfigError\n    For no samples.");
  m.def(
      "spread_of",
      [](const py::object& values) {
        return spread_of(to_vector<std::uint64_t>(values, "spread_of", "values"));
      },
      py::arg("values"),
      ("spread_of(values: numpy.typing.ArrayLike) -> SampleSpread\n\n" + doc_of("SampleSpread") +
       "\n\nRaises\n------\nConfigError\n    For no values.")
          .c_str());
}

}  // namespace

void register_counts(py::module_& m) {
  register_raw_counts(m);
  register_dialects(m);
  register_samples(m);
  bind_sums<Operations>(m, "Operations");
  bind_sums<UpdateOperations>(m, "UpdateOperations");
  bind_sums<ProjectionOperations>(m, "ProjectionOperations");
  bind_sums<TrainingOperations>(m, "TrainingOperations");
}

}  // namespace snn::python

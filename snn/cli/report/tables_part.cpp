// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "snn/cli/report/html_table.hpp"
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/words.hpp"
#include "snn/cli/text.hpp"

namespace snn::cli::page {
namespace {

Cell count(double value) {
  return {quantity(value, ""), value};
}

Cell accuracy_cell(const Contender& c) {
  if (!c.accuracy) return Cell::text("unknown");
  std::string words = percent(*c.accuracy);
  if (c.seeds > 1) words += " \xC2\xB1 " + format("%.2f", 100 * c.accuracy_sd);
  return {words, *c.accuracy};
}

Html counts_table(const Results& r) {
  Table table{"Accuracy and operations per inference",
              {{"network", "", Kind::words},
               {"accuracy", "test samples"},
               {"ticks", ""},
               {"dense MACs", "synapses \u00d7 ticks"},
               {"effective MACs", ""},
               {"effective ACs", ""},
               {"synaptic events", ""},
               {"spikes", ""},
               {"neuron updates", ""}},
              {}};
  for (const Contender& c : r.contenders) {
    table.rows.push_back(
        {Cell::text(c.label), accuracy_cell(c), count(static_cast<double>(c.ticks)),
         count(c.counts.macs_dense), count(c.counts.macs_effective), count(c.counts.acs_effective),
         count(c.counts.synaptic_events), count(c.counts.spikes), count(c.counts.neuron_updates)});
  }
  return rendered(table);
}

template <class Quantity>
double bare(Quantity value) {
  return value.value();
}
double bare(double value) {
  return value;
}

/// Mean, and the interval under it.
template <class Quantity>
Cell interval_cell(const TrialMean<Quantity>& mean, const char* unit) {
  const Html shown =
      quantity(bare(mean.mean), unit) + " " +
      element("span", {{"class", "interval"}},
              "95 %: " + quantity(bare(mean.low), unit) + " to " + quantity(bare(mean.high), unit));
  return {shown, bare(mean.mean)};
}

Html measured_table(const Results& r) {
  if (const auto* why = std::get_if<Unavailable>(&r.measurement))
    return unavailable_box("Measured energy", *why);
  Table table{"Measured energy per inference",
              {{"network", "", Kind::words},
               {"energy", "measured, idle included"},
               {"above idle", "measured"},
               {"power", "measured"},
               {"pass over the test samples", ""},
               {"trials", "that count"}},
              {}};
  std::vector<Html> reasons;
  for (const Contender& c : r.contenders) {
    if (const auto* why = std::get_if<Unavailable>(&c.measured)) {
      const Cell away = Cell::text(unavailable_word());
      table.rows.push_back({Cell::text(c.label), away, away, away, away, away});
      reasons.push_back(element("strong", c.label) + ": " + reason_and_fix(*why));
      continue;
    }
    const auto& e = std::get<ContestantEnergy>(c.measured);
    table.rows.push_back({Cell::text(c.label),
                          interval_cell(e.total_per_sample, "J"),
                          interval_cell(e.dynamic_per_sample, "J"),
                          interval_cell(e.power_w, "W"),
                          interval_cell(e.repetition_s, "s"),
                          {std::to_string(e.trials), e.trials}});
  }
  Html content = rendered(table);
  if (!reasons.empty()) content += element("div", {{"class", "unavailable"}}, list_of(reasons));
  return content;
}

Cell joules_cell(const Modelled* figure) {
  if (figure == nullptr) return Cell::text("no figure");
  const double joules = figure->joules_per_inference.value();
  return {quantity(joules, "J"), joules};
}

Cell ratio_cell(const Modelled* over, const Modelled* under) {
  if (over == nullptr || under == nullptr) return Cell::text("no figure");
  if (under->joules_per_inference == ModelledJoules{}) return Cell::text("the twin costs nothing");
  const double ratio = over->joules_per_inference / under->joules_per_inference;
  return {times(ratio), ratio};
}

Html modelled_table(const Results& r) {
  Table table{"Modelled energy per inference, by every model", {{"model", "", Kind::sentence}}, {}};
  for (const Contender& c : r.contenders) table.columns.push_back({c.label, "modelled"});
  table.columns.push_back({"spiking over dense", "below 1 it wins"});
  table.columns.push_back({"spiking over quantised", "below 1 it wins"});
  for (const Modelled& figure : r.spiking().modelled) {
    std::vector<Cell> row = {Cell::text(title_of(figure.model))};
    for (const Contender& c : r.contenders) row.push_back(joules_cell(c.by(figure.model)));
    row.push_back(ratio_cell(&figure, r.dense().by(figure.model)));
    row.push_back(ratio_cell(&figure, r.quantised().by(figure.model)));
    table.rows.push_back(std::move(row));
  }
  return rendered(table);
}

}  // namespace

Html tables_part(const Results& r) {
  return section(
      "tables", "Figures per inference",
      element("p", {{"class", "hint"}},
              "Means over " + std::to_string(r.test) +
                  " test samples; operations by NeuroBench's rule.") +
          counts_table(r) + element("h3", "Measured energy") + measured_table(r) +
          element("h3", "Modelled energy") +
          paragraph("Formulas over the counts above, at published prices (see the method below). "
                    "Compare figures of one row only: rows are different hardware.") +
          modelled_table(r));
}

}  // namespace snn::cli::page

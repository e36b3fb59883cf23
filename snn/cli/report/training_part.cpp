// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/cli/report/html_table.hpp"
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

/// Intensity and PUE, as they stand beside each gram.
std::string intensity(const CarbonChoice& carbon) {
  std::string words = "at " + with_digits(carbon.grid.g_per_kwh) + " g/kWh";
  if (carbon.pue != 1) words += " \u00d7 PUE " + with_digits(carbon.pue);
  return words;
}

Cell grams_cell(double grams, const CarbonChoice& carbon) {
  return {quantity(grams, "g") + " " + element("span", {{"class", "interval"}}, intensity(carbon)),
          grams};
}

/// Measured joules and grams, modelled joules and grams: four columns.
void add_energy(std::vector<Cell>& row, const TrainingEnergy& energy, const CarbonChoice& carbon) {
  if (const auto* measured = std::get_if<Measured>(&energy.measured)) {
    row.push_back({quantity(measured->joules.value(), "J"), measured->joules.value()});
    row.push_back(grams_cell(energy.measured_co2e.value(), carbon));
  } else {
    row.push_back(Cell::text(unavailable_word()));
    row.push_back(Cell::text(unavailable_word()));
  }
  row.push_back({quantity(energy.modelled.value(), "J"), energy.modelled.value()});
  row.push_back(grams_cell(energy.modelled_co2e.value(), carbon));
}

const std::vector<Column>& energy_columns() {
  static const std::vector<Column> columns = {{"energy", "measured"},
                                              {"CO2e", "of measured joules"},
                                              {"energy", "modelled, arithmetic alone"},
                                              {"CO2e", "of modelled joules"}};
  return columns;
}

void append(std::vector<Column>& columns, const std::vector<Column>& more) {
  columns.insert(columns.end(), more.begin(), more.end());
}

Html whole_table(const Results& r) {
  Table table{"The whole training",
              {{"network", "", Kind::words},
               {"epochs", ""},
               {"time", ""},
               {"per epoch", ""},
               {"synaptic operations", "executed"}},
              {}};
  append(table.columns, energy_columns());
  for (const Contender& c : r.contenders) {
    if (!c.training) continue;
    const Training& t = *c.training;
    std::vector<Cell> row = {Cell::text(c.label),
                             {std::to_string(t.epochs), static_cast<double>(t.epochs)},
                             {quantity(t.seconds, "s"), t.seconds},
                             {quantity(t.seconds_per_epoch, "s"), t.seconds_per_epoch},
                             {quantity(t.synaptic_operations, ""), t.synaptic_operations}};
    add_energy(row, t.energy, r.carbon);
    table.rows.push_back(std::move(row));
  }
  return rendered(table);
}

Html target_table(const Results& r) {
  double target = 0;
  for (const Contender& c : r.contenders)
    if (c.training && c.training->to_target) target = c.training->to_target->validation_accuracy;
  if (target == 0) return paragraph("No network reached the accuracy that was asked for.");
  Table table{"Until " + percent(target) + " of the validation samples are right",
              {{"network", "", Kind::words}, {"epochs", ""}, {"time", ""}},
              {}};
  append(table.columns, energy_columns());
  for (const Contender& c : r.contenders) {
    if (!c.training) continue;
    std::vector<Cell> row = {Cell::text(c.label)};
    if (const auto& cost = c.training->to_target) {
      row.push_back({std::to_string(cost->epochs), static_cast<double>(cost->epochs)});
      row.push_back({quantity(cost->seconds, "s"), cost->seconds});
      add_energy(row, cost->energy, r.carbon);
    } else {
      row.resize(table.columns.size(), Cell::text("not reached"));
    }
    table.rows.push_back(std::move(row));
  }
  return rendered(table);
}

/// Why joules of training are unavailable: each reason once, with the networks it is of.
Html reasons(const Results& r) {
  std::vector<std::pair<std::string, Html>> said;  // networks, and the words
  for (const Contender& c : r.contenders) {
    if (!c.training) continue;
    const auto* why = std::get_if<Unavailable>(&c.training->energy.measured);
    if (why == nullptr) continue;
    const Html words = reason_and_fix(*why);
    const auto same = std::find_if(said.begin(), said.end(), [&](const auto& each) {
      return each.second.markup() == words.markup();
    });
    if (same == said.end())
      said.emplace_back(c.label, words);
    else
      same->first += ", " + c.label;
  }
  if (said.empty()) return {};
  std::vector<Html> items;
  for (const auto& [networks, words] : said)
    items.push_back(element("strong", networks) + ": " + words);
  return element(
      "div", {{"class", "unavailable"}},
      paragraph(element("strong", "Measured energy of training is unavailable:")) + list_of(items));
}

Html scale_table(const Results& r) {
  Table table{"For scale: published trainings of others",
              {{"model", "", Kind::words},
               {"devices", "", Kind::words},
               {"hours", ""},
               {"energy", "as published"},
               {"CO2e", "as published, or corrected"},
               {"note", "", Kind::sentence}},
              {}};
  std::vector<std::string> sources;
  for (const ScaleTraining& t : r.published) {
    table.rows.push_back({Cell::text(t.model),
                          Cell::text(t.devices),
                          {quantity(t.hours, ""), t.hours},
                          {with_digits(t.kwh) + " kWh", t.kwh},
                          {quantity(t.co2e_g, "g") + (t.corrected ? ", corrected" : ""), t.co2e_g},
                          Cell::text(t.note)});
    if (std::find(sources.begin(), sources.end(), t.source) == sources.end())
      sources.push_back(t.source);
  }
  Html content = rendered(table);
  for (const std::string& each : sources)
    content += element("p", {{"class", "hint"}}, "Source: " + each + ".");
  return content;
}

}  // namespace

Html training_part(const Results& r) {
  const GridIntensity& grid = r.carbon.grid;
  std::string source = "Grams are kWh \u00d7 " + with_digits(grid.g_per_kwh) + " g of CO2e per kWh";
  if (r.carbon.pue != 1) source += " \u00d7 " + with_digits(r.carbon.pue) + " (PUE)";
  source += ": " + (grid.country.empty() ? grid.code : grid.country);
  if (grid.year > 0) source += ", " + std::to_string(grid.year);
  source += "; " + grid.source + (grid.retrieved.empty() ? "" : ", read " + grid.retrieved) +
            "; chosen by: " + r.carbon.chosen_by + ".";
  return section("training", "Training: energy and carbon",
                 paragraph("One run of " + std::to_string(r.train) +
                           " samples, and so no interval. " + source) +
                     reasons(r) + whole_table(r) + target_table(r) + scale_table(r));
}

}  // namespace snn::cli::page

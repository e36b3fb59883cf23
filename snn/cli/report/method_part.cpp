// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/cli/report/comparison.hpp"
#include "snn/cli/report/html_table.hpp"
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

/// Every modelled figure, of inference and of training.
std::vector<const Modelled*> all_figures(const Results& r) {
  std::vector<const Modelled*> figures;
  for (const Contender& c : r.contenders)
    for (const Modelled& figure : c.modelled) figures.push_back(&figure);
  for (const Contender& c : r.contenders)
    if (c.training) figures.push_back(&c.training->modelled);
  return figures;
}

Html formulas(const Results& r) {
  std::vector<std::string> said;
  std::vector<Html> items;
  const auto say = [&](const std::string& of, const Modelled& figure) {
    const std::string key = of + figure.model + figure.formula;
    if (std::find(said.begin(), said.end(), key) != said.end()) return;
    said.push_back(key);
    items.push_back(element("strong", of + title_of(figure.model)) + " (" +
                    element("code", figure.model) + "), constants of " + figure.hardware + ": " +
                    figure.formula + ".");
  };
  for (const Contender& c : r.contenders)
    for (const Modelled& figure : c.modelled) say("", figure);
  for (const Contender& c : r.contenders)
    if (c.training) say("Training: ", c.training->modelled);
  return list_of(items);
}

/// What does not fit a model: each note once, with the networks it is of.
Html notes(const Results& r) {
  std::vector<std::pair<std::string, std::string>> said;  // note, networks
  const auto say = [&](const std::string& model, const std::string& note, const Contender& c) {
    const std::string words = model + ": " + note + ".";
    const auto same = std::find_if(said.begin(), said.end(),
                                   [&](const auto& each) { return each.first == words; });
    if (same == said.end())
      said.emplace_back(words, c.label);
    else
      same->second += "; " + c.label;
  };
  for (const Contender& c : r.contenders) {
    for (const Modelled& figure : c.modelled)
      for (const std::string& note : figure.notes) say(title_of(figure.model), note, c);
    if (!c.training) continue;
    for (const std::string& note : c.training->modelled.notes) say("Training", note, c);
  }
  if (said.empty()) return {};
  std::vector<Html> items;
  for (const auto& [words, networks] : said)
    items.push_back(words + " " + element("span", {{"class", "hint"}}, "(" + networks + ")"));
  return element("h3", "What the models leave out here") + list_of(items);
}

/// What a constant is sorted by: prices have different prefixes.
double in_base_unit(const NamedConstant& constant) {
  const std::string& unit = constant.unit;
  if (unit.size() != 2 || unit[1] != 'J') return constant.value;
  switch (unit[0]) {
    case 'f':
      return constant.value * 1e-15;
    case 'p':
      return constant.value * 1e-12;
    case 'n':
      return constant.value * 1e-9;
    case 'u':
      return constant.value * 1e-6;
    default:
      return constant.value;
  }
}

Html constants(const Results& r) {
  Table table{"Constants that the modelled figures use",
              {{"constant", "", Kind::words},
               {"hardware", "", Kind::words},
               {"value", "as published"},
               {"bits", ""},
               {"source", "", Kind::sentence},
               {"checked", "", Kind::words}},
              {}};
  std::vector<std::string> said;
  for (const Modelled* figure : all_figures(r)) {
    for (const NamedConstant& constant : figure->constants) {
      const std::string key = figure->hardware + "\n" + constant.name;
      if (std::find(said.begin(), said.end(), key) != said.end()) continue;
      said.push_back(key);
      table.rows.push_back(
          {Cell::text(constant.name),
           Cell::text(figure->hardware),
           {with_digits(constant.value) + " " + constant.unit, in_base_unit(constant)},
           constant.bits > 0 ? Cell{std::to_string(constant.bits), constant.bits}
                             : Cell::text("not stated"),
           Cell::text(constant.source),
           Cell::text(constant.evidence)});
    }
  }
  return rendered(table);
}

Html bounds(const Results& r) {
  if (r.bounds.empty()) return {};
  Table table{
      "Published bounds: spikes per synapse and inference above which a spiking network "
      "costs more",
      {{"by", "", Kind::words}, {"from", ""}, {"to", ""}, {"source", "", Kind::sentence}},
      {}};
  for (const Bound& bound : r.bounds) {
    table.rows.push_back({Cell::text(bound.name),
                          {with_digits(bound.low), bound.low},
                          {with_digits(bound.high), bound.high},
                          Cell::text(bound.source)});
  }
  return rendered(table);
}

Html protocol(const Results& r) {
  if (const auto* why = std::get_if<Unavailable>(&r.measurement))
    return unavailable_box("Measured energy", *why);
  const auto& p = std::get<Protocol>(r.measurement);
  const std::string gain = p.systematic_gain
                               ? "A proportional error of up to " + percent(*p.systematic_gain) +
                                     " is known of this kind of counter and is in no interval."
                               : "No proportional error of this kind of counter is known.";
  return paragraph(
      "Counter: " + p.counter + ", steps of " + quantity(p.resolution_j, "J") + " every " +
      quantity(p.update_interval_s, "s") + ". " + std::to_string(p.trials) +
      " trials in random order, each between two idle windows (" + std::to_string(p.voided) +
      " void); intervals are Student's t over trials, those of ratios a bootstrap of " +
      std::to_string(p.resamples) + " resamples; seed " + std::to_string(p.seed) + ". " + gain);
}

/// Every product of a count and a price, in words and numbers.
Html terms(const Results& r) {
  Table table{"Every term of the models in the verdict: operations \u00d7 price",
              {{"layer", "", Kind::words},
               {"network", "", Kind::words},
               {"model", "", Kind::words},
               {"paid for", "", Kind::words},
               {"count", "per inference"},
               {"price", "in constants", Kind::words},
               {"of one", ""},
               {"energy", "modelled"}},
              {}};
  for (const ComparedModel& compared : compared_models(r)) {
    for (const Contender* c : compared.contenders) {
      const Modelled* figure = c->by(compared.model);
      if (figure == nullptr) continue;
      for (const Modelled::Term& term : figure->terms) {
        table.rows.push_back({Cell::text(term.layer),
                              Cell::text(short_name(*c)),
                              Cell::text(compared.model),
                              Cell::text(term.name),
                              {quantity(term.operations, ""), term.operations},
                              Cell::text(term.price),
                              {with_digits(term.picojoules) + " pJ", term.picojoules},
                              {quantity(term.joules.value(), "J"), term.joules.value()}});
      }
    }
  }
  return rendered(table);
}

}  // namespace

Html method_part(const Results& r) {
  return section(
      "method", "Method, constants and sources",
      paragraph(
          "Measured figures are joules from a named counter; modelled figures are a formula "
          "over exact counts, at published prices; what nobody measured is unavailable, never "
          "0. The three are never added, averaged or compared with each other.") +
          element("h3", "How energy was measured") + protocol(r) +
          element("h3", "How energy was modelled") + formulas(r) + notes(r) +
          element("h3", "Constants") + constants(r) + bounds(r) + element("h3", "Term by term") +
          terms(r));
}

}  // namespace snn::cli::page

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/cli/report/comparison.hpp"
#include "snn/cli/report/html_table.hpp"
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/svg.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

constexpr double width = 400, bar_left = 84, bar_right = 330, row_height = 20, bar_height = 13;

using Words = std::vector<std::string>;

void add_once(Words& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

/// Where one model says that energy goes: bars of some contenders, layer by layer.
struct Bars {
  std::string model;
  std::vector<const Contender*> contenders;
  Words layers, names;  ///< of all terms, in order of appearance
};

Bars bars_of(const ComparedModel& compared) {
  Bars bars{compared.model, compared.contenders, {}, {}};
  for (const Contender* c : bars.contenders) {
    const Modelled* figure = c->by(bars.model);
    if (figure == nullptr) continue;
    for (const Modelled::Term& term : figure->terms) {
      add_once(bars.layers, term.layer);
      add_once(bars.names, term.name);
    }
  }
  return bars;
}

ModelledJoules layer_joules(const Contender& c, const std::string& model,
                            const std::string& layer) {
  ModelledJoules sum;
  if (const Modelled* figure = c.by(model)) {
    for (const Modelled::Term& term : figure->terms)
      if (term.layer == layer) sum += term.joules;
  }
  return sum;
}

std::string term_style(const Bars& bars, const std::string& name) {
  const auto at = std::find(bars.names.begin(), bars.names.end(), name) - bars.names.begin();
  return "term-" + std::to_string(at % 7);
}

/// Who wins a layer that both networks have; nothing to say of others.
std::string layer_verdict(const Bars& bars, const std::string& layer) {
  const ModelledJoules own = layer_joules(*bars.contenders[0], bars.model, layer);
  const ModelledJoules twin = layer_joules(*bars.contenders[1], bars.model, layer);
  if (own == ModelledJoules{} || twin == ModelledJoules{}) return "";
  const double ratio = own / twin;
  if (ratio == 1) return "equal";
  return ratio > 1 ? "spiking loses, " + times(ratio) + " more"
                   : "spiking wins, " + times(1 / ratio) + " less";
}

Html bar(const Bars& bars, const Contender& c, const std::string& layer, const Scale& scale,
         double y) {
  Html row = svg_text(bar_left - 6, y + 11, "end", short_name(c).substr(0, 13));
  double at = 0;
  for (const std::string& name : bars.names) {
    const Modelled* figure = c.by(bars.model);
    double joules = 0;
    for (const Modelled::Term& term : figure->terms)
      if (term.layer == layer && term.name == name) joules += term.joules.value();
    if (joules <= 0) continue;
    const double from = scale.at(at);
    at += joules;
    row += element("rect",
                   {{"x", px(from)},
                    {"y", px(y)},
                    {"width", px(std::max(scale.at(at) - from, 0.5))},
                    {"height", px(bar_height)},
                    {"class", "bar " + term_style(bars, name)}},
                   element("title", Html(short_name(c)) + ", " + layer + ", " + name + ": " +
                                        quantity(joules, "J")));
  }
  return row + svg_text(scale.at(at) + 5, y + 11, "start", quantity(at, "J"), "label strong");
}

Html picture(const Bars& bars) {
  double largest = 0;
  for (const std::string& layer : bars.layers)
    for (const Contender* c : bars.contenders)
      largest = std::max(largest, layer_joules(*c, bars.model, layer).value());
  const Scale scale{.low = 0, .high = largest, .from = bar_left, .to = bar_right};
  Html content;
  std::string words = title_of(bars.model) + ", joules per inference by layer: ";
  double y = 4;
  for (const std::string& layer : bars.layers) {
    const std::string verdict = layer_verdict(bars, layer);
    content += svg_text(0, y + 12, "start", layer, "label strong");
    content += svg_text(width, y + 12, "end", verdict);
    words += layer;
    words += verdict.empty() ? ": " : " (" + verdict + "): ";
    y += 20;
    for (const Contender* c : bars.contenders) {
      const double joules = layer_joules(*c, bars.model, layer).value();
      if (joules <= 0) continue;
      content += bar(bars, *c, layer, scale, y);
      words += short_name(*c) + " " + quantity(joules, "J") + ", ";
      y += row_height;
    }
    y += 8;
  }
  return svg_picture(width, y, "bars", words, content);
}

Html figure_of(const Bars& bars) {
  Html content =
      element("figcaption", kind_chip(false) + " " + title_of(bars.model) + ", by layer");
  if (bars.layers.empty())
    return element("figure", content + paragraph("The results have no terms of this model."));
  Html legend;
  for (const std::string& name : bars.names) {
    legend += element(
        "span", {{"class", "entry"}},
        element("svg", {{"viewBox", "0 0 18 18"}, {"class", "swatch"}, {"aria-hidden", "true"}},
                element("rect", {{"x", "2"},
                                 {"y", "3"},
                                 {"width", "14"},
                                 {"height", "12"},
                                 {"class", "bar " + term_style(bars, name)}})) +
            " " + name);
  }
  return element("figure", content + picture(bars) + element("p", {{"class", "legend"}}, legend));
}

Html layer_table(const std::vector<LayerBreakEven>& layers, const std::string& caption) {
  Table table{caption,
              {{"layer", "", Kind::words},
               {"spikes per synapse", "per inference"},
               {"allowed", "at equal energy"},
               {"energy ratio", "spiking over twin"},
               {"verdict", "", Kind::words}},
              {}};
  for (const LayerBreakEven& layer : layers) {
    const std::string verdict = layer.loses() ? "loses" : layer.ratio == 1 ? "equal" : "wins";
    table.rows.push_back({Cell::text(layer.layer),
                          {with_digits(layer.spikes_per_synapse), layer.spikes_per_synapse},
                          {with_digits(layer.allowed), layer.allowed},
                          std::isfinite(layer.ratio) ? Cell{times(layer.ratio), layer.ratio}
                                                     : Cell::text("the twin's costs nothing"),
                          Cell::text(verdict + (layer.graded ? ", multiplies its input" : ""))});
  }
  return rendered(table);
}

}  // namespace

Html layers_part(const Results& r) {
  Html figures;
  for (const ComparedModel& compared : compared_models(r)) figures += figure_of(bars_of(compared));
  return section(
      "layers", "Where the energy goes",
      paragraph("Modelled joules per inference of each layer, split into what is paid for. Bars of "
                "one panel share an axis that begins at 0.") +
          element("div", {{"class", "figures"}}, figures) + element("h3", "Which layers lose") +
          paragraph("A layer loses where it has more spikes per synapse than its energy allows; "
                    "where it multiplies an analogue input, fewer spikes would not help.") +
          layer_table(r.verdict.fp32_layers, "Against the dense twin, compute-only, fp32") +
          layer_table(r.verdict.int8_layers, "Against the quantised twin, compute-only, int8"));
}

}  // namespace snn::cli::page

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/html.hpp"

#include <initializer_list>

#include "python/bindings/add_population.hpp"
#include "python/bindings/values.hpp"

namespace snn::python {
namespace {

std::string row(std::initializer_list<std::string> cells, const std::string& tag = "td") {
  std::string text = "<tr>";
  for (const auto& cell : cells) text += "<" + tag + ">" + escaped(cell) + "</" + tag + ">";
  return text + "</tr>";
}

std::string weight_text(const Weight& weight) {
  if (const auto* listed = std::get_if<std::vector<float>>(&weight))
    return std::to_string(listed->size()) + " values";
  return default_text(weight);
}

std::string delay_text(const Delay& delay) {
  if (const auto* source = std::get_if<PerSource>(&delay))
    return std::to_string(source->ms.size()) + " values, one per source";
  if (const auto* synapse = std::get_if<PerSynapse>(&delay))
    return std::to_string(synapse->ms.size()) + " values";
  return default_text(delay);
}

std::string population_row(const Population& population) {
  std::string shape;
  for (const auto extent : population.shape)
    shape += (shape.empty() ? "" : " × ") + std::to_string(extent);
  return row(
      {population.name, kind_of(population), shape, std::to_string(population.stimuli.size())});
}

std::string population_head() {
  return row({"population", "model", "neurons", "stimuli"}, "th");
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string network_html(const Network& network) {
  std::string html = "<table>" + population_head();
  for (const Population& population : network.populations()) html += population_row(population);
  html += "</table><table>" + row({"projection", "rule", "weight", "delay (ms)"}, "th");
  for (std::size_t i = 0; i < network.projections().size(); ++i) {
    const Projection& p = network.projections()[i];
    const py::object rule = shown(p.rule);
    html += row({network.name_of({static_cast<std::int32_t>(i)}),
                 py::cast<std::string>(py::type::handle_of(rule).attr("__name__")),
                 weight_text(p.synapse.weight), delay_text(p.synapse.delay_ms)});
  }
  return html + "</table>";
}

std::string population_html(const PopulationHandle& population) {
  return "<table>" + population_head() + population_row(*population) + "</table>";
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/break_even.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "snn/energy/models/common_models.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

double pico_add(Format format) {
  return hardware("horowitz-45nm").picojoules(std::string("add_") + name_of(format)) * 1e-12;
}

/// How many times the opponent's joules; both nothing is a draw.
double times(double ours, double theirs) {
  if (theirs > 0) return ours / theirs;
  return ours > 0 ? std::numeric_limits<double>::infinity() : 1.0;
}

double joules_of(const Modelled& modelled, const std::string& layer) {
  ModelledJoules sum;
  for (const Modelled::Term& term : modelled.terms)
    if (term.layer == layer) sum += term.joules;
  return sum.value();
}

}  // namespace

BreakEven break_even(const RawCounts& spiking, const RawCounts& dense, Format format) {
  const Modelled ours = compute_only(spiking, format);
  const double dense_joules = compute_only(dense, format).joules_per_inference.value();
  const double fixed = ours.sum_of("multiply-accumulates").value();
  const double spent = ours.sum_of("accumulates").value();
  BreakEven result;
  result.ratio = times(fixed + spent, dense_joules);
  double spikes = 0;
  double places = 0;
  for (const PopulationCounts& population : spiking.populations) {
    if (population.source || population.graded || !population.emits) continue;
    spikes += static_cast<double>(population.spikes);
    places += static_cast<double>(population.size) * static_cast<double>(spiking.ticks) *
              static_cast<double>(spiking.samples);
  }
  result.measured = places > 0 ? spikes / places : 0;
  // Accumulates grow in proportion to the rate: what is left for them, over what they cost per unit
  // rate.
  result.allowed = spent > 0 ? result.measured * (dense_joules - fixed) / spent : 0;
  return result;
}

std::vector<LayerBreakEven> break_even_layers(const RawCounts& spiking, const RawCounts& dense,
                                              Format format) {
  const Modelled ours = compute_only(spiking, format);
  const Modelled theirs = compute_only(dense, format);
  const double accumulate = pico_add(format);
  std::vector<LayerBreakEven> layers;
  for (const ProjectionCounts& q : spiking.projections) {
    const auto same = [&](const ProjectionCounts& other) { return other.name == q.name; };
    if (q.nonzero_synapses == 0 ||
        std::none_of(dense.projections.begin(), dense.projections.end(), same))
      continue;
    const auto synapses = static_cast<double>(q.nonzero_synapses);
    const double opponent = joules_of(theirs, q.name);
    LayerBreakEven layer;
    layer.layer = q.name;
    layer.graded = q.graded;
    layer.spikes_per_synapse =
        static_cast<double>(q.effective_events) / static_cast<double>(spiking.samples) / synapses;
    layer.allowed = opponent / (accumulate * synapses);
    layer.ratio = times(joules_of(ours, q.name), opponent);
    layers.push_back(layer);
  }
  return layers;
}

std::span<const PublishedBound> published_bounds() {
  static constexpr std::array bounds = {
      PublishedBound{"Davidson & Furber 2021", 1.72, 1.72,
                     "Front. Neurosci. 15:651141 (2021): 12 E / 7 E, the same technology"},
      PublishedBound{"Dampfhoffer et al. 2023", 0.15, 1.38,
                     "IEEE TETCI 7(3):731 (2023): integrate-and-fire, by the dense implementation"},
      PublishedBound{"Yan, Bai & Wong 2026", 0.17, 0.54,
                     "arXiv:2409.08290v4: 5.7 % (3.41 to 10.80 %) of neurons per tick at 5 ticks"}};
  return bounds;
}

BitBudget bit_budget(const RawCounts& raw, int weight_bits, int activation_bits) {
  if (weight_bits < 1)
    throw ConfigError("bit budget", "weight_bits", std::to_string(weight_bits), ">= 1");
  if (activation_bits < 1)
    throw ConfigError("bit budget", "activation_bits", std::to_string(activation_bits), ">= 1");
  if (raw.samples < 1) throw ConfigError("counts", "samples", std::to_string(raw.samples), ">= 1");
  const double bits = static_cast<double>(weight_bits) * activation_bits;
  double dense = 0, effective = 0;
  for (const ProjectionCounts& q : raw.projections) {
    dense += static_cast<double>(q.dense_events) / static_cast<double>(raw.samples);
    effective += static_cast<double>(q.effective_events) / static_cast<double>(raw.samples);
  }
  return {static_cast<double>(raw.ticks) * bits, dense * bits, effective * bits};
}

}  // namespace snn

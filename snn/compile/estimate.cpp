// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/estimate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "snn/compile/plan_fan_outs.hpp"
#include "snn/compile/row_builder.hpp"

namespace snn {
namespace {

/// CPU time of a thread to draw a synapse with its weight and delay, and to put it in its
/// place: 8.9 s for the 299 million of the full cortical microcircuit (Potjans & Diesmann, Cereb.
/// Cortex 24 (2014) 785), measured on one core of a Sapphire Rapids server with a prototype of
/// these rows.
constexpr double ns_per_synapse = 30;

/// What HugeArray takes for an array.
double allocated(double bytes) {
  constexpr double page = 2 << 20;
  return bytes >= page ? std::ceil(bytes / page) * page : bytes;
}

/// Of what draws the lines of a projection.
double bytes_of_lines(const Network& network, ProjectionId id, double synapses) {
  const Connectivity& rule = network[id].rule;
  const auto sources = static_cast<double>(network[network[id].source].size());
  const auto targets = static_cast<double>(network[network[id].target].size());
  const double first = 8 * (sources + 1);
  if (std::holds_alternative<DistanceDependent>(rule))
    return first + 4 * targets + 8 * targets / 8;  // neurons by cell, at least 8 in each
  if (const auto* total = std::get_if<FixedTotalNumber>(&rule))
    return first + (total->allow_multiple ? 0 : 8 * synapses);
  return std::holds_alternative<FixedProbability>(rule) ||
                 std::holds_alternative<Convolution>(rule) || std::holds_alternative<Csr>(rule)
             ? first
             : 0;
}

/// While pairs are chosen, they are in a table that tells which are taken as well as in their list.
double bytes_of_choosing(const Connectivity& rule, double synapses) {
  const auto* total = std::get_if<FixedTotalNumber>(&rule);
  if (total == nullptr || total->allow_multiple || synapses == 0) return 0;
  return 8 * synapses +
         8 * static_cast<double>(std::bit_ceil(2 * static_cast<std::uint64_t>(synapses)));
}

/// The final form of a fan-out, and what is held beside it while it is built.
struct FanOutBytes {
  double final = 0, allocated = 0, beside = 0;
};

FanOutBytes bytes_of(const Network& network, const CompiledNetwork& compiled, const FanOut& out) {
  FanOutBytes bytes;
  const auto sources = static_cast<double>(out.sources);
  const auto delays = static_cast<double>(out.delays.size());
  const auto array = [&](double size) {
    bytes.final += size;
    bytes.allocated += allocated(size);
  };
  double synapses = 0, lines = 0, choosing = 0;
  bool counted = false;
  for (const std::int32_t q : out.projections) {
    const ProjectionId id{q};
    const double mine = compiled.projections[static_cast<std::size_t>(q)].expected_synapses;
    const Connectivity& rule = network[id].rule;
    synapses += mine;
    choosing = std::max(choosing, lines + bytes_of_choosing(rule, mine));
    lines += bytes_of_lines(network, id, mine);
    counted |= std::holds_alternative<Sparse>(rule) || std::holds_alternative<FixedInDegree>(rule);
    bytes.allocated += 4 * sources;  // degrees
  }
  const double word = word_bytes(out.format, out.uniform);
  if (out.format == SynapseFormat::dense) {
    array(word * sources * static_cast<double>(out.span));
    bytes.allocated -= 4 * sources - 4;
    return bytes;
  }
  if (out.format == SynapseFormat::procedural) {
    bytes.final = lines;
    bytes.allocated += lines;
    bytes.beside = choosing;
    return bytes;
  }
  array(8 * (sources + 1));
  if (delays > 1) array(4 * sources * delays);
  const double counts = counted ? 4 * sources * delays : 0;
  double pairs = 0;
  array(word * synapses);
  if (out.plastic) {
    array(4 * synapses);
    if (std::holds_alternative<RewardStdp>(out.rule)) array(4 * synapses);
    pairs = allocated(8 * synapses);  // apart only when all are there
    bytes.beside = std::max(choosing, lines + pairs);
    bytes.beside = std::max(bytes.beside, lines + counts - allocated(word * synapses));
    return bytes;
  }
  // Pairs are chosen before the rows are there.
  bytes.beside = std::max(lines + counts, choosing - bytes.allocated);
  return bytes;
}

/// Where rows lie elsewhere in the end: what was built here is here for a while only, and of what
/// is drawn there the host has what there is once per source.
FanOutBytes left_on_host(const Network& network, const FanOut& out, const FanOutBytes& bytes) {
  if (out.format == SynapseFormat::procedural || out.homeostasis) return bytes;
  if (out.format == SynapseFormat::dense && out.uniform) return bytes;
  const auto parts = static_cast<double>(out.projections.size());
  // Of a projection degrees, of a fan-out row.
  const double kept = (4 * parts + 8) * static_cast<double>(out.sources + 1);
  if (!can_be_drawn_elsewhere(network, out))
    return {bytes.final, kept, std::max(0.0, bytes.allocated - kept) + bytes.beside};
  // First synapses of lines, and the numbers of weights that are not 0.
  return {bytes.final, kept, 16 * parts * static_cast<double>(out.sources + 1)};
}

/// Values of a graded source: in lists with an order of their own, then one by one.
double bytes_of_values(double synapses, double* beside) {
  *beside = 20 * synapses;
  return 8 * synapses;
}

double seconds_of(const Network& network, const CompiledNetwork& compiled, int threads) {
  double synapses = 0;
  for (const FanOut& out : compiled.fan_outs) {
    for (const std::int32_t q : out.projections) {
      const Connectivity& rule = network[ProjectionId{q}].rule;
      const bool degrees_drawn = std::holds_alternative<FixedProbability>(rule) ||
                                 std::holds_alternative<DistanceDependent>(rule);
      // Equal weights to all targets are never expanded; of procedural rows only degrees are.
      if (out.format == SynapseFormat::dense && out.uniform) continue;
      if (out.format == SynapseFormat::procedural && !degrees_drawn) continue;
      synapses += compiled.projections[static_cast<std::size_t>(q)].expected_synapses;
    }
  }
  return synapses * ns_per_synapse * 1e-9 / threads;
}

std::int64_t bytes_of_neurons(const CompiledNetwork& compiled) {
  std::size_t bytes = 0;
  for (const CompiledPopulation& population : compiled.populations) {
    const auto size = static_cast<std::size_t>(population.size);
    bytes += 8 * size;  // spikes so far
    bytes +=
        4 * (population.coeffs.size() + population.v_rest_mv.size() + population.initial_u.size());
    for (const auto& bias : population.bias) bytes += 4 * bias.size();
    if (population.is_source()) continue;
    bytes += size * static_cast<std::size_t>(population.loops->state_fields) * sizeof(float);
  }
  return static_cast<std::int64_t>(bytes);
}

/// Ticks a thread keeps spikes for beyond the longest delay, as in snn/backend/cpu_backend.cpp.
constexpr std::int64_t ticks_beyond_delay = 129;

std::int64_t bytes_of_thread(const CompiledNetwork& compiled) {
  std::int64_t ports = 1;
  for (const CompiledPopulation& population : compiled.populations)
    ports = std::max<std::int64_t>(ports, population.receptors);
  const auto populations = static_cast<std::int64_t>(compiled.populations.size());
  const std::int64_t lists = populations * (compiled.largest_delay + ticks_beyond_delay);
  return ports * compiled.neurons * 4 + compiled.neurons / 8 +
         lists * static_cast<std::int64_t>(sizeof(std::vector<std::int32_t>));
}

}  // namespace

BuildEstimate estimate_build(const Network& network, const CompileOptions& options,
                             const CompiledNetwork& planned, bool elsewhere) {
  BuildEstimate result;
  for (const CompiledProjection& projection : planned.projections)
    result.projections.push_back({projection.name, projection.expected_synapses, 0});
  double held = 0, final = 0, peak = 0;
  for (const FanOut& fan_out : planned.fan_outs) {
    FanOutBytes bytes = bytes_of(network, planned, fan_out);
    if (elsewhere) bytes = left_on_host(network, fan_out, bytes);
    final += bytes.final;
    held += bytes.allocated;
    peak = std::max(peak, held + bytes.beside);
    double synapses = 0;
    for (const std::int32_t q : fan_out.projections)
      synapses += result.projections[static_cast<std::size_t>(q)].synapses;
    for (const std::int32_t q : fan_out.projections) {
      auto& projection = result.projections[static_cast<std::size_t>(q)];
      projection.bytes = synapses > 0 ? bytes.final * projection.synapses / synapses : 0;
    }
  }
  for (std::size_t q = 0; q < planned.projections.size(); ++q) {
    if (!planned.projections[q].graded) continue;
    double beside = 0;
    auto& projection = result.projections[q];
    projection.bytes = bytes_of_values(projection.synapses, &beside);
    final += projection.bytes;
    held += projection.bytes;
    peak = std::max(peak, held + beside);
  }
  result.synapse_bytes = static_cast<std::int64_t>(final);
  result.peak_bytes = static_cast<std::int64_t>(peak);
  result.neuron_bytes = bytes_of_neurons(planned);
  result.bytes_per_thread = bytes_of_thread(planned);
  result.seconds = seconds_of(network, planned, options.threads);
  return result;
}

BuildEstimate estimate(const Network& network, const CompileOptions& options) {
  return estimate_build(network, options, plan_network(network, options));
}

}  // namespace snn

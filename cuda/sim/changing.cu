// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/sim/changing.hpp"

namespace snn::cuda {
ChangingSynapses::ChangingSynapses(const CompiledNetwork& network, const DeviceNetwork& net,
                                   const gpu::Stream& stream)
    : net_(net), stream_(stream) {
  for (std::size_t f = 0; f < network.fan_outs.size(); ++f) {
    if (network.fan_outs[f].plastic) {
      plastic_.push_back(make_plastic_fan_out(network, f, net, stream));
      if (network.fan_outs[f].homeostasis) add_homeostasis(network, f);
    } else if (network.fan_outs[f].short_term) {
      add_short_term(network, f);
    } else if (network.fan_outs[f].procedural) {
      add_procedural(network, f);
    }
  }
  for (DeviceProcedural& of_level : procedural_)
    of_level.views = gpu::uploaded(stream_, of_level.host_views);
  reset();
}

void ChangingSynapses::add_procedural(const CompiledNetwork& network, std::size_t f) {
  const FanOut& fan_out = network.fan_outs[f];
  const CompiledProjection& projection =
      network.projections[static_cast<std::size_t>(fan_out.projections.front())];
  const std::optional<PartPlan> plan = plan_procedural(*fan_out.procedural);
  if (!plan) {
    throw UnavailableError(
        "projection \"" + projection.name +
        "\": Storage::procedural is offered on a CUDA device for AllToAll, OneToOne, "
        "FixedProbability, and with repetition and equal weights FixedOutDegree and "
        "FixedTotalNumber; the device \"cpu\" does it, or Storage::stored");
  }
  std::int64_t longest = 0;
  for (std::int64_t k = 0; k < fan_out.sources; ++k)
    longest = std::max(longest, fan_out.procedural->degree(k));
  if (longest == 0) return;
  const bool whole = plan->lines.rule == LineDraw::Rule::probability;
  const bool undelayed = net_.levels().size() > 1 && fan_out.delays.front() == 0;
  const auto level = static_cast<std::size_t>(
      undelayed ? network.populations[static_cast<std::size_t>(projection.target)].level : 0);
  auto found = std::find_if(procedural_.begin(), procedural_.end(), [&](const auto& of_level) {
    return of_level.level == level && of_level.successes == whole;
  });
  if (found == procedural_.end()) {
    procedural_.push_back(
        {.level = level, .successes = whole, .host_views = {}, .first = {}, .views = {}});
    found = procedural_.end() - 1;
  }
  found->first.push_back(gpu::uploaded(stream_, plan->first));
  found->host_views.push_back({.part = {.lines = plan->lines,
                                        .first = found->first.back().data(),
                                        .weight = plan->weight,
                                        .delay = {},
                                        .source_slots = nullptr,
                                        .offset = 0,
                                        .scale = plan->scale},
                               .fan_out = static_cast<std::int32_t>(f),
                               .delay = fan_out.delays.front(),
                               .chunks = static_cast<std::uint32_t>(
                                   whole ? 1 : (longest + item_synapses - 1) / item_synapses)});
}

void ChangingSynapses::add_short_term(const CompiledNetwork& network, std::size_t f) {
  const FanOut& fan_out = network.fan_outs[f];
  const auto sources = static_cast<std::size_t>(fan_out.sources);
  const auto decays = fan_out.short_term->decays<float>(network.dt_ms);
  const std::vector<Arrival> arrivals = arrivals_of(fan_out, static_cast<std::int32_t>(f));
  const bool undelayed = net_.levels().size() > 1;
  const auto level_of = [&](std::int32_t population) {
    const int level = network.populations[static_cast<std::size_t>(population)].level;
    return undelayed ? static_cast<std::size_t>(level) : 0;
  };
  const std::int32_t target =
      network.projections[static_cast<std::size_t>(fan_out.projections.front())].target;
  DeviceShortTerm device{
      .fan_out = f,
      .level = fan_out.delays.front() > 0 ? 0 : level_of(target),
      .source_level = level_of(fan_out.source),
      .ring_ticks = net_.view().ring_ticks,
      .sources = fan_out.sources,
      .host_arrivals = arrivals,
      .arrivals = gpu::uploaded(stream_, arrivals),
      .decays = gpu::uploaded(stream_, std::span(&decays, 1)),
      .state = gpu::Buffer<TsodyksMarkram::State<float>>(sources),
      .last = gpu::Buffer<Tick>(sources),
      .released = gpu::Buffer<float>(sources * static_cast<std::size_t>(net_.view().ring_ticks)),
      .view = {}};
  device.view = {.coeffs = fan_out.short_term->derive<float>(network.dt_ms),
                 .decays = device.decays.data(),
                 .state = device.state.data(),
                 .last = device.last.data(),
                 .released = device.released.data()};
  short_term_.push_back(std::move(device));
}

void ChangingSynapses::reset() {
  for (DeviceShortTerm& fan_out : short_term_) {
    const auto sources = static_cast<std::size_t>(fan_out.sources);
    const std::vector<TsodyksMarkram::State<float>> rest(sources);
    const std::vector<Tick> never(sources, never_spiked);
    gpu::upload(stream_, fan_out.state.data(), std::span(rest));
    gpu::upload(stream_, fan_out.last.data(), std::span(never));
    stream_.synchronize();
  }
}

void ChangingSynapses::deliver(std::size_t level, int offset) const {
  for (const DeviceShortTerm& fan_out : short_term_) {
    if (fan_out.level != level || fan_out.host_arrivals.empty()) continue;
    const auto arrivals = static_cast<unsigned>(fan_out.host_arrivals.size());
    gpu::launch(stream_,
                {.grid = dim3(blocks_per_row(arrivals), arrivals), .block = deliver_threads},
                deliver_released, net_.view(), fan_out.view, fan_out.arrivals.data(), offset);
  }
  for (const DeviceProcedural& of_level : procedural_) {
    if (of_level.level != level) continue;
    const auto views = static_cast<unsigned>(of_level.host_views.size());
    gpu::launch(stream_, {.grid = dim3(blocks_per_row(views), views), .block = deliver_threads},
                of_level.successes ? deliver_successes : deliver_procedural, net_.view(),
                of_level.views.data(), offset);
  }
  // Plastic synapses have a delay.
  for (const auto& fan_out : plastic_) {
    if (level == 0) fan_out->deliver(offset);
  }
}

void ChangingSynapses::prepare(std::int64_t first, int ticks) {
  for (const auto& fan_out : plastic_) fan_out->prepare(first, ticks);
}

PlasticFanOut& ChangingSynapses::plastic_at(std::size_t f) {
  return **std::find_if(plastic_.begin(), plastic_.end(),
                        [&](const auto& fan_out) { return fan_out->number() == f; });
}

void ChangingSynapses::follow(std::size_t level, int offset) const {
  for (const DeviceShortTerm& fan_out : short_term_) {
    if (fan_out.source_level != level) continue;
    gpu::launch(stream_, {.grid = few_blocks(fan_out.sources), .block = block_threads}, release,
                net_.view(), fan_out.view, static_cast<std::int32_t>(fan_out.fan_out), offset);
  }
  for (const auto& fan_out : plastic_) {
    if (level + 1 == net_.levels().size()) fan_out->follow(offset);
  }
  for (const DeviceHomeostasis& one : homeostasis_) {
    if (level + 1 != net_.levels().size() || one.activity.size() == 0) continue;
    gpu::launch(stream_, {.grid = few_blocks(one.targets), .block = block_threads}, follow_rates,
                net_.view(), one.view, offset);
  }
}

}  // namespace snn::cuda

// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"

/// Synapses that change: each belongs to the worker that owns the neuron it ends at.
namespace snn {

CpuBackend::Range CpuBackend::target_range(const Worker& worker, const FanOut& fan_out) const {
  const auto target = static_cast<std::size_t>(
      network_.projections[static_cast<std::size_t>(fan_out.projections.front())].target);
  const NeuronShare& share = worker.shares[target];
  const std::int64_t first = network_.populations[target].first;
  return {first + share.begin, first + share.end};
}

void CpuBackend::share_plastic() {
  for (Worker& worker : workers_) {
    worker.plastic.resize(network_.fan_outs.size());
    for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
      const FanOut& fan_out = network_.fan_outs[f];
      const Range mine = target_range(worker, fan_out);
      std::visit(
          [&](const auto& rule) {
            using Rule = std::decay_t<decltype(rule)>;
            if constexpr (!std::is_same_v<Rule, std::monostate>) {
              worker.plastic[f].emplace(PlasticShare<Rule>(rule, network_.dt_ms, fan_out,
                                                           mine.begin - fan_out.base,
                                                           mine.end - fan_out.base));
            }
          },
          fan_out.rule);
    }
  }
}

FanOut::Part CpuBackend::own_part(const Worker& worker, std::size_t f, std::int64_t k,
                                  std::size_t d) const {
  const FanOut& fan_out = network_.fan_outs[f];
  if (worker.cut.empty()) return fan_out.part(k, d);
  if (worker.cut[f].empty()) {  // dense
    const Range mine = target_range(worker, fan_out);
    return within(fan_out, fan_out.part(k, d), mine.begin, mine.end);
  }
  const std::int64_t row = fan_out.row[static_cast<std::size_t>(k)];
  const std::uint32_t* cut =
      worker.cut[f].data() + (static_cast<std::size_t>(k) * fan_out.delays.size() + d) * 2;
  return {row + cut[0], row + cut[1]};
}

/// Spikes in the order they were emitted over each delay.
void CpuBackend::deliver_plastic(int w, std::size_t f, std::int64_t tick, std::int32_t* sums,
                                 std::uint64_t* marks) {
  Worker& mine = workers_[static_cast<std::size_t>(w)];
  FanOut& fan_out = network_.fan_outs[f];
  const PlasticTarget target{
      .sums = sums + fan_out.base, .marks = marks, .scale = static_cast<float>(fan_out.scale)};
  std::visit(
      [&](auto& share) {
        for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
          const std::int64_t emitted = tick - fan_out.delays[d];
          if (emitted < 0) break;
          for (const Worker& worker : workers_) {
            for (const std::int32_t k : spikes_of(worker, fan_out.source, emitted))
              share.arrive(fan_out, own_part(mine, f, k, d), k, d, static_cast<Tick>(emitted),
                           target);
          }
        }
      },
      *mine.plastic[f]);
}

/// Neurons of the worker fired: the plastic synapses that end at them will learn of it.
void CpuBackend::fire_plastic(Worker& mine, std::int32_t p, const Spikes& fired,
                              std::int64_t tick) {
  if (fired.empty()) return;
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    FanOut& fan_out = network_.fan_outs[f];
    const CompiledProjection& projection =
        network_.projections[static_cast<std::size_t>(fan_out.projections.front())];
    if (!fan_out.plastic || projection.target != p) continue;
    const std::int64_t offset =
        network_.populations[static_cast<std::size_t>(p)].first - fan_out.base;
    const auto parts = [&](std::int64_t k, std::size_t d) { return own_part(mine, f, k, d); };
    std::visit(
        [&](auto& share) {
          for (const std::int32_t n : fired)
            share.fire(fan_out, offset + n, static_cast<Tick>(tick), parts);
        },
        *mine.plastic[f]);
    if (!mine.homeostasis[f]) continue;
    for (const std::int32_t n : fired)
      mine.homeostasis[f]->fire(offset + n, static_cast<Tick>(tick));
  }
}

void CpuBackend::share_short_term() {
  for (Worker& worker : workers_) {
    for (const FanOut& fan_out : network_.fan_outs) {
      worker.short_term.emplace_back();
      if (!fan_out.short_term) continue;
      const NeuronShare& share = worker.shares[static_cast<std::size_t>(fan_out.source)];
      worker.short_term.back() =
          ShortTermShare(*fan_out.short_term, network_.dt_ms, share.begin, share.end, ring_ticks_);
    }
  }
}

/// What the spikes of a tick release, for when they arrive.
void CpuBackend::release(Worker& mine, std::int32_t p, const Spikes& fired, std::int64_t tick) {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    if (network_.fan_outs[f].short_term && network_.fan_outs[f].source == p)
      mine.short_term[f].release(fired, tick);
  }
}

void CpuBackend::deliver_short_term(int w, std::size_t f, std::int64_t tick, std::int32_t* sums,
                                    std::uint64_t* marks) {
  const Worker& mine = workers_[static_cast<std::size_t>(w)];
  const FanOut& fan_out = network_.fan_outs[f];
  for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
    const std::int64_t emitted = tick - fan_out.delays[d];
    if (emitted < 0) break;
    for (const Worker& worker : workers_) {
      const Spikes& spikes = spikes_of(worker, fan_out.source, emitted);
      const std::vector<float>& factors = worker.short_term[f].released(emitted);
      for (std::size_t s = 0; s < spikes.size(); ++s) {
        fan_out.each(own_part(mine, f, spikes[s], d), [&](std::int64_t n, std::int32_t weight) {
          const float scaled = static_cast<float>(weight) * factors[s];
          sums[n] += static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f));
          if (marks != nullptr) marks[n / 64] |= std::uint64_t{1} << (n % 64);
        });
      }
    }
  }
}

}  // namespace snn

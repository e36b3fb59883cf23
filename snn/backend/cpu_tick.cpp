// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/backend/cpu_backend.hpp"
#include "snn/math/counters.hpp"

/// What one worker does in a tick.
namespace snn {

bool CpuBackend::wants_marks(const Worker& worker) const {
  return std::any_of(worker.shares.begin(), worker.shares.end(),
                     [](const NeuronShare& share) { return share.wants_marks(); });
}

/// What may have changed between runs: what is recorded, and with it how neurons are updated.
void CpuBackend::prepare(Worker& worker, std::int64_t tick) {
  for (auto& recorded : worker.recorded) recorded.resize(recordings_.size());
  for (std::size_t p = 0; p < worker.shares.size(); ++p) {
    if (!network_.populations[p].is_source())
      choose_way(network_.populations[p], worker.shares[p], options_.update, is_recorded(p), tick);
  }
  if (wants_marks(worker)) marks_wanted_[static_cast<std::size_t>(tick % 2)] = true;
}

/// Lists the rows that arrive at `tick`, as far as they are the worker's.
void CpuBackend::list_parts(int w, std::size_t f, std::int64_t tick) {
  Worker& mine = workers_[static_cast<std::size_t>(w)];
  const FanOut& fan_out = network_.fan_outs[f];
  const std::size_t delays = fan_out.delays.size();
  const auto workers = static_cast<std::size_t>(team_.size());
  const auto add = [&](const FanOut::Part& part) {
    if (part.begin < part.end) mine.parts.push_back(part);
  };
  mine.parts.clear();
  std::size_t turn = static_cast<std::size_t>(w);  // where spikes are shared: each takes its turn
  for (std::size_t d = 0; d < delays; ++d) {
    const std::int64_t emitted = tick - fan_out.delays[d];
    if (emitted < 0) break;
    for (const Worker& worker : workers_) {
      const Spikes& spikes = spikes_of(worker, fan_out.source, emitted);
      if (by_spikes_) {
        for (; turn < spikes.size(); turn += workers) add(fan_out.part(spikes[turn], d));
        turn -= spikes.size();
      } else if (workers == 1) {
        for (const std::int32_t k : spikes) add(fan_out.part(k, d));
      } else if (mine.cut.empty() || mine.cut[f].empty()) {
        for (const std::int32_t k : spikes) {
          for (const Range& range : mine.ranges)
            add(within(fan_out, fan_out.part(k, d), range.begin, range.end));
        }
      } else {
        for (const std::int32_t k : spikes) {
          const std::int64_t row = fan_out.row[static_cast<std::size_t>(k)];
          const std::uint32_t* cut =
              mine.cut[f].data() + (static_cast<std::size_t>(k) * delays + d) * 2;
          add({row + cut[0], row + cut[1]});
        }
      }
    }
  }
}

/// Delivers what arrives at `tick`; of a level only: what nothing within the tick adds to at the
/// first, the others with the population they act on.
void CpuBackend::deliver_tick(int w, int level, std::int64_t tick) {
  Worker& mine = workers_[static_cast<std::size_t>(w)];
  const bool marks =
      by_spikes_ ? marks_wanted_[static_cast<std::size_t>(tick % 2)].load() : wants_marks(mine);
  const std::size_t own = by_spikes_ ? static_cast<std::size_t>(w) : 0;
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    const FanOut& fan_out = network_.fan_outs[f];
    if (level >= 0) {
      const CompiledProjection& projection =
          network_.projections[static_cast<std::size_t>(fan_out.projections.front())];
      const int its = fan_out.delays.front() > 0
                          ? 0
                          : network_.populations[static_cast<std::size_t>(projection.target)].level;
      if (its != level) continue;
    }
    if (fan_out.plastic) {
      deliver_plastic(w, f, tick, sums_[own] + fan_out.receptor * network_.neurons,
                      marks ? marks_[own] : nullptr);
      continue;
    }
    const DeliveryTarget target{.sums = sums_[own] + fan_out.receptor * network_.neurons,
                                .marks = marks ? marks_[own] : nullptr};
    if (fan_out.short_term) {
      deliver_short_term(w, f, tick, target.sums, target.marks);
      continue;
    }
    if (fan_out.procedural) {
      deliver_procedural(w, f, tick, target);
      continue;
    }
    list_parts(w, f, tick);
    deliver(fan_out, mine.parts, target, isa_);
  }
}

void CpuBackend::update_tick(int w, int level, std::int64_t tick, std::int64_t stretch) {
  Worker& mine = workers_[static_cast<std::size_t>(w)];
  const auto next = static_cast<std::size_t>((tick + 1) % 2);
  if (w == 0) marks_wanted_[1 - next] = false;
  const Arrivals arrivals{sums_, marks_, network_.neurons};
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    if (level >= 0 && population.level != level) continue;
    Spikes& fired = mine.ring[p][static_cast<std::size_t>(tick % ring_ticks_)];
    fired.clear();
    NeuronShare& share = mine.shares[p];
    if (population.is_source()) {
      run_source(mine, static_cast<std::int32_t>(p), tick, fired);
    } else {
      const UpdateRequest request{.tick = tick,
                                  .way = options_.update,
                                  .record = wants_membrane(p, tick),
                                  .records = is_recorded(p),
                                  .seed = network_.seed,
                                  .isa = isa_};
      update_share(population, share, arrivals, request, fired);
      if (share.wants_marks()) marks_wanted_[next] = true;
      record(mine, p, tick, static_cast<std::size_t>(stretch % 2));
    }
    fire_plastic(mine, static_cast<std::int32_t>(p), fired, tick);
    release(mine, static_cast<std::int32_t>(p), fired, tick);
    if (!counters) continue;
    for (const std::int32_t n : fired) ++emitted_[p][static_cast<std::size_t>(n)];
  }
}

void CpuBackend::run_source(const Worker& worker, std::int32_t p, std::int64_t tick,
                            Spikes& fired) const {
  const auto at = static_cast<std::size_t>(p);
  const NeuronShare& share = worker.shares[at];
  emit({network_.populations[at], static_cast<std::uint32_t>(p), presented_[at], share.begin,
        share.end},
       {.dt_ms = network_.dt_ms, .seed = network_.seed, .tick = tick, .isa = isa_}, fired);
}

}  // namespace snn

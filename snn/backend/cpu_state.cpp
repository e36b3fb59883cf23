// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/backend/saved_network.hpp"

/// What is saved and restored between runs.
namespace snn {

/// The fingerprint of the network as it was given. Told when it is first needed: not every run
/// changes something or is saved.
std::uint64_t CpuBackend::described() {
  if (!described_) described_ = fingerprint(network_);
  return *described_;
}

BackendState CpuBackend::save() {
  const FlushToZero flush;  // quiet ticks are made up for as they would have been stepped
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    for_shares(f, [](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
      share.make_room(plastic, tick, parts);
    });
  }
  BackendState state;
  const auto put = [&](std::string name, auto values) {
    state.push_back({std::move(name), std::move(values)});
  };
  put("/tick", std::vector<std::int64_t>{tick_});
  put("/fingerprint", std::vector<std::uint64_t>{described()});
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    put(array_path("population", p, "emitted"), emitted_[p]);
    save_given(p, held_.values[p], presented_[p], state);
    std::vector<std::int32_t> ring, ring_count;
    for (std::int64_t t = std::max<std::int64_t>(0, tick_ - network_.largest_delay); t < tick_;
         ++t) {
      std::int32_t count = 0;
      for (const Worker& worker : workers_) {
        const Spikes& spikes = spikes_of(worker, static_cast<std::int32_t>(p), t);
        ring.insert(ring.end(), spikes.begin(), spikes.end());
        count += static_cast<std::int32_t>(spikes.size());
      }
      ring_count.push_back(count);
    }
    put(array_path("population", p, "ring"), ring);
    put(array_path("population", p, "ring_count"), ring_count);
    if (population.is_source()) continue;
    std::vector<float> values;
    std::vector<std::int32_t> quiet;
    std::vector<std::uint64_t> counts(4);
    for (int field = 0; field < population.loops->state_fields; ++field) {
      for (Worker& worker : workers_) {
        NeuronShare& share = worker.shares[p];
        if (!share.current) catch_up(population, share, tick_);
        const float* from = share.state.data() + field * share.size();
        values.insert(values.end(), from, from + share.size());
      }
    }
    for (const Worker& worker : workers_) {
      const NeuronShare& share = worker.shares[p];
      quiet.insert(quiet.end(), share.quiet.begin(), share.quiet.end());
      counts[0] += share.stepped;
      counts[1] += share.touched;
      counts[2] += share.membrane_updates;
      counts[3] += share.drive_events;
    }
    put(array_path("population", p, "state"), values);
    put(array_path("population", p, "quiet"), quiet);
    put(array_path("population", p, "counts"), counts);
  }
  save_value_counts(value_counts_, state);
  save_plastic(state);
  return state;
}

void CpuBackend::save_plastic(BackendState& state) const {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    const FanOut& fan_out = network_.fan_outs[f];
    if (fan_out.short_term) save_short_term(f, state);
    if (!fan_out.plastic) continue;
    if (fan_out.homeostasis) save_homeostasis(f, state);
    PlasticArrays arrays;
    for (const Worker& worker : workers_) {
      std::visit(
          [&](const auto& share) { arrays.capacity = std::max(arrays.capacity, share.capacity()); },
          *worker.plastic[f]);
    }
    for (const Worker& worker : workers_)
      std::visit([&](const auto& share) { share.save(arrays); }, *worker.plastic[f]);
    const auto copy = [](const HugeArray<float>& values) {
      return std::vector<float>(values.span().begin(), values.span().end());
    };
    snn::save_plastic(f, copy(fan_out.weights), copy(fan_out.eligibility), std::move(arrays),
                      state);
  }
}

void CpuBackend::save_short_term(std::size_t f, BackendState& state) const {
  ShortTermArrays arrays;
  const std::int64_t first = std::max<std::int64_t>(0, tick_ - network_.largest_delay);
  for (const Worker& worker : workers_) worker.short_term[f].save(arrays);
  for (std::int64_t t = first; t < tick_; ++t) {
    for (const Worker& worker : workers_) {
      const auto& released = worker.short_term[f].released(t);
      arrays.released.insert(arrays.released.end(), released.begin(), released.end());
    }
  }
  snn::save_short_term(f, arrays, state);
}

/// After the ring: what was released lies beside the spikes it belongs to.
void CpuBackend::restore_short_term(std::size_t f, const BackendState& state) {
  const FanOut& fan_out = network_.fan_outs[f];
  const ShortTermArrays arrays = saved_short_term(state, f, fan_out.sources);
  std::size_t at = 0;
  for (Worker& worker : workers_) worker.short_term[f].restore(arrays);
  for (std::int64_t t = std::max<std::int64_t>(0, tick_ - network_.largest_delay); t < tick_; ++t) {
    for (Worker& worker : workers_) {
      const std::size_t count = spikes_of(worker, fan_out.source, t).size();
      auto& released = worker.short_term[f].released(t);
      for (std::size_t s = 0; s < count; ++s) released.push_back(arrays.released.at(at++));
    }
  }
}

void CpuBackend::check(const BackendState& state) {
  check_fingerprint(state, described());
}

void CpuBackend::restore(const BackendState& state) {
  check(state);
  reset();
  tick_ = find_array<std::int64_t>(state, "/tick", 1)[0];
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    const auto size = static_cast<std::size_t>(population.size);
    const auto& values = saved_values(state, p);
    if (!values.empty()) present_values(static_cast<std::int32_t>(p), values);
    presented_[p] = saved_spikes(state, p);
    emitted_[p] = find_array<std::uint64_t>(state, array_path("population", p, "emitted"), size);
    const auto& ring = find_array<std::int32_t>(state, array_path("population", p, "ring"));
    const auto& ring_count =
        find_array<std::int32_t>(state, array_path("population", p, "ring_count"));
    std::size_t at = 0;
    for (std::size_t i = 0; i < ring_count.size(); ++i) {
      const std::int64_t t = tick_ - static_cast<std::int64_t>(ring_count.size() - i);
      for (std::int32_t s = 0; s < ring_count[i]; ++s) {
        const std::int32_t n = ring.at(at++);
        for (Worker& worker : workers_) {
          const NeuronShare& share = worker.shares[p];
          if (n >= share.begin && n < share.end)
            worker.ring[p][static_cast<std::size_t>(t % ring_ticks_)].push_back(n);
        }
      }
    }
    if (population.is_source()) continue;
    const auto fields = static_cast<std::size_t>(population.loops->state_fields);
    const auto& saved =
        find_array<float>(state, array_path("population", p, "state"), fields * size);
    const auto& quiet = find_array<std::int32_t>(state, array_path("population", p, "quiet"));
    const auto& counts = find_array<std::uint64_t>(state, array_path("population", p, "counts"), 4);
    for (Worker& worker : workers_) {
      NeuronShare& share = worker.shares[p];
      for (std::size_t field = 0; field < fields; ++field) {
        std::copy_n(saved.begin() + static_cast<std::ptrdiff_t>(field * size) + share.begin,
                    share.size(),
                    share.state.begin() + static_cast<std::ptrdiff_t>(field) * share.size());
      }
      for (std::size_t s = 0; s < share.quiet.size(); ++s) {
        share.quiet[s] = static_cast<std::uint8_t>(
            quiet.at(static_cast<std::size_t>(share.begin / NeuronShare::segment) + s));
        share.asleep += share.quiet[s] == 2 ? 1 : 0;
      }
    }
    NeuronShare& first = workers_.front().shares[p];
    first.stepped = counts[0];
    first.touched = counts[1];
    first.membrane_updates = counts[2];
    first.drive_events = counts[3];
  }
  restore_value_counts(state, value_counts_);
  restore_plastic(state);
}

void CpuBackend::restore_plastic(const BackendState& state) {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    FanOut& fan_out = network_.fan_outs[f];
    if (fan_out.short_term) restore_short_term(f, state);
    if (!fan_out.plastic) continue;
    if (fan_out.homeostasis) restore_homeostasis(f, state);
    std::ranges::copy(saved_weights(state, f, fan_out), fan_out.weights.data());
    std::ranges::copy(saved_eligibility(state, f, fan_out), fan_out.eligibility.data());
    const PlasticArrays arrays = saved_plastic(state, f);
    for (Worker& worker : workers_) {
      std::visit(
          [&](auto& share) {
            share.restore(arrays, static_cast<Tick>(tick_), fan_out.delays.back());
          },
          *worker.plastic[f]);
    }
  }
}

}  // namespace snn

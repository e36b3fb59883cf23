// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "snn/math/counters.hpp"
#include "snn/sim/checkpoint.hpp"
#include "snn/sim/simulation_impl.hpp"

namespace snn {

Simulation::Simulation(const Network& network, SimulationOptions options)
    : impl_(std::make_unique<Impl>(network, options)) {}
Simulation::~Simulation() {
  try {
    if (impl_) close_files();
  } catch (const std::exception&) {
    // The file keeps its name that says it is not complete.
  }
}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

BuildEstimate Simulation::estimate(const Network& network, const SimulationOptions& options) {
  return snn::estimate(network, compile_options(options));
}

void Simulation::record_spikes(PopulationId population) {
  impl_->checked(population);
  impl_->records_spikes[static_cast<std::size_t>(population.index)] = true;
  impl_->backend->record_spikes(population.index);
}

void Simulation::listen_to_spikes(PopulationId population, SpikeListener listener) {
  impl_->checked(population);
  impl_->listeners[static_cast<std::size_t>(population.index)].push_back(std::move(listener));
  impl_->backend->record_spikes(population.index);
}

void Simulation::set_values(PopulationId source, std::span<const float> values) {
  impl_->checked(source);
  impl_->backend->present_values(source.index, values);
}

void Simulation::set_spikes(PopulationId source, std::span<const std::int32_t> begin,
                            std::span<const std::uint32_t> neurons) {
  impl_->checked(source);
  impl_->backend->present_spikes(source.index, begin, neurons);
}

void Simulation::set_neurons(PopulationId id, Neurons neurons) {
  impl_->set_neurons(id, std::move(neurons));
}

void Simulation::set_stimulus(PopulationId id, std::size_t index, Stimulus stimulus) {
  impl_->set_stimulus(id, index, std::move(stimulus));
}

Simulation& Simulation::run_ms(double duration_ms, const RunHooks& hooks) {
  const double ticks = duration_ms / impl_->options.dt_ms;
  if (!(duration_ms >= 0) || ticks > 9e15 ||
      std::abs(ticks - std::round(ticks)) > 1e-6 * std::max(1.0, ticks)) {
    throw ConfigError(
        "simulation", "duration_ms", std::to_string(duration_ms) + " ms",
        "a multiple of dt_ms = " + std::to_string(impl_->options.dt_ms) + " ms, >= 0 ms");
  }
  return run_ticks(std::llround(ticks), hooks);
}

Simulation& Simulation::run_ticks(std::int64_t ticks, const RunHooks& hooks) {
  if (ticks < 0) throw ConfigError("simulation", "ticks", std::to_string(ticks), ">= 0");
  Observer observer = impl_->observer;
  bool stopped = false;
  if (hooks.progress || hooks.stop.stop_possible()) {
    using Clock = std::chrono::steady_clock;
    auto proceed = [&hooks, dt_ms = impl_->options.dt_ms, first = tick(), ticks,
                    next = Clock::now()](std::int64_t reached) mutable {
      if (hooks.stop.stop_requested()) return false;
      if (!hooks.progress || (Clock::now() < next && reached < first + ticks)) return true;
      next = Clock::now() + std::chrono::milliseconds(100);
      return hooks.progress(static_cast<double>(reached - first) * dt_ms,
                            static_cast<double>(ticks) * dt_ms);
    };
    observer.proceed = [&stopped, proceed](std::int64_t reached) mutable {
      stopped |= !proceed(reached);
      return !stopped;
    };
  }
  for (const std::int64_t end = tick() + ticks; tick() < end && !stopped;) {
    impl_->weights.sample(*impl_->backend);
    const std::int64_t next = std::min(end, impl_->weights.next_after(tick()));
    impl_->backend->advance(next - tick(), observer);
  }
  return *this;
}

void Simulation::reset() {
  close_files();
  impl_->reset();
  impl_->clear_recordings();
}

std::int64_t Simulation::tick() const {
  return impl_->backend->tick();
}

const SpikeTrain& Simulation::spikes(PopulationId id) const {
  const Population& population = impl_->checked(id);
  if (!impl_->records_spikes[static_cast<std::size_t>(id.index)]) {
    throw ConfigError("population \"" + population.name + "\"", "spikes", "not recorded",
                      "record_spikes() before the run");
  }
  return impl_->spikes[static_cast<std::size_t>(id.index)];
}

RawCounts Simulation::counts() const {
  const BackendCounts done = impl_->backend->counts();
  RawCounts counts;
  counts.samples = counters ? 1 : 0;  // of no samples, figures are refused
  counts.ticks = tick();
  counts.projections = impl_->blank;
  for (std::size_t q = 0; q < counts.projections.size(); ++q) {
    ProjectionCounts& entry = counts.projections[q];
    entry.source_events = done.projections[q].source_events;
    entry.synaptic_events = done.projections[q].synaptic_events;
    entry.effective_events = done.projections[q].effective_events;
    entry.dense_events =
        static_cast<std::uint64_t>(entry.synapses) * static_cast<std::uint64_t>(counts.ticks);
    entry.graded = done.projections[q].multiplies;
    if (entry.values) entry.values = done.projections[q].values;
  }
  for (std::size_t p = 0; p < done.populations.size(); ++p) {
    const Population& population = impl_->network.populations()[p];
    PopulationCounts entry = blank_counts(population);
    entry.spikes = done.populations[p].spikes;
    entry.stepped = done.populations[p].stepped;
    entry.touched = done.populations[p].touched;
    entry.membrane_updates = done.populations[p].membrane_updates;
    entry.drive_events = done.populations[p].drive_events;
    counts.populations.push_back(std::move(entry));
  }
  return counts;
}

std::vector<Simulation::Precision> Simulation::precision() const {
  return impl_->precision;
}

void Simulation::record_spikes_to(const std::filesystem::path& path,
                                  std::vector<PopulationId> populations) {
  if (populations.empty()) {
    for (std::size_t p = 0; p < impl_->network.populations().size(); ++p)
      populations.push_back({static_cast<std::int32_t>(p)});
  }
  std::vector<PopulationEntry> entries;
  std::vector<std::int32_t> number(impl_->network.populations().size(), -1);
  for (const PopulationId id : populations) {
    const Population& population = impl_->checked(id);
    number[static_cast<std::size_t>(id.index)] = static_cast<std::int32_t>(entries.size());
    entries.push_back({population.name, static_cast<std::int32_t>(population.size())});
  }
  impl_->streams.push_back(
      {SpikeFileWriter(path, impl_->options.dt_ms, entries), std::move(number)});
  for (const PopulationId id : populations) impl_->backend->record_spikes(id.index);
}

std::vector<SynapseNow> Simulation::synapses(ProjectionId projection) const {
  impl_->checked(projection);
  return impl_->backend->synapses(projection.index);
}

void Simulation::set_weights(ProjectionId projection, std::span<const float> weights) {
  impl_->checked(projection);
  impl_->backend->set_weights(projection.index, weights);
}

void Simulation::reward(ProjectionId projection, double amount) {
  impl_->checked(projection);
  if (!(std::abs(amount) <= 1e30)) {
    throw ConfigError("projection \"" + impl_->network.name_of(projection) + "\"", "reward",
                      std::to_string(amount), "a finite number");
  }
  impl_->backend->reward(projection.index, static_cast<float>(amount));
}

void Simulation::save(const std::filesystem::path& path) const {
  write_checkpoint(path, impl_->backend->save(), impl_->changed);
}

void Simulation::restore(const std::filesystem::path& path) {
  impl_->restore(read_checkpoint(path));
  impl_->clear_recordings();
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "snn/backend/backend.hpp"
#include "snn/backend/exact_backend.hpp"
#include "snn/io/spike_file.hpp"
#include "snn/sim/checkpoint.hpp"

namespace snn {
namespace {

bool in_double(const SimulationOptions& options) {
  return options.arithmetic == SimulationOptions::Arithmetic::float64;
}

CompileOptions compile_options(const SimulationOptions& options) {
  if (options.threads < 1 || options.threads > 4096) {
    throw ConfigError("simulation options", "threads", std::to_string(options.threads),
                      "1 .. 4096");
  }
  if (in_double(options) && options.device != "cpu") {
    throw ConfigError("simulation options", "device", "\"" + options.device + "\"",
                      "\"cpu\" with Arithmetic::float64");
  }
  return {.dt_ms = options.dt_ms,
          .seed = options.seed,
          .threads = options.threads,
          .weight_tolerance = in_double(options) ? 0 : options.weight_tolerance};
}

BackendOptions backend_options(const SimulationOptions& options) {
  using From = SimulationOptions::Update;
  using To = BackendOptions::Update;
  return {.threads = options.threads,
          .update = options.update == From::stepped   ? To::stepped
                    : options.update == From::touched ? To::touched
                                                      : To::automatic};
}

std::unique_ptr<Backend> choose_backend(const Network& network, CompiledNetwork compiled,
                                        const SimulationOptions& options) {
  if (in_double(options)) return std::make_unique<ExactBackend>(network, std::move(compiled));
  return make_backend(options.device, std::move(compiled), backend_options(options));
}

}  // namespace

struct Simulation::Impl {
  Impl(const Network& description, const SimulationOptions& given)
      : network(description),
        options(given),
        spikes(network.populations().size()),
        traces(spikes.size()),
        records_spikes(spikes.size()),
        membrane_interval(spikes.size()) {
    listeners.resize(spikes.size());
    CompiledNetwork compiled = compile(network, compile_options(options));
    for (const CompiledPopulation& population : compiled.populations)
      rest.push_back(population.v_rest_mv);
    for (const CompiledProjection& projection : compiled.projections) {
      precision.push_back({projection.name, projection.weight_bits, projection.bytes_per_synapse});
      if (in_double(options))
        precision.back() = {projection.name, std::numeric_limits<double>::digits,
                            static_cast<double>(sizeof(ExactSynapse))};
      ProjectionCounts entry;
      entry.name = projection.name;
      entry.source_size = network[PopulationId{projection.source}].size();
      entry.target_size = network[PopulationId{projection.target}].size();
      entry.synapses = projection.synapses;
      entry.nonzero_synapses = projection.nonzero_synapses;
      entry.constant = projection.graded;
      entry.has_bias = projection.has_bias;
      blank.push_back(std::move(entry));
    }
    backend = choose_backend(network, std::move(compiled), options);
    observer.spikes = [this](std::int32_t p, std::int64_t tick,
                             std::span<const std::int32_t> neurons) {
      const auto at = static_cast<std::size_t>(p);
      if (records_spikes[at]) spikes[at].add(tick, neurons);
      for (const SpikeListener& listener : listeners[at]) listener(tick, neurons);
      for (SpikeStream& stream : streams) {
        if (stream.number[at] >= 0 && !neurons.empty())
          stream.writer.append(stream.number[at], tick, neurons);
      }
    };
    observer.membrane = [this](std::int32_t p, std::int64_t tick, std::span<const float> u) {
      const auto at = static_cast<std::size_t>(p);
      StateTrace& trace = traces[at];
      trace.tick.push_back(tick);
      for (const std::int32_t n : trace.neuron) {
        const auto j = static_cast<std::size_t>(n);
        trace.value.push_back(u[j] +
                              (rest[at].empty() ? 0.0f : rest[at][rest[at].size() == 1 ? 0 : j]));
      }
    };
  }

  /// Plastic weights are not kept twice: they are drawn again.
  void reset() {
    const auto& all = network.projections();
    if (std::none_of(all.begin(), all.end(),
                     [](const Projection& q) { return is_plastic(q.synapse); })) {
      backend->reset();
      return;
    }
    backend.reset();
    backend = make_backend(options.device, compile(network, compile_options(options)),
                           backend_options(options));
    for (std::size_t p = 0; p < records_spikes.size(); ++p) {
      if (records_spikes[p] || !listeners[p].empty())
        backend->record_spikes(static_cast<std::int32_t>(p));
      if (membrane_interval[p] > 0)
        backend->record_membrane(static_cast<std::int32_t>(p), membrane_interval[p]);
    }
  }

  const Population& checked(PopulationId id) const {
    if (id.index < 0 || static_cast<std::size_t>(id.index) >= network.populations().size()) {
      throw ConfigError("simulation", "population", std::to_string(id.index),
                        "0 .. " + std::to_string(network.populations().size() - 1));
    }
    return network[id];
  }

  /// A file and what of it is each population, or -1.
  struct SpikeStream {
    SpikeFileWriter writer;
    std::vector<std::int32_t> number;
  };

  void clear_recordings() {
    for (SpikeTrain& train : spikes) train = {};
    for (StateTrace& trace : traces) trace = {{}, std::move(trace.neuron), {}};
  }

  const Projection& checked(ProjectionId id) const {
    if (id.index < 0 || static_cast<std::size_t>(id.index) >= network.projections().size()) {
      throw ConfigError("simulation", "projection", std::to_string(id.index),
                        "0 .. " + std::to_string(network.projections().size() - 1));
    }
    return network[id];
  }

  Network network;
  SimulationOptions options;
  std::vector<SpikeStream> streams;
  std::vector<std::vector<SpikeListener>> listeners;  ///< per population
  std::vector<SpikeTrain> spikes;
  std::vector<StateTrace> traces;
  std::vector<bool> records_spikes;
  std::vector<std::int64_t> membrane_interval;
  std::vector<std::vector<float>> rest;
  std::vector<Precision> precision;
  std::vector<ProjectionCounts> blank;
  std::unique_ptr<Backend> backend;
  Observer observer;
};

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

void Simulation::record_membrane(PopulationId id, std::vector<std::int32_t> neurons,
                                 double interval_ms) {
  const Population& population = impl_->checked(id);
  const std::string object = "population \"" + population.name + "\"";
  if (population.is_source())
    throw ConfigError(object, "membrane", "of a source", "a population of neurons");
  const auto interval = interval_ms == 0 ? 1 : std::llround(interval_ms / impl_->options.dt_ms);
  if (!(interval_ms >= 0) || interval < 1) {
    throw ConfigError(
        object, "interval_ms", std::to_string(interval_ms) + " ms",
        "0 (every tick), or >= dt_ms = " + std::to_string(impl_->options.dt_ms) + " ms");
  }
  if (neurons.empty()) {
    neurons.resize(static_cast<std::size_t>(population.size()));
    std::iota(neurons.begin(), neurons.end(), 0);
  }
  for (const std::int32_t n : neurons) {
    if (n < 0 || n >= population.size()) {
      throw ConfigError(object, "neurons", "neuron " + std::to_string(n),
                        "0 .. " + std::to_string(population.size() - 1));
    }
  }
  impl_->traces[static_cast<std::size_t>(id.index)] = {{}, std::move(neurons), {}};
  impl_->membrane_interval[static_cast<std::size_t>(id.index)] = interval;
  impl_->backend->record_membrane(id.index, interval);
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
  if (hooks.progress || hooks.stop.stop_possible()) {
    using Clock = std::chrono::steady_clock;
    observer.proceed = [&hooks, dt_ms = impl_->options.dt_ms, first = tick(), ticks,
                        next = Clock::now()](std::int64_t reached) mutable {
      if (hooks.stop.stop_requested()) return false;
      if (!hooks.progress || (Clock::now() < next && reached < first + ticks)) return true;
      next = Clock::now() + std::chrono::milliseconds(100);
      return hooks.progress(static_cast<double>(reached - first) * dt_ms,
                            static_cast<double>(ticks) * dt_ms);
    };
  }
  impl_->backend->advance(ticks, observer);
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

const StateTrace& Simulation::membrane(PopulationId id) const {
  const Population& population = impl_->checked(id);
  const StateTrace& trace = impl_->traces[static_cast<std::size_t>(id.index)];
  if (trace.neuron.empty()) {
    throw ConfigError("population \"" + population.name + "\"", "membrane", "not recorded",
                      "record_membrane() before the run");
  }
  return trace;
}

RawCounts Simulation::counts() const {
  const BackendCounts done = impl_->backend->counts();
  RawCounts counts;
  counts.samples = 1;
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

void Simulation::close_files() {
  for (Impl::SpikeStream& stream : impl_->streams) stream.writer.close();
  impl_->streams.clear();
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
  write_checkpoint(path, impl_->backend->save());
}

void Simulation::restore(const std::filesystem::path& path) {
  impl_->backend->restore(read_checkpoint(path));
  impl_->clear_recordings();
}

}  // namespace snn

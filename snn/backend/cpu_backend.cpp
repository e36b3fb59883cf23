// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"

#include <algorithm>
#include <cmath>

#include "snn/backend/flush_to_zero.hpp"
#include "snn/math/philox.hpp"

namespace snn {
namespace {

/// Neurons a worker should have at least: below it, meeting costs more than it saves.
constexpr std::int64_t least_neurons_per_worker = 1024;

/// Ticks workers run on their own at most.
constexpr std::int64_t longest_stretch = 64;

/// Events per neuron and tick above which stepping all neurons is cheaper than finding the touched
/// ones.
constexpr double busy = 1.0 / 8.0;

bool is_source(const CompiledPopulation& population) {
  return std::holds_alternative<Source>(population.kind);
}

}  // namespace

CpuBackend::CpuBackend(CompiledNetwork network, const BackendOptions& options, Isa isa)
    : network_(std::move(network)),
      options_(options),
      isa_(isa),
      team_(choose_workers(options.threads)) {
  const std::size_t populations = network_.populations.size();
  ring_ticks_ = network_.largest_delay + longest_stretch + 1;
  ring_.assign(populations, std::vector<Spikes>(static_cast<std::size_t>(ring_ticks_)));
  presented_.resize(populations);
  values_.resize(populations);
  records_spikes_.resize(populations);
  membrane_interval_.resize(populations);
  source_spikes_.resize(populations);
  workers_.resize(static_cast<std::size_t>(team_.size()));
  for (int w = 0; w < team_.size(); ++w) {
    Worker& worker = workers_[static_cast<std::size_t>(w)];
    worker.delivered.resize(network_.projections.size());
    worker.recorded.resize(populations);
    worker.fired.assign(populations,
                        std::vector<Spikes>(static_cast<std::size_t>(longest_stretch)));
    for (const CompiledPopulation& population : network_.populations) {
      NeuronShare share;
      // Cut at multiples of 64: a share owns whole words of bits.
      const std::int64_t words = (population.size + 63) / 64;
      share.begin = std::min(population.size, words * w / team_.size() * 64);
      share.end = std::min(population.size, words * (w + 1) / team_.size() * 64);
      if (!is_source(population) && can_be_touched(population)) {
        share.has_event.resize(static_cast<std::size_t>((share.size() + 63) / 64));
        share.updated.resize(static_cast<std::size_t>(share.size()));
      }
      worker.shares.push_back(std::move(share));
    }
  }
  reset();
}

int CpuBackend::choose_workers(int asked) const {
  std::int64_t neurons = 0;
  for (const CompiledPopulation& population : network_.populations) neurons += population.size;
  return static_cast<int>(std::clamp<std::int64_t>(neurons / least_neurons_per_worker, 1, asked));
}

void CpuBackend::reset() {
  tick_ = 0;
  for (auto& ticks : ring_) {
    for (Spikes& spikes : ticks) spikes.clear();
  }
  for (Presented& presented : presented_) presented = {};
  for (auto& values : values_) values.clear();
  std::fill(source_spikes_.begin(), source_spikes_.end(), 0);
  const std::size_t projections = network_.projections.size();
  for (auto* counts : {&value_events_, &value_synaptic_, &value_effective_, &value_events_per_tick_,
                       &value_synaptic_per_tick_, &value_effective_per_tick_}) {
    counts->assign(projections, 0);
  }
  multiplies_.assign(projections, false);
  for (Worker& worker : workers_) {
    std::fill(worker.delivered.begin(), worker.delivered.end(), Delivered{});
    for (std::size_t p = 0; p < worker.shares.size(); ++p) {
      if (!is_source(network_.populations[p]))
        reset_share(network_.populations[p], worker.shares[p]);
    }
  }
}

CpuBackend::Spikes& CpuBackend::ring(std::int32_t population, std::int64_t tick) {
  return ring_[static_cast<std::size_t>(population)][static_cast<std::size_t>(tick % ring_ticks_)];
}

void CpuBackend::advance(std::int64_t ticks, const Observer& observer) {
  const bool delayed = network_.least_delay > 0;
  const std::int64_t stretch =
      delayed ? std::min<std::int64_t>(network_.least_delay, longest_stretch) : 1;
  const int levels = delayed ? 1 : network_.levels;
  for (std::int64_t done = 0; done < ticks;) {
    const std::int64_t now = std::min(stretch, ticks - done);
    for (int level = 0; level < levels; ++level) {
      team_.run([&](int worker) { run_stretch(worker, delayed ? -1 : level, tick_, now); });
      gather(delayed ? -1 : level, tick_, now);
    }
    observe(tick_, now, observer);
    for (std::size_t q = 0; q < value_events_.size(); ++q) {
      const auto n = static_cast<std::uint64_t>(now);
      value_events_[q] += n * value_events_per_tick_[q];
      value_synaptic_[q] += n * value_synaptic_per_tick_[q];
      value_effective_[q] += n * value_effective_per_tick_[q];
    }
    tick_ += now;
    done += now;
  }
}

/// A worker's share of all populations of a level (-1: of all) for some ticks.
void CpuBackend::run_stretch(int index, int level, std::int64_t first, std::int64_t ticks) {
  const FlushToZero flush;
  Worker& worker = workers_[static_cast<std::size_t>(index)];
  for (std::int64_t t = 0; t < ticks; ++t) {
    for (const std::int32_t p : network_.order) {
      const auto at = static_cast<std::size_t>(p);
      const CompiledPopulation& population = network_.populations[at];
      if (level >= 0 && population.level != level) continue;
      Spikes& fired = worker.fired[at][static_cast<std::size_t>(t)];
      fired.clear();
      is_source(population) ? run_source(worker, p, first + t, fired)
                            : run_neurons(worker, p, first + t, fired);
    }
  }
}

void CpuBackend::run_source(Worker& worker, std::int32_t p, std::int64_t tick, Spikes& fired) {
  const auto at = static_cast<std::size_t>(p);
  const CompiledPopulation& population = network_.populations[at];
  const NeuronShare& share = worker.shares[at];
  const Source& source = std::get<Source>(population.kind);
  if (std::holds_alternative<PoissonSource>(source)) {
    if (population.poisson_bound == 0) return;
    for (std::int64_t n = share.begin; n < share.end; n += 4) {
      const auto words =
          random_words(network_.seed, RandomUse::poisson, static_cast<std::uint32_t>(p),
                       static_cast<std::uint64_t>(n / 4), static_cast<std::uint32_t>(tick));
      for (std::int64_t j = 0; j < std::min<std::int64_t>(4, share.end - n); ++j) {
        if (words[static_cast<std::size_t>(j)] < population.poisson_bound)
          fired.push_back(static_cast<std::int32_t>(n + j));
      }
    }
    return;
  }
  const auto mine = [&](std::int32_t n) { return n >= share.begin && n < share.end; };
  if (std::holds_alternative<SpikeSource>(source)) {
    auto e = std::lower_bound(population.spike_tick.begin(), population.spike_tick.end(), tick) -
             population.spike_tick.begin();
    for (; e < static_cast<std::ptrdiff_t>(population.spike_tick.size()) &&
           population.spike_tick[static_cast<std::size_t>(e)] == tick;
         ++e) {
      const std::int32_t n = population.spike_neuron[static_cast<std::size_t>(e)];
      if (mine(n)) fired.push_back(n);
    }
    return;
  }
  const Presented& presented = presented_[at];
  const std::int64_t t = tick - presented.first;
  if (t < 0 || t + 1 >= static_cast<std::int64_t>(presented.begin.size())) return;
  for (std::int64_t e = presented.begin[static_cast<std::size_t>(t)];
       e < presented.begin[static_cast<std::size_t>(t) + 1]; ++e) {
    if (mine(presented.neurons[static_cast<std::size_t>(e)]))
      fired.push_back(presented.neurons[static_cast<std::size_t>(e)]);
  }
}

/// Decides whether the tick steps all neurons of the share or only those with an event.
void CpuBackend::choose_update(const CompiledPopulation& population, NeuronShare& share,
                               std::int64_t tick, bool recorded) const {
  if (share.updated.empty()) return;  // cannot be touched
  bool step = share.activity > busy;
  if (options_.update == BackendOptions::Update::stepped || recorded)
    step = true;
  else if (options_.update == BackendOptions::Update::touched)
    step = false;
  if (step && !share.current) {
    catch_up(population, share, tick);
    share.current = true;
    std::fill(share.has_event.begin(), share.has_event.end(), 0);
  } else if (!step && share.current) {
    std::fill(share.updated.begin(), share.updated.end(), tick);
    share.current = false;
  }
}

void CpuBackend::run_neurons(Worker& worker, std::int32_t p, std::int64_t tick, Spikes& fired) {
  const auto at = static_cast<std::size_t>(p);
  const CompiledPopulation& population = network_.populations[at];
  NeuronShare& share = worker.shares[at];
  if (share.size() == 0) return;
  const std::int64_t interval = membrane_interval_[at];
  choose_update(population, share, tick, interval > 0);
  share.events = 0;
  for (const std::int32_t q : population.inputs) {
    const CompiledProjection& projection = network_.projections[static_cast<std::size_t>(q)];
    if (!projection.graded) deliver(worker, projection, static_cast<std::size_t>(q), share, tick);
  }
  share.activity += 0.1 * (static_cast<double>(share.events) / static_cast<double>(share.size()) -
                           share.activity);
  const std::size_t before = fired.size();
  if (share.current) {
    const bool record = interval > 0 && tick % interval == 0;
    step_share(population, share, tick, record, isa_, fired);
    if (record)
      worker.recorded[at].insert(worker.recorded[at].end(), share.u.begin(), share.u.end());
  } else {
    touch_share(population, share, tick, fired);
  }
  share.spikes += fired.size() - before;
}

/// Adds the weights of all spikes that arrive at `tick` to the share's inputs.
void CpuBackend::deliver(Worker& worker, const CompiledProjection& projection, std::size_t q,
                         NeuronShare& share, std::int64_t tick) {
  const auto delays = static_cast<std::int64_t>(projection.delays.size());
  const auto size = static_cast<std::int64_t>(
      network_.populations[static_cast<std::size_t>(projection.target)].size);
  const bool mark = !share.current;
  const bool counts = share.begin == 0;  // the first share counts for all
  Delivered& delivered = worker.delivered[q];
  std::int32_t* input = share.input.data() - share.begin;
  const auto touch = [&](std::int64_t n) {
    const std::int64_t j = n - share.begin;
    share.has_event[static_cast<std::size_t>(j / 64)] |= std::uint64_t{1} << (j % 64);
  };
  for (std::int64_t d = 0; d < delays; ++d) {
    const std::int64_t emitted = tick - projection.delays[static_cast<std::size_t>(d)];
    if (emitted < 0) continue;
    for (const std::int32_t k : ring(projection.source, emitted)) {
      const auto r = static_cast<std::size_t>(k * delays + d);
      const std::int64_t begin = projection.row[r];
      const std::int64_t end = projection.row[r + 1];
      if (counts && end > begin) {
        ++delivered.source_events;
        delivered.synaptic_events += static_cast<std::uint64_t>(end - begin);
        delivered.effective_events += static_cast<std::uint64_t>(projection.nonzero[r]);
      }
      if (projection.dense) {
        const std::int32_t* weight = projection.weight.data() + k * size;
        for (std::int64_t n = share.begin; n < share.end; ++n) input[n] += weight[n];
        if (mark) {
          for (std::int64_t n = share.begin; n < share.end; ++n) touch(n);
        }
        share.events += share.size();
        continue;
      }
      const std::int32_t* target = projection.target_of.data();
      std::int64_t s = begin;
      if (share.begin > 0) s = std::lower_bound(target + begin, target + end, share.begin) - target;
      for (; s < end && target[s] < share.end; ++s) {
        input[target[s]] += projection.weight[static_cast<std::size_t>(s)];
        if (mark) touch(target[s]);
        ++share.events;
      }
    }
  }
}

/// Makes the spikes of the workers, in order of neurons, those of the population.
void CpuBackend::gather(int level, std::int64_t first, std::int64_t ticks) {
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    if (level >= 0 && network_.populations[p].level != level) continue;
    for (std::int64_t t = 0; t < ticks; ++t) {
      Spikes& all = ring(static_cast<std::int32_t>(p), first + t);
      all.clear();
      for (const Worker& worker : workers_) {
        const Spikes& part = worker.fired[p][static_cast<std::size_t>(t)];
        all.insert(all.end(), part.begin(), part.end());
      }
      if (is_source(network_.populations[p])) source_spikes_[p] += all.size();
    }
  }
}

void CpuBackend::observe(std::int64_t first, std::int64_t ticks, const Observer& observer) {
  std::vector<float> line;
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    for (std::int64_t t = 0; records_spikes_[p] && observer.spikes && t < ticks; ++t) {
      observer.spikes(static_cast<std::int32_t>(p), first + t,
                      ring(static_cast<std::int32_t>(p), first + t));
    }
    const std::int64_t interval = membrane_interval_[p];
    if (interval == 0) continue;
    std::int64_t sample = 0;
    for (std::int64_t t = 0; t < ticks; ++t) {
      if ((first + t) % interval != 0) continue;
      line.clear();
      for (const Worker& worker : workers_) {
        const auto begin = worker.recorded[p].begin() + sample * worker.shares[p].size();
        line.insert(line.end(), begin, begin + worker.shares[p].size());
      }
      ++sample;
      if (observer.membrane) observer.membrane(static_cast<std::int32_t>(p), first + t, line);
    }
    for (Worker& worker : workers_) worker.recorded[p].clear();
  }
}

void CpuBackend::record_spikes(std::int32_t population) {
  records_spikes_.at(static_cast<std::size_t>(population)) = true;
}

void CpuBackend::record_membrane(std::int32_t population, std::int64_t interval) {
  membrane_interval_.at(static_cast<std::size_t>(population)) = interval;
}

std::unique_ptr<Backend> make_backend(const std::string& device, CompiledNetwork network,
                                      const BackendOptions& options) {
  if (device == "cpu") return std::make_unique<CpuBackend>(std::move(network), options);
  if (device.rfind("cuda", 0) == 0) {
    throw UnavailableError("device \"" + device +
                           "\": this build of snn has no CUDA backend; \"cpu\" is available");
  }
  throw UnavailableError("device \"" + device + "\" is unknown; \"cpu\" is available");
}

}  // namespace snn

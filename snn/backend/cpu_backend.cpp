// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"

#include <algorithm>

#include "snn/backend/cuda.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/compile/row_builder.hpp"

namespace snn {
namespace {

/// Neurons a worker should have at least: below it, meeting costs more than it saves.
constexpr std::int64_t least_neurons_per_worker = 1024;

/// Ticks workers run on their own at most.
constexpr std::int64_t longest_stretch = 64;

int choose_workers(const CompiledNetwork& network, int asked) {
  std::int64_t neurons = 0;
  for (const CompiledPopulation& population : network.populations) neurons += population.size;
  return static_cast<int>(std::clamp<std::int64_t>(neurons / least_neurons_per_worker, 1, asked));
}

}  // namespace

CpuBackend::CpuBackend(CompiledNetwork network, const BackendOptions& options, Isa isa)
    : network_(std::move(network)),
      options_(options),
      isa_(isa),
      held_(network_),
      ring_ticks_(network_.largest_delay + 2 * longest_stretch + 1),
      undelayed_(network_.least_delay == 0),
      team_(choose_workers(network_, options.threads)),
      barrier_(team_.size()) {
  const std::size_t populations = network_.populations.size();
  presented_.resize(populations);
  records_spikes_.resize(populations);
  workers_.resize(static_cast<std::size_t>(team_.size()));
  for (Worker& worker : workers_) {
    worker.ring.assign(populations, std::vector<Spikes>(static_cast<std::size_t>(ring_ticks_)));
  }
  for (const CompiledPopulation& population : network_.populations)
    emitted_.emplace_back(static_cast<std::size_t>(population.size));
  share_neurons();
  choose_delivery();
  cut_rows();
  share_plastic();
  share_short_term();
  share_homeostasis();
  reset();
}

/// Which neurons each worker owns. Where all projections have a delay, one stretch of the whole
/// numbering: then a row has one piece for each worker. Else a part of every population, since
/// populations are updated in turn.
void CpuBackend::share_neurons() {
  constexpr std::int64_t unit = NeuronShare::segment;
  const std::int64_t workers = team_.size();
  const std::int64_t units = network_.neurons / unit;
  for (std::int64_t w = 0; w < workers; ++w) {
    Worker& worker = workers_[static_cast<std::size_t>(w)];
    const Range mine{units * w / workers * unit, units * (w + 1) / workers * unit};
    for (const CompiledPopulation& population : network_.populations) {
      NeuronShare share;
      const std::int64_t own = (population.size + unit - 1) / unit;
      if (undelayed_ || population.is_source()) {
        share.begin = std::min(population.size, own * w / workers * unit);
        share.end = std::min(population.size, own * (w + 1) / workers * unit);
      } else {
        share.begin = std::clamp<std::int64_t>(mine.begin - population.first, 0, population.size);
        share.end = std::clamp<std::int64_t>(mine.end - population.first, 0, population.size);
      }
      if (undelayed_ && !population.is_source() && share.size() > 0)
        worker.ranges.push_back({population.first + share.begin, population.first + share.end});
      worker.shares.push_back(std::move(share));
    }
    if (!undelayed_) worker.ranges.push_back(mine);
  }
}

/// Workers either deliver all spikes to their own neurons, or share the spikes and deliver to all
/// neurons, each into sums of its own. The former meets once per least delay, the latter twice per
/// tick, but reads rows whole: better where they are short.
void CpuBackend::choose_delivery() {
  std::int64_t synapses = 0, parts = 0, ports = 1;
  bool procedural = false;  // rows that every worker would draw whole
  for (const FanOut& fan_out : network_.fan_outs) {
    procedural |= fan_out.format == SynapseFormat::procedural;
    synapses += fan_out.synapses();
    parts += fan_out.sources * static_cast<std::int64_t>(fan_out.delays.size());
  }
  for (const CompiledPopulation& population : network_.populations)
    ports = std::max<std::int64_t>(ports, population.receptors);
  const bool many = team_.size() > 1 && !undelayed_;
  constexpr std::int64_t short_part = 32, short_delay = 4;
  by_spikes_ = many && (options_.delivery == BackendOptions::Delivery::spikes ||
                        (options_.delivery == BackendOptions::Delivery::automatic &&
                         (procedural || (network_.least_delay < short_delay &&
                                         synapses < short_part * parts * team_.size()))));
  const std::size_t arrays = by_spikes_ ? workers_.size() : 1;
  for (std::size_t w = 0; w < arrays; ++w) {
    Worker& worker = workers_[w];
    worker.sums = HugeArray<std::int32_t>(static_cast<std::size_t>(ports * network_.neurons));
    worker.marks.resize(static_cast<std::size_t>(network_.neurons / 64));
    sums_.push_back(worker.sums.data());
    marks_.push_back(worker.marks.data());
  }
}

/// Where targets are shared: for each sub-row, which of its synapses are the worker's, as begin and
/// end from the row's begin. Where synapses change, they always belong to the owner of their
/// target.
void CpuBackend::cut_rows() {
  if (team_.size() == 1) return;
  team_.run([&](int w) {
    Worker& worker = workers_[static_cast<std::size_t>(w)];
    worker.cut.resize(network_.fan_outs.size());
    for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
      const FanOut& fan_out = network_.fan_outs[f];
      if (fan_out.format == SynapseFormat::dense || fan_out.procedural) continue;
      if (!fan_out.by_target() && (by_spikes_ || undelayed_)) continue;
      const Range mine =
          fan_out.by_target() ? target_range(worker, fan_out) : worker.ranges.front();
      auto& cut = worker.cut[f];
      cut.reserve(static_cast<std::size_t>(fan_out.sources) * fan_out.delays.size() * 2);
      for (std::int64_t k = 0; k < fan_out.sources; ++k) {
        const std::int64_t row = fan_out.row[static_cast<std::size_t>(k)];
        for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
          const FanOut::Part part = within(fan_out, fan_out.part(k, d), mine.begin, mine.end);
          cut.push_back(static_cast<std::uint32_t>(part.begin - row));
          cut.push_back(static_cast<std::uint32_t>(part.end - row));
        }
      }
    }
  });
}

void CpuBackend::reset() {
  tick_ = 0;
  for (PresentedSpikes& presented : presented_) presented = {};
  held_ = HeldValues(network_);
  for (auto& emitted : emitted_) std::fill(emitted.begin(), emitted.end(), 0);
  value_counts_.assign(network_.projections.size(), {});
  for (Worker& worker : workers_) {
    for (auto& ticks : worker.ring) {
      for (Spikes& spikes : ticks) spikes.clear();
    }
    for (std::size_t p = 0; p < worker.shares.size(); ++p) {
      if (!network_.populations[p].is_source())
        reset_share(network_.populations[p], worker.shares[p]);
    }
    for (ShortTermShare& share : worker.short_term) share.reset();
    for (auto& share : worker.homeostasis) {
      if (share) share->reset();
    }
    std::fill_n(worker.sums.data(), worker.sums.size(), 0);
    std::fill(worker.marks.begin(), worker.marks.end(), 0);
  }
}

void CpuBackend::advance(std::int64_t ticks, const Observer& observer) {
  stop_at_ = INT64_MAX;
  failure_ = nullptr;
  const std::int64_t first = tick_;
  for (auto& flag : marks_wanted_) flag = false;
  for (Worker& worker : workers_) {  // of a run that failed, samples may be left that nobody saw
    for (auto& half : worker.recorded) {
      for (auto& samples : half) samples.clear();
    }
  }
  team_.run([&](int w) { run_worker(w, first, ticks, observer); });
  if (failure_) std::rethrow_exception(failure_);
}

/// All workers go through the same stretches and meet at the end of each; the first then observes
/// the stretch while the others are in the next one.
void CpuBackend::run_worker(int w, std::int64_t first, std::int64_t ticks,
                            const Observer& observer) {
  const FlushToZero flush;
  Worker& mine = workers_[static_cast<std::size_t>(w)];
  const std::int64_t longest =
      undelayed_ ? 1 : std::min<std::int64_t>(network_.least_delay, longest_stretch);
  prepare(mine, first);
  barrier_.meet();
  std::int64_t done = 0;
  for (std::int64_t stretch = 0; done < ticks && stretch < stop_at_; ++stretch) {
    const std::int64_t begin = first + done, end = begin + std::min(longest, ticks - done);
    for (std::int64_t tick = begin; tick < end; ++tick) {
      run_tick(w, stretch, tick, tick + 1 == end);
      if (scales_weights_) guarded(stretch, [&] { scale_weights(mine, tick + 1); });
    }
    barrier_.meet();
    done = end - first;
    if (w > 0) continue;
    tick_ = end;
    guarded(stretch + 1, [&] { observe(begin, end - begin, stretch, observer); });
  }
}

/// Does the work unless it fails: then the run ends before the stretch after `stretch`, at which
/// the other workers have not arrived yet.
template <class Work>
void CpuBackend::guarded(std::int64_t stretch, const Work& work) {
  try {
    work();
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
    stop_at_ = std::min<std::int64_t>(stop_at_, stretch + 1);
  }
}

void CpuBackend::run_tick(int w, std::int64_t stretch, std::int64_t tick, bool last) {
  if (undelayed_) {
    for (int level = 0; level < network_.levels; ++level) {
      if (level > 0) barrier_.meet();
      guarded(stretch, [&] {
        deliver_tick(w, level, tick);
        update_tick(w, level, tick, stretch);
      });
    }
    return;
  }
  guarded(stretch, [&] { deliver_tick(w, -1, tick); });
  if (by_spikes_) barrier_.meet();
  guarded(stretch, [&] { update_tick(w, -1, tick, stretch); });
  if (by_spikes_ && !last) barrier_.meet();
}

std::unique_ptr<Backend> make_backend(const std::string& device, CompiledNetwork network,
                                      const BackendOptions& options) {
  if (device == "cpu") return std::make_unique<CpuBackend>(std::move(network), options);
  if (device.starts_with("cuda"))
    return make_cuda_backend(cuda_device(device), std::move(network), options);
  throw UnavailableError("device \"" + device + "\" is unknown; \"cpu\" is available");
}

std::unique_ptr<RowBuilder> make_row_builder(const std::string& device) {
  if (!device.starts_with("cuda")) return nullptr;
  return make_cuda_row_builder(cuda_device(device));
}

}  // namespace snn

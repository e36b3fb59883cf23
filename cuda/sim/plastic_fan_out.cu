// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "cuda/sim/plastic.hpp"
#include "cuda/sim/plastic_fan_out.hpp"

namespace snn::cuda {
namespace {

template <class Rule>
class PlasticFanOutOf : public PlasticFanOut {
 public:
  using Lazy = typename LazyOf<Rule>::type;
  using Source = typename Lazy::Source;
  using Entry = typename Lazy::Entry;

  PlasticFanOutOf(const Rule& rule, const CompiledNetwork& network, std::size_t number,
                  const DeviceNetwork& net, const gpu::Stream& stream)
      : PlasticFanOut(network.fan_outs[number], number, stream),
        net_(net),
        stream_(stream),
        dopamine_per_reward_(dopamine_of(rule)),
        host_lazy_(rule, network.dt_ms) {
    const FanOut& fan_out = network.fan_outs[number];
    rows_ = static_cast<std::size_t>(fan_out.sources) * fan_out.delays.size();
    const std::int64_t longest = fan_out.delays.back();
    constexpr std::int64_t grid = ModulatedRule<Rule> ? 1024 : 0;
    capacity_ =
        std::bit_ceil(static_cast<std::uint32_t>(net.batch_ticks() + 2 * longest + grid + 1));
    lazy_ = gpu::uploaded(stream, std::span<const Lazy>(&host_lazy_, 1));
    delays_ = gpu::uploaded(stream, fan_out.delays);
    const auto targets = static_cast<std::size_t>(fan_out.span);
    sources_ = gpu::uploaded(stream, std::vector<Source>(rows_));
    entries_ = gpu::Buffer<Entry>(targets * capacity_);
    counts_ = gpu::zeros<std::uint32_t>(stream, targets);
    gpu::launch(stream_, {.grid = few_blocks(entries_count()), .block = block_threads},
                forget<Entry>, entries_.data(), entries_count());
    seen_ = gpu::uploaded(stream, std::vector<Tick>{host_seen_});
    full_ = gpu::Buffer<unsigned>(1);
    rewards_view_ = gpu::Buffer<RewardsView>(1);
    arrivals_ = gpu::uploaded(stream, arrivals_of(fan_out, static_cast<std::int32_t>(number)));
    view_ = {
        .lazy = lazy_.data(),
        .sources = sources_.data(),
        .entries = entries_.data(),
        .counts = counts_.data(),
        .mask = capacity_ - 1,
        .weights = weights_.data(),
        .eligibility = eligibility_.data(),
        .rewards = rewards_view_.data(),
        .delays = delays_.data(),
        .longest = static_cast<Tick>(longest),
        .seen = seen_.data(),
        .full = full_.data(),
        .sources_count = fan_out.sources,
        .targets = fan_out.span,
        .fan_out = static_cast<std::int32_t>(number),
        .target = network.projections[static_cast<std::size_t>(fan_out.projections.front())].target,
        .scale = static_cast<float>(fan_out.scale)};
    tell_rewards();
  }

  void deliver(int offset) const override {
    if (arrivals_.size() == 0) return;
    const auto arrivals = static_cast<unsigned>(arrivals_.size());
    gpu::launch(
        stream_,
        {.grid = dim3(blocks_per_row(arrivals_.size()), arrivals), .block = deliver_threads},
        deliver_plastic<Rule>, net_.view(), view_, arrivals_.data(), offset);
  }

  void follow(int offset) const override {
    const auto rows = static_cast<unsigned>(delays_.size() + 1);
    const std::int64_t most = std::max(view_.sources_count, view_.targets);
    const unsigned blocks = std::min(few_blocks(most), blocks_per_row(rows));
    gpu::launch(stream_, {.grid = dim3(blocks, rows), .block = block_threads}, follow_spikes<Rule>,
                net_.view(), view_, offset);
  }

  void prepare(std::int64_t first, int ticks) override {
    // With a spike in every tick the oldest of a history would be as old as it is long.
    if (first + ticks - std::int64_t{capacity_} + view_.longest <= host_seen_) return;
    gpu::clear(stream_, full_.data(), 1);
    gpu::launch(stream_,
                {.grid = dim3(static_cast<unsigned>((view_.targets - 1) / block_threads + 1)),
                 .block = block_threads},
                check_room<Rule>, view_, ticks);
    launch_catch_up(first, CatchUp::if_full);
  }

  void catch_up(std::int64_t tick) override { launch_catch_up(tick, CatchUp::to_this_tick); }

  std::vector<float> look(std::int64_t tick,
                          std::span<const std::int64_t> synapses) const override {
    const gpu::Buffer<std::int64_t> which = gpu::uploaded(stream_, synapses);
    const std::size_t count = synapses.empty() ? weights_.size() : synapses.size();
    const gpu::Buffer<float> found(count);
    if (count == 0) return {};
    gpu::launch(stream_,
                {.grid = dim3(static_cast<unsigned>((count - 1) / block_threads + 1)),
                 .block = block_threads},
                cuda::look<Rule>, net_.view(), view_, static_cast<Tick>(tick), which.data(),
                static_cast<std::int64_t>(count), found.data());
    return gpu::downloaded(stream_, found);
  }

  void reward(float amount, std::int64_t at) override {
    if constexpr (ModulatedRule<Rule>) {
      const auto tick = static_cast<Tick>(at);
      if (rewards_.oldest(0).tick > seen()) {
        if (rewards_.oldest(0).tick > resting_point<Rule>(tick - 1 - view_.longest)) {
          rewards_.grow();
        } else {
          launch_catch_up(at, CatchUp::make_room);
        }
      }
      rewards_.add(0, after_reward(rewards_.last(0), tick, amount * dopamine_per_reward_,
                                   host_lazy_.modulation.dopamine));
      tell_rewards();
    }
  }

  PlasticArrays save(std::int64_t tick) override {
    launch_catch_up(tick, CatchUp::make_room);
    PlasticArrays arrays;
    for (const Source& source : gpu::downloaded(stream_, sources_)) {
      arrays.source_tick.push_back(source.tick);
      arrays.source_seen.push_back(source.seen);
      arrays.source_trace.insert(arrays.source_trace.end(), source.value.begin(),
                                 source.value.end());
    }
    const std::vector<Entry> entries = gpu::downloaded(stream_, entries_);
    const std::vector<std::uint32_t> counts = gpu::downloaded(stream_, counts_);
    // As many as are needed: those not seen by all, and the one before.
    const Tick all_saw = seen() - view_.longest;
    const auto entry = [&](std::size_t n, std::uint32_t back) -> const Entry& {
      return entries[n * capacity_ + ((counts[n] - back) & view_.mask)];
    };
    std::uint32_t unseen = 0;
    for (std::size_t n = 0; n < counts.size(); ++n) {
      while (unseen < view_.mask && entry(n, unseen + 1).tick > all_saw) ++unseen;
    }
    constexpr std::uint32_t least = 16;
    const std::uint32_t kept = std::max(least, std::bit_ceil(unseen + 1));
    arrays.capacity = kept;
    for (std::size_t n = 0; n < counts.size(); ++n) {
      for (std::uint32_t back = kept; back > 0; --back)
        put(back > capacity_ ? Entry{} : entry(n, back), arrays.spike_tick, arrays.spike_trace);
    }
    for (const auto& given : rewards_.entries(0))
      put(given, arrays.reward_tick, arrays.reward_trace);
    return arrays;
  }

  void restore(const PlasticArrays& from, std::int64_t tick) override {
    std::vector<Source> sources(rows_);
    std::size_t value = 0;
    for (std::size_t i = 0; i < rows_; ++i) {
      sources[i].tick = from.source_tick.at(i);
      sources[i].seen = from.source_seen.at(i);
      for (float& trace : sources[i].value) trace = from.source_trace.at(value++);
    }
    gpu::upload(stream_, sources_.data(), std::span<const Source>(sources));
    // The newest of each, as far as they fit: what lies further back has been seen by all.
    const auto targets = static_cast<std::size_t>(view_.targets);
    const std::size_t kept = std::min<std::size_t>(from.capacity, capacity_);
    std::vector<Entry> entries(targets * capacity_);
    for (std::size_t n = 0; n < targets; ++n) {
      for (std::size_t i = 0; i < kept; ++i)
        entries[n * capacity_ + i] =
            entry_of<Entry>(from.spike_tick, from.spike_trace, (n + 1) * from.capacity - kept + i);
    }
    gpu::upload(stream_, entries_.data(), std::span<const Entry>(entries));
    const std::vector<std::uint32_t> counts(targets, static_cast<std::uint32_t>(kept));
    gpu::upload(stream_, counts_.data(), std::span<const std::uint32_t>(counts));
    rewards_.clear();
    while (rewards_.capacity() < from.reward_tick.size()) rewards_.grow();
    for (std::size_t i = 0; i < from.reward_tick.size(); ++i)
      rewards_.add(0, entry_of<SpikeTraces<float, 1>>(from.reward_tick, from.reward_trace, i));
    tell_rewards();
    host_seen_ = resting_point<Rule>(static_cast<Tick>(tick - 1 - view_.longest));
    gpu::upload(stream_, seen_.data(), std::span<const Tick>(&host_seen_, 1));
    stream_.synchronize();
  }

 private:
  static float dopamine_of(const Rule& rule) {
    if constexpr (ModulatedRule<Rule>) return static_cast<float>(rule.dopamine_per_reward());
    return 0;
  }

  template <class AnyEntry>
  static void put(const AnyEntry& entry, std::vector<std::int32_t>& tick,
                  std::vector<float>& trace) {
    tick.push_back(entry.tick);
    trace.insert(trace.end(), entry.value.begin(), entry.value.end());
  }
  template <class AnyEntry>
  static AnyEntry entry_of(const std::vector<std::int32_t>& tick, const std::vector<float>& trace,
                           std::size_t i) {
    AnyEntry entry{};
    entry.tick = tick.at(i);
    for (std::size_t k = 0; k < entry.value.size(); ++k)
      entry.value[k] = trace.at(i * entry.value.size() + k);
    return entry;
  }

  std::int64_t entries_count() const { return static_cast<std::int64_t>(entries_.size()); }

  Tick seen() const { return gpu::downloaded(stream_, seen_).front(); }

  void launch_catch_up(std::int64_t tick, CatchUp how) {
    if (rows_ == 0) return;
    gpu::launch(stream_, {.grid = dim3(blocks_per_row(1)), .block = deliver_threads},
                cuda::catch_up<Rule>, net_.view(), view_, static_cast<Tick>(tick), how);
    if (how != CatchUp::if_full)
      host_seen_ =
          std::max(host_seen_, resting_point<Rule>(static_cast<Tick>(tick - 1 - view_.longest)));
  }

  void tell_rewards() {
    std::vector<SpikeTraces<float, 1>> ring;  // oldest first, as a ring of that many
    for (const auto& entry : rewards_.entries(0)) ring.push_back(entry);
    stream_.synchronize();
    device_rewards_ = gpu::uploaded(stream_, ring);
    const auto size = static_cast<std::uint32_t>(ring.size());
    const RewardsView given{device_rewards_.data(), size - 1, size};
    gpu::upload(stream_, rewards_view_.data(), std::span<const RewardsView>(&given, 1));
    stream_.synchronize();
  }

  const DeviceNetwork& net_;
  const gpu::Stream& stream_;
  float dopamine_per_reward_;
  Lazy host_lazy_;
  SpikeHistories<1> rewards_{1};
  std::size_t rows_ = 0;  ///< sub-rows
  std::uint32_t capacity_ = 0;
  Tick host_seen_ = never_spiked / 2;  ///< at least up to this tick, see PlasticView::seen
  gpu::Buffer<Lazy> lazy_;
  gpu::Buffer<Source> sources_;
  gpu::Buffer<Entry> entries_;
  gpu::Buffer<std::uint32_t> counts_;
  gpu::Buffer<SpikeTraces<float, 1>> device_rewards_;
  gpu::Buffer<RewardsView> rewards_view_;
  gpu::Buffer<Tick> delays_, seen_;
  gpu::Buffer<unsigned> full_;
  gpu::Buffer<Arrival> arrivals_;
  PlasticView<Rule> view_{};
};

}  // namespace

unsigned few_blocks(std::int64_t most) {
  constexpr std::int64_t enough = 32;
  return static_cast<unsigned>(
      std::clamp<std::int64_t>((most + block_threads - 1) / block_threads, 1, enough));
}

unsigned blocks_per_row(std::size_t rows) {
  constexpr int blocks_per_multiprocessor = 8;
  const auto blocks = static_cast<unsigned>(blocks_per_multiprocessor * gpu::multiprocessors());
  return std::max(1u, blocks / static_cast<unsigned>(rows));
}

std::unique_ptr<PlasticFanOut> make_plastic_fan_out(const CompiledNetwork& network,
                                                    std::size_t fan_out, const DeviceNetwork& net,
                                                    const gpu::Stream& stream) {
  return std::visit(
      [&](const auto& rule) -> std::unique_ptr<PlasticFanOut> {
        using Rule = std::decay_t<decltype(rule)>;
        if constexpr (std::is_same_v<Rule, std::monostate>) {
          return nullptr;
        } else {
          return std::make_unique<PlasticFanOutOf<Rule>>(rule, network, fan_out, net, stream);
        }
      },
      network.fan_outs[fan_out].rule);
}

}  // namespace snn::cuda

// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_share.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "snn/backend/poisson_drive.hpp"
#include "snn/math/counters.hpp"

namespace snn {
namespace {

constexpr std::int64_t segment = NeuronShare::segment;

/// Events per neuron and tick above which stepping all neurons is cheaper than finding the touched
/// ones.
constexpr double busy = 1.0 / 8.0;

/// Number of the sums that are not 0.
struct CountKernel {
  const std::int32_t* sums;
  std::int64_t count;
  std::int64_t* arrived;

  void operator()() const {
    const std::int32_t* __restrict from = sums;
    std::int32_t some = 0;
    for (std::int64_t j = 0; j < count; ++j) some += from[j] != 0 ? 1 : 0;
    *arrived += some;
  }
};

/// Adds up what workers delivered to `count` neurons at `at`, and clears it. Adds the number of
/// sums that are not 0 to `arrived`.
struct TakeKernel {
  std::span<std::int32_t* const> sums;
  std::int64_t at, count;
  std::int32_t* out;
  std::int64_t* arrived;

  void operator()() const {
    std::int32_t* __restrict to = out;
    std::int32_t some = 0;
    std::int32_t* __restrict first = sums[0] + at;
    for (std::int64_t j = 0; j < count; ++j) {
      to[j] = first[j];
      some += first[j] != 0 ? 1 : 0;
      first[j] = 0;
    }
    for (std::size_t w = 1; w < sums.size(); ++w) {
      std::int32_t* __restrict from = sums[w] + at;
      for (std::int64_t j = 0; j < count; ++j) {
        to[j] += from[j];
        some += from[j] != 0 ? 1 : 0;
        from[j] = 0;
      }
    }
    *arrived += some;
  }
};

LateNeuron<float> late_neuron(const CompiledPopulation& population, NeuronShare& share,
                              std::int64_t j, std::int64_t tick) {
  const std::int64_t done = share.updated[static_cast<std::size_t>(j)];
  return {.state = share.state.data() + j,
          .stride = share.size(),
          .coeffs = population.coeffs.data() + (population.shared ? 0 : share.begin + j),
          .coeff_stride = population.shared ? 0 : population.size,
          .quiet = tick - done,
          .since_start = done == 0};
}

/// Notes a neuron, which has done all ticks before `tick`, if it may spike by itself.
void note_due(const CompiledPopulation& population, NeuronShare& share, std::int64_t j,
              std::int64_t tick) {
  if (population.loops->may_spike(late_neuron(population, share, j, tick)))
    share.due[static_cast<std::size_t>(j / 64)] |= std::uint64_t{1} << (j % 64);
}

/// Lets a neuron do the quiet ticks before `tick` that it has not done.
void make_up(const CompiledPopulation& population, NeuronShare& share, std::int64_t j,
             std::int64_t tick) {
  std::int64_t& done = share.updated[static_cast<std::size_t>(j)];
  if (tick <= done) return;
  const std::int64_t moved = population.loops->catch_up(late_neuron(population, share, j, tick));
  if (counters) share.membrane_updates += static_cast<std::uint64_t>(moved);
  done = tick;
}

/// One share during one tick.
class Update {
 public:
  Update(const CompiledPopulation& population, NeuronShare& share, const Arrivals& arrivals,
         const UpdateRequest& request, std::vector<std::int32_t>& fired)
      : population_(population),
        share_(share),
        arrivals_(arrivals),
        request_(request),
        fired_(fired),
        first_(population.first + share.begin),
        coeffs_(population.coeffs.data() + (population.shared ? 0 : share.begin)),
        coeff_stride_(population.shared ? 0 : population.size) {
    for (const int log2 : population.scale_log2) scale_.push_back(std::ldexp(1.0f, -log2));
  }

  void run() {
    if (request_.record) share_.u.resize(static_cast<std::size_t>(share_.size()));
    if (!share_.current) {
      touch();
      return;
    }
    if (share_.asleep > 0) take_marks();
    if (!population_.currents.empty()) inject();
    if (share_.asleep == segments() && !request_.record) return;
    arrived_ = 0;
    takes_in_place_ =
        arrivals_.sums.size() == 1 && population_.drives.empty() &&
        std::all_of(share_.base.begin(), share_.base.end(), [](auto& b) { return b.empty(); });
    for (std::int64_t s = 0; s < segments(); ++s) step(s);
    if (share_.touchable) note_activity(arrived_);
  }

 private:
  std::int64_t segments() const { return (share_.size() + segment - 1) / segment; }

  /// What sleeps does so under a current that does not change.
  void inject() {
    if (inject_currents(population_, share_.begin, share_.size(), request_.tick, request_.seed,
                        request_.isa, share_.injected))
      wake(share_);
    coeffs_ = share_.injected.coeffs.data();
    coeff_stride_ = share_.injected.stride;
  }

  /// Wakes the segments that an event arrived in.
  void take_marks() {
    for (std::int64_t s = 0; s < segments(); ++s) {
      const auto word = static_cast<std::size_t>((first_ + s * segment) / 64);
      std::uint64_t bits = 0;
      for (std::uint64_t* marks : arrivals_.marks) {
        for (std::size_t i = word; i < word + segment / 64; ++i) bits |= std::exchange(marks[i], 0);
      }
      if (bits == 0) continue;
      std::uint8_t& quiet = share_.quiet[static_cast<std::size_t>(s)];
      share_.asleep -= quiet == 2 ? 1 : 0;
      quiet = 0;
    }
  }

  /// Sums of a segment's ports, and with what they are to be cleared when they have been used.
  struct Taken {
    const std::int32_t* sums;
    std::int64_t stride;      ///< between ports
    bool some;                ///< whether anything arrived
    std::int32_t* delivered;  ///< to be cleared; null: has been
  };

  /// `asked`: it matters whether anything arrived.
  Taken take(std::int64_t begin, std::int64_t count, bool asked) {
    const std::int64_t before = arrived_, at = first_ + begin;
    if (takes_in_place_) {  // saves writing them once more
      std::int32_t* delivered = arrivals_.sums[0] + at;
      for (int port = 0; asked && port < population_.receptors; ++port)
        run_kernel(CountKernel{delivered + port * arrivals_.neurons, count, &arrived_},
                   request_.isa);
      return {delivered, arrivals_.neurons, arrived_ != before, delivered};
    }
    for (int port = 0; port < population_.receptors; ++port) {
      std::int32_t* out = sum_ + port * segment;
      run_kernel(TakeKernel{arrivals_.sums, port * arrivals_.neurons + at, count, out, &arrived_},
                 request_.isa);
      const auto& base = share_.base[static_cast<std::size_t>(port)];
      for (std::int64_t j = 0; !base.empty() && j < count; ++j)
        out[j] += base[static_cast<std::size_t>(begin + j)];
    }
    for (const CompiledPoissonDrive& drive : population_.drives) {
      share_.drive_events += static_cast<std::uint64_t>(
          add_poisson_drive(drive, request_.seed, request_.tick, share_.begin + begin, count,
                            sum_ + drive.receptor * segment, request_.isa));
      ++arrived_;
    }
    return {sum_, segment, arrived_ != before, nullptr};
  }

  void clear(const Taken& taken, std::int64_t count) const {
    if (taken.delivered == nullptr) return;
    for (int port = 0; port < population_.receptors; ++port)
      std::fill_n(taken.delivered + port * taken.stride, count, 0);
  }

  void step(std::int64_t s) {
    std::uint8_t& quiet = share_.quiet[static_cast<std::size_t>(s)];
    const std::int64_t begin = s * segment, count = std::min(segment, share_.size() - begin);
    if (quiet == 2) {  // the membrane, field 0, is what it was
      if (request_.record)
        std::copy_n(share_.state.begin() + begin, count, share_.u.begin() + begin);
      return;
    }
    const Taken taken = take(begin, count, share_.touchable || quiet == 1);
    // A state that a tick without arrivals leaves as it is stays so until one comes.
    const bool may_sleep = quiet == 1 && !taken.some;
    if (may_sleep) keep(begin, count);
    float u[segment];
    NeuronRange<float> range = range_of(begin, count, taken.sums, taken.stride,
                                        request_.record ? share_.u.data() + begin : u);
    population_.loops->step(range, request_.isa);
    clear(taken, count);
    if (counters) {
      share_.stepped += static_cast<std::uint64_t>(count);
      share_.membrane_updates +=
          static_cast<std::uint64_t>(request_.tick == 0 ? count : range.moved);
    }
    for (std::int64_t j = 0, left = range.spikes; left > 0; ++j) {
      if (fired_here_[j] == 0) continue;
      fired_.push_back(static_cast<std::int32_t>(share_.begin + begin + j));
      --left;
    }
    quiet = range.moved == 0 && range.spikes == 0 ? 1 : 0;
    if (may_sleep && unchanged(begin, count)) {
      quiet = 2;
      ++share_.asleep;
    }
  }

  void keep(std::int64_t begin, std::int64_t count) {
    kept_.resize(static_cast<std::size_t>(population_.loops->state_fields * segment));
    for (int f = 0; f < population_.loops->state_fields; ++f)
      std::memcpy(kept_.data() + f * segment, share_.state.data() + f * share_.size() + begin,
                  static_cast<std::size_t>(count) * sizeof(float));
  }
  bool unchanged(std::int64_t begin, std::int64_t count) const {
    for (int f = 0; f < population_.loops->state_fields; ++f) {
      if (std::memcmp(kept_.data() + f * segment, share_.state.data() + f * share_.size() + begin,
                      static_cast<std::size_t>(count) * sizeof(float)) != 0)
        return false;
    }
    return true;
  }

  void touch() {
    std::int64_t events = 0;
    for (std::int64_t begin = 0; begin < share_.size(); begin += 64) {
      std::uint64_t bits = std::exchange(share_.due[static_cast<std::size_t>(begin / 64)], 0);
      const auto word = static_cast<std::size_t>((first_ + begin) / 64);
      for (std::uint64_t* marks : arrivals_.marks) bits |= std::exchange(marks[word], 0);
      for (; bits != 0; bits &= bits - 1) {
        touch(begin + std::countr_zero(bits));
        ++events;
      }
    }
    if (counters) share_.touched += static_cast<std::uint64_t>(events);
    note_activity(events);
  }

  void note_activity(std::int64_t events) {
    share_.activity +=
        0.1 * (static_cast<double>(events) / static_cast<double>(share_.size()) - share_.activity);
  }

  void touch(std::int64_t j) {
    const auto at = static_cast<std::size_t>(j);
    make_up(population_, share_, j, request_.tick);
    std::int32_t input[most_ports];
    for (int port = 0; port < population_.receptors; ++port) {
      input[port] = 0;
      for (std::int32_t* sums : arrivals_.sums)
        input[port] += std::exchange(sums[port * arrivals_.neurons + first_ + j], 0);
    }
    float u = 0;
    NeuronRange<float> range = range_of(j, 1, input, 1, &u);
    population_.loops->step(range, Isa::baseline);
    if (counters)
      share_.membrane_updates += static_cast<std::uint64_t>(request_.tick == 0 ? 1 : range.moved);
    share_.updated[at] = request_.tick + 1;
    note_due(population_, share_, j, request_.tick + 1);
    if (range.spikes > 0) fired_.push_back(static_cast<std::int32_t>(share_.begin + j));
  }

  NeuronRange<float> range_of(std::int64_t begin, std::int64_t count, const std::int32_t* input,
                              std::int64_t input_stride, float* u) {
    return {.state = share_.state.data() + begin,
            .stride = share_.size(),
            .input = input,
            .input_stride = input_stride,
            .scale = scale_.data(),
            .coeffs = coeffs_ + (coeff_stride_ == 0 ? 0 : begin),
            .coeff_stride = coeff_stride_,
            .count = count,
            .u = u,
            .fired = fired_here_};
  }

  const CompiledPopulation& population_;
  NeuronShare& share_;
  const Arrivals& arrivals_;
  const UpdateRequest& request_;
  std::vector<std::int32_t>& fired_;
  std::int64_t first_;   ///< number of the share's first neuron among all
  const float* coeffs_;  ///< of the share's first neuron
  std::int64_t coeff_stride_;
  std::vector<float> scale_;
  std::vector<float> kept_;
  std::int64_t arrived_ = 0;     ///< sums that were not 0
  bool takes_in_place_ = false;  ///< what one worker delivered is all that a tick adds
  alignas(64) std::int32_t sum_[most_ports * segment];
  alignas(64) std::int32_t fired_here_[segment];
};

/// Marks that nobody took, as others asked for theirs, are of ticks that are over.
void clear_marks(const CompiledPopulation& population, const NeuronShare& share,
                 const Arrivals& arrivals) {
  const std::int64_t first = (population.first + share.begin) / 64;
  for (std::uint64_t* marks : arrivals.marks)
    std::fill_n(marks + first, (share.size() + 63) / 64, std::uint64_t{0});
}

}  // namespace

void wake(NeuronShare& share) {
  std::fill(share.quiet.begin(), share.quiet.end(), std::uint8_t{0});
  share.asleep = 0;
}

void choose_way(const CompiledPopulation& population, NeuronShare& share,
                BackendOptions::Update way, bool records, std::int64_t tick) {
  if (!share.touchable || share.size() == 0) return;
  const bool stepped = way == BackendOptions::Update::stepped || records ||
                       (way == BackendOptions::Update::automatic && share.activity > busy);
  if (stepped == share.current) return;
  if (stepped) {
    catch_up(population, share, tick);
  } else {
    std::fill(share.updated.begin(), share.updated.end(), tick);
    std::fill(share.due.begin(), share.due.end(), 0);
    for (std::int64_t j = 0; j < share.size(); ++j) note_due(population, share, j, tick);
  }
  share.current = stepped;
  wake(share);
}

void follow_change(const CompiledPopulation& population, NeuronShare& share) {
  if (share.size() == 0) return;
  share.injected.stale = true;
  if (population.driven) share.touchable = false;
  share.current = true;  // choose_way() looks which may spike under a threshold that moved
  wake(share);
}

void reset_share(const CompiledPopulation& population, NeuronShare& share) {
  const auto size = static_cast<std::size_t>(share.size());
  share.state.assign(static_cast<std::size_t>(population.loops->state_fields) * size, 0.0f);
  std::copy(population.initial_u.begin() + share.begin, population.initial_u.begin() + share.end,
            share.state.begin());
  share.base.assign(static_cast<std::size_t>(population.receptors), {});
  for (std::size_t port = 0; port < share.base.size(); ++port) {
    const auto& bias = population.bias[port];
    if (!bias.empty())
      share.base[port].assign(bias.begin() + share.begin, bias.begin() + share.end);
  }
  share.touchable = population.loops->has_jump && !population.driven;
  share.updated.assign(share.touchable ? size : 0, 0);
  share.due.assign(share.touchable ? (size + 63) / 64 : 0, 0);
  share.quiet.assign((size + segment - 1) / segment, 0);
  share.asleep = 0;
  share.current = true;
  share.activity = 1.0;
  share.injected.stale = true;
  share.stepped = share.touched = share.membrane_updates = share.drive_events = 0;
}

void update_share(const CompiledPopulation& population, NeuronShare& share,
                  const Arrivals& arrivals, const UpdateRequest& request,
                  std::vector<std::int32_t>& fired) {
  if (share.size() == 0) return;
  const bool wanted = share.wants_marks();
  Update(population, share, arrivals, request, fired).run();
  choose_way(population, share, request.way, request.records, request.tick + 1);
  if (!wanted && share.wants_marks()) clear_marks(population, share, arrivals);
}

void catch_up(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick) {
  if (share.current) return;
  for (std::int64_t j = 0; j < share.size(); ++j) make_up(population, share, j, tick);
}

}  // namespace snn

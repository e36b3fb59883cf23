// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/synapse_values.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "snn/compile/value_draw.hpp"

namespace snn {
namespace {

std::int32_t ticks_of(double ms, double dt_ms) {
  return static_cast<std::int32_t>(std::lround(ms / dt_ms));
}

std::int32_t ticks_after(const DistanceDelay& delay, double mm, double dt_ms) {
  return std::max(1, ticks_of(delay.offset_ms + mm / delay.speed_mm_per_ms, dt_ms));
}

/// Half a tick is the least that rounds to one.
float least_ms(double dt_ms) {
  return static_cast<float>(0.5 * dt_ms);
}

ValueDraw draw_of(const Uniform& d) {
  return {.kind = ValueDraw::Kind::uniform, .first = d.low, .second = d.high};
}
ValueDraw draw_of(const Normal& d) {
  return {.kind = ValueDraw::Kind::normal, .first = d.mean, .second = d.sd};
}
ValueDraw draw_of(const TruncatedNormal& d) {
  return {.kind = ValueDraw::Kind::truncated_normal,
          .first = d.mean,
          .second = d.sd,
          .low = d.low,
          .high = d.high};
}
ValueDraw draw_of(const Lognormal& d) {
  return {.kind = ValueDraw::Kind::lognormal, .first = d.mu, .second = d.sigma};
}

std::vector<std::int32_t> every(std::int32_t low, std::int32_t high) {
  std::vector<std::int32_t> ticks;
  for (std::int32_t tick = low; tick <= high; ++tick) ticks.push_back(tick);
  return ticks;
}

std::vector<std::int32_t> distinct(const std::vector<double>& ms, double dt_ms) {
  std::vector<std::int32_t> ticks;
  for (const double value : ms) {
    const std::int32_t tick = ticks_of(value, dt_ms);
    if (ticks.empty() || ticks.back() != tick) ticks.push_back(tick);
  }
  std::sort(ticks.begin(), ticks.end());
  ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
  return ticks;
}

}  // namespace

SynapseValues::SynapseValues(const Network& network, ProjectionId id, double dt_ms,
                             std::uint64_t seed, double synapses)
    : synapse_(&network[id].synapse),
      dt_ms_(dt_ms),
      seed_(seed),
      stream_(static_cast<std::uint32_t>(id.index)),
      from_(&network[network[id].source].positions),
      to_(&network[network[id].target].positions),
      space_(std::get_if<DistanceDependent>(&network[id].rule)) {
  const Shape& in = network[network[id].source].shape;
  const auto* shared = std::get_if<Convolution>(&network[id].rule);
  if (const auto* kaiming = std::get_if<KaimingUniform>(&synapse_->weight)) {
    // The synapses that end at a neuron of the target, on average.
    double fan_in = synapses / static_cast<double>(network[network[id].target].size());
    if (shared != nullptr)  // away from borders
      fan_in = static_cast<double>(in[0] * shared->kernel[0] * shared->kernel[1]);
    kaiming_bound_ = kaiming->gain * std::sqrt(3.0 / std::max(fan_in, 1.0));
  }
  if (shared != nullptr && !std::holds_alternative<double>(synapse_->weight)) {
    map_.emplace(*shared, in, network[network[id].target].shape);
    shared_.resize(static_cast<std::size_t>(map_->weights()));
    values(0, shared_);
  }
}

void SynapseValues::weights(std::int64_t first, const Ends& ends, std::span<float> out) const {
  if (!map_) return values(first, out);
  for (std::size_t s = 0; s < out.size(); ++s)
    out[s] = shared_[static_cast<std::size_t>(map_->weight_of(ends.source[s], ends.target[s]))];
}

bool SynapseValues::ticks_look_at_ends() const {
  return std::holds_alternative<PerSource>(synapse_->delay_ms) ||
         std::holds_alternative<DistanceDelay>(synapse_->delay_ms);
}

/// Of weights as they are numbered: by synapse, or by place of a kernel.
void SynapseValues::values(std::int64_t first, std::span<float> out) const {
  const Draws draws{seed_, RandomUse::weights, stream_};
  const auto from = static_cast<std::uint64_t>(first);
  std::visit(
      [&](const auto& weight) {
        using Kind = std::decay_t<decltype(weight)>;
        if constexpr (std::is_same_v<Kind, double>) {
          std::fill(out.begin(), out.end(), static_cast<float>(weight));
        } else if constexpr (std::is_same_v<Kind, std::vector<float>>) {
          std::copy_n(weight.begin() + first, out.size(), out.begin());
        } else if constexpr (std::is_same_v<Kind, KaimingUniform>) {
          draw_values(Uniform{-kaiming_bound_, kaiming_bound_}, draws, from, out);
        } else {
          draw_values(weight, draws, from, out);
        }
      },
      synapse_->weight);
}

void SynapseValues::ticks(std::int64_t first, const Ends& ends, std::span<std::int32_t> out) const {
  std::visit(
      [&](const auto& delay) {
        using Kind = std::decay_t<decltype(delay)>;
        if constexpr (std::is_same_v<Kind, double>) {
          std::fill(out.begin(), out.end(), ticks_of(delay, dt_ms_));
        } else if constexpr (std::is_same_v<Kind, PerSource>) {
          for (std::size_t s = 0; s < out.size(); ++s)
            out[s] = ticks_of(delay.ms[ends.source[s]], dt_ms_);
        } else if constexpr (std::is_same_v<Kind, PerSynapse>) {
          for (std::size_t s = 0; s < out.size(); ++s)
            out[s] = ticks_of(delay.ms[static_cast<std::size_t>(first) + s], dt_ms_);
        } else if constexpr (std::is_same_v<Kind, DistanceDelay>) {
          for (std::size_t s = 0; s < out.size(); ++s) {
            out[s] = ticks_after(
                delay, distance_mm(*from_, from_->mm[ends.source[s]], to_->mm[ends.target[s]]),
                dt_ms_);
          }
        } else {
          const Draws draws{seed_, RandomUse::delays, stream_};
          const auto per_ms = static_cast<float>(1.0 / dt_ms_);
          const float least = least_ms(dt_ms_);
          float ms[RandomBlock::most];
          for (std::size_t begin = 0; begin < out.size(); begin += RandomBlock::most) {
            const std::size_t count = std::min<std::size_t>(RandomBlock::most, out.size() - begin);
            draw_values(delay, draws, static_cast<std::uint64_t>(first) + begin, {ms, count},
                        least);
            for (std::size_t s = 0; s < count; ++s) out[begin + s] = drawn_tick(ms[s], per_ms);
          }
        }
      },
      synapse_->delay_ms);
}

ValueDraw SynapseValues::weight_draw() const {
  ValueDraw draw = std::visit(
      [&](const auto& weight) -> ValueDraw {
        using Kind = std::decay_t<decltype(weight)>;
        if constexpr (std::is_same_v<Kind, double>) {
          return {.first = weight};
        } else if constexpr (std::is_same_v<Kind, std::vector<float>>) {
          return {};
        } else if constexpr (std::is_same_v<Kind, KaimingUniform>) {
          return draw_of(Uniform{-kaiming_bound_, kaiming_bound_});
        } else {
          return draw_of(weight);
        }
      },
      synapse_->weight);
  draw.draws = {seed_, RandomUse::weights, stream_};
  return draw;
}

ValueDraw SynapseValues::delay_draw() const {
  ValueDraw draw = std::visit(
      [](const auto& delay) -> ValueDraw {
        if constexpr (requires { draw_of(delay); }) {
          return draw_of(delay);
        } else {
          return {};
        }
      },
      synapse_->delay_ms);
  draw.draws = {seed_, RandomUse::delays, stream_};
  draw.least = least_ms(dt_ms_);
  return draw;
}

double SynapseValues::largest_weight() const {
  return std::visit(
      [&](const auto& weight) {
        using Kind = std::decay_t<decltype(weight)>;
        if constexpr (std::is_same_v<Kind, double>) {
          return std::abs(weight);
        } else if constexpr (std::is_same_v<Kind, std::vector<float>>) {
          double largest = 0;
          for (const float w : weight)
            largest = std::max(largest, std::abs(static_cast<double>(w)));
          return largest;
        } else if constexpr (std::is_same_v<Kind, KaimingUniform>) {
          return kaiming_bound_;
        } else {
          const Range range = range_of(weight);
          return std::max(std::abs(range.low), std::abs(range.high));
        }
      },
      synapse_->weight);
}

std::vector<std::int32_t> SynapseValues::possible_ticks() const {
  return std::visit(
      [&](const auto& delay) -> std::vector<std::int32_t> {
        using Kind = std::decay_t<decltype(delay)>;
        if constexpr (std::is_same_v<Kind, double>) {
          return {ticks_of(delay, dt_ms_)};
        } else if constexpr (std::is_same_v<Kind, PerSource> || std::is_same_v<Kind, PerSynapse>) {
          return distinct(delay.ms, dt_ms_);
        } else if constexpr (std::is_same_v<Kind, DistanceDelay>) {
          double longest = largest_distance_mm(*from_, *to_);
          if (space_ != nullptr) longest = std::min(longest, reach_mm(space_->kernel) * (1 + 1e-9));
          return every(ticks_after(delay, 0, dt_ms_), ticks_after(delay, longest, dt_ms_));
        } else {
          const Range range = range_of(delay);
          // One more at either end: values are rounded in float.
          const std::int32_t low = std::max(1, ticks_of(range.low, dt_ms_) - 1);
          const std::int32_t high = std::max(low, ticks_of(range.high, dt_ms_) + 1);
          return every(low, high);
        }
      },
      synapse_->delay_ms);
}

bool has_negative_weights(const Weight& weight) {
  return std::visit(
      [](const auto& w) {
        using Kind = std::decay_t<decltype(w)>;
        if constexpr (std::is_same_v<Kind, double>) {
          return w < 0;
        } else if constexpr (std::is_same_v<Kind, std::vector<float>>) {
          return std::any_of(w.begin(), w.end(), [](float value) { return value < 0; });
        } else if constexpr (std::is_same_v<Kind, KaimingUniform>) {
          return false;
        } else {
          return range_of(w).low < 0;
        }
      },
      weight);
}

}  // namespace snn

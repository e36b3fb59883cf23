// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "snn/math/plasticity/history.hpp"
#include "snn/math/plasticity/tsodyks_markram.hpp"

namespace snn {

/// What short-term plasticity knows of all sources of a fan-out.
struct ShortTermArrays {
  std::vector<std::int32_t> last;  ///< [source]: tick of its last spike
  std::vector<float> u, x;         ///< [source]
  std::vector<float> released;     ///< of the spikes on their way, in order of ticks and sources
};

/// Short-term plasticity of one worker's share of a fan-out's sources: it depends on the source's
/// spikes alone, so that one factor per spike scales all its weights.
class ShortTermShare {
 public:
  ShortTermShare() = default;
  /// Sources begin .. end-1; spikes of up to `ring_ticks` ticks are on their way.
  ShortTermShare(const TsodyksMarkram& model, double dt_ms, std::int64_t begin, std::int64_t end,
                 std::int64_t ring_ticks)
      : coeffs_(model.derive<float>(dt_ms)),
        decays_(model.decays<float>(dt_ms)),
        begin_(begin),
        state_(static_cast<std::size_t>(end - begin)),
        last_(state_.size(), never_spiked),
        released_(static_cast<std::size_t>(ring_ticks)) {}

  void reset() {
    std::fill(state_.begin(), state_.end(), TsodyksMarkram::State<float>{});
    std::fill(last_.begin(), last_.end(), never_spiked);
    for (auto& factors : released_) factors.clear();
  }

  /// Sources that spike at `tick`.
  void release(std::span<const std::int32_t> sources, std::int64_t tick) {
    std::vector<float>& factors = released(tick);
    factors.clear();
    for (const std::int32_t k : sources) {
      const auto at = static_cast<std::size_t>(k - begin_);
      const std::uint32_t ticks = ticks_between(last_[at], static_cast<Tick>(tick));
      factors.push_back(
          TsodyksMarkram::on_spike(state_[at], coeffs_, decays_.rec(ticks), decays_.fac(ticks)));
      last_[at] = static_cast<Tick>(tick);
    }
  }

  /// The factors of the spikes of a tick, in order of sources.
  std::vector<float>& released(std::int64_t tick) {
    return released_[static_cast<std::size_t>(tick) % released_.size()];
  }
  const std::vector<float>& released(std::int64_t tick) const {
    return released_[static_cast<std::size_t>(tick) % released_.size()];
  }

  void save(ShortTermArrays& to) const {
    to.last.insert(to.last.end(), last_.begin(), last_.end());
    for (const auto& state : state_) {
      to.u.push_back(state.u);
      to.x.push_back(state.x);
    }
  }
  void restore(const ShortTermArrays& from) {
    for (std::size_t i = 0; i < state_.size(); ++i) {
      const std::size_t k = static_cast<std::size_t>(begin_) + i;
      last_[i] = from.last[k];
      state_[i] = {from.u[k], from.x[k]};
    }
  }

 private:
  TsodyksMarkram::Coeffs<float> coeffs_{};
  TsodyksMarkram::Decays<float> decays_{};
  std::int64_t begin_ = 0;
  std::vector<TsodyksMarkram::State<float>> state_;  ///< [source]
  std::vector<Tick> last_;                           ///< [source]
  std::vector<std::vector<float>> released_;         ///< [tick % size]
};

}  // namespace snn

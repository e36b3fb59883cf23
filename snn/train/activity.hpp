// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "snn/math/counters.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/shard.hpp"

namespace snn {

/// Rows of a population's activity for ticks tick_begin .. tick_end-1.
template <class Real>
Activity<Real> activity(const PlannedPopulation& planned, const ShardPopulation<Real>& population,
                        int rows, int tick_begin, int tick_end) {
  Activity<Real> view;
  view.rows = std::int64_t{tick_end - tick_begin} * rows;
  view.neurons = planned.size;
  view.words = planned.words;
  const std::int64_t skipped = std::int64_t{tick_begin} * rows;
  if (planned.spiking) {
    view.bits = population.spikes.data() + skipped * planned.words;
  } else {
    view.values = population.output.data() + skipped * planned.size;
  }
  return view;
}

/// What goes over a diagonal of weights: spikes add, values are all multiplied.
template <class Real>
void count_diagonal(const Activity<Real>& in, Operations& done) {
  if (!counters) return;
  if (in.values != nullptr)
    done.macs += static_cast<std::uint64_t>(in.rows * in.neurons);
  else
    done.acs += static_cast<std::uint64_t>(count_bits(in.bits, in.rows * in.words));
}

/// d_weight[n] += sum over rows of activity * gradient.
template <class Real>
void diagonal_gradient(const Activity<Real>& in, const Real* gradient, Real* d_weight,
                       Operations& done) {
  count_diagonal(in, done);
  for (std::int64_t row = 0; row < in.rows; ++row) {
    const Real* from = gradient + row * in.neurons;
    if (in.values != nullptr) {
      for (std::int64_t n = 0; n < in.neurons; ++n)
        d_weight[n] += in.values[row * in.neurons + n] * from[n];
    } else {
      for_each_bit(in.bits + row * in.words, in.words,
                   [&](std::int64_t n) { d_weight[n] += from[n]; });
    }
  }
}

/// Synapses that leave source neuron k.
inline std::int64_t fan_out(const PlannedProjection& projection, std::int64_t k,
                            std::int64_t targets) {
  if (projection.kind == PlannedProjection::Kind::diagonal) return 1;
  if (projection.mask.empty()) return targets;
  return std::count(projection.mask.begin() + k * targets,
                    projection.mask.begin() + (k + 1) * targets, std::uint8_t{1});
}

/// Synapses of a projection.
inline std::int64_t fan_out_total(const PlannedProjection& projection) {
  if (projection.mask.empty()) return static_cast<std::int64_t>(projection.weights);
  return std::count(projection.mask.begin(), projection.mask.end(), std::uint8_t{1});
}

}  // namespace snn

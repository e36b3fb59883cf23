// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/compile/pieces.hpp"
#include "snn/model/network.hpp"

/// Stimuli with times in ticks. All of it is a function of the tick, so that a run may begin,
/// pause and be taken up anywhere.
namespace snn {

/// Poisson input to every neuron: as many events in a tick as table entries <= a random word.
struct CompiledPoissonDrive {
  int receptor = 0;
  double weight = 0;         ///< as described
  std::int32_t fixed = 0;    ///< in fixed point
  std::uint32_t stream = 0;  ///< of its random numbers
  /// 2^32 P(events <= k), k = 0, 1, ...; below 2^32. Empty: no events.
  Pieces<std::vector<std::uint32_t>> bounds;

  /// That it can bring in one tick.
  std::size_t most_events() const;
};

/// Ticks begin .. end-1.
struct TickRange {
  std::int64_t begin = 0, end = 0;
  bool has(std::int64_t tick) const { return tick >= begin && tick < end; }
};

struct CompiledSine {
  TickRange range;
  double offset = 0, amplitude = 0;
  double rad_per_tick = 0;
  double phase_rad = 0;  ///< in the middle of tick 0
};

struct CompiledNoise {
  TickRange range;
  double mean = 0;
  float sd = 0;
  std::int64_t interval = 1;  ///< ticks that a value holds for
  std::uint32_t stream = 0;   ///< of its random numbers

  /// Number of the interval, or -1: no noise at this tick.
  std::int64_t interval_at(std::int64_t tick) const {
    return range.has(tick) ? (tick - range.begin) / interval : -1;
  }
};

/// Currents into the neurons of a population, in the unit of its model's i_offset.
struct CompiledCurrents {
  std::vector<Pieces<double>> steps;
  std::vector<CompiledSine> sines;
  std::vector<CompiledNoise> noises;

  bool empty() const { return steps.empty() && sines.empty() && noises.empty(); }
  /// What all neurons get: all but the deviations of the noises.
  double common_at(std::int64_t tick) const;
};

struct CompiledStimuli {
  std::vector<CompiledPoissonDrive> drives;
  CompiledCurrents currents;
};

/// `index`: of the population in its network. Weights are not in fixed point yet.
CompiledStimuli compile_stimuli(const std::vector<Stimulus>& stimuli, std::uint32_t index,
                                double dt_ms);

/// What the sums of a port must have room for in each neuron, in units of its fixed point.
double load_of(const std::vector<CompiledPoissonDrive>& drives, int receptor, int scale_log2);

/// Puts the weights of drives into fixed point, [receptor].
void fix_drives(const std::vector<int>& scale_log2, std::vector<CompiledPoissonDrive>& drives);

}  // namespace snn

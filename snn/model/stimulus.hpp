// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string_view>
#include <variant>
#include <vector>

/// Input from outside to each neuron of a population, beside its synapses; several add up.
namespace snn {

/// Independent Poisson input to each neuron, as from many sources that nothing else hears: in a
/// tick of dt a Poisson number of events of mean rate * dt, each of which acts as a spike over a
/// synapse without delay.
struct PoissonDrive {
  double rate_hz = 0;  ///< of all sources together, >= 0; at most 500 events per tick
  double weight = 1;   ///< of one event, in the unit of the target's weights
  int receptor = 0;    ///< port of the target it enters

  static constexpr std::string_view name = "PoissonDrive";
};

/// A PoissonDrive whose rate changes at some times; no events before the first.
struct InhomogeneousPoissonDrive {
  std::vector<double> times_ms;  ///< ascending, >= 0, rounded to ticks
  std::vector<double> rates_hz;  ///< from each of the times on; as in PoissonDrive
  double weight = 1;             ///< of one event, in the unit of the target's weights
  int receptor = 0;              ///< port of the target it enters

  static constexpr std::string_view name = "InhomogeneousPoissonDrive";
};

// Currents. Amplitudes are in the unit of the i_offset field of the neurons' model (mV, pA or
// mV/ms) and act as it does: the current of a tick is constant. A model without i_offset takes
// none.

/// A current that is piecewise constant; 0 before the first time.
struct StepCurrent {
  std::vector<double> times_ms;    ///< ascending, >= 0, rounded to ticks
  std::vector<double> amplitudes;  ///< from each of the times on

  static constexpr std::string_view name = "StepCurrent";
};

/// offset + amplitude * sin(2 pi frequency (t - start) + phase) from start to stop, else 0; of each
/// tick the value at its middle.
struct SineCurrent {
  double offset = 0;                                         ///< in the unit of i_offset
  double amplitude = 0;                                      ///< in the unit of i_offset
  double frequency_hz = 10;                                  ///< >= 0
  double phase_rad = 0;                                      ///< at the start
  double start_ms = 0;                                       ///< >= 0, rounded to ticks
  double stop_ms = std::numeric_limits<double>::infinity();  ///< >= start_ms

  static constexpr std::string_view name = "SineCurrent";
};

/// A normal value of each neuron's own, drawn anew every interval, from start to stop; else 0.
struct NoiseCurrent {
  double mean = 0;           ///< in the unit of i_offset
  double sd = 1;             ///< >= 0
  double interval_ms = 1.0;  ///< that a value holds for, >= one tick, rounded to ticks
  double start_ms = 0;       ///< >= 0, rounded to ticks
  double stop_ms = std::numeric_limits<double>::infinity();  ///< >= start_ms

  static constexpr std::string_view name = "NoiseCurrent";
};

using Stimulus =
    std::variant<PoissonDrive, InhomogeneousPoissonDrive, StepCurrent, SineCurrent, NoiseCurrent>;

}  // namespace snn

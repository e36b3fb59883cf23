// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <limits>

#include "snn/math/izhikevich.hpp"

namespace snn {

/// What a neuron is given from a tick that starts after `from_ms` to the last that starts before
/// `until_ms`: value + slope (t - from), in mV/ms.
struct StimulusPiece {
  double from_ms = 0.0;       ///< from after it, ms
  double until_ms = 0.0;      ///< to before it, ms
  double value = 0.0;         ///< at from_ms, mV/ms
  double slope_per_ms = 0.0;  ///< mV/ms per ms
};

/// A firing pattern of the Izhikevich neuron: figure 1 of IEEE Trans. Neural Netw. 15 (2004) 1063,
/// with the numbers of the script its author published with it, as public copies of it agree on
/// them. They belong to the scheme of that script, one Euler step of v per tick (v_steps = 1, which
/// `model` has), and to its tick: four patterns (I, P, Q, T) are others in the limit of short
/// ticks.
struct FiringPattern {
  char panel;                           ///< letter in the figure
  std::string_view name;                ///< in words, e.g. "tonic spiking"
  Izhikevich model;                     ///< its parameters
  double v_start_mv;                    ///< v at the start; u starts at u_start()
  double dt_ms;                         ///< tick it is published for
  double duration_ms;                   ///< of the panel
  double background;                    ///< input outside of the pieces, mV/ms
  std::array<StimulusPiece, 4> pieces;  ///< input within them; unused ones are empty

  /// Input of the tick that starts at `t_ms`, mV/ms.
  double input(double t_ms) const {
    for (const StimulusPiece& p : pieces) {
      if (p.from_ms < t_ms && t_ms < p.until_ms)
        return p.value + p.slope_per_ms * (t_ms - p.from_ms);
    }
    return background;
  }
  /// u of the paper at the start, mV/ms.
  double u_start() const {
    return model.recovery_leak == 0 ? model.recovery_at_rest() : model.b_per_ms * v_start_mv;
  }
  /// The state they give.
  template <class Real>
  Izhikevich::State<Real> start() const {
    return {.u = Real(v_start_mv - model.rest_mv()),
            .w = Real(u_start() - model.recovery_at_rest())};
  }
};

/// All twenty, in the order of the figure.
inline std::array<FiringPattern, 20> firing_patterns() {
  using Model = Izhikevich;
  constexpr double ever = std::numeric_limits<double>::infinity();
  const auto pulse = [](double from, double length, double value) {
    return StimulusPiece{.from_ms = from, .until_ms = from + length, .value = value};
  };
  const double ninth = 100.0 / 11.0;  // of panel L
  std::array<FiringPattern, 20> all{{
      {'A', "tonic spiking", Model::tonic_spiking(), -70, 0.25, 100, 0, {{pulse(10, ever, 14)}}},
      {'B', "phasic spiking", Model::phasic_spiking(), -64, 0.25, 200, 0, {{pulse(20, ever, 0.5)}}},
      {'C', "tonic bursting", Model::tonic_bursting(), -70, 0.25, 220, 0, {{pulse(22, ever, 15)}}},
      {'D',
       "phasic bursting",
       Model::phasic_bursting(),
       -64,
       0.2,
       200,
       0,
       {{pulse(20, ever, 0.6)}}},
      {'E', "mixed mode", Model::mixed_mode(), -70, 0.25, 160, 0, {{pulse(16, ever, 10)}}},
      {'F',
       "spike frequency adaptation",
       Model::frequency_adaptation(),
       -70,
       0.25,
       85,
       0,
       {{pulse(8.5, ever, 30)}}},
      {'G', "class 1 excitable", Model::class_1(), -60, 0.25, 300, 0, {{{30, ever, 0, 0.075}}}},
      {'H',
       "class 2 excitable",
       Model::class_2(),
       -64,
       0.25,
       300,
       -0.5,
       {{{30, ever, -0.5, 0.015}}}},
      {'I', "spike latency", Model::spike_latency(), -70, 0.2, 100, 0, {{pulse(10, 3, 7.04)}}},
      {'J',
       "subthreshold oscillations",
       Model::subthreshold_oscillations(),
       -62,
       0.25,
       200,
       0,
       {{pulse(20, 5, 2)}}},
      {'K',
       "resonator",
       Model::frequency_preference(),
       -62,
       0.25,
       400,
       0,
       {{pulse(40, 4, 0.65), pulse(60, 4, 0.65), pulse(280, 4, 0.65), pulse(320, 4, 0.65)}}},
      {'L',
       "integrator",
       Model::integrator(),
       -60,
       0.25,
       100,
       0,
       {{pulse(ninth, 2, 9), pulse(ninth + 5, 2, 9), pulse(70, 2, 9), pulse(80, 2, 9)}}},
      {'M', "rebound spike", Model::rebound_spiking(), -64, 0.2, 200, 0, {{pulse(20, 5, -15)}}},
      {'N', "rebound burst", Model::rebound_bursting(), -64, 0.2, 200, 0, {{pulse(20, 5, -15)}}},
      {'O',
       "threshold variability",
       Model::threshold_variability(),
       -64,
       0.25,
       100,
       0,
       {{pulse(10, 5, 1), pulse(70, 5, -6), pulse(80, 5, 1)}}},
      {'P',
       "bistability",
       Model::bistability(),
       -61,
       0.25,
       300,
       0.24,
       {{pulse(37.5, 5, 1.24), pulse(216, 5, 1.24)}}},
      {'Q',
       "depolarizing afterpotential",
       Model::depolarizing_afterpotential(),
       -70,
       0.1,
       50,
       0,
       {{pulse(9, 2, 20)}}},
      {'R',
       "accommodation",
       Model::accommodation(),
       -65,
       0.5,
       400,
       0,
       {{{0, 200, 0, 0.04}, {300, 312.5, 0, 0.32}}}},
      // Inhibited in the ticks that start at 50 to 250 ms, both included.
      {'S',
       "inhibition-induced spiking",
       Model::inhibition_induced_spiking(),
       -63.8,
       0.5,
       350,
       80,
       {{{49.5, 250.5, 75, 0}}}},
      {'T',
       "inhibition-induced bursting",
       Model::inhibition_induced_bursting(),
       -63.8,
       0.5,
       350,
       80,
       {{{49.5, 250.5, 75, 0}}}},
  }};
  for (FiringPattern& pattern : all) pattern.model.v_steps = 1;
  return all;
}

}  // namespace snn

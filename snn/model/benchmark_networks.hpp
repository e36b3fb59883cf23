// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "snn/model/network.hpp"

/// The networks that simulators are compared with, as descriptions. Each says where it is
/// published; docs/simulation.md lists them with their rates. All are meant for ticks of 0.1 ms.
namespace snn {

/// Sparse balanced network of Brunel, J. Comput. Neurosci. 8 (2000) 183, with delta synapses, as in
/// NEST's brunel_delta_nest.py: LIF, 4 excitatory neurons to 1 inhibitory, fixed in-degrees, every
/// neuron with a Poisson drive of eta times the rate that alone would reach the threshold.
struct BrunelOptions {
  double scale = 1;  ///< of the numbers of neurons; in-degrees stay. 1: 10,000 + 2,500 neurons
  double g = 5;      ///< inhibitory weights are -g times the excitatory ones, > 0
  double eta = 2;    ///< drive relative to threshold, >= 0
};
/// g = 5, eta = 2: every neuron fires at some 32 Hz.
inline constexpr BrunelOptions brunel_busy{};
/// g = 6, eta = 1: some 4 Hz, irregular.
inline constexpr BrunelOptions brunel_low{.g = 6, .eta = 1};
Network brunel(const BrunelOptions& options = {});

/// Self-sustained network of Vogels & Abbott, J. Neurosci. 25 (2005) 10786, with current synapses:
/// benchmark 2 of Brette et al., J. Comput. Neurosci. 23 (2007) 349. 4000 neurons, in-degrees 64
/// from excitatory and 16 from inhibitory neurons for every scale.
struct VogelsAbbottOptions {
  double scale = 1;       ///< of the numbers of neurons
  double delay_ms = 0.8;  ///< of every synapse
};
Network cuba(const VogelsAbbottOptions& options = {});
/// The same with conductance synapses (benchmark 1), in the variant of Zenke & Gerstner, Front.
/// Neuroinform. 8 (2014) 76, with a constant current instead of a starting stimulus.
Network coba(const VogelsAbbottOptions& options = {});

/// Cortical microcircuit below 1 mm^2 of surface: four layers, 77,169 neurons, 0.3 G synapses.
/// Potjans & Diesmann, Cereb. Cortex 24 (2014) 785; parameters of INM-6/microcircuit-PD14-model.
struct MicrocircuitOptions {
  enum class Drive : std::uint8_t { poisson, dc };
  /// Below 1, neurons shrink by it, synapses by its square, and weights grow so that means and
  /// variances of inputs stay (van Albada, Helias & Diesmann, PLoS Comput. Biol. 11 (2015)
  /// e1004490).
  double scale = 1;
  Drive drive = Drive::poisson;  ///< dc is for scale 1: it lacks the noise that small networks need
};
Network microcircuit(const MicrocircuitOptions& options = {});

/// Balanced network whose excitatory synapses learn by spike timing: benchmark 5 of Brette et al.
/// (2007), as in NEST's cuba_stdp.py.
struct StdpBalancedOptions {
  double scale = 1;     ///< of the numbers of neurons; in-degrees stay. 1: 9,000 + 2,250 neurons
  bool plastic = true;  ///< false: the same weights, frozen
};
Network stdp_balanced(const StdpBalancedOptions& options = {});

}  // namespace snn

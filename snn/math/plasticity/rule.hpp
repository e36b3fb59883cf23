// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "snn/math/host_device.hpp"

/// What every rule of synaptic plasticity has in common. A rule is one struct: its public fields
/// are the user's parameters (doubles, with units), and nested in it are
///   Coeffs<Real>        what an event needs, derived once on the host in double;
///   derive()            parameters and dt -> Coeffs;
///   on_pre(), on_post() what a spike does to a weight;
///   pre_tau_ms(), post_tau_ms()  time constants of the traces it reads;
///   interaction()       what a spike does to a trace.
/// Events use + - * / and comparisons only, so that every machine gives the same bits.
///
/// Weights are magnitudes, >= 0, in the unit of the projection's weights. Of an inhibitory
/// projection the rule sees |w|; the engine delivers -|w|.
///
/// A synapse sees a presynaptic spike of tick t at t, and a postsynaptic spike of tick s at s + d,
/// where d is its delay in ticks: the delay is taken as purely dendritic. See docs/plasticity.md.
namespace snn {

/// A moment or a distance in ticks.
using Tick = std::int32_t;
/// The moment of a spike that never was. Far below every tick that is simulated, so that
/// differences still fit.
inline constexpr Tick never_spiked = -(Tick{1} << 30);

/// What a spike does to a trace, which otherwise decays exponentially.
enum class Interaction : std::uint8_t {
  all_to_all,  ///< adds 1: every pair of spikes counts
  nearest      ///< sets it to 1: only the last spike before counts
};

/// The trace after a spike that found it at `before`.
template <class Real>
SNN_HD inline Real after_spike(Interaction interaction, Real before) {
  return interaction == Interaction::all_to_all ? before + Real(1) : Real(1);
}

/// `w` in [low, high]; NaN gives low. Written as the two instructions it is.
template <class Real>
SNN_HD inline Real clip(Real w, Real low, Real high) {
  const Real raised = w > low ? w : low;
  return raised < high ? raised : high;
}

/// on_pre(w, c, pre, post) and on_post(w, c, pre, post) return the new weight. `pre` and `post` are
/// the traces at the synapse just before the spike, without its own increment: pre_traces and
/// post_traces values. A weight that starts within its bounds is kept there. on_post with
/// presynaptic traces of 0 leaves a weight within its bounds as it is: nothing paired with nothing.
template <class Rule>
concept PlasticityRule = requires(const Rule& rule,
                                  const typename Rule::template Coeffs<float>& coeffs,
                                  const float* traces) {
  { Rule::name } -> std::convertible_to<std::string_view>;
  { Rule::pre_traces } -> std::convertible_to<int>;
  { Rule::post_traces } -> std::convertible_to<int>;
  { rule.pre_tau_ms() } -> std::same_as<std::array<double, Rule::pre_traces>>;
  { rule.post_tau_ms() } -> std::same_as<std::array<double, Rule::post_traces>>;
  { rule.interaction() } -> std::same_as<Interaction>;
  { rule.template derive<float>(1.0) } -> std::same_as<typename Rule::template Coeffs<float>>;
  { Rule::on_pre(1.0f, coeffs, traces, traces) } -> std::same_as<float>;
  { Rule::on_post(1.0f, coeffs, traces, traces) } -> std::same_as<float>;
  requires Rule::pre_traces >= 0 && Rule::pre_traces <= 2;
  requires Rule::post_traces >= 0 && Rule::post_traces <= 2;
};

/// A rule that can be told to pair neighbours only.
template <class Rule>
concept PairsNeighbours = requires(const typename Rule::template Coeffs<float>& coeffs) {
  { coeffs.neighbours_only } -> std::same_as<const bool&>;
};

/// A rule whose events cost more than the branch that avoids one: it says so.
template <class Rule>
concept ExpensiveRule = requires {
  { Rule::expensive } -> std::convertible_to<bool>;
};

/// A rule whose on_pre and on_post change an eligibility instead of the weight; a third factor
/// turns it into weight between events. See RewardStdp.
template <class Rule>
concept ModulatedRule = PlasticityRule<Rule> && requires {
  typename Rule::template Modulation<float>;
};

}  // namespace snn

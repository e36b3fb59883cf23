// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "snn/math/plasticity/pair_stdp.hpp"
#include "snn/math/plasticity/power_law_stdp.hpp"
#include "snn/math/plasticity/reward_stdp.hpp"
#include "snn/math/plasticity/triplet_stdp.hpp"
#include "snn/math/plasticity/vogels_stdp.hpp"

namespace snn {

template <PlasticityRule... Rules>
struct RuleList {};

/// The one list of rules of long-term plasticity. Variants, loops and tests follow from it.
/// Short-term plasticity (TsodyksMarkram) and scaling go with any of them and are not in it.
using PlasticityRules = RuleList<PairStdp, PowerLawStdp, TripletStdp, VogelsStdp, RewardStdp>;

template <class List>
struct plasticity_of_impl;
template <class... Rules>
struct plasticity_of_impl<RuleList<Rules...>> {
  using type = std::variant<std::monostate, Rules...>;
};

/// The plasticity of a projection; std::monostate: its weights are constant.
using Plasticity = plasticity_of_impl<PlasticityRules>::type;

/// What a rule keeps magnitudes of weights within; zeros where weights are constant.
struct WeightBounds {
  double low = 0, high = 0;
};
inline WeightBounds bounds_of(const Plasticity& plasticity) {
  return std::visit(
      [](const auto& rule) {
        if constexpr (requires { rule.w_max; }) return WeightBounds{rule.w_min, rule.w_max};
        return WeightBounds{};
      },
      plasticity);
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/pair_stdp.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/math/plasticity/synapse.hpp"

namespace snn {
namespace {

using test::SynapseInput;
using test::weight_after;

TEST(PairStdp, WindowOfOnePairIsExponential) {
  const double lambda = 0.01, alpha = 1.05, w_max = 70, w = 30;
  for (const Tick delay : {0, 15}) {
    for (Tick gap = 1; gap < 1000; gap += 13) {
      const double plus = std::exp(-gap * 0.1 / 20), minus = std::exp(-gap * 0.1 / 34);
      // The synapse sees the postsynaptic spike `gap` after the presynaptic one, and before it.
      const SynapseInput after{{100}, {100 + gap - delay}, delay};
      const SynapseInput before{{2000}, {2000 - gap - delay}, delay};
      PairStdp rule{.lambda = lambda, .alpha = alpha, .tau_minus_ms = 34, .w_max = w_max};
      EXPECT_NEAR(weight_after(rule, w, after), w + lambda * (w_max - w) * plus, 1e-12);
      EXPECT_NEAR(weight_after(rule, w, before), w - alpha * lambda * w * minus, 1e-12);
      rule.plus = rule.minus = WeightDependence::additive;
      EXPECT_NEAR(weight_after(rule, w, after), w + lambda * w_max * plus, 1e-12);
      EXPECT_NEAR(weight_after(rule, w, before), w - alpha * lambda * w_max * minus, 1e-12);
      const PowerLawStdp power{.lambda = lambda,
                               .alpha = alpha,
                               .mu_plus = 0.4,
                               .mu_minus = 0.7,
                               .tau_minus_ms = 34,
                               .w_max = w_max};
      EXPECT_NEAR(weight_after(power, w, after),
                  w + lambda * w_max * std::pow(1 - w / w_max, 0.4) * plus, 1e-12);
      EXPECT_NEAR(weight_after(power, w, before),
                  w - alpha * lambda * w_max * std::pow(w / w_max, 0.7) * minus, 1e-12);
    }
  }
}

/// A coincidence at the synapse is no pair, but each spike of it pairs with others: the
/// postsynaptic one acts first, with the trace left of it.
TEST(PairStdp, CoincidentSpikesDoNotPairWithEachOther) {
  const PairStdp rule{.lambda = 0.1, .alpha = 1.05, .w_max = 70};
  const double w = 30, d = std::exp(-10.0 / 20);
  EXPECT_EQ(weight_after(rule, w, {{100}, {85}, 15}), w);
  const double raised = w + 0.1 * (70 - w) * d;
  EXPECT_NEAR(weight_after(rule, w, {{0, 100}, {85}, 15}), raised, 1e-12);
  // The coincident postsynaptic spike does pair with the next presynaptic one.
  EXPECT_NEAR(weight_after(rule, w, {{0, 100, 200}, {85}, 15}), raised * (1 - 1.05 * 0.1 * d),
              1e-12);
}

/// Additive and without bounds in reach, the change is the sum over the pairs that count.
TEST(PairStdp, PairingsCountThePairsOfTheirDefinition) {
  const std::vector<Tick> pre = {10, 40, 45, 90, 200, 260, 261},
                          post = {5, 42, 50, 60, 120, 130, 260, 300};
  const double rate = 0.1 / 20, a = 0.01 * 100;
  const auto last_before = [](const std::vector<Tick>& spikes, Tick t) {
    Tick last = -1;
    for (const Tick s : spikes)
      if (s < t) last = s;
    return last;
  };
  for (const Pairing pairing :
       {Pairing::all_to_all, Pairing::nearest_symmetric, Pairing::nearest_reduced}) {
    double expected = 50;
    for (const Tick t : pre) {
      for (const Tick s : post) {
        if (s == t) continue;
        const bool forward = s > t;  // the presynaptic spike first
        const Tick late = std::max(s, t), early = std::min(s, t);
        const auto& early_side = forward ? pre : post;
        const auto& late_side = forward ? post : pre;
        const bool nearest = last_before(early_side, late) == early;
        // No spike of either side between them. Of a coincidence the postsynaptic spike is first,
        // so that a presynaptic one at the tick of the early spike lies between.
        const Tick last = last_before(late_side, late);
        const bool between = forward ? last > early : last >= early;
        if (pairing != Pairing::all_to_all && !nearest) continue;
        if (pairing == Pairing::nearest_reduced && between) continue;
        expected += (forward ? a : -a) * std::exp(-(late - early) * rate);
      }
    }
    const PowerLawStdp rule{.mu_plus = 0, .mu_minus = 0, .pairing = pairing};
    EXPECT_NEAR(weight_after(rule, 50, {pre, post, 0}), expected, 1e-11) << int(pairing);
    if (pairing == Pairing::nearest_reduced) continue;
    PairStdp plain = PairStdp::additive();
    plain.spikes = rule.interaction();
    EXPECT_NEAR(weight_after(plain, 50, {pre, post, 0}), expected, 1e-11);
  }
}

TEST(PairStdp, PowerLawOfZeroAndOneIsPairStdp) {
  const SynapseInput in{{0, 13, 40, 41, 80, 100}, {2, 13, 20, 39, 50, 81, 85, 90}, 4};
  for (const double plus : {0.0, 1.0}) {
    for (const double minus : {0.0, 1.0}) {
      const auto dependence = [](double mu) {
        return mu == 0 ? WeightDependence::additive : WeightDependence::multiplicative;
      };
      const PairStdp pair{
          .lambda = 0.02, .w_min = 3, .plus = dependence(plus), .minus = dependence(minus)};
      const PowerLawStdp power{.lambda = 0.02, .mu_plus = plus, .mu_minus = minus, .w_min = 3};
      const double w = weight_after(pair, 20, in);
      EXPECT_NEAR(w, weight_after(power, 20, in), 1e-12);
      EXPECT_TRUE(w > 4 && w < 99);  // or the bounds would hide what differs
    }
  }
}

TEST(PlasticityRules, DefaultOfAProjectionIsNone) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(Plasticity{}));
  EXPECT_TRUE(std::holds_alternative<PairStdp>(Plasticity{PairStdp{}}));
}

}  // namespace
}  // namespace snn

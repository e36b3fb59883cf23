// SPDX-License-Identifier: Apache-2.0
// The rules of long-term plasticity against closed forms. Each is written out here from spike
// times: nothing of traces or tables.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/support/clocked_synapse.hpp"

namespace snn {
namespace {

using test::LazySynapse;
using test::SynapseInput;

/// The weight after all spikes, by LazyRule in double.
template <class Rule>
double weight_after(const Rule& rule, double w, const SynapseInput& in, double dt_ms = 0.1) {
  Tick last = 0;
  for (const Tick t : in.pre) last = std::max(last, t);
  for (const Tick t : in.post) last = std::max(last, t + in.delay);
  LazySynapse<Rule, double> synapse{.w = w};
  synapse.run(rule, dt_ms, in, last + 1, 1024, 0);
  EXPECT_TRUE(synapse.covered);
  return synapse.w;
}

// Pairs.

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
          .lambda = 0.2, .w_min = 3, .plus = dependence(plus), .minus = dependence(minus)};
      const PowerLawStdp power{.lambda = 0.2, .mu_plus = plus, .mu_minus = minus, .w_min = 3};
      EXPECT_NEAR(weight_after(pair, 20, in), weight_after(power, 20, in), 1e-12);
    }
  }
}

// Triplets.

/// Equations 3 and 4 of the paper, with the traces written out as sums over spikes.
double triplet_change(const TripletStdp& m, const std::vector<double>& pre,
                      const std::vector<double>& post) {
  const auto trace = [&](const std::vector<double>& spikes, double t, double tau) {
    double sum = 0;
    for (const double s : spikes) {
      if (s >= t) continue;
      const double value = tau > 0 ? std::exp(-(t - s) / tau) : 0;
      sum = m.spikes == Interaction::all_to_all ? sum + value : value;
    }
    return sum;
  };
  double change = 0;
  for (const double t : pre)
    change -=
        trace(post, t, m.tau_minus_ms) * (m.a2_minus + m.a3_minus * trace(pre, t, m.tau_x_ms));
  for (const double t : post)
    change += trace(pre, t, m.tau_plus_ms) * (m.a2_plus + m.a3_plus * trace(post, t, m.tau_y_ms));
  return change;
}

std::vector<TripletStdp> fits() {
  return {TripletStdp::visual_cortex(),         TripletStdp::visual_cortex_minimal(),
          TripletStdp::visual_cortex_nearest(), TripletStdp::visual_cortex_nearest_minimal(),
          TripletStdp::hippocampus(),           TripletStdp::hippocampus_minimal(),
          TripletStdp::hippocampus_nearest(),   TripletStdp::hippocampus_nearest_minimal()};
}

/// The change of 60 pairs at a frequency, post spike `gap_ms` after the pre spike, relative to the
/// weight, and the input that gives it.
SynapseInput pairs(double hz, double gap_ms) {
  SynapseInput in;
  for (int n = 0; n < 60; ++n) {
    const auto t = static_cast<Tick>(std::lround(n * 1e4 / hz)) + 200;
    in.pre.push_back(t);
    in.post.push_back(t + static_cast<Tick>(std::lround(gap_ms * 10)));
  }
  return in;
}
double relative_change(TripletStdp rule, double hz, double gap_ms) {
  rule.w_max = 100;
  return weight_after(rule, 50.0, pairs(hz, gap_ms)) - 50.0;
}

TEST(TripletStdp, IsTheSumOverSpikes) {
  for (const TripletStdp& fit : fits()) {
    for (const double hz : {10.0, 20.0, 40.0, 50.0}) {
      for (const double gap : {10.0, -10.0}) {
        const SynapseInput in = pairs(hz, gap);
        std::vector<double> pre, post;
        for (const Tick t : in.pre) pre.push_back(t * 0.1);
        for (const Tick t : in.post) post.push_back(t * 0.1);
        EXPECT_NEAR(relative_change(fit, hz, gap), triplet_change(fit, pre, post), 1e-11);
      }
    }
  }
}

/// Sjoestroem, Turrigiano & Nelson, Neuron 32 (2001) 1149: change after 60 pairs, mean and standard
/// error, as Pfister & Gerstner (2006) fitted them. Each fit to visual cortex must lie within 2
/// standard errors of each point, and within 1 on average.
TEST(TripletStdp, VisualCortexFollowsTheFrequency) {
  const double hz[] = {0.1, 10, 20, 40, 50};
  const double after[] = {-0.04, 0.14, 0.29, 0.53, 0.56},
               after_error[] = {0.05, 0.1, 0.14, 0.11, 0.26};
  const double before[] = {-0.29, -0.41, -0.34, 0.56, 0.75},
               before_error[] = {0.08, 0.11, 0.1, 0.32, 0.19};
  for (const TripletStdp& fit :
       {TripletStdp::visual_cortex(), TripletStdp::visual_cortex_minimal(),
        TripletStdp::visual_cortex_nearest(), TripletStdp::visual_cortex_nearest_minimal()}) {
    double sum = 0;
    for (int i = 0; i < 5; ++i) {
      const double forward = (relative_change(fit, hz[i], 10) - after[i]) / after_error[i];
      const double backward = (relative_change(fit, hz[i], -10) - before[i]) / before_error[i];
      EXPECT_LT(std::abs(forward), 2) << hz[i];
      EXPECT_LT(std::abs(backward), 2) << hz[i];
      sum += forward * forward + backward * backward;
    }
    EXPECT_LT(sum / 10, 1);
  }
  // What no sum over pairs can do: depression turns into potentiation as the frequency grows.
  EXPECT_LT(relative_change(TripletStdp::visual_cortex_minimal(), 10, -10), -0.2);
  EXPECT_GT(relative_change(TripletStdp::visual_cortex_minimal(), 50, -10), 0.4);
}

/// A weight of another size changes in proportion.
TEST(TripletStdp, ScaledKeepsRelativeChanges) {
  const TripletStdp fit = TripletStdp::hippocampus();
  const double plain = weight_after(fit, 50.0, pairs(20, 10)) - 50.0;
  const double scaled = weight_after(fit.scaled(35), 35 * 50.0, pairs(20, 10)) - 35 * 50.0;
  EXPECT_NEAR(scaled, 35 * plain, 1e-10);
}

// Inhibitory plasticity.

/// Over all phases of two regular trains of p and q ticks without common divisor, the mean trace
/// that a spike finds is e / ((1 - e) q), e = exp(-dt/tau).
TEST(VogelsStdp, DriftVanishesAtTheTargetRate) {
  const double tau = 20, dt = 1, e = std::exp(-dt / tau);
  const Tick p = 47;
  for (const Tick q : {61, 100, 150, 333, 1000}) {
    ASSERT_EQ(std::gcd(p, q), 1);
    const VogelsStdp rule{.eta = 1e-4, .rho0_hz = 8, .tau_ms = tau, .w_max = 1};
    SynapseInput in;
    const Tick start = 20 * q;  // the traces have met their cycle
    for (Tick t = 0; t < start + p * q; t += p) in.pre.push_back(t);
    for (Tick t = 0; t < start + p * q; t += q) in.post.push_back(t);
    LazySynapse<VogelsStdp, double> synapse{.w = 0.5};
    synapse.run(rule, dt, in, start + p * q, 1024, 0);
    // The last p q ticks hold q presynaptic spikes.
    const std::size_t n = synapse.delivered.size();
    const double drift = (synapse.delivered[n - 1] - synapse.delivered[n - 1 - q]) / q;
    EXPECT_NEAR(drift, rule.eta * (2 * e / (1 - e) / q - rule.alpha()), 1e-9);
    EXPECT_EQ(drift > 0, 1000.0 / q > 8) << q;  // it grows while the rate is above the target
  }
}

TEST(VogelsStdp, WindowIsSymmetric) {
  const VogelsStdp rule{.eta = 0.01, .rho0_hz = 5};
  EXPECT_DOUBLE_EQ(rule.alpha(), 0.2);
  for (const Tick gap : {1, 50, 200}) {
    const double expected = 0.5 + 0.01 * (std::exp(-gap * 0.1 / 20) - 0.2);
    EXPECT_NEAR(weight_after(rule, 0.5, {{300}, {300 + gap}, 0}), expected, 1e-14);
    EXPECT_NEAR(weight_after(rule, 0.5, {{300}, {300 - gap}, 0}), expected, 1e-14);
  }
}

TEST(PlasticityRules, DefaultOfAProjectionIsNone) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(Plasticity{}));
  EXPECT_TRUE(std::holds_alternative<PairStdp>(Plasticity{PairStdp{}}));
}

}  // namespace
}  // namespace snn

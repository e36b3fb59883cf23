// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/triplet_stdp.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/math/plasticity/synapse.hpp"

namespace snn {
namespace {

using test::SynapseInput;
using test::weight_after;

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

/// 60 pairs at a frequency, the postsynaptic spike `gap_ms` after the presynaptic one, in ms.
SynapseInput pairs(double hz, Tick gap_ms) {
  SynapseInput in;
  for (int n = 0; n < 60; ++n) {
    in.pre.push_back(static_cast<Tick>(std::lround(n * 1e3 / hz)) + 20);
    in.post.push_back(in.pre.back() + gap_ms);
  }
  return in;
}
/// What they do to a weight, with ticks of 1 ms, far from its bounds.
double change(const TripletStdp& rule, double hz, Tick gap_ms) {
  return weight_after(rule, 50.0, pairs(hz, gap_ms), 1.0) - 50.0;
}

TEST(TripletStdp, IsTheSumOverSpikes) {
  for (const TripletStdp& fit : fits()) {
    for (const double hz : {10.0, 20.0, 40.0, 50.0}) {
      for (const Tick gap : {10, -10}) {
        const SynapseInput in = pairs(hz, gap);
        const std::vector<double> pre(in.pre.begin(), in.pre.end());
        const std::vector<double> post(in.post.begin(), in.post.end());
        EXPECT_NEAR(change(fit, hz, gap), triplet_change(fit, pre, post), 1e-11);
      }
    }
  }
}

/// Sjoestroem, Turrigiano & Nelson, Neuron 32 (2001) 1149: change after 60 pairs, mean and standard
/// error, as Pfister & Gerstner (2006) fitted them. Each fit to visual cortex must lie within 1.5
/// standard errors of each point; the mean of the squares, which they made least, is below 0.4.
/// With an amplitude off by 17 % it is above 0.5.
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
      const double forward = (change(fit, hz[i], 10) - after[i]) / after_error[i];
      const double backward = (change(fit, hz[i], -10) - before[i]) / before_error[i];
      EXPECT_LT(std::abs(forward), 1.5) << hz[i];
      EXPECT_LT(std::abs(backward), 1.5) << hz[i];
      sum += forward * forward + backward * backward;
    }
    EXPECT_LT(sum / 10, 0.4);
  }
  // What no sum over pairs can do: depression turns into potentiation as the frequency grows.
  EXPECT_LT(change(TripletStdp::visual_cortex_minimal(), 10, -10), -0.2);
  EXPECT_GT(change(TripletStdp::visual_cortex_minimal(), 50, -10), 0.4);
}

/// A weight of another size changes in proportion.
TEST(TripletStdp, ScaledKeepsRelativeChanges) {
  const TripletStdp fit = TripletStdp::hippocampus();
  const double plain = change(fit, 20, 10);
  const double scaled = weight_after(fit.scaled(35), 35 * 50.0, pairs(20, 10), 1.0) - 35 * 50.0;
  EXPECT_NEAR(scaled, 35 * plain, 1e-10);
}

}  // namespace
}  // namespace snn

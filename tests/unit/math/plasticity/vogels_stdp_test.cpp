// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/vogels_stdp.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/unit/math/plasticity/synapse.hpp"

namespace snn {
namespace {

using test::SynapseInput;
using test::weight_after;

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
    test::LazySynapse<VogelsStdp, double> synapse{.w = 0.5};
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

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <type_traits>
#include <vector>

#include "snn/sim/simulation.hpp"
#include "tests/support/clocked_synapse.hpp"

namespace snn::test {

/// The spikes of each neuron of a recorded population.
inline std::vector<std::vector<Tick>> trains_of(const SpikeTrain& spikes, std::int64_t neurons) {
  std::vector<std::vector<Tick>> trains(static_cast<std::size_t>(neurons));
  for (std::size_t i = 0; i < spikes.tick.size(); ++i)
    trains[static_cast<std::size_t>(spikes.neuron[i])].push_back(static_cast<Tick>(spikes.tick[i]));
  return trains;
}

/// What a projection started with, and what its synapses saw.
struct PlasticRun {
  std::vector<SynapseNow> start;
  std::vector<std::vector<Tick>> source, target;  ///< spikes of each neuron
  std::vector<Reward> rewards = {};               ///< as added to d, 1/ms
  double dt_ms = 1;
};

/// The weights are those of each synapse simulated tick by tick, to `error` of the largest weight.
/// A weight tells of all that reached its synapse before a spike that arrives now was emitted: of
/// spikes in the last delay it is not known yet what else they will meet.
inline void expect_clocked_weights(const Simulation& run, ProjectionId projection,
                                   const Plasticity& plasticity, const PlasticRun& seen,
                                   double error = 1e-5) {
  std::visit(
      [&](const auto& rule) {
        using Rule = std::decay_t<decltype(rule)>;
        if constexpr (!std::is_same_v<Rule, std::monostate>) {
          const std::vector<SynapseNow> now = run.synapses(projection);
          ASSERT_EQ(now.size(), seen.start.size());
          double largest = 0, moved = 0;
          std::vector<double> expected;
          for (const SynapseNow& synapse : seen.start) {
            ClockedSynapse<Rule> clocked{.w = std::abs(static_cast<double>(synapse.weight))};
            const SynapseInput in{seen.source[static_cast<std::size_t>(synapse.source)],
                                  seen.target[static_cast<std::size_t>(synapse.target)],
                                  synapse.delay, seen.rewards};
            clocked.run(rule, seen.dt_ms, in, static_cast<Tick>(run.tick()) - synapse.delay);
            expected.push_back(std::copysign(clocked.w, static_cast<double>(synapse.weight)));
            largest = std::max(largest, clocked.w);
            moved += std::abs(expected.back() - static_cast<double>(synapse.weight));
          }
          EXPECT_GT(moved, 0.01 * largest) << "the weights change";
          int wrong = 0;
          for (std::size_t i = 0; i < now.size(); ++i) {
            EXPECT_EQ(now[i].source, seen.start[i].source);
            EXPECT_EQ(now[i].target, seen.start[i].target);
            EXPECT_EQ(now[i].delay, seen.start[i].delay);
            EXPECT_NEAR(static_cast<double>(now[i].weight), expected[i], error * largest)
                << "from " << now[i].source << " to " << now[i].target << ", delay " << now[i].delay
                << " ticks, started at " << seen.start[i].weight;
            wrong += std::abs(static_cast<double>(now[i].weight) - expected[i]) > error * largest;
            if (wrong > 5) return;
          }
        }
      },
      plasticity);
}

/// Rules with steps that move weights over a range of 0 .. 2 within some hundred spikes.
struct NamedRule {
  const char* name;
  Plasticity rule;
};
inline std::vector<NamedRule> named_rules() {
  PairStdp additive = PairStdp::additive();
  additive.lambda = 0.05, additive.tau_minus_ms = 34, additive.w_max = 2;
  TripletStdp nearest = TripletStdp::hippocampus_nearest();
  nearest.w_max = 2;
  TripletStdp visual = TripletStdp::visual_cortex();
  visual.w_max = 2;
  return {{"Pair", PairStdp{.lambda = 0.05, .alpha = 1.05, .w_max = 2}},
          {"PairAdditive", additive},
          {"PairNearest", PairStdp{.lambda = 0.05, .w_max = 2, .spikes = Interaction::nearest}},
          {"PowerLaw", PowerLawStdp{.lambda = 0.05, .mu_plus = 0.4, .mu_minus = 0.7, .w_max = 2}},
          {"PowerLawReduced",
           PowerLawStdp{.lambda = 0.05, .w_max = 2, .pairing = Pairing::nearest_reduced}},
          {"Triplet", visual},
          {"TripletNearest", nearest},
          {"Vogels", VogelsStdp{.eta = 0.02, .rho0_hz = 20, .w_max = 2}},
          // Weights that stay within their bounds: the clocked synapse meets them in every tick.
          {"Reward", RewardStdp{.a_plus = 0.01,
                                .a_minus = 0.008,
                                .tau_c_ms = 300,
                                .tau_d_ms = 50,
                                .baseline_per_ms = 1e-4,
                                .w_max = 2}}};
}

inline bool takes_rewards(const Plasticity& rule) {
  return std::holds_alternative<RewardStdp>(rule);
}
inline void PrintTo(const NamedRule& rule, std::ostream* out) {
  *out << rule.name;
}

}  // namespace snn::test

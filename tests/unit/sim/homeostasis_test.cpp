// SPDX-License-Identifier: Apache-2.0
// Homeostasis in a running network, against the same done by hand and against closed forms.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/config_error.hpp"
#include "tests/support/plastic_reference.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

using test::NamedRule;

constexpr double dt_ms = 0.5;

std::vector<float> weights_of(const Simulation& run, ProjectionId projection) {
  std::vector<float> weights;
  for (const SynapseNow& synapse : run.synapses(projection)) weights.push_back(synapse.weight);
  return weights;
}

/// Of each target neuron.
std::vector<double> sums_of(const Simulation& run, ProjectionId projection, std::size_t neurons) {
  std::vector<double> sums(neurons);
  for (const SynapseNow& synapse : run.synapses(projection))
    sums[static_cast<std::size_t>(synapse.target)] += static_cast<double>(synapse.weight);
  return sums;
}

/// Several delays, pairs joined twice, neurons that fire often and one that nothing reaches.
struct Scaled {
  explicit Scaled(const Plasticity& rule, const std::optional<Homeostasis>& homeostasis) {
    net.drive(out, PoissonDrive{.rate_hz = 900, .weight = 1.5});
    const Weight start = Uniform{0.7, 1.3};
    plastic = {
        net.connect(in, out, FixedInDegree{6},
                    {.weight = start,
                     .delay_ms = Uniform{0.5, 9},
                     .plasticity = rule,
                     .homeostasis = homeostasis}),
        net.connect(
            out, out, FixedInDegree{4},
            {.weight = start, .delay_ms = 1.5, .plasticity = rule, .homeostasis = homeostasis})};
  }
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 40}, {9}, "in");
  PopulationId out = net.add(Lif{.t_ref_ms = 1}, {8}, "out");
  std::vector<ProjectionId> plastic;
};

/// Factors of every neuron of a projection, from its spikes.
class RateByHand {
 public:
  RateByHand(const RateScaling& rule, std::size_t neurons)
      : coeffs_(rule.derive<double>(dt_ms)), rate_hz_(neurons) {}

  /// After the spikes of ticks first .. end-1.
  std::vector<double> factors(const std::vector<std::vector<Tick>>& trains, Tick first, Tick end) {
    std::vector<double> factors(rate_hz_.size(), 1.0);
    for (std::size_t n = 0; n < factors.size(); ++n) {
      Tick seen = first;
      const auto advance = [&](Tick to) {
        factors[n] *= RateScaling::advance(rate_hz_[n], coeffs_, static_cast<unsigned>(to - seen));
        seen = to;
      };
      for (const Tick tick : trains[n]) {
        if (tick < first || tick >= end) continue;
        advance(tick);
        rate_hz_[n] += coeffs_.hz_per_spike;
      }
      advance(end);
    }
    return factors;
  }

 private:
  RateScaling::Coeffs<double> coeffs_;
  std::vector<double> rate_hz_;
};

/// synapses() and set_weights() between pieces of a run.
void scale_by_hand(Simulation& run, ProjectionId projection, const std::vector<double>* rate,
                   const HomeostaticScaling* sum, float w_max) {
  std::vector<SynapseNow> synapses = run.synapses(projection);
  const auto scale = [&](const std::vector<double>& factors) {
    for (SynapseNow& synapse : synapses) {
      const double factor = factors[static_cast<std::size_t>(synapse.target)];
      synapse.weight =
          std::clamp(static_cast<float>(static_cast<double>(synapse.weight) * factor), 0.0f, w_max);
    }
  };
  if (rate != nullptr) scale(*rate);
  if (sum != nullptr) {
    std::vector<double> factors(8);
    for (const SynapseNow& synapse : synapses)
      factors[static_cast<std::size_t>(synapse.target)] += static_cast<double>(synapse.weight);
    for (double& f : factors) f = f > 0 ? 1 + sum->strength * (sum->target_sum / f - 1) : 1;
    scale(factors);
  }
  std::vector<float> weights;
  for (const SynapseNow& synapse : synapses) weights.push_back(synapse.weight);
  run.set_weights(projection, weights);
}

class HomeostasisOf : public testing::TestWithParam<NamedRule> {};
INSTANTIATE_TEST_SUITE_P(EveryRule, HomeostasisOf, testing::ValuesIn(test::named_rules()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(HomeostasisOf, IsWhatScalingByHandGives) {
  const HomeostaticScaling sum{.target_sum = 5.5, .strength = 0.6};
  const RateScaling rate{.target_hz = 30, .tau_s = 0.3, .beta_per_s_per_hz = 0.3};
  const Homeostasis kinds[] = {{.interval_ms = 100, .sum = sum},
                               {.interval_ms = 60, .rate = rate},
                               {.interval_ms = 50, .sum = sum, .rate = rate}};
  for (const Homeostasis& kind : kinds) {
    SCOPED_TRACE(kind.interval_ms);
    const Scaled scaled(GetParam().rule, kind), plain(GetParam().rule, {});
    Simulation own(scaled.net, {.dt_ms = dt_ms}), by_hand(plain.net, {.dt_ms = dt_ms});
    own.record_spikes(scaled.out);
    by_hand.record_spikes(plain.out);
    std::vector<RateByHand> rates(2, RateByHand(rate, 8));
    const auto interval = static_cast<Tick>(kind.interval_ms / dt_ms);
    own.run_ticks(6 * interval + 37);
    for (Tick end = interval; end <= 6 * interval; end += interval) {
      by_hand.run_ticks(interval);
      const auto trains = test::trains_of(by_hand.spikes(plain.out), 8);
      for (std::size_t q = 0; q < 2; ++q) {
        const std::vector<double> factors = rates[q].factors(trains, end - interval, end);
        scale_by_hand(by_hand, plain.plastic[q], kind.rate ? &factors : nullptr,
                      kind.sum ? &sum : nullptr, 2);
      }
    }
    by_hand.run_ticks(37);
    EXPECT_GT(own.spikes(scaled.out).tick.size(), 30u);
    EXPECT_EQ(own.spikes(scaled.out).tick, by_hand.spikes(plain.out).tick);
    EXPECT_EQ(own.spikes(scaled.out).neuron, by_hand.spikes(plain.out).neuron);
    for (std::size_t q = 0; q < 2; ++q)
      EXPECT_EQ(weights_of(own, scaled.plastic[q]), weights_of(by_hand, plain.plastic[q]));
  }
}

/// At the end of every interval the weights have the sum, whatever the rule did meanwhile.
TEST(Homeostasis, MeetsTheSumAtTheEndOfEachInterval) {
  const PairStdp rule{.lambda = 0.05, .w_max = 4};
  const Scaled scaled(rule,
                      Homeostasis{.interval_ms = 100, .sum = HomeostaticScaling{.target_sum = 3}});
  Simulation run(scaled.net, {.dt_ms = dt_ms});
  for (int end_ms = 100; end_ms <= 500; end_ms += 100) {
    run.run_ms(99.5);
    for (const double sum : sums_of(run, scaled.plastic[1], 8)) EXPECT_GT(std::abs(sum - 3), 1e-4);
    run.run_ms(0.5);
    for (const ProjectionId q : scaled.plastic) {
      for (const double sum : sums_of(run, q, 8)) EXPECT_NEAR(sum, 3, 1e-6) << end_ms;
    }
  }
}

/// Without learning a weight is its start times exp(beta (target T - integral of the mean rate)).
TEST(Homeostasis, FollowsTheRateAsItsEquationSays) {
  const RateScaling rate{.target_hz = 30, .tau_s = 0.5, .beta_per_s_per_hz = 0.02};
  const Scaled scaled(PairStdp{.lambda = 0, .w_max = 50},
                      Homeostasis{.interval_ms = 100, .rate = rate});
  const Simulation untouched(scaled.net, {.dt_ms = dt_ms});
  Simulation run(scaled.net, {.dt_ms = dt_ms});
  run.record_spikes(scaled.out);
  run.run_ms(1000);
  const auto trains = test::trains_of(run.spikes(scaled.out), 8);
  const auto start = untouched.synapses(scaled.plastic[0]), now = run.synapses(scaled.plastic[0]);
  for (std::size_t s = 0; s < now.size(); ++s) {
    double integral = 0;  // of a, which each spike raises by 1/tau
    for (const Tick tick : trains[static_cast<std::size_t>(now[s].target)])
      integral += -std::expm1(-(1000 - tick * dt_ms) * 1e-3 / rate.tau_s);
    EXPECT_GT(integral, 5);
    const double factor = std::exp(rate.beta_per_s_per_hz * (rate.target_hz * 1.0 - integral));
    EXPECT_NEAR(now[s].weight / start[s].weight, factor, 2e-6) << "ten roundings to float";
  }
}

TEST(Homeostasis, KeepsToTheBoundsOfTheRule) {
  const PairStdp rule{.lambda = 0, .w_min = 0.25, .w_max = 1.5};
  for (const double target : {1e-3, 1e6}) {
    Network net;
    const auto in = net.add(PoissonSource{}, {5}), out = net.add(Lif{}, {3});
    const auto all = net.connect(
        in, out, AllToAll{},
        {.weight = Uniform{-1.5, -0.25},
         .delay_ms = 1.0,
         .plasticity = rule,
         .homeostasis = Homeostasis{.interval_ms = 2, .sum = {{.target_sum = target}}}});
    Simulation run(net, {.dt_ms = 1});
    run.run_ms(2);
    for (const float w : weights_of(run, all)) EXPECT_EQ(w, target < 1 ? -0.25f : -1.5f);
  }
}

/// Whatever the parameters: a factor beyond all numbers is one to the bound, but for weights of 0.
TEST(Homeostasis, StaysFinite) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1}), out = net.add(Lif{}, {3});
  net.drive(out, PoissonDrive{.rate_hz = 500, .weight = 20});
  const auto all = net.connect(
      in, out, AllToAll{},
      {.weight = std::vector<float>{0, 1, 2},
       .delay_ms = 1.0,
       .plasticity = PairStdp{.lambda = 0, .w_max = 5},
       .homeostasis = Homeostasis{
           .interval_ms = 50, .rate = RateScaling{.target_hz = 1e30, .beta_per_s_per_hz = 1e30}}});
  Simulation run(net, {.dt_ms = 1});
  run.record_spikes(out);
  run.run_ms(100);
  EXPECT_GT(run.spikes(out).tick.size(), 20u);
  EXPECT_EQ(weights_of(run, all), (std::vector<float>{0, 5, 5}));
}

/// Magnitudes are scaled; without a weight above 0 nothing is.
TEST(Homeostasis, OfInhibitoryAndOfMissingWeights) {
  Network net;
  const auto in = net.add(PoissonSource{}, {5}), out = net.add(Lif{}, {3});
  const Homeostasis homeostasis{.interval_ms = 1, .sum = HomeostaticScaling{.target_sum = 2}};
  const auto describe = [&](double weight) {
    return net.connect(in, out, AllToAll{},
                       {.weight = weight,
                        .delay_ms = 1.0,
                        .plasticity = VogelsStdp{.eta = 0},
                        .homeostasis = homeostasis});
  };
  const auto inhibitory = describe(-0.125), none = describe(0);
  Simulation run(net, {.dt_ms = 1});
  run.run_ms(1);
  EXPECT_EQ(weights_of(run, inhibitory), std::vector<float>(15, -0.4f));
  EXPECT_EQ(weights_of(run, none), std::vector<float>(15, 0.0f));
}

/// Enough neurons for several workers, with both kinds at intervals that do not divide each other.
struct Large {
  explicit Large(const Plasticity& rule, double target_sum = 4) {
    net.drive(out, PoissonDrive{.rate_hz = 1500, .weight = 2.5});
    const Weight start = Uniform{0.7, 1.3};
    const HomeostaticScaling sum{.target_sum = target_sum};
    const RateScaling rate{.target_hz = 10, .tau_s = 0.2, .beta_per_s_per_hz = 0.2};
    const Homeostasis kinds[] = {{.interval_ms = 21.5, .sum = sum, .rate = rate},
                                 {.interval_ms = 33, .rate = rate},
                                 {.interval_ms = 0.5, .sum = sum}};
    const auto join = [&](PopulationId from, PopulationId to, const Delay& delay_ms, int kind) {
      net.connect(
          from, to, FixedInDegree{4},
          {.weight = start, .delay_ms = delay_ms, .plasticity = rule, .homeostasis = kinds[kind]});
    };
    join(in, out, Uniform{0.5, 4}, 0);
    join(out, out, 2.0, 1);
    join(out, more, 1.0, 2);
  }
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 60}, {1300}, "in");
  PopulationId out = net.add(Lif{.t_ref_ms = 1}, {2001}, "out");
  PopulationId more = net.add(Lif{}, {1199}, "more");
};

struct Outcome {
  std::vector<std::int64_t> tick;
  std::vector<std::int32_t> neuron;
  std::vector<std::vector<float>> weights;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
Outcome outcome_of(const Large& large, const Simulation& run) {
  return {run.spikes(large.out).tick,
          run.spikes(large.out).neuron,
          {weights_of(run, {0}), weights_of(run, {1}), weights_of(run, {2})}};
}

TEST_P(HomeostasisOf, IsTheSameForAnyThreadsAndPieces) {
  const Large large(GetParam().rule);
  const auto run = [&](int threads, int pieces) {
    Simulation simulation(large.net, {.dt_ms = dt_ms, .threads = threads});
    simulation.record_spikes(large.out);
    for (int piece = 0; piece < pieces; ++piece) {
      simulation.run_ticks(250 / pieces);
      if (pieces > 1) simulation.synapses({1});  // changes nothing, not even a bit
    }
    return outcome_of(large, simulation);
  };
  const Outcome one = run(1, 1);
  EXPECT_GT(one.tick.size(), 1000u);
  for (const int threads : {2, 3}) EXPECT_TRUE(run(threads, 1) == one) << threads << " threads";
  EXPECT_TRUE(run(1, 10) == one) << "ten pieces";
  EXPECT_TRUE(run(3, 125) == one) << "pieces of two ticks";
}

TEST_P(HomeostasisOf, GoesOnFromACheckpoint) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const Large large(GetParam().rule);
  Simulation first(large.net, {.dt_ms = dt_ms, .threads = 2});
  first.run_ticks(100);  // within intervals
  first.save(file);
  first.record_spikes(large.out);
  const Outcome expected = outcome_of(large, first.run_ticks(100));
  for (const int threads : {1, 3}) {
    Simulation other(large.net, {.dt_ms = dt_ms, .threads = threads});
    other.record_spikes(large.out);
    other.run_ticks(17);  // is forgotten
    other.restore(file);
    EXPECT_TRUE(outcome_of(large, other.run_ticks(100)) == expected) << threads << " threads";
  }
  Simulation unlike(Large(GetParam().rule, 5).net, {.dt_ms = dt_ms});
  support::expect_config_error([&] { unlike.restore(file); },
                               {"saved state", "network", "another", "this network"});
}

TEST(Homeostasis, AResetStartsItAnew) {
  const Large large(PairStdp{.lambda = 0.05, .w_max = 2});
  Simulation run(large.net, {.dt_ms = dt_ms});
  run.record_spikes(large.out);
  const Outcome expected = outcome_of(large, run.run_ticks(120));
  run.reset();
  EXPECT_TRUE(outcome_of(large, run.run_ticks(120)) == expected);
}

TEST(Homeostasis, NeedsFixedPoint) {
  const Large large(PairStdp{.w_max = 2});
  support::expect_config_error(
      [&] {
        Simulation(large.net,
                   {.dt_ms = dt_ms, .arithmetic = SimulationOptions::Arithmetic::float64});
      },
      {"projection \"in->out\"", "plasticity", "", ""});
}

}  // namespace
}  // namespace snn

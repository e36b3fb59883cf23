// SPDX-License-Identifier: Apache-2.0
// Rates, CVs and Fano factors of the benchmark networks against ten seeds of NEST.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "snn/model/benchmark_networks.hpp"
#include "snn/record/spike_statistics.hpp"
#include "snn/sim/simulation.hpp"
#include "tests/validation/golden.hpp"

namespace snn {
namespace {

/// Mean and standard deviation over the seeds of NEST.
struct Spread {
  double mean = 0, sd = 0;
  explicit Spread(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    for (const double v : values) mean += v / n;
    for (const double v : values) sd += (v - mean) * (v - mean) / (n - 1);
    sd = std::sqrt(sd);
  }
};

/// One seed of ours lies within 5 standard deviations, of ten values and one: with ten degrees of
/// freedom less one that is a chance of 1e-3, with the uncertainty of the mean included.
void expect_within(double found, const std::vector<double>& theirs, const std::string& what) {
  ASSERT_GE(theirs.size(), 8u) << what;
  const Spread spread(theirs);
  EXPECT_NEAR(found, spread.mean, 5 * spread.sd * std::sqrt(1 + 1.0 / 10)) << what;
}

/// Mean, standard deviation and quantiles of the weights of the plastic projections; NEST's are of
/// every 20th source, so that the least and the largest are not compared.
void compare_weights(const Simulation& run, const Network& network, const char* name) {
  const auto golden = validation::golden("nest_statistics.json")["networks"][name]["weights_pa"];
  std::vector<double> weights;
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    if (!is_plastic(network.projections()[q].synapse)) continue;
    for (const SynapseNow& synapse : run.synapses({static_cast<std::int32_t>(q)}))
      weights.push_back(static_cast<double>(synapse.weight));
  }
  std::sort(weights.begin(), weights.end());
  const Spread ours(weights);
  expect_within(ours.mean, golden["mean"].get<std::vector<double>>(), "mean weight");
  expect_within(ours.sd, golden["sd"].get<std::vector<double>>(), "standard deviation of weights");
  const auto theirs = golden["quantiles"].get<std::vector<std::vector<double>>>();
  const std::size_t pieces = theirs.front().size() - 1;
  for (std::size_t k = 1; k < pieces; ++k) {
    std::vector<double> quantile;
    for (const auto& of_seed : theirs) quantile.push_back(of_seed[k]);
    expect_within(weights[weights.size() * k / pieces], quantile,
                  "quantile " + std::to_string(k) + " of " + std::to_string(pieces));
  }
}

void compare(const char* name, const Network& network) {
  const auto golden = validation::golden("nest_statistics.json")["networks"][name];
  constexpr double dt_ms = 0.1;
  Simulation run(network, {.dt_ms = dt_ms, .seed = 5, .threads = 1});
  run.run_ms(golden["warmup_ms"].get<double>());
  std::vector<SpikeStatistics> statistics;
  statistics.reserve(network.populations().size());
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    statistics.emplace_back(network.populations()[p].size(), dt_ms);
    statistics.back().start(run.tick());
    run.listen_to_spikes({static_cast<std::int32_t>(p)},
                         [&statistics, p](std::int64_t tick, std::span<const std::int32_t> n) {
                           statistics[p].add(tick, n);
                         });
  }
  run.run_ms(golden["measured_s"].get<double>() * 1e3);
  for (std::size_t p = 0; p < statistics.size(); ++p) {
    const std::string& population = network.populations()[p].name;
    const auto& theirs = golden["populations"][population];
    const std::string what = std::string(name) + " " + population;
    expect_within(statistics[p].rate_hz(run.tick()), theirs["rate_hz"].get<std::vector<double>>(),
                  what + " rate");
    expect_within(statistics[p].cv(), theirs["cv"].get<std::vector<double>>(), what + " CV");
    expect_within(statistics[p].fano(run.tick()), theirs["fano"].get<std::vector<double>>(),
                  what + " Fano factor");
  }
  if (golden.contains("weights_pa")) compare_weights(run, network, name);
}

TEST(NestStatistics, Cuba) {
  compare("cuba", cuba());
}
TEST(NestStatistics, Coba) {
  compare("coba", coba());
}
TEST(NestStatistics, MicrocircuitAtATenth) {
  compare("microcircuit-10-percent", microcircuit({.scale = 0.1}));
}
TEST(NestStatistics, BrunelLow) {
  compare("brunel-low", brunel(brunel_low));
}
TEST(NestStatistics, BrunelBusy) {
  compare("brunel-busy", brunel());
}
TEST(NestStatistics, StdpBalanced) {
  compare("stdp-balanced", stdp_balanced());
}

}  // namespace
}  // namespace snn

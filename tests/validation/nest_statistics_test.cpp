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

/// NEST's weights are those of the last spike of their source: what spikes of the target added
/// since waits for the next one. Here it is taken off again, the latest first.
class LeftByTheSource {
 public:
  LeftByTheSource(const PairStdp& rule, double delay_ms, const SpikeTrain& spikes,
                  std::int64_t neurons, double now_ms, double dt_ms)
      : rule_(rule), delay_ms_(delay_ms), now_ms_(now_ms) {
    spikes_ms_.resize(static_cast<std::size_t>(neurons));
    last_trace_.resize(spikes_ms_.size());
    for (std::size_t s = 0; s < spikes.tick.size(); ++s) {
      auto& times_ms = spikes_ms_[static_cast<std::size_t>(spikes.neuron[s])];
      double& trace = last_trace_[static_cast<std::size_t>(spikes.neuron[s])];
      const double time_ms = static_cast<double>(spikes.tick[s]) * dt_ms;
      if (!times_ms.empty()) trace *= std::exp((times_ms.back() - time_ms) / rule.tau_plus_ms);
      trace += 1;
      times_ms.push_back(time_ms);
    }
  }

  double operator()(const SynapseNow& synapse) const {
    const auto source = static_cast<std::size_t>(synapse.source);
    const auto& post_ms = spikes_ms_[static_cast<std::size_t>(synapse.target)];
    double u = static_cast<double>(synapse.weight) / rule_.w_max;
    if (spikes_ms_[source].empty()) return u * rule_.w_max;
    const double last_ms = spikes_ms_[source].back();
    for (auto post = post_ms.rbegin(); post != post_ms.rend(); ++post) {
      const double seen_ms = *post + delay_ms_;  // the delay is dendritic
      if (seen_ms > now_ms_) continue;
      if (seen_ms <= last_ms) break;
      const double trace = last_trace_[source] * std::exp((last_ms - seen_ms) / rule_.tau_plus_ms);
      u = (u - rule_.lambda * trace) / (1 - rule_.lambda * trace);
    }
    return u * rule_.w_max;
  }

 private:
  PairStdp rule_;
  double delay_ms_, now_ms_;
  std::vector<std::vector<double>> spikes_ms_;
  std::vector<double> last_trace_;  ///< K_plus at the last spike of each neuron, with it
};

/// Mean, standard deviation and quantiles of the weights of the plastic projections; NEST's are of
/// every 20th source, so that the least and the largest are not compared.
void compare_weights(const Simulation& run, const Network& network, double dt_ms,
                     const char* name) {
  const auto golden = validation::golden("nest_statistics.json")["networks"][name]["weights_pa"];
  std::vector<double> weights;
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    const Projection& projection = network.projections()[q];
    if (!is_plastic(projection.synapse)) continue;
    ASSERT_EQ(projection.source, projection.target);
    const LeftByTheSource left(std::get<PairStdp>(projection.synapse.plasticity),
                               std::get<double>(projection.synapse.delay_ms),
                               run.spikes(projection.source), network[projection.source].size(),
                               static_cast<double>(run.tick()) * dt_ms, dt_ms);
    for (const SynapseNow& synapse : run.synapses({static_cast<std::int32_t>(q)}))
      weights.push_back(left(synapse));
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
  for (const Projection& projection : network.projections()) {
    if (is_plastic(projection.synapse)) run.record_spikes(projection.source);
  }
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
  if (golden.contains("weights_pa")) compare_weights(run, network, dt_ms, name);
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "snn/math/plasticity/rules.hpp"
#include "snn/sim/simulation.hpp"
#include "tests/support/clocked_synapse.hpp"
#include "tests/validation/golden.hpp"

/// The cases of golden/nest_stdp.json as our rules, and one synapse in the engine.
namespace validation {

using Json = nlohmann::json;

/// Rules of NEST's stdp_synapse and its relatives.
template <class Rule>
Rule pair_rule(const Json& item) {
  const Json& p = item.at("parameters");
  Rule rule;
  rule.lambda = p.at("lambda");
  rule.alpha = p.at("alpha");
  rule.tau_plus_ms = p.at("tau_plus");
  rule.tau_minus_ms = item.at("postsynaptic_neuron").at("tau_minus");
  rule.w_max = p.at("Wmax");
  return rule;
}
inline snn::PairStdp pair(const Json& item) {
  auto rule = pair_rule<snn::PairStdp>(item);
  const auto dependence = [&](const char* mu) {
    return item.at("parameters").at(mu) == 0.0 ? snn::WeightDependence::additive
                                               : snn::WeightDependence::multiplicative;
  };
  rule.plus = dependence("mu_plus");
  rule.minus = dependence("mu_minus");
  return rule;
}
inline snn::PowerLawStdp power_law(const Json& item) {
  auto rule = pair_rule<snn::PowerLawStdp>(item);
  rule.mu_plus = item.at("parameters").at("mu_plus");
  rule.mu_minus = item.at("parameters").at("mu_minus");
  return rule;
}

/// Calls check(name, rule, weight at the start) for the cases whose rule we have just so.
template <class Check>
void for_each_rule(const std::map<std::string, Json>& cases, const Check& check) {
  const auto weight = [&](const char* name) -> double {
    return cases.at(name).at("parameters").at("weight");
  };
  for (const char* name : {"stdp_additive", "stdp_multiplicative", "stdp_two_time_constants",
                           "stdp_additive_at_bounds"}) {
    check(name, pair(cases.at(name)), weight(name));
    check(name, power_law(cases.at(name)), weight(name));
  }
  check("stdp_power", power_law(cases.at("stdp_power")), weight("stdp_power"));
  auto nearest = power_law(cases.at("stdp_nearest_symmetric"));
  nearest.pairing = snn::Pairing::nearest_symmetric;
  check("stdp_nearest_symmetric", nearest, weight("stdp_nearest_symmetric"));

  const Json &triplet = cases.at("triplet").at("parameters"),
             &neuron = cases.at("triplet").at("postsynaptic_neuron");
  check("triplet",
        snn::TripletStdp{.a2_plus = triplet.at("Aplus"),
                         .a3_plus = triplet.at("Aplus_triplet"),
                         .a2_minus = triplet.at("Aminus"),
                         .a3_minus = triplet.at("Aminus_triplet"),
                         .tau_plus_ms = triplet.at("tau_plus"),
                         .tau_x_ms = triplet.at("tau_plus_triplet"),
                         .tau_minus_ms = neuron.at("tau_minus"),
                         .tau_y_ms = neuron.at("tau_minus_triplet"),
                         .w_max = triplet.at("Wmax")},
        weight("triplet"));

  const Json& vogels = cases.at("vogels_sprekeler").at("parameters");
  const double tau_ms = vogels.at("tau");
  check("vogels_sprekeler",
        snn::VogelsStdp{.eta = vogels.at("eta"),
                        .rho0_hz = vogels.at("alpha").get<double>() / (2e-3 * tau_ms),
                        .tau_ms = tau_ms,
                        .w_max = vogels.at("Wmax")},
        weight("vogels_sprekeler"));
}

/// The weights that one synapse delivers in a Simulation. Its target fires when it is forced to, by
/// far more than the synapse could do, and forgets at once: a membrane tells what arrived.
template <class Rule>
std::vector<double> deliver(const Rule& rule, double weight, const snn::test::SynapseInput& input,
                            double dt_ms, snn::Tick ticks) {
  constexpr double force = 2048;
  const auto times = [&](const std::vector<snn::Tick>& at) {
    std::vector<double> ms;
    for (const snn::Tick tick : at) ms.push_back(tick * dt_ms);
    return ms;
  };
  snn::Network net;
  const snn::Lif model{
      .tau_m_ms = dt_ms / 8, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = force / 2};
  const auto pre = net.add(snn::SpikeSource{{times(input.pre)}}, {1});
  const auto forcing = net.add(snn::SpikeSource{{times(input.post)}}, {1});
  const auto post = net.add(model, {1});
  net.connect(forcing, post, snn::AllToAll{}, {.weight = force});
  net.connect(
      pre, post, snn::AllToAll{},
      {.weight = weight, .delay_ms = static_cast<double>(input.delay) * dt_ms, .plasticity = rule});
  snn::Simulation simulation(net, {.dt_ms = dt_ms});
  simulation.record_membrane(post);
  simulation.record_spikes(post);
  simulation.run_ticks(ticks + input.delay + 1);
  const auto& fired = simulation.spikes(post).tick;
  EXPECT_EQ(std::vector<snn::Tick>(fired.begin(), fired.end()), input.post);
  std::vector<double> delivered;
  const double decay = std::exp(-8.0);
  const auto& u = simulation.membrane(post).value;
  for (const snn::Tick tick : input.pre) {
    const auto at = static_cast<std::size_t>(tick + input.delay);
    const auto has_post = [&](std::size_t t) {
      return std::count(input.post.begin(), input.post.end(), static_cast<snn::Tick>(t)) > 0;
    };
    const double before = has_post(at - 1) ? 0.0 : static_cast<double>(u[at - 1]);
    delivered.push_back(static_cast<double>(u[at]) - decay * before - (has_post(at) ? force : 0.0));
  }
  return delivered;
}

}  // namespace validation

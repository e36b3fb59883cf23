// SPDX-License-Identifier: Apache-2.0
#include "snn/train/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "snn/compile/connect.hpp"
#include "snn/train/trainable.hpp"

namespace snn {
namespace {

/// A learnt threshold or clip stays above this.
constexpr float least_threshold = 1e-3f;

double logit(double decay) {
  return std::log(decay / (1.0 - decay));
}

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// The logistic function as training evaluates it, in float.
float decay_of(float x) {
  return static_cast<float>(logistic(x));
}

void read_population(const Neurons& neurons, const PlannedPopulation& planned, double dt_ms,
                     std::span<float> out) {
  visit_trainable(
      [&](const auto& parameters) {
        for (std::size_t n = 0; n < parameters.size(); ++n) {
          const auto& model = parameters[n];
          if constexpr (requires { model.tau_m_ms; }) {
            if (planned.decay != no_parameter) {
              out[planned.decay + n] =
                  static_cast<float>(logit(decay_factor(model.tau_m_ms, dt_ms, model.scheme)));
            }
          }
          if (planned.threshold == no_parameter) continue;
          if constexpr (requires { model.v_th_mv; }) {
            out[planned.threshold + n] = static_cast<float>(model.v_th_mv - model.v_rest_mv);
          } else if constexpr (requires { model.clip; }) {
            out[planned.threshold + n] = static_cast<float>(model.clip);
          }
        }
      },
      neurons);
}

void write_population(Neurons& neurons, const PlannedPopulation& planned, double dt_ms,
                      std::span<const float> in) {
  visit_trainable(
      [&](auto& parameters) {
        for (std::size_t n = 0; n < parameters.size(); ++n) {
          auto& model = parameters[n];
          if constexpr (requires { model.tau_m_ms; }) {
            if (planned.decay != no_parameter) {
              const double decay = decay_of(in[planned.decay + n]);
              model.tau_m_ms =
                  model.scheme == Scheme::exact ? -dt_ms / std::log(decay) : dt_ms / (1.0 - decay);
            }
          }
          if (planned.threshold == no_parameter) continue;
          if constexpr (requires { model.v_th_mv; }) {
            model.v_th_mv = model.v_rest_mv + static_cast<double>(in[planned.threshold + n]);
          } else if constexpr (requires { model.clip; }) {
            model.clip = static_cast<double>(in[planned.threshold + n]);
          }
        }
      },
      neurons);
}

}  // namespace

std::vector<float> initial_parameters(const Network& network, const Plan& plan, double dt_ms,
                                      std::uint64_t seed) {
  std::vector<float> parameters(plan.parameters, 0.0f);
  for (std::size_t q = 0; q < plan.projections.size(); ++q) {
    const PlannedProjection& planned = plan.projections[q];
    const Projection& projection = network.projections()[q];
    const std::vector<float> weights =
        expand_weights(network, {static_cast<std::int32_t>(q)}, seed);
    if (const auto* sparse = std::get_if<Sparse>(&projection.rule)) {
      const std::int64_t targets = network[projection.target].size();
      for (std::size_t s = 0; s < weights.size(); ++s) {
        parameters[planned.weight + static_cast<std::size_t>(sparse->source[s] * targets +
                                                             sparse->target[s])] = weights[s];
      }
    } else {
      std::copy(weights.begin(), weights.end(),
                parameters.begin() + static_cast<std::ptrdiff_t>(planned.weight));
    }
    if (planned.bias != no_parameter) {
      std::copy(projection.synapse.bias.begin(), projection.synapse.bias.end(),
                parameters.begin() + static_cast<std::ptrdiff_t>(planned.bias));
    }
  }
  for (std::size_t p = 0; p < plan.populations.size(); ++p) {
    if (plan.populations[p].source) continue;
    read_population(network.populations()[p].neurons(), plan.populations[p], dt_ms, parameters);
  }
  return parameters;
}

void apply_neuron_parameters(Network& network, const Plan& plan, double dt_ms,
                             std::span<const float> parameters) {
  for (std::size_t p = 0; p < plan.populations.size(); ++p) {
    const PlannedPopulation& planned = plan.populations[p];
    if (planned.decay == no_parameter && planned.threshold == no_parameter) continue;
    write_population(network[PopulationId{static_cast<std::int32_t>(p)}].neurons(), planned, dt_ms,
                     parameters);
  }
}

void apply_parameters(Network& network, const Plan& plan, double dt_ms,
                      std::span<const float> parameters) {
  apply_neuron_parameters(network, plan, dt_ms, parameters);
  for (std::size_t q = 0; q < plan.projections.size(); ++q) {
    const PlannedProjection& planned = plan.projections[q];
    Projection& projection = network[ProjectionId{static_cast<std::int32_t>(q)}];
    const float* values = parameters.data() + planned.weight;
    std::vector<float> weights;
    if (const auto* sparse = std::get_if<Sparse>(&projection.rule)) {
      const std::int64_t targets = network[projection.target].size();
      for (std::size_t s = 0; s < sparse->source.size(); ++s) {
        weights.push_back(values[sparse->source[s] * targets + sparse->target[s]]);
      }
    } else {
      weights.assign(values, values + planned.weights);
    }
    projection.synapse.weight = std::move(weights);
    if (planned.bias != no_parameter) {
      const auto bias = parameters.subspan(planned.bias, projection.synapse.bias.size());
      projection.synapse.bias.assign(bias.begin(), bias.end());
    }
  }
}

void bound_parameters(const Plan& plan, std::span<float> parameters) {
  for (const PlannedPopulation& planned : plan.populations) {
    if (planned.threshold == no_parameter) continue;
    for (std::size_t n = 0; n < planned.learnt; ++n) {
      float& threshold = parameters[planned.threshold + n];
      threshold = std::max(threshold, least_threshold);
    }
  }
}

}  // namespace snn

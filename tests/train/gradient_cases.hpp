// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/math/philox.hpp"
#include "snn/train/engine.hpp"
#include "tests/train/gradient_networks.hpp"
#include "tests/train/reference_backward.hpp"

/// Networks with random parameters and inputs, and what an engine makes of them.
namespace cases {

inline double random(std::uint32_t stream, std::uint64_t element, double low, double high) {
  const auto word = snn::random_words(5, snn::RandomUse::weights, stream, element)[0];
  return low + (high - low) * static_cast<double>(word) * 0x1p-32;
}

/// Values that floats hold, so that both precisions see one network.
inline std::vector<double> random_parameters(const snn::Network& network, const snn::Plan& plan) {
  std::vector<double> values(plan.parameters);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(random(1, i, -0.4, 0.9));
  for (std::size_t q = 0; q < plan.projections.size(); ++q) {
    const auto& mask = plan.projections[q].mask;  // weights that do not exist are 0
    for (std::size_t k = 0; k < mask.size(); ++k)
      if (mask[k] == 0) values[plan.projections[q].weight + k] = 0;
  }
  for (std::size_t p = 0; p < plan.populations.size(); ++p) {
    if (plan.populations[p].source) continue;
    snn::visit_trainable(
        [&](const auto& models) {
          for (std::size_t n = 0; n < models.size(); ++n) {
            if (plan.populations[p].decay != snn::no_parameter)
              values[plan.populations[p].decay + n] = static_cast<float>(random(2, n, 0.3, 2.0));
            if (plan.populations[p].threshold == snn::no_parameter) continue;
            if constexpr (requires { models[n].v_th_mv; })
              values[plan.populations[p].threshold + n] =
                  static_cast<float>(models[n].v_th_mv - models[n].v_rest_mv);
            if constexpr (requires { models[n].clip; })
              values[plan.populations[p].threshold + n] = static_cast<float>(models[n].clip);
          }
        },
        network.populations()[p].neurons());
  }
  return values;
}

/// Writes decays and thresholds into the neurons, where an engine takes them from.
inline void write_neurons(snn::Network& network, const snn::Plan& plan, double dt_ms,
                          const std::vector<double>& parameters) {
  for (std::size_t p = 0; p < plan.populations.size(); ++p) {
    const snn::PlannedPopulation& planned = plan.populations[p];
    if (planned.source) continue;
    snn::visit_trainable(
        [&](auto& models) {
          for (std::size_t n = 0; n < models.size(); ++n) {
            if constexpr (requires { models[n].tau_m_ms; }) {
              if (planned.decay != snn::no_parameter) {
                const double decay = 1 / (1 + std::exp(-parameters[planned.decay + n]));
                models[n].tau_m_ms = models[n].scheme == snn::Scheme::exact
                                         ? -dt_ms / std::log(decay)
                                         : dt_ms / (1 - decay);
              }
            }
            if (planned.threshold == snn::no_parameter) continue;
            const double threshold = parameters[planned.threshold + n];
            if constexpr (requires { models[n].v_th_mv; })
              models[n].v_th_mv = models[n].v_rest_mv + threshold;
            if constexpr (requires { models[n].clip; }) models[n].clip = threshold;
          }
        },
        network[snn::PopulationId{static_cast<std::int32_t>(p)}].neurons());
  }
}

struct Data {
  bptt::Inputs inputs;  ///< [tick][feature] of each sample
  std::vector<int> labels;
};

inline Data random_data(int samples, int ticks, bool held) {
  Data data;
  for (int b = 0; b < samples; ++b) {
    bptt::Field input(static_cast<std::size_t>(ticks * features));
    for (int k = 0; k < ticks * features; ++k) {
      const auto element = static_cast<std::uint64_t>(b * 1000 + (held ? k % features : k));
      const double value = random(3, element, 0, 1);
      input[static_cast<std::size_t>(k)] = held ? static_cast<float>(value) : (value < 0.4 ? 1 : 0);
    }
    data.inputs.push_back(input);
    data.labels.push_back(b % classes);
  }
  return data;
}

/// The same as the engine takes it.
inline snn::EncodedSample encoded(const bptt::Field& input, int ticks, bool held) {
  snn::EncodedSample sample;
  if (held) {
    for (std::size_t f = 0; f < features; ++f)
      sample.values.push_back(static_cast<float>(input[f]));
    return sample;
  }
  for (int t = 0; t < ticks; ++t) {
    sample.begin.push_back(static_cast<std::int32_t>(sample.unit.size()));
    for (int f = 0; f < features; ++f)
      if (input[static_cast<std::size_t>(t * features + f)] > 0)
        sample.unit.push_back(static_cast<std::uint32_t>(f));
  }
  sample.begin.push_back(static_cast<std::int32_t>(sample.unit.size()));
  return sample;
}

/// A network with everything drawn; `plan` and `options` belong to it.
struct Case {
  snn::Network network;
  snn::TrainOptions options;
  bool held_input;
  snn::Plan plan;
  std::vector<double> parameters;
  Data data;

  Case(snn::Network described, snn::TrainOptions given, int samples, bool held)
      : network(std::move(described)),
        options(std::move(given)),
        held_input(held),
        plan(snn::make_plan(network, {options.dt_ms, options.learn_tau, options.learn_threshold})),
        parameters(random_parameters(network, plan)),
        data(random_data(samples, options.ticks, held)) {
    options.batch = samples;
    options.threads = 2;
    write_neurons(network, plan, options.dt_ms, parameters);
  }

  bptt::Net net() const { return bptt::net(network, plan, options, parameters); }
};

struct EngineResult {
  double objective;
  std::vector<double> gradient;
};

/// What any engine of the case's network makes of it.
template <class Real>
EngineResult result_of(snn::TrainingEngine<Real>& engine, const Case& c) {
  engine.load(std::vector<Real>(c.parameters.begin(), c.parameters.end()));
  const std::vector<std::int32_t> labels(c.data.labels.begin(), c.data.labels.end());
  const int samples = static_cast<int>(labels.size());
  const snn::LossValue loss =
      engine.forward({.samples = samples,
                      .encoded =
                          [&](int b) {
                            return encoded(c.data.inputs[static_cast<std::size_t>(b)],
                                           c.options.ticks, c.held_input);
                          },
                      .labels = labels});
  std::vector<Real> gradient(c.plan.parameters);
  engine.backward(gradient);
  return {loss.sum / samples + engine.penalty(), {gradient.begin(), gradient.end()}};
}

template <class Real>
EngineResult engine_result(const Case& c) {
  snn::Engine<Real> engine(c.network, c.plan, c.options);
  return result_of(engine, c);
}

inline double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double v : values) most = std::max(most, std::abs(v));
  return most;
}

}  // namespace cases

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "snn/train/engine.hpp"
#include "tests/train/reference_backward.hpp"
#include "tests/train/tasks.hpp"

/// Small networks, random parameters and inputs for the gradient tests.
namespace cases {

inline constexpr int features = 6, classes = 3;

inline double random(std::uint32_t stream, std::uint64_t element, double low, double high) {
  const auto word = snn::random_words(5, snn::RandomUse::weights, stream, element)[0];
  return low + (high - low) * static_cast<double>(word) * 0x1p-32;
}

struct Shape {
  bool recurrent = false;
  bool held_input = false;       ///< a CurrentSource, else spikes
  bool spiking_readout = false;  ///< else a leaky integrator
  int size = 7;                  ///< neurons of each of the two hidden populations
};

inline snn::Sparse sparse_rule(int size) {
  snn::Sparse rule;
  for (std::int64_t s = 0; s < size; ++s) {
    for (std::int64_t t = s % 2; t < size; t += size / 3) {
      rule.source.push_back(s);
      rule.target.push_back(t);
    }
  }
  return rule;
}

inline snn::PerSource delays(int size, int least) {
  snn::PerSource each;
  for (int n = 0; n < size; ++n) each.ms.push_back(least + n % 3);
  return each;
}

/// in -> first -> second -> out with every kind of projection: all to all, sparse with a delay per
/// source, one to one; with `recurrent` also second -> second and second -> first. The second
/// population has parameters for each neuron.
template <class Model>
snn::Network network(const Model& model, const Shape& shape) {
  using namespace snn;
  Network net;
  const auto in = shape.held_input ? net.add(CurrentSource{}, {features}, "in")
                                   : net.add(EventSource{}, {features}, "in");
  const auto first = net.add(model, {shape.size}, "first");
  std::vector<Model> each(static_cast<std::size_t>(shape.size), model);
  if constexpr (requires { model.v_th_mv; }) {
    for (std::size_t n = 0; n < each.size(); ++n) {
      each[n].v_th_mv += 0.05 * static_cast<double>(n % 7);
      if constexpr (requires { model.tau_m_ms; })
        each[n].tau_m_ms += 0.4 * static_cast<double>(n % 7);
    }
    net[first].v_init_mv = {model.v_rest_mv + 0.25};
  }
  const auto second = net.add(each, {shape.size}, "second");
  Lif reader = Lif::unit(3.0);
  reader.v_th_mv = 0.4;
  const auto out = shape.spiking_readout ? net.add(reader, {classes}, "out")
                                         : net.add(Li{.tau_m_ms = 4}, {classes}, "out");
  const auto zeros = [](int n) { return std::vector<float>(static_cast<std::size_t>(n)); };
  net.connect(in, first, AllToAll{}, {.bias = zeros(shape.size)});
  net.connect(first, second, sparse_rule(shape.size), {.delay_ms = delays(shape.size, 0)});
  net.connect(first, second, OneToOne{}, {.delay_ms = 2.0, .bias = zeros(shape.size)});
  if (shape.recurrent) {
    net.connect(second, second, AllToAll{}, {.delay_ms = 1.0});
    net.connect(second, first, AllToAll{}, {.delay_ms = delays(shape.size, 1)});
    net.connect(first, first, OneToOne{}, {.delay_ms = 2.0});
  }
  net.connect(second, out, AllToAll{}, {.delay_ms = 1.0, .bias = zeros(classes)});
  return net;
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
    std::visit(
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
    std::visit(
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

template <class Real>
EngineResult engine_result(const Case& c) {
  snn::Engine<Real> engine(c.network, c.plan, c.options);
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

inline double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double v : values) most = std::max(most, std::abs(v));
  return most;
}

/// The neuron models with threshold in all their forms.
template <class Visit>
void for_each_spiking_model(snn::Reset reset, double t_ref_ms, Visit&& visit) {
  using namespace snn;
  const auto with = [&](auto model) {
    model.reset = reset;
    model.t_ref_ms = t_ref_ms;
    return model;
  };
  If integrator{.v_th_mv = 1.2};
  Lif current{.tau_m_ms = 2.5,
              .v_rest_mv = -65,
              .v_reset_mv = -65.3,
              .v_th_mv = -64.6,
              .i_offset_mv = 0.3,
              .input = Input::current};
  Lif euler = Lif::unit(3.0);
  euler.scheme = Scheme::euler;
  CubaLif cuba_current = CubaLif::unit(3.0, 2.0);
  cuba_current.input = Input::current;
  CubaLif cuba_euler = cuba_current;
  cuba_euler.scheme = Scheme::euler;
  AdaptiveLif adaptive_current = AdaptiveLif::unit(2.0, 6.0, 0.4);
  adaptive_current.input = Input::current;
  adaptive_current.v_th_mv = 0.5;
  visit("If", with(integrator));
  visit("Lif", with(Lif::unit(3.0)));
  visit("Lif of current with offset", with(current));
  visit("Lif by Euler", with(euler));
  visit("CubaLif", with(CubaLif::unit(3.0, 2.0)));
  visit("CubaLif of current", with(cuba_current));
  visit("CubaLif by Euler", with(cuba_euler));
  visit("AdaptiveLif", with(AdaptiveLif::unit(3.0, 6.0, 0.3)));
  visit("AdaptiveLif of current", with(adaptive_current));
}

/// One of each kind, not too steep for differences.
inline std::vector<snn::Surrogate> surrogates() {
  return {snn::FastSigmoid{.beta = 4},
          snn::Arctan{},
          snn::Sigmoid{},
          snn::Triangle{.height = 0.8},
          snn::PiecewiseQuadratic{.alpha = 0.7},
          snn::Boxcar{.height = 0.5, .width = 1.5},
          snn::Exponential{.alpha = 2},
          snn::Gaussian{},
          snn::MultiGaussian{}};
}

}  // namespace cases

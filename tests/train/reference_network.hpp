// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "snn/model/network.hpp"
#include "snn/train/options.hpp"
#include "snn/train/plan.hpp"
#include "snn/train/trainable.hpp"

/// A network as plain lists in double, for a reference that shares no arithmetic with the library.
/// Of the plan it takes only where each parameter lies.
namespace bptt {

/// Constants of one neuron. Potentials are relative to rest.
///   i = decay_syn i + x  (without a synaptic current: i = x)
///   u = decay u + gain i + drive, unless held;  a = decay_a a
///   s = step(u - threshold - a), 0 while held
///   u = (1 - s) u + s reset, or u - s (threshold - reset);  a = a + s a_jump
struct Neuron {
  enum class Kind { spiking, integrator, rectifier };
  Kind kind = Kind::spiking;
  double decay = 1, gain = 1, drive = 0;
  double gain_by_decay = 0, drive_by_decay = 0;  ///< derivatives
  double decay_syn = 0;                          ///< 0: i = x
  double decay_a = 0, a_jump = 0;
  double threshold = 0, reset = 0;
  bool subtract = false;
  int refractory = 0;  ///< ticks
  int levels = 0;      ///< of a quantised rectifier, whose clip is the threshold
  double u_initial = 0;
};

inline double decay_of(double tau_ms, double dt_ms, snn::Scheme scheme) {
  return scheme == snn::Scheme::exact ? std::exp(-dt_ms / tau_ms) : 1 - dt_ms / tau_ms;
}

/// The factor from i to u of a CubaLif whose membrane decays by `decay`, and its derivative.
inline void current_gain(Neuron& n, const snn::CubaLif& m, double dt_ms) {
  if (m.input == snn::Input::jump) return;
  if (m.scheme == snn::Scheme::euler) {
    n.gain = 1 - n.decay;
    n.gain_by_decay = -1;
    return;
  }
  // b = dt/tau_m, c = dt/tau_syn: gain = b (e^-c - e^-b) / (b - c), and d b / d decay = -1/decay.
  const double b = -std::log(n.decay), c = dt_ms / m.tau_syn_ms;
  const double difference = std::exp(-c) - std::exp(-b);
  n.gain = b * difference / (b - c);
  const double by_b = (difference + b * std::exp(-b)) / (b - c) - n.gain / (b - c);
  n.gain_by_decay = -by_b / n.decay;
}

/// `decay` and `threshold` replace those of the model where they are learnt.
template <class Model>
Neuron neuron(const Model& m, double dt_ms, std::optional<double> decay,
              std::optional<double> threshold) {
  Neuron n;
  if constexpr (requires { m.tau_m_ms; }) {
    n.decay = decay ? *decay : decay_of(m.tau_m_ms, dt_ms, m.scheme);
  }
  if constexpr (requires { m.v_th_mv; }) {
    n.threshold = threshold ? *threshold : m.v_th_mv - m.v_rest_mv;
    n.reset = m.v_reset_mv - m.v_rest_mv;
    n.subtract = m.reset == snn::Reset::subtract;
    n.refractory = static_cast<int>(std::lround(m.t_ref_ms / dt_ms));
  }
  if constexpr (requires { m.i_offset_mv; }) {
    n.drive = (1 - n.decay) * m.i_offset_mv;
    n.drive_by_decay = -m.i_offset_mv;
  }
  if constexpr (std::is_same_v<Model, snn::CubaLif>) {
    n.decay_syn = decay_of(m.tau_syn_ms, dt_ms, m.scheme);
    current_gain(n, m, dt_ms);
  } else if constexpr (requires { m.input; }) {
    if (m.input == snn::Input::current) {
      n.gain = 1 - n.decay;
      n.gain_by_decay = -1;
    }
  }
  if constexpr (std::is_same_v<Model, snn::AdaptiveLif>) {
    n.decay_a = decay_of(m.tau_a_ms, dt_ms, m.scheme);
    n.a_jump = m.a_jump_mv;
  }
  if constexpr (std::is_same_v<Model, snn::Li>) n.kind = Neuron::Kind::integrator;
  if constexpr (std::is_same_v<Model, snn::Relu>) {
    n.kind = Neuron::Kind::rectifier;
    n.levels = m.levels;
    n.threshold = threshold ? *threshold : m.clip;
  }
  return n;
}

struct Synapse {
  std::size_t source, target;  ///< neurons
  int delay;                   ///< ticks
  std::size_t weight;          ///< parameter
};
struct Projection {
  std::size_t source, target;  ///< populations
  std::vector<Synapse> synapses;
  std::vector<std::size_t> bias;  ///< parameter of each target neuron; empty: none
};
struct Population {
  std::size_t size = 0;
  bool source = false;
  bool held = false;                          ///< a source whose values stay for all ticks
  std::vector<Neuron> neurons;                ///< one each; empty for sources
  std::vector<std::size_t> decay, threshold;  ///< parameter of each neuron; empty: not learnt
};
struct Net {
  std::vector<Population> populations;  ///< a projection without delay goes to a later one
  std::vector<Projection> projections;
  snn::TrainOptions options;
  std::vector<double> parameters;
};

inline std::vector<Synapse> synapses(const snn::Network& network, const snn::Projection& p,
                                     std::size_t first_weight, double dt_ms) {
  const std::int64_t sources = network[p.source].size(), targets = network[p.target].size();
  const auto delay = [&](std::int64_t source) {
    const auto* each = std::get_if<snn::PerSource>(&p.synapse.delay_ms);
    const double ms =
        each ? each->ms[static_cast<std::size_t>(source)] : std::get<double>(p.synapse.delay_ms);
    return static_cast<int>(std::lround(ms / dt_ms));
  };
  std::vector<Synapse> list;
  const auto add = [&](std::int64_t s, std::int64_t t, std::int64_t weight) {
    list.push_back({static_cast<std::size_t>(s), static_cast<std::size_t>(t), delay(s),
                    first_weight + static_cast<std::size_t>(weight)});
  };
  if (const auto* sparse = std::get_if<snn::Sparse>(&p.rule)) {
    for (std::size_t k = 0; k < sparse->source.size(); ++k)
      add(sparse->source[k], sparse->target[k], sparse->source[k] * targets + sparse->target[k]);
  } else if (std::holds_alternative<snn::OneToOne>(p.rule)) {
    for (std::int64_t n = 0; n < targets; ++n) add(n, n, n);
  } else {
    for (std::int64_t s = 0; s < sources; ++s)
      for (std::int64_t t = 0; t < targets; ++t) add(s, t, s * targets + t);
  }
  return list;
}

inline Population population(const snn::Population& described, const snn::PlannedPopulation& plan,
                             double dt_ms, const std::vector<double>& parameters) {
  Population result;
  result.size = static_cast<std::size_t>(described.size());
  result.source = described.is_source();
  if (result.source) {
    result.held = std::holds_alternative<snn::CurrentSource>(described.source());
    return result;
  }
  snn::visit_trainable(
      [&](const auto& models) {
        for (std::size_t n = 0; n < result.size; ++n) {
          const std::size_t entry = models.size() == 1 ? 0 : n;
          std::optional<double> decay, threshold;
          if (plan.decay != snn::no_parameter) {
            result.decay.push_back(plan.decay + entry);
            decay = 1 / (1 + std::exp(-parameters[result.decay.back()]));
          }
          if (plan.threshold != snn::no_parameter) {
            result.threshold.push_back(plan.threshold + entry);
            threshold = parameters[result.threshold.back()];
          }
          result.neurons.push_back(neuron(models[entry], dt_ms, decay, threshold));
          if constexpr (requires { models.front().v_rest_mv; }) {
            const auto& v = described.v_init_mv;
            if (!v.empty())
              result.neurons.back().u_initial = v[v.size() == 1 ? 0 : n] - models[entry].v_rest_mv;
          }
        }
      },
      described.neurons());
  return result;
}

inline Net net(const snn::Network& network, const snn::Plan& plan, const snn::TrainOptions& options,
               const std::vector<double>& parameters) {
  Net result{{}, {}, options, parameters};
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    result.populations.push_back(
        population(network.populations()[p], plan.populations[p], options.dt_ms, parameters));
  }
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    const snn::Projection& described = network.projections()[q];
    Projection projection{static_cast<std::size_t>(described.source.index),
                          static_cast<std::size_t>(described.target.index),
                          synapses(network, described, plan.projections[q].weight, options.dt_ms),
                          {}};
    for (std::size_t n = 0; n < described.synapse.bias.size(); ++n)
      projection.bias.push_back(plan.projections[q].bias + n);
    result.projections.push_back(std::move(projection));
  }
  return result;
}

}  // namespace bptt

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/model/network.hpp"
#include "snn/train/options.hpp"

/// Small networks of every neuron model for the gradient tests.
namespace cases {

inline constexpr int features = 6, classes = 3;

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

inline snn::TrainOptions options_of(const Shape& shape, const snn::Surrogate& surrogate,
                                    bool detach) {
  snn::TrainOptions options;
  options.ticks = 12;
  options.surrogate = surrogate;
  options.detach_reset = detach;
  options.loss = snn::MeanMembraneCrossEntropy{};
  if (shape.spiking_readout) options.loss = snn::CountCrossEntropy{};
  options.learn_tau = true;
  options.learn_threshold = true;
  return options;
}

}  // namespace cases

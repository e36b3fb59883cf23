// SPDX-License-Identifier: Apache-2.0
// adjoint() of every spiking model is the reverse of its integrate() and fire(): over some ticks of
// one neuron whose spike is replaced by a smooth S(distance), gradients equal finite differences.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/support/surrogate_primitive.hpp"
#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

constexpr int ticks = 12;
const Surrogate surrogate = Sigmoid{.k = 3};

bool held(int tick) {
  return tick == 4 || tick == 5;
}
double spike_price(int tick) {
  return test::random(1, tick, -1, 1);
}
double membrane_price(int tick) {
  return test::random(2, tick, -1, 1);
}

struct Trace {
  double loss = 0;
  std::vector<double> u, before, net, spike, distance;
};

/// Loss: prices of spikes and of membranes before the reset. `frozen`: spikes the reset uses.
template <class Model>
Trace run(const Model& model, const std::vector<double>& inputs,
          const std::vector<double>* frozen) {
  const auto c = model.template derive<double>(1.0);
  typename Model::template State<double> state{};
  Trace trace;
  for (int t = 0; t < ticks; ++t) {
    const auto at = static_cast<std::size_t>(t);
    trace.before.push_back(state.u);
    if constexpr (requires { state.refractory; }) state.refractory = held(t) ? 1 : 0;
    double net = 0;
    if constexpr (HasNetInput<Model>) net = Model::net_input(state, c, inputs[at]);
    trace.net.push_back(net);
    const double distance = Model::integrate(state, c, inputs[at]);
    const double s = reference::smooth(surrogate, distance).value;
    trace.u.push_back(state.u);
    trace.spike.push_back(s);
    trace.distance.push_back(distance);
    trace.loss += spike_price(t) * s + membrane_price(t) * state.u;
    const double in_reset = frozen ? (*frozen)[at] : s;
    Model::fire(state, c, in_reset);
    // Only the reset of the membrane is detached, not the rise of the threshold or the recovery.
    if constexpr (requires { c.a_jump; }) state.a += (s - in_reset) * c.a_jump;
    if constexpr (requires { state.w; }) state.w += (s - in_reset) * c.jump;
  }
  return trace;
}

template <class Model>
void expect_adjoint(const Model& model, bool detach) {
  std::vector<double> inputs;
  for (int t = 0; t < ticks; ++t) inputs.push_back(test::random(3, t, -0.5, 1.5));
  const Trace base = run(model, inputs, nullptr);
  const auto c = model.template derive<double>(1.0);
  typename Model::template State<double> d{};
  CoeffGradient<double> gradient;
  std::vector<double> d_input(ticks);
  for (int t = ticks - 1; t >= 0; --t) {
    const auto at = static_cast<std::size_t>(t);
    d_input[at] = Model::adjoint(d, c,
                                 {.u = base.u[at],
                                  .u_before = base.before[at],
                                  .net_input = base.net[at],
                                  .spike = base.spike[at],
                                  .slope = reference::smooth(surrogate, base.distance[at]).slope,
                                  .d_spike = spike_price(t),
                                  .d_membrane = membrane_price(t),
                                  .refractory = held(t),
                                  .detach_reset = detach},
                                 gradient);
  }
  const std::vector<double>* frozen = detach ? &base.spike : nullptr;
  const double step = 1e-5;
  const auto slope = [&](auto change) {
    const auto loss = [&](double by) {
      Model shifted = model;
      std::vector<double> x = inputs;
      change(shifted, x, by);
      return run(shifted, x, frozen).loss;
    };
    // Of fourth order: third derivatives of a quadratic membrane are not small.
    return (8 * (loss(step) - loss(-step)) - (loss(2 * step) - loss(-2 * step))) / (12 * step);
  };
  for (std::size_t t = 0; t < ticks; ++t) {
    EXPECT_NEAR(slope([t](Model&, auto& x, double by) { x[t] += by; }), d_input[t], 1e-8) << t;
  }
  if constexpr (requires { model.v_th_mv; }) {
    EXPECT_NEAR(slope([](Model& m, auto&, double by) { m.v_th_mv += by; }), gradient.threshold,
                1e-8);
  } else {
    EXPECT_EQ(gradient.threshold, 0);  // nothing is learnable
    EXPECT_EQ(gradient.decay, 0);
  }
  if constexpr (requires { model.tau_m_ms; }) {
    const double tau = model.tau_m_ms;
    const double decay_by_tau =
        (model.scheme == Scheme::exact ? std::exp(-1 / tau) : 1) / (tau * tau);
    EXPECT_NEAR(slope([](Model& m, auto&, double by) { m.tau_m_ms += by; }),
                gradient.decay * decay_by_tau, 1e-8);
  }
}

template <class Model>
void expect_adjoints(Model model) {
  for (const Reset reset : {Reset::to_value, Reset::subtract}) {
    for (const bool detach : {true, false}) {
      SCOPED_TRACE(std::string(Model::name) + (detach ? ", detached" : "") +
                   (reset == Reset::subtract ? ", subtracting" : ""));
      model.reset = reset;
      model.v_reset_mv = model.v_rest_mv - 0.2;
      model.v_th_mv = model.v_rest_mv + 0.7;
      expect_adjoint(model, detach);
    }
  }
}

TEST(Adjoint, ReversesIntegrateAndFireWithoutLeak) {
  expect_adjoints(If{});
}

TEST(Adjoint, ReversesLif) {
  for (const Scheme scheme : {Scheme::exact, Scheme::euler}) {
    for (const Input input : {Input::jump, Input::current}) {
      expect_adjoints(Lif{.tau_m_ms = 2.5, .i_offset_mv = 0.3, .scheme = scheme, .input = input});
    }
  }
}

TEST(Adjoint, ReversesCubaLif) {
  for (const Scheme scheme : {Scheme::exact, Scheme::euler}) {
    for (const Input input : {Input::jump, Input::current}) {
      for (const double tau_syn_ms : {1.7, 2.5 + 1e-6}) {  // far from tau_m, and next to it
        expect_adjoints(CubaLif{.tau_m_ms = 2.5,
                                .tau_syn_ms = tau_syn_ms,
                                .i_offset_mv = 0.3,
                                .scheme = scheme,
                                .input = input});
      }
    }
  }
}

TEST(Adjoint, ReversesAdaptiveLif) {
  for (const Input input : {Input::jump, Input::current}) {
    expect_adjoints(AdaptiveLif{
        .tau_m_ms = 2.5, .tau_a_ms = 5, .a_jump_mv = 0.4, .i_offset_mv = 0.3, .input = input});
  }
}

TEST(Adjoint, ReversesIzhikevich) {
  for (const double b : {0.2, 0.26, 1.0}) {  // 1: without rest
    for (const bool detach : {true, false}) {
      SCOPED_TRACE(detach ? "detached" : "");
      Izhikevich model{.a_per_ms = 0.3, .b_per_ms = b, .d_mv_per_ms = 0.4};
      model.c_mv = model.rest_mv() - 0.2;
      model.v_peak_mv = model.rest_mv() + 0.7;
      model.i_offset_mv_per_ms = b == 1.0 ? -39.5 : 0.3;  // 0.04 50^2 - 4 50 + 140 = 40 at rest
      expect_adjoint(model, detach);
    }
  }
}

/// Over the range of v of a real spike, where the square counts.
TEST(Adjoint, ReversesAWholeSpikeOfIzhikevich) {
  Izhikevich model{.v_peak_mv = -35, .i_offset_mv_per_ms = 12};
  expect_adjoint(model, true);
  expect_adjoint(model, false);
}

}  // namespace
}  // namespace snn

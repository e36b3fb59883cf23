// SPDX-License-Identifier: Apache-2.0
// A neuron model of your own, in your own file: any type that satisfies snn::NeuronModel. Here the
// quadratic integrate-and-fire neuron, tau du/dt = u (u - u_c) / u_c + x, with its spikes beside
// the closed form of its rate.
//
// Run: build/release/bin/08_your_own_neuron
#include <cmath>
#include <cstdio>
#include <numbers>
#include <snn/snn.hpp>

struct Qif {
  double tau_ms = 10, u_c = 10, peak = 500, reset = -500;  // mV above rest
  double i_offset_mv = 0;

  static constexpr std::string_view name = "Qif";
  static constexpr snn::Output output = snn::Output::spikes;

  template <class Real>
  struct Coeffs {
    Real step, inverse_u_c, u_c, drive, peak, reset;
  };
  template <class Real>
  struct State {
    Real u{};
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return {Real(dt_ms / tau_ms), Real(1 / u_c), Real(u_c),
            Real(i_offset_mv),    Real(peak),    Real(reset)};
  }
  template <class Real>
  static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    s.u = s.u + c.step * (s.u * (s.u - c.u_c) * c.inverse_u_c + c.drive) + x;
    return s.u - c.peak;
  }
  template <class Real>
  static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.u = s.u * (Real(1) - spike) + spike * c.reset;
  }
};
static_assert(snn::NeuronModel<Qif>);

int main() {
  const Qif qif{.i_offset_mv = 12.5};
  snn::Network net;
  const auto neuron = net.add(qif, {1000}, "qif");
  snn::Simulation run(net, {.dt_ms = 0.01});
  run.record_spikes(neuron);
  run.run_ms(1000);
  // With u' = ((u - u_c/2)^2 / u_c + I - u_c/4) / tau the time from reset to peak is an arctangent.
  const double root = std::sqrt(qif.u_c * (qif.i_offset_mv - qif.u_c / 4));
  const double period_ms =
      qif.tau_ms * qif.u_c / root *
      (std::atan((qif.peak - qif.u_c / 2) / root) - std::atan((qif.reset - qif.u_c / 2) / root));
  const double rate_hz = static_cast<double>(run.spikes(neuron).tick.size()) / 1000;
  std::printf("rate %.2f Hz, closed form %.2f Hz\n", rate_hz, 1000 / period_ms);
  const bool right = std::abs(rate_hz - 1000 / period_ms) < 0.02 * rate_hz + 1;
  std::printf("%s\n", right ? "They agree." : "THEY DIFFER.");
  return right ? 0 : 1;
}

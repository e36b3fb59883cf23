// SPDX-License-Identifier: Apache-2.0
// Membranes below threshold: relaxation and postsynaptic potentials in closed form.
#include "tests/validation/single_neuron.hpp"

namespace validation {
namespace {

TEST(Potential, RelaxesExponentiallyToRestPlusDrive) {
  for (const double dt_ms : {0.1, 0.5, 1.0}) {
    for (const double tau_ms : {2.0, 10.0, 50.0}) {
      for (const auto& [v0, drive] : {std::pair{-65.0, 10.0}, {-80.0, 0.0}, {-55.0, -20.0}}) {
        const Trace trace =
            simulate(snn::Lif{.tau_m_ms = tau_ms, .i_offset_mv = drive}, dt_ms, 400, {}, {v0});
        EXPECT_TRUE(trace.spikes.empty());
        for (std::size_t k = 0; k < trace.v.size(); ++k) {
          const double t_ms = static_cast<double>(k + 1) * dt_ms;
          const double v = -65 + drive + (v0 + 65 - drive) * std::exp(-t_ms / tau_ms);
          ASSERT_NEAR(trace.v[k], v, float_error(30, tau_ms, dt_ms)) << k;
        }
      }
    }
  }
}

TEST(Potential, DeltaSynapsesJumpDecayAndAddUp) {
  const double tau_ms = 8, dt_ms = 0.2;
  const std::vector<Event> events{{2.0, 5.0}, {6.4, -3.0}, {6.4, 1.5}, {20.0, 4.0}};
  for (const bool readout : {false, true}) {
    const Trace trace = readout ? simulate(snn::Li{.tau_m_ms = tau_ms}, dt_ms, 300, events)
                                : simulate(snn::Lif{.tau_m_ms = tau_ms}, dt_ms, 300, events);
    for (std::size_t k = 0; k < trace.v.size(); ++k) {
      double v = readout ? 0 : -65;
      for (const Event& event : events) {
        const double since = static_cast<double>(k) * dt_ms - event.time_ms;
        if (since > -1e-9) v += event.weight * std::exp(-since / tau_ms);
      }
      ASSERT_NEAR(trace.v[k], v, float_error(10, tau_ms, dt_ms)) << k;
    }
  }
}

/// w tau_s/(tau_s - tau_m) (e^(-t/tau_s) - e^(-t/tau_m)), written so that it holds where the time
/// constants meet: w t/tau_m e^(-t/tau_m) (e^x - 1)/x with x = t (1/tau_m - 1/tau_s). Rotter &
/// Diesmann, Biol. Cybern. 81 (1999) 381.
double exponential_potential(double w, long double tau_m, long double tau_s, long double t) {
  const long double x = t * (tau_s - tau_m) / (tau_s * tau_m);
  const long double ratio = x == 0 ? 1 : std::expm1(x) / x;
  return static_cast<double>(w * t / tau_m * std::exp(-t / tau_m) * ratio);
}

void expect_exponential_potential(double tau_m, double tau_s) {
  const double dt_ms = 0.1, w = 30;
  const Trace trace = simulate(snn::CubaLif{.tau_m_ms = tau_m, .tau_syn_ms = tau_s, .v_th_mv = 0},
                               dt_ms, 1000, {{1.0, w}});
  // The event at 1 ms raises the current there; the membrane of tick k is that of (k + 1) dt.
  double highest = 0;
  std::size_t at = 0;
  for (std::size_t k = 0; k < trace.v.size(); ++k) {
    const long double since = static_cast<long double>(k + 1) * 0.1L - 1.0L;
    const double v = since > 1e-9L ? exponential_potential(w, tau_m, tau_s, since) : 0;
    ASSERT_NEAR(trace.v[k] + 65, v, float_error(w, std::max(tau_m, tau_s), dt_ms))
        << tau_s << " " << k;
    if (trace.v[k] + 65 > highest) {
      highest = trace.v[k] + 65;
      at = k;
    }
  }
  const double peak_ms = std::abs(tau_m - tau_s) < 1e-3
                             ? tau_m
                             : tau_s * tau_m / (tau_m - tau_s) * std::log(tau_m / tau_s);
  EXPECT_NEAR(static_cast<double>(at + 1) * dt_ms - 1.0, peak_ms, dt_ms);
  EXPECT_NEAR(highest, exponential_potential(w, tau_m, tau_s, peak_ms), 0.02 * highest);
}

TEST(Potential, CubaLifHasTheExponentialSynapsesShape) {
  for (const auto& [tau_m, tau_s] : {std::pair{20.0, 5.0}, {10.0, 2.0}, {10.0, 0.5}, {5.0, 15.0}})
    expect_exponential_potential(tau_m, tau_s);
}

TEST(Potential, CubaLifIsSmoothWhereTheTimeConstantsMeet) {
  expect_exponential_potential(10, 10);
  for (const double offset :
       {1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2}) {
    expect_exponential_potential(10, 10 * (1 + offset));
    expect_exponential_potential(10, 10 * (1 - offset));
  }
}

/// The area under a potential is w tau_s: charge arrives whatever the tick.
TEST(Potential, CubaLifDeliversItsCharge) {
  for (const double dt_ms : {0.1, 0.5}) {
    const Trace trace = simulate(snn::CubaLif{.tau_m_ms = 10, .tau_syn_ms = 4, .v_th_mv = 0}, dt_ms,
                                 static_cast<std::int64_t>(200 / dt_ms), {{0.0, 10.0}});
    double area = 0;
    for (const double v : trace.v) area += (v + 65) * dt_ms;
    // The rectangle rule errs by a share of dt^2/(12 tau_m tau_s) of the area; floats by 2^-18 mV.
    EXPECT_NEAR(area, 40, 40 * dt_ms * dt_ms / 12 / 40 + 200 * 0x1p-17);
  }
}

}  // namespace
}  // namespace validation

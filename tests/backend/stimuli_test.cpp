// SPDX-License-Identifier: Apache-2.0
// Currents into neurons, and sources and drives that change over time, against closed forms.
#include <cmath>
#include <complex>
#include <numbers>

#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

using Update = snn::SimulationOptions::Update;

class Stimuli : public testing::TestWithParam<std::string> {
 protected:
  snn::Simulation simulate(const snn::Network& net, double dt_ms, int threads = 1,
                           Update update = Update::automatic) const {
    return {
        net,
        {.dt_ms = dt_ms, .seed = 5, .threads = threads, .device = GetParam(), .update = update}};
  }
  /// Membranes of population 0 in mV, [tick][neuron].
  std::vector<float> membranes(const snn::Network& net, double dt_ms, std::int64_t ticks) const {
    snn::Simulation simulation = simulate(net, dt_ms);
    simulation.record_membrane({0});
    return simulation.run_ticks(ticks).membrane({0}).value;
  }
};

/// Neurons that never spike, with rest 0.
snn::Lif leaky(double tau_m_ms) {
  return {.tau_m_ms = tau_m_ms, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1e6};
}

/// v relaxes towards the amplitude, piece by piece: the exact solution, to 1e-5 of 20 mV.
TEST_P(Stimuli, StepCurrentRelaxesToEachAmplitude) {
  const double tau = 10, dt = 0.5;
  const std::vector<double> times{5, 20.2, 40}, amplitudes{20, -8, 3};
  const std::vector<double> begins{5, 20, 40};  // in ticks of 0.5 ms
  snn::Network net;
  const auto neuron = net.add(leaky(tau), {3});
  net.drive(neuron, snn::StepCurrent{times, amplitudes});
  const auto found = membranes(net, dt, 160);
  for (std::size_t t = 0; t < 160; ++t) {
    const double end = static_cast<double>(t + 1) * dt;
    double v = 0, from = 0, towards = 0;
    for (std::size_t i = 0; i <= begins.size(); ++i) {
      const double to = std::min(end, i < begins.size() ? begins[i] : 1e9);
      if (to > from) v = towards + (v - towards) * std::exp(-(to - from) / tau);
      from = std::max(from, to);
      if (i < begins.size()) towards = amplitudes[i];
    }
    for (std::size_t n = 0; n < 3; ++n) ASSERT_NEAR(found[t * 3 + n], v, 2e-4) << t;
  }
}

/// The exact solution of tau dv/dt = -v + offset + A sin(w t + phase) from v(start) = 0. Ticks that
/// take the middle of the sine err by a share of (w dt)^2/24 = 1.6e-6.
TEST_P(Stimuli, SineCurrentGivesTheSolutionOfTheContinuousOne) {
  const double tau = 10, dt = 0.1, start = 3, stop = 180, offset = 4, amplitude = 12, phase = 0.7;
  const double w = 2e-3 * std::numbers::pi * 10;
  snn::Network net;
  const auto neuron = net.add(leaky(tau), {1});
  net.drive(neuron, snn::SineCurrent{offset, amplitude, 10, phase, start, stop});
  const auto found = membranes(net, dt, 2500);
  using Complex = std::complex<double>;
  const auto driven = [&](double t) {  // t since start
    const Complex gain = amplitude / (1.0 + Complex(0, w * tau));
    const auto steady = [&](double at) {
      return offset + (gain * std::exp(Complex(0, w * at + phase))).imag();
    };
    return steady(t) - steady(0) * std::exp(-t / tau);
  };
  for (std::size_t t = 0; t < found.size(); ++t) {
    const double ms = static_cast<double>(t + 1) * dt;
    const double v = ms <= start  ? 0
                     : ms <= stop ? driven(ms - start)
                                  : driven(stop - start) * std::exp(-(ms - stop) / tau);
    ASSERT_NEAR(found[t], v, 1.6e-4) << t;  // 1e-5 of the largest current
  }
}

/// The current itself follows from two membranes: I = (v' - D v) / (1 - D).
TEST_P(Stimuli, NoiseCurrentHasItsMomentsAndHolds) {
  const double tau = 2, dt = 1, mean = 3, sd = 5;
  const std::size_t size = 2003, ticks = 200, interval = 4, start = 10;
  snn::Network net;
  const auto neuron = net.add(leaky(tau), {static_cast<std::int64_t>(size)});
  net.drive(neuron, snn::NoiseCurrent{mean, sd, 4.0, 10.0, 190.0});
  const auto v = membranes(net, dt, static_cast<std::int64_t>(ticks));
  const double d = std::exp(-dt / tau);
  const auto current = [&](std::size_t t, std::size_t n) {
    const double before = t == 0 ? 0 : static_cast<double>(v[(t - 1) * size + n]);
    return (static_cast<double>(v[t * size + n]) - d * before) / (1 - d);
  };
  double sum = 0, squares = 0, next = 0, beside = 0;
  std::size_t draws = 0;
  for (std::size_t n = 0; n < size; ++n) {
    for (std::size_t t = 0; t < ticks; ++t) {
      const double i = current(t, n);
      if (t < start || t >= 190) {
        ASSERT_NEAR(i, 0, 1e-4);
        continue;
      }
      if ((t - start) % interval != 0) {
        ASSERT_NEAR(i, current(t - 1, n), 1e-4) << t;
        continue;
      }
      ++draws;
      sum += i;
      squares += (i - mean) * (i - mean);
      if (t + interval < 190) next += (i - mean) * (current(t + interval, n) - mean);
      if (n + 1 < size) beside += (i - mean) * (current(t, n + 1) - mean);
    }
  }
  const auto count = static_cast<double>(draws);
  EXPECT_NEAR(sum / count, mean, 4 * sd / std::sqrt(count));
  EXPECT_NEAR(squares / count, sd * sd, 4 * sd * sd * std::sqrt(2 / count));
  EXPECT_NEAR(next / count, 0, 4 * sd * sd / std::sqrt(count));
  EXPECT_NEAR(beside / count, 0, 4 * sd * sd / std::sqrt(count));
}

/// Two currents are their sum, into neurons that share their parameters and into others.
TEST_P(Stimuli, CurrentsAddUpForSharedAndOwnParameters) {
  std::vector<snn::Lif> own{leaky(5), leaky(9), leaky(30)};
  for (const bool shared : {true, false}) {
    snn::Network net;
    const auto neurons = shared ? net.add(own[1], {3}) : net.add(own, {3});
    net.drive(neurons, snn::StepCurrent{{0}, {2}});
    net.drive(neurons, snn::SineCurrent{.offset = 5, .frequency_hz = 0});
    const auto found = membranes(net, 1, 40);
    for (std::size_t t = 0; t < 40; ++t) {
      for (std::size_t n = 0; n < 3; ++n) {
        const double tau = own[shared ? 1 : n].tau_m_ms;
        ASSERT_NEAR(found[t * 3 + n], 7 * (1 - std::exp(-static_cast<double>(t + 1) / tau)), 7e-5);
      }
    }
  }
}

/// Everything at once: what runs it on how many threads, and in how many pieces, does not matter.
TEST_P(Stimuli, ThreadsAndPiecesDoNotMatter) {
  Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 150};
  std::vector<double> phases;
  for (int n = 0; n < 1000; ++n) phases.push_back(n * 0.017);
  const auto regular = scene.net.add(snn::RegularSource{7.3, 1, phases}, {1000}, "regular");
  const auto poisson =
      scene.net.add(snn::InhomogeneousPoissonSource{{5, 30}, {40, 5}}, {1500}, "poisson");
  const auto noisy = scene.net.add(snn::Lif{}, {1500}, "noisy");
  std::vector<snn::Lif> models;
  for (int n = 0; n < 1500; ++n) models.push_back({.tau_m_ms = 5.0 + n % 7});
  const auto stepped = scene.net.add(models, {1500}, "stepped");
  const auto quiet = scene.net.add(snn::Lif{.reset = snn::Reset::subtract}, {4000}, "quiet");
  scene.net.drive(noisy, snn::NoiseCurrent{10, 30, 1.5});
  scene.net.drive(noisy, snn::InhomogeneousPoissonDrive{{10, 40}, {800, 100}, 2.0});
  scene.net.drive(stepped, snn::StepCurrent{{20, 50}, {30, 0}});
  scene.net.connect(regular, quiet, snn::FixedInDegree{2}, {.weight = 9.0, .delay_ms = 1.0});
  scene.net.connect(poisson, stepped, snn::FixedInDegree{5}, {.weight = 3.0, .delay_ms = 0.5});
  scene.net.connect(noisy, quiet, snn::FixedInDegree{3}, {.weight = 40.0, .delay_ms = 2.0});
  const auto result = [&](int threads, Update update, const std::vector<std::int64_t>& pieces) {
    snn::Simulation simulation = prepare(scene, GetParam(), {.threads = threads, .update = update});
    for (const std::int64_t ticks : pieces) simulation.run_ticks(ticks);
    return collect(scene, simulation, false);
  };
  const Record expected = result(1, Update::stepped, {150});
  for (const snn::SpikeTrain& train : expected.spikes) EXPECT_GT(train.tick.size(), 100u);
  expect_same(result(1, Update::touched, {150}), expected, "touched");
  expect_same(result(3, Update::automatic, {150}), expected, "three threads");
  expect_same(result(2, Update::touched, {1, 7, 30, 0, 50, 62}), expected, "in pieces");
}

/// What a subtracting reset leaves above the threshold fires again, also without an event.
TEST_P(Stimuli, TouchedNeuronsFireUntilNothingIsLeft) {
  for (const double t_ref_ms : {0.0, 3.0}) {
    Scene scene{.net = {}, .dt_ms = 1, .ticks = 40};
    const auto in = scene.net.add(snn::SpikeSource{{{2.0}}}, {1}, "in");
    snn::Lif model = snn::Lif::unit(100);
    model.t_ref_ms = t_ref_ms;
    const auto out = scene.net.add(model, {5}, "out");
    scene.net.connect(in, out, snn::AllToAll{}, {.weight = 5.5, .delay_ms = 1.0});
    Record records[2];
    for (const bool touched : {false, true}) {
      snn::Simulation simulation =
          prepare(scene, GetParam(), {.update = touched ? Update::touched : Update::stepped});
      records[touched] = collect(scene, simulation.run_ticks(scene.ticks), false);
    }
    EXPECT_GT(records[0].spikes[1].tick.size(), 15u);
    expect_same(records[1], records[0], "touched");
  }
}

TEST_P(Stimuli, RegularSourcesSpikeAtTheirTimes) {
  const std::vector<double> phases{0, 2.5, 0.04, 31, 2.5};
  for (const bool phased : {true, false}) {
    for (const double interval : {0.1, 0.33, 7.0}) {
      snn::Network net;
      const auto in =
          net.add(snn::RegularSource{interval, 1.2, phased ? phases : std::vector<double>{}}, {5});
      snn::Simulation simulation = simulate(net, 0.1);
      simulation.record_spikes(in);
      simulation.run_ticks(600);
      std::vector<std::pair<std::int64_t, std::int32_t>> expected, found;
      for (std::int32_t n = 0; n < 5; ++n) {
        const double phase = phased ? phases[static_cast<std::size_t>(n)] : 0;
        for (int k = 0; k < 700; ++k) {
          const auto tick = std::llround((1.2 + phase + k * interval) / 0.1);
          if (tick < 600) expected.emplace_back(tick, n);
        }
      }
      std::sort(expected.begin(), expected.end());
      const snn::SpikeTrain& train = simulation.spikes(in);
      for (std::size_t s = 0; s < train.tick.size(); ++s)
        found.emplace_back(train.tick[s], train.neuron[s]);
      EXPECT_EQ(found, expected) << interval;
    }
  }
}

/// Spikes of each piece are binomial with p = 1 - exp(-rate dt); none before the first.
TEST_P(Stimuli, InhomogeneousPoissonHasItsRatesPieceByPiece) {
  const double dt = 0.5;
  const std::int64_t size = 1003;
  snn::Network net;
  const auto in = net.add(snn::InhomogeneousPoissonSource{{10, 60, 110}, {50, 0, 400}}, {size});
  snn::Simulation simulation = simulate(net, dt);
  simulation.record_spikes(in);
  simulation.run_ticks(400);
  double counts[4] = {};
  for (const std::int64_t tick : simulation.spikes(in).tick)
    ++counts[tick < 20 ? 0 : tick < 120 ? 1 : tick < 220 ? 2 : 3];
  EXPECT_EQ(counts[0] + counts[2], 0);
  for (const auto& [piece, rate_hz, ticks] : {std::tuple{1, 50.0, 100}, {3, 400.0, 180}}) {
    const double p = 1 - std::exp(-rate_hz * dt * 1e-3), trials = static_cast<double>(size * ticks);
    EXPECT_NEAR(counts[piece], trials * p, 4 * std::sqrt(trials * p * (1 - p))) << piece;
  }
}

TEST_P(Stimuli, InhomogeneousPoissonOfOneRateIsPoisson) {
  const auto train = [&](const snn::Source& source) {
    snn::Network net;
    net.add(source, {777});
    snn::Simulation simulation = simulate(net, 1);
    simulation.record_spikes({0});
    return simulation.run_ticks(100).spikes({0});
  };
  const auto changing = train(snn::InhomogeneousPoissonSource{{0, 50}, {30, 30}});
  const auto plain = train(snn::PoissonSource{30});
  EXPECT_GT(plain.tick.size(), 1000u);
  EXPECT_EQ(changing.tick, plain.tick);
  EXPECT_EQ(changing.neuron, plain.neuron);
}

/// Events of each piece: If adds them up. Poisson: mean and variance are rate * time.
TEST_P(Stimuli, InhomogeneousDriveHasItsRatesPieceByPiece) {
  const std::size_t size = 2000;
  snn::Network net;
  const auto out = net.add(snn::If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1e6},
                           {static_cast<std::int64_t>(size)});
  net.drive(out, snn::InhomogeneousPoissonDrive{{10, 40, 60}, {700, 0, 90}, 1.0});
  const auto v = membranes(net, 1, 100);
  const auto total = [&](std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t n = 0; n < size; ++n)
      sum += static_cast<double>(v[(to - 1) * size + n]) -
             static_cast<double>(v[(from - 1) * size + n]);
    return sum;
  };
  EXPECT_EQ(v[9 * size], 0);
  EXPECT_EQ(total(40, 60), 0);
  for (const auto& [from, to, rate] : {std::tuple{10, 40, 0.7}, {60, 100, 0.09}}) {
    const double mean = static_cast<double>(size) * (to - from) * rate;
    EXPECT_NEAR(total(static_cast<std::size_t>(from), static_cast<std::size_t>(to)), mean,
                4 * std::sqrt(mean));
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, Stimuli, testing::ValuesIn(available_devices()),
                         [](const auto& test) { return readable(test.param); });

}  // namespace
}  // namespace backend

// SPDX-License-Identifier: Apache-2.0
// Random sources, and what silence costs.
#include <cmath>
#include <set>

#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

using Update = snn::SimulationOptions::Update;

class Sources : public BackendTest, public testing::WithParamInterface<std::string> {};

/// Poisson neurons, each onto one neuron of its own.
Scene poisson(double rate_hz, std::int64_t size, std::int64_t ticks, double dt_ms = 1.0) {
  Scene scene{.net = {}, .dt_ms = dt_ms, .ticks = ticks};
  const auto in = scene.net.add(snn::PoissonSource{.rate_hz = rate_hz}, {size}, "in");
  const auto out = scene.net.add(snn::If{}, {size}, "out");
  scene.net.connect(in, out, snn::OneToOne{}, {.delay_ms = dt_ms});
  return scene;
}

TEST_P(Sources, OneSeedOneTrain) {
  const Scene scene = poisson(50, 4000, 100);
  const Record first = run(scene, GetParam(), {.seed = 3});
  expect_same(run(scene, GetParam(), {.seed = 3, .threads = 3}), first, "same seed");
  const Record other = run(scene, GetParam(), {.seed = 4});
  EXPECT_NE(other.spikes[0].neuron, first.spikes[0].neuron);
}

/// Spikes per tick are a Bernoulli trial with p = 1 - exp(-rate dt): mean over all neurons and
/// ticks, and its spread over neurons, within 4 standard errors.
TEST_P(Sources, PoissonHasItsRate) {
  for (const auto& [rate_hz, dt_ms] : {std::pair{20.0, 1.0}, {200.0, 0.1}, {1000.0, 1.0}}) {
    const std::int64_t size = 1003, ticks = 400;
    const Record record = run(poisson(rate_hz, size, ticks, dt_ms), GetParam());
    const double p = 1 - std::exp(-rate_hz * dt_ms * 1e-3);
    const double trials = static_cast<double>(size * ticks);
    EXPECT_NEAR(static_cast<double>(record.spikes[0].tick.size()) / trials, p,
                4 * std::sqrt(p * (1 - p) / trials));
    std::vector<double> spikes(static_cast<std::size_t>(size));
    for (const std::int32_t n : record.spikes[0].neuron) ++spikes[static_cast<std::size_t>(n)];
    double variance = 0;
    const double mean = p * static_cast<double>(ticks);
    for (const double s : spikes) variance += (s - mean) * (s - mean) / static_cast<double>(size);
    // Binomial: variance n p (1-p); the error of its estimate, for many trials, is sqrt(2/size).
    const double binomial = mean * (1 - p);
    const double kurtosis = (1 - 6 * p * (1 - p)) / binomial;
    EXPECT_NEAR(variance, binomial,
                4 * binomial * std::sqrt((2 + kurtosis) / static_cast<double>(size)));
  }
}

/// Neighbours in space and time are independent: coincidences within 4 standard errors.
TEST_P(Sources, PoissonNeuronsAndTicksAreIndependent) {
  const std::int64_t size = 1000, ticks = 400;
  const Record record = run(poisson(150, size, ticks), GetParam());
  std::set<std::pair<std::int64_t, std::int64_t>> fired;
  for (std::size_t s = 0; s < record.spikes[0].tick.size(); ++s)
    fired.emplace(record.spikes[0].tick[s], record.spikes[0].neuron[s]);
  const double p = 1 - std::exp(-0.15), pairs = static_cast<double>(size * ticks);
  for (const auto& [ticks_on, neurons_on] : {std::pair{1, 0}, {0, 1}, {0, 4}, {0, 64}, {1, 1}}) {
    double together = 0;
    for (const auto& [tick, neuron] : fired)
      together += fired.contains({tick + ticks_on, neuron + neurons_on}) ? 1 : 0;
    // Pairs over the edge are missing: a share of at most 64/1000, allowed for in the expectation.
    const double share = (1 - static_cast<double>(ticks_on) / static_cast<double>(ticks)) *
                         (1 - static_cast<double>(neurons_on) / static_cast<double>(size));
    EXPECT_NEAR(together, share * pairs * p * p, 4 * std::sqrt(pairs * p * p))
        << ticks_on << " " << neurons_on;
  }
}

TEST_P(Sources, TwoPoissonPopulationsDiffer) {
  Scene scene = poisson(100, 200, 100);
  const auto second = scene.net.add(snn::PoissonSource{.rate_hz = 100}, {200}, "second");
  scene.net.connect(second, {1}, snn::OneToOne{}, {.delay_ms = 1.0});
  const Record record = run(scene, GetParam());
  EXPECT_NE(record.spikes[0].neuron, record.spikes[2].neuron);
}

/// One spike at tick 500 into a network that is silent but for it.
template <class Model>
Scene silent(std::int64_t size) {
  Scene scene{.net = {}, .dt_ms = 1.0, .ticks = 2000};
  const auto in = scene.net.add(snn::SpikeSource{{{500.0}}}, {1}, "in");
  const auto out = scene.net.add(Model{}, {size}, "out");
  scene.net.connect(in, out, snn::Sparse{{0, 0}, {0, size - 1}}, {.weight = 1.0, .delay_ms = 2.0});
  return scene;
}

TEST_P(Sources, SilenceCostsNothingWhereNeuronsAreTouched) {
  if (GetParam() != "cpu") GTEST_SKIP() << GetParam() << " steps all neurons";
  const auto check = [&](const Scene& scene, std::int64_t size) {
    const snn::PopulationCounts touched =
        run(scene, GetParam(), {.update = Update::touched}).counts.populations[1];
    EXPECT_EQ(touched.stepped, 0u) << touched.name;
    EXPECT_EQ(touched.touched, 2u) << touched.name;
    // Left to itself, the backend stops stepping within a tenth of the run.
    const snn::PopulationCounts automatic = run(scene, GetParam()).counts.populations[1];
    EXPECT_LT(automatic.stepped, static_cast<std::uint64_t>(size * scene.ticks / 10));
    const snn::PopulationCounts stepped =
        run(scene, GetParam(), {.update = Update::stepped}).counts.populations[1];
    // The two segments, of 256 and 232 neurons, that get a spike at tick 502 are stepped from then
    // on; all others only until two ticks changed nothing.
    EXPECT_LE(stepped.stepped, static_cast<std::uint64_t>(2 * size + (256 + 232) * (2000 - 502)));
    EXPECT_GE(stepped.stepped, static_cast<std::uint64_t>(2 * size + 256 + 232));
    EXPECT_EQ(stepped.touched, 0u);
  };
  check(silent<snn::If>(1000), 1000);
  check(silent<snn::Lif>(1000), 1000);
  check(silent<snn::AdaptiveLif>(1000), 1000);
  check(silent<snn::Li>(1000), 1000);
}

/// NeuroBench counts every membrane once, and then each change. The decay of a Lif ends where a
/// float's normal range ends, 2^-126 = 1.2e-38, however the neuron is updated and asked about.
TEST_P(Sources, MembraneUpdatesEndWithTheDecay) {
  Scene scene{.net = {}, .dt_ms = 1.0, .ticks = 400};
  const auto in = scene.net.add(snn::SpikeSource{{{10.0}}}, {1}, "in");
  const auto out = scene.net.add(snn::Lif{.tau_m_ms = 1}, {3}, "out");
  scene.net.connect(in, out, snn::Sparse{{0}, {1}}, {.weight = 1.0, .delay_ms = 1.0});
  // Tick 11 raises neuron 1 to 1; k ticks later it is e^-k, and below 2^-126 it is 0: k = 88.
  const std::uint64_t expected = 3 + 1 + 88;
  for (const Update update : {Update::stepped, Update::touched, Update::automatic}) {
    EXPECT_EQ(run(scene, GetParam(), {.update = update}).counts.populations[1].membrane_updates,
              expected)
        << static_cast<int>(update);
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, Sources, testing::ValuesIn(available_devices()),
                         [](const auto& test) { return readable(test.param); });

}  // namespace
}  // namespace backend

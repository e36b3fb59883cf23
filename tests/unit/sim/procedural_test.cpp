// SPDX-License-Identifier: Apache-2.0
// Rows that are drawn again at every spike: the same run as with stored rows.
#include <gtest/gtest.h>

#include <cmath>

#include "snn/sim/simulation.hpp"

namespace snn {
namespace {

constexpr std::int64_t side = 56;  // enough neurons for three workers

Network described(const Connectivity& rule, Storage storage, double delay_ms) {
  Network net;
  const auto in = net.add(PoissonSource{.rate_hz = 40}, {1, side, side}, "in");
  const auto out = net.add(Lif{.v_th_mv = -63}, {1, side, side}, "out");
  net[in].positions = net[out].positions = grid({side, side}, 0.05);
  net.connect(in, out, rule,
              {.weight = Normal{0.15, 0.1}, .delay_ms = delay_ms, .storage = storage});
  net.connect(out, out, FixedOutDegree{20}, {.weight = -0.05, .delay_ms = 1.5, .storage = storage});
  return net;
}

struct Result {
  std::vector<std::int64_t> tick;
  std::vector<std::int32_t> neuron;
  std::vector<std::uint64_t> counts;
  friend bool operator==(const Result&, const Result&) = default;
};

Result run(const Network& net, int threads) {
  Simulation simulation(net, {.dt_ms = 0.5, .seed = 3, .threads = threads});
  simulation.record_spikes({1});
  simulation.run_ms(30);
  const auto& spikes = simulation.spikes({1});
  Result result{
      {spikes.tick.begin(), spikes.tick.end()}, {spikes.neuron.begin(), spikes.neuron.end()}, {}};
  for (const ProjectionCounts& counts : simulation.counts().projections) {
    result.counts.insert(result.counts.end(),
                         {counts.source_events, counts.synaptic_events, counts.effective_events,
                          static_cast<std::uint64_t>(counts.synapses),
                          static_cast<std::uint64_t>(counts.nonzero_synapses)});
  }
  return result;
}

TEST(Procedural, RunsAreThoseOfStoredRows) {
  const Connectivity rules[] = {FixedProbability{0.02},
                                FixedOutDegree{60, true, false},
                                FixedTotalNumber{150'000},
                                AllToAll{},
                                OneToOne{},
                                DistanceDependent{GaussianKernel{0.15, 0.9}},
                                Convolution{{7, 7}, {1, 1}, {3, 3}}};
  for (const double delay_ms : {0.0, 1.5}) {  // within the tick, workers own targets
    for (const Connectivity& rule : rules) {
      const Result stored = run(described(rule, Storage::stored, delay_ms), 1);
      EXPECT_GT(stored.counts[1], 1000u);
      for (const int threads : {1, 2, 3}) {
        EXPECT_TRUE(run(described(rule, Storage::procedural, delay_ms), threads) == stored)
            << rule.index() << ", " << threads << " threads, " << delay_ms << " ms";
      }
    }
  }
}

/// 70,000 x 70,000 = 4.9e9 synapses, in no memory to speak of. Three sources spike once: every
/// membrane rises by what it should.
TEST(Procedural, MoreSynapsesThanThirtyTwoBitsCount) {
  constexpr std::int64_t size = 70'000;
  Network net;
  std::vector<std::vector<double>> times(size);
  times[0] = times[35'000] = {1.0};
  times[size - 1] = {2.0};
  const auto in = net.add(SpikeSource{times}, {size}, "in");
  const auto out = net.add(If{.v_th_mv = 100}, {size}, "out");
  net.connect(in, out, AllToAll{},
              {.weight = 0.5, .delay_ms = 1.0, .storage = Storage::procedural});
  Simulation simulation(net, {.dt_ms = 1.0, .threads = 2});
  simulation.record_membrane(out, {0, 1, 40'000, 69'999}, 1.0);
  simulation.run_ms(5);
  const RawCounts counts = simulation.counts();
  EXPECT_EQ(counts.projections[0].synapses, 4'900'000'000);
  EXPECT_EQ(counts.projections[0].nonzero_synapses, 4'900'000'000);
  EXPECT_EQ(counts.projections[0].synaptic_events, 210'000u);
  EXPECT_EQ(counts.projections[0].dense_events, 24'500'000'000u);
  const auto& value = simulation.membrane(out).value;
  ASSERT_EQ(value.size(), 20u);
  const float rest = value[0];
  for (std::size_t n = 0; n < 4; ++n) {
    EXPECT_NEAR(static_cast<double>(value[1 * 4 + n] - rest), 0.0, 1e-6);
    EXPECT_NEAR(static_cast<double>(value[2 * 4 + n] - rest), 1.0, 1e-5);
    EXPECT_NEAR(static_cast<double>(value[3 * 4 + n] - rest), 1.5, 1e-5);
  }
}

/// 3.5e9 drawn synapses whose numbers pass 2^31: the last source's row, weights and all, is the one
/// that a projection of few sources cannot have.
TEST(Procedural, NumbersOfDrawnSynapsesPassThirtyTwoBits) {
  constexpr std::int64_t size = 70'000, degree = 50'000;
  Network net;
  std::vector<std::vector<double>> times(size);
  times[size - 1] = {1.0};
  const auto in = net.add(SpikeSource{times}, {size}, "in");
  const auto out = net.add(If{.v_th_mv = 1e6}, {size}, "out");
  net.connect(in, out, FixedOutDegree{degree},
              {.weight = Uniform{1, 3}, .delay_ms = 1.0, .storage = Storage::procedural});
  Simulation simulation(net, {.dt_ms = 1.0, .threads = 2});
  simulation.record_membrane(out, {}, 1.0);
  simulation.run_ms(4);
  EXPECT_EQ(simulation.counts().projections[0].synapses, 3'500'000'000);
  EXPECT_EQ(simulation.counts().projections[0].synaptic_events, 50'000u);
  const auto& value = simulation.membrane(out).value;
  double sum = 0;
  for (std::size_t n = 0; n < size; ++n)
    sum += static_cast<double>(value[2 * size + n]) - static_cast<double>(value[n]);
  // 50,000 draws of U(1, 3): mean 2, variance 1/3; 5 standard errors, and rounding of sums of 16.
  EXPECT_NEAR(sum, 1e5, 5 * std::sqrt(5e4 / 3) + 1);
}

}  // namespace
}  // namespace snn

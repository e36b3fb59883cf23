// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/energy/counts/counting.hpp"

/// NeuroBench's numbers for convolutions, which are described here as the list of their taps: those
/// on padding do not exist and so are not counted, in NeuroBench as in this library.
namespace {

using namespace snn;

struct Convolution {
  int inputs, outputs, kernel_height, kernel_width, padding, height, width;
  int out_height() const { return height + 2 * padding - kernel_height + 1; }
  int out_width() const { return width + 2 * padding - kernel_width + 1; }
};

Sparse taps_of(const Convolution& c) {
  Sparse taps;
  for (int o = 0; o < c.outputs; ++o) {
    for (int y = 0; y < c.out_height(); ++y) {
      for (int x = 0; x < c.out_width(); ++x) {
        for (int i = 0; i < c.inputs; ++i) {
          for (int dy = 0; dy < c.kernel_height; ++dy) {
            for (int dx = 0; dx < c.kernel_width; ++dx) {
              const int from_y = y + dy - c.padding;
              const int from_x = x + dx - c.padding;
              if (from_y < 0 || from_y >= c.height || from_x < 0 || from_x >= c.width) continue;
              taps.source.push_back((i * c.height + from_y) * c.width + from_x);
              taps.target.push_back((o * c.out_height() + y) * c.out_width() + x);
            }
          }
        }
      }
    }
  }
  return taps;
}

/// Counts of one tick with inputs of 1, but for a 4 that makes them no spikes.
Counts counts_of(const Convolution& c) {
  Network net;
  const auto in = net.add(CurrentSource{.max_abs = 4}, {c.inputs * c.height * c.width}, "in");
  const std::int64_t size = c.outputs * c.out_height() * c.out_width();
  net.connect(in, net.add(Li{}, {size}, "out"), taps_of(c), {.weight = 0.1});
  std::vector<std::uint8_t> values(static_cast<std::size_t>(c.inputs * c.height * c.width), 1);
  values[0] = 4;
  return neurobench_counts(counting::trainer_counts(
      net, counting::images({values}, 1, static_cast<std::int32_t>(size)), 1));
}

TEST(ConvolutionVectors, OwnTestsOfNeuroBench) {
  const Counts least = counts_of({1, 1, 3, 3, 0, 3, 3});
  EXPECT_EQ(least.macs_effective, 9);
  EXPECT_EQ(least.acs_effective, 0);
  EXPECT_EQ(counts_of({1, 1, 3, 3, 0, 12, 12}).macs_effective, 900);
  EXPECT_EQ(counts_of({5, 1, 1, 5, 0, 1, 10}).macs_effective, 150);  // one dimension
}

TEST(ConvolutionVectors, PaddingIsCountedNowhere) {
  const Counts counts = counts_of({1, 1, 3, 3, 1, 5, 5});
  EXPECT_EQ(counts.macs_dense, 169);
  EXPECT_EQ(counts.macs_effective, 169);
}

TEST(ConvolutionVectors, GestureNetwork) {
  // Four layers on 32 x 32 pixels with pooling by 2 between them, 150 ticks. Pooling does no
  // synaptic operation, so that each layer can stand for itself.
  Network net;
  const auto add = [&](std::int64_t sources, std::int64_t targets, Connectivity rule) {
    const auto in = net.add(EventSource{}, {sources});
    const auto out = net.add(counting::leaky(), {targets});
    net.connect(in, out, std::move(rule), {.weight = 0.1});
  };
  add(2 * 32 * 32, 16 * 32 * 32, taps_of({2, 16, 5, 5, 2, 32, 32}));
  add(16 * 16 * 16, 32 * 16 * 16, taps_of({16, 32, 5, 5, 2, 16, 16}));
  add(32 * 8 * 8, 64 * 8 * 8, taps_of({32, 64, 5, 5, 2, 8, 8}));
  add(1024, 11, AllToAll{});
  Simulation simulation(net, {.dt_ms = 1.0});
  const RawCounts raw = simulation.run_ticks(150).counts();
  EXPECT_EQ(raw.projections[0].synapses, 758'912);
  EXPECT_EQ(raw.projections[1].synapses, 2'803'712);
  EXPECT_EQ(raw.projections[2].synapses, 2'367'488);
  EXPECT_EQ(raw.projections[3].synapses, 11'264);
  EXPECT_EQ(neurobench_counts(raw).macs_dense, 891'206'400);
  EXPECT_EQ(neurobench_counts(raw).acs_effective, 0);
}

}  // namespace

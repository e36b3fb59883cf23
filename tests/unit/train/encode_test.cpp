// SPDX-License-Identifier: Apache-2.0
#include "snn/train/encode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace snn {
namespace {

Dataset two_images(std::vector<std::uint8_t> values, float full_scale) {
  Dataset data;
  data.name = "two";
  data.shape = {static_cast<std::int64_t>(values.size()) / 2};
  data.classes = 2;
  data.data = Images{.values = std::move(values), .full_scale = full_scale};
  data.label = {0, 1};
  return data;
}

/// Two samples of four units; the second has the events of the tests.
Dataset events() {
  Dataset data;
  data.name = "events";
  data.shape = {4};
  data.classes = 2;
  data.data = Events{.begin = {0, 1, 8},
                     .time_s = {0.0f, 0.0f, 0.0009f, 0.001f, 0.0015f, 0.0025f, 0.0039f, 0.25f},
                     .unit = {3, 2, 2, 1, 0, 3, 3, 1}};
  data.label = {0, 1};
  return data;
}

/// The spikes of one tick.
std::vector<std::uint32_t> at(const EncodedSample& sample, std::size_t tick) {
  return {sample.unit.begin() + sample.begin[tick], sample.unit.begin() + sample.begin[tick + 1]};
}
using Units = std::vector<std::uint32_t>;

EncodedSample encode(const Source& source, const Dataset& data, int ticks, double dt_ms = 1.0,
                     std::uint64_t seed = 1, std::uint32_t presentation = 0) {
  return encode_sample(source, data, 1, ticks, dt_ms, seed, presentation);
}

TEST(Encode, CurrentIsTheScaledValue) {
  const Dataset data = two_images({9, 9, 9, 0, 4, 16}, 16.0f);
  const EncodedSample sample = encode(CurrentSource{}, data, 25);
  EXPECT_EQ(sample.values, (std::vector<float>{0.0f, 0.25f, 1.0f}));
  EXPECT_TRUE(sample.begin.empty());
  EXPECT_TRUE(sample.unit.empty());
}

TEST(Encode, CurrentBeyondItsBoundIsAnError) {
  const Dataset data = two_images({9, 9, 9, 0, 4, 16}, 16.0f);
  EXPECT_THROW(encode(CurrentSource{.max_abs = 0.9}, data, 25), ConfigError);
}

TEST(Encode, EventsAreBinnedByTheirTick) {
  // dt 1 ms, 4 ticks: two events of unit 2 in tick 0 are one spike; 0.0025 s is tick 2, 0.0039 s
  // tick 3, 0.25 s beyond the end. 0.001f lies just above 1 ms.
  const EncodedSample sample = encode(EventSource{}, events(), 4);
  EXPECT_EQ(sample.begin, (std::vector<std::int32_t>{0, 1, 3, 4, 5}));
  EXPECT_EQ(sample.unit, (Units{2, 0, 1, 3, 3}));
  EXPECT_TRUE(sample.values.empty());
}

TEST(Encode, EventsFollowTheTickLength) {
  const EncodedSample coarse = encode(EventSource{}, events(), 2, 2.0);
  EXPECT_EQ(at(coarse, 0), (Units{0, 1, 2}));
  EXPECT_EQ(at(coarse, 1), (Units{3}));  // both events of unit 3
  const EncodedSample whole = encode(EventSource{}, events(), 251, 1.0);
  EXPECT_EQ(at(whole, 250), (Units{1}));
}

TEST(Encode, CurrentOfEventsIsTheMeanOverTicks) {
  const EncodedSample sample = encode(CurrentSource{}, events(), 4);
  EXPECT_EQ(sample.values, (std::vector<float>{0.25f, 0.25f, 0.25f, 0.5f}));
}

TEST(Encode, LatencyFollowsItsFormula) {
  // threshold 0.2, 9 ticks: tick = round((1 - x) / 0.8 * 8) = round(10 (1 - x)).
  const Dataset data = two_images({0, 0, 0, 0, 0, 0, 100, 20, 21, 50, 0, 97}, 100.0f);
  const EncodedSample sample = encode(LatencySource{.threshold = 0.2}, data, 9);
  ASSERT_EQ(sample.begin.size(), 10u);
  EXPECT_EQ(at(sample, 0), (Units{0, 5}));  // x = 1 and 0.97 (0.3 ticks)
  EXPECT_EQ(at(sample, 5), (Units{3}));     // x = 0.5
  EXPECT_EQ(at(sample, 8), (Units{2}));     // x = 0.21 (7.9 ticks)
  EXPECT_EQ(sample.unit.size(), 4u);        // x = 0.2 and 0 are silent
}

TEST(Encode, LatencyWindowMayBeShorter) {
  const Dataset data = two_images({0, 0, 255, 3}, 255.0f);
  const EncodedSample sample = encode(LatencySource{.threshold = 0.01, .ticks = 5}, data, 20);
  EXPECT_EQ(sample.begin.size(), 21u);
  EXPECT_EQ(at(sample, 0), (Units{0}));
  EXPECT_EQ(at(sample, 4), (Units{1}));
  EXPECT_THROW(encode(LatencySource{.ticks = 21}, data, 20), ConfigError);
}

TEST(Encode, RateIsTheValueTimesTheProbability) {
  // Binomial: over n ticks the mean is n p, and 5 standard deviations are exceeded once in 3.5
  // million.
  const std::vector<std::uint8_t> values{0, 0, 0, 0, 0, 0, 0, 51, 102, 204, 255, 1};
  const Dataset data = two_images(values, 255.0f);
  const int ticks = 40000;
  const double probability = 0.7;
  const EncodedSample sample = encode(RateSource{.probability = probability}, data, ticks);
  std::vector<int> count(6);
  for (const auto unit : sample.unit) ++count[unit];
  for (std::size_t i = 0; i < 6; ++i) {
    const double p = probability * values[6 + i] / 255.0;
    EXPECT_LE(std::abs(count[i] - ticks * p), 5 * std::sqrt(ticks * p * (1 - p))) << i;
  }
}

TEST(Encode, RateAtItsLimits) {
  const Dataset data = two_images({0, 0, 0, 255, 0, 255}, 255.0f);
  const EncodedSample sample = encode(RateSource{}, data, 100);
  for (std::size_t t = 0; t < 100; ++t) EXPECT_EQ(at(sample, t), (Units{0, 2}));
}

TEST(Encode, RateSpikesOfUnitsAndTicksAreIndependent) {
  std::vector<std::uint8_t> values(16, 128);
  const Dataset data = two_images(values, 256.0f);  // probability 1/2
  const int ticks = 20000;
  const EncodedSample sample = encode(RateSource{}, data, ticks);
  std::vector<std::vector<int>> spikes(8, std::vector<int>(ticks, -1));
  for (std::size_t t = 0; t < static_cast<std::size_t>(ticks); ++t) {
    for (const auto unit : at(sample, t)) spikes[unit][t] = 1;
  }
  // The product of two independent signs sums to 0 with a standard deviation of sqrt(ticks).
  const double limit = 5 * std::sqrt(ticks);
  for (std::size_t a = 0; a < 8; ++a) {
    for (std::size_t b = 0; b < 8; ++b) {
      int together = 0, next = 0;
      for (std::size_t t = 0; t + 1 < static_cast<std::size_t>(ticks); ++t) {
        together += spikes[a][t] * spikes[b][t];
        next += spikes[a][t] * spikes[b][t + 1];
      }
      if (a != b) {
        EXPECT_LE(std::abs(together), limit) << a << " " << b;
      }
      EXPECT_LE(std::abs(next), limit) << a << " " << b;
    }
  }
}

TEST(Encode, RandomCodesFollowFromTheirKey) {
  std::vector<std::uint8_t> values(200, 128);
  const Dataset data = two_images(values, 255.0f);
  const auto units = [&](std::int64_t sample, std::uint64_t seed, std::uint32_t presentation) {
    return encode_sample(RateSource{}, data, sample, 20, 1.0, seed, presentation).unit;
  };
  EXPECT_EQ(units(1, 7, 3), units(1, 7, 3));
  EXPECT_NE(units(1, 7, 3), units(0, 7, 3));
  EXPECT_NE(units(1, 7, 3), units(1, 8, 3));
  EXPECT_NE(units(1, 7, 3), units(1, 7, 4));
  // A longer presentation begins with the shorter one.
  const auto longer = encode_sample(RateSource{}, data, 1, 30, 1.0, 7, 3).unit;
  const auto shorter = units(1, 7, 3);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin()));
}

TEST(Encode, UnitsAscendWithinATick) {
  std::vector<std::uint8_t> values(2000, 100);
  const EncodedSample sample = encode(RateSource{}, two_images(values, 255.0f), 10);
  for (std::size_t t = 0; t < 10; ++t) {
    const Units units = at(sample, t);
    EXPECT_TRUE(std::is_sorted(units.begin(), units.end()));
    EXPECT_EQ(std::adjacent_find(units.begin(), units.end()), units.end());
  }
}

TEST(Encode, RefusesSourcesThatDoNotFit) {
  const Dataset images = two_images({0, 0, 0, 255, 0, 255}, 255.0f);
  EXPECT_THROW(encode(EventSource{}, images, 10), ConfigError);
  EXPECT_THROW(encode(RateSource{}, events(), 10), ConfigError);
  EXPECT_THROW(encode(LatencySource{}, events(), 10), ConfigError);
  EXPECT_THROW(encode(PoissonSource{}, images, 10), ConfigError);
  EXPECT_THROW(encode(SpikeSource{}, images, 10), ConfigError);
  EXPECT_THROW(encode(CurrentSource{}, images, 0), ConfigError);
  EXPECT_THROW(encode(CurrentSource{}, images, 10, 0.0), ConfigError);
  EXPECT_THROW(encode_sample(CurrentSource{}, images, 2, 10, 1.0, 1, 0), ConfigError);
  EXPECT_THROW(encode_sample(CurrentSource{}, images, -1, 10, 1.0, 1, 0), ConfigError);
}

}  // namespace
}  // namespace snn

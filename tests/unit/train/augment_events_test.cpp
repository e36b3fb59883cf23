// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "snn/train/augment.hpp"
#include "snn/train/encode.hpp"

namespace snn {
namespace {

constexpr std::int64_t units = 64;

/// 200 events a millisecond apart, all of unit 30.
struct Line {
  std::vector<float> time_s;
  std::vector<std::uint32_t> unit = std::vector<std::uint32_t>(200, 30);
  Line() {
    for (int e = 0; e < 200; ++e) time_s.push_back(1e-3f * static_cast<float>(e + 1));
  }
};

std::vector<TimedEvent> disturb(const Augmentation& augmentation, std::int64_t sample,
                                std::uint32_t presentation = 1) {
  const Line line;
  return disturbed(line.time_s, line.unit, units, augmentation, 7, presentation, sample);
}

TEST(AugmentEvents, WithoutBoundsNothingMoves) {
  const Line line;
  const auto events = disturb({}, 3);
  ASSERT_EQ(events.size(), line.unit.size());
  for (std::size_t e = 0; e < events.size(); ++e) {
    EXPECT_EQ(events[e].unit, line.unit[e]);
    EXPECT_EQ(events[e].time_s, double{line.time_s[e]});
  }
  EXPECT_FALSE(Augmentation{}.of_events());
  EXPECT_TRUE(Augmentation{.drop = 0.1}.of_events());
  EXPECT_FALSE(Augmentation{.drop = 0.1}.of_images());
}

/// Each of the 2 b + 1 whole shifts has its share of the samples, and a sample moves as one.
TEST(AugmentEvents, ShiftsAreWholeAndUniform) {
  std::map<int, int> seen;
  const int samples = 7000;
  for (int sample = 0; sample < samples; ++sample) {
    const auto events = disturb({.shift_units = 3}, sample);
    ASSERT_EQ(events.size(), 200u);
    for (const TimedEvent& event : events) ASSERT_EQ(event.unit, events.front().unit);
    ++seen[static_cast<int>(events.front().unit) - 30];
  }
  ASSERT_EQ(seen.size(), 7u);
  EXPECT_EQ(seen.begin()->first, -3);
  for (const auto& [shift, count] : seen)  // binomial: 1000 with sd sqrt(7000 * 1/7 * 6/7) = 29
    EXPECT_NEAR(count, samples / 7, 4 * 29.3) << shift;
}

TEST(AugmentEvents, WhatLeavesTheUnitsIsLeftOut) {
  const std::vector<float> time_s(static_cast<std::size_t>(units), 0.001f);
  std::vector<std::uint32_t> all;
  for (std::uint32_t u = 0; u < units; ++u) all.push_back(u);
  for (std::int64_t sample = 0; sample < 50; ++sample) {
    const auto events = disturbed(time_s, all, units, {.shift_units = 5}, 7, 1, sample);
    const auto lost = units - static_cast<std::int64_t>(events.size());
    const bool up = events.front().unit > 0;  // the first units are empty after a shift upwards
    const std::int64_t shift = up ? events.front().unit : -lost;
    EXPECT_EQ(lost, std::abs(shift));
    EXPECT_EQ(events.back().unit, up ? units - 1 : units - 1 + shift);
  }
}

/// One factor for all events of a sample, mean 1 and variance bound^2 / 3.
TEST(AugmentEvents, TimeIsStretchedUniformly) {
  const Line line;
  const double bound = 0.3;
  const int samples = 2000;
  double sum = 0, squares = 0;
  for (int sample = 0; sample < samples; ++sample) {
    const auto events = disturb({.stretch = bound}, sample);
    const double factor = events[99].time_s / double{line.time_s[99]};
    ASSERT_LE(std::abs(factor - 1), bound);
    for (std::size_t e = 0; e < events.size(); ++e)
      ASSERT_NEAR(events[e].time_s, factor * double{line.time_s[e]}, 1e-12);
    sum += factor - 1;
    squares += (factor - 1) * (factor - 1);
  }
  EXPECT_NEAR(sum / samples, 0, 4 * bound / std::sqrt(3.0 * samples));
  const double sd_of_square = bound * bound * std::sqrt(1.0 / 5 - 1.0 / 9);
  EXPECT_NEAR(squares / samples, bound * bound / 3, 4 * sd_of_square / std::sqrt(samples));
}

/// The share left out differs from sample to sample, uniformly in 0 .. drop: its mean is drop / 2,
/// and its variance that of the rate plus that of 200 draws.
TEST(AugmentEvents, TheShareLeftOutIsDrawnPerSample) {
  const double drop = 0.6;
  const int samples = 2000;
  double sum = 0, squares = 0;
  for (int sample = 0; sample < samples; ++sample) {
    const double lost = 1 - static_cast<double>(disturb({.drop = drop}, sample).size()) / 200;
    sum += lost;
    squares += lost * lost;
  }
  const double mean = sum / samples;
  const double within = (drop / 2 - drop * drop / 3) / 200;  // mean of p (1 - p) / 200
  const double variance = drop * drop / 12 + within;
  EXPECT_NEAR(mean, drop / 2, 4 * std::sqrt(variance / samples));
  EXPECT_NEAR(squares / samples - mean * mean, variance, 0.1 * variance);
}

TEST(AugmentEvents, FollowFromSeedPresentationAndSample) {
  const Augmentation all{.shift_units = 4, .stretch = 0.2, .drop = 0.5};
  const auto same = [](const std::vector<TimedEvent>& a, const std::vector<TimedEvent>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.time_s == y.time_s && x.unit == y.unit;
    });
  };
  EXPECT_TRUE(same(disturb(all, 5, 2), disturb(all, 5, 2)));
  EXPECT_FALSE(same(disturb(all, 5, 2), disturb(all, 5, 3)));
  EXPECT_FALSE(same(disturb(all, 5, 2), disturb(all, 6, 2)));
}

TEST(AugmentEvents, EvaluationIsNotDisturbedAndKindsMustFit) {
  const Line line;
  Dataset data{
      .name = "line", .shape = {units}, .classes = 1, .data = {}, .label = {0}, .group = {}};
  data.data = Events{{0, 200}, line.time_s, line.unit};
  const Augmentation all{.shift_units = 4, .stretch = 0.2, .drop = 0.5};
  const auto encoded = [&](std::uint32_t presentation, const Augmentation& how) {
    return encode_sample(EventSource{}, data, 0, 250, 1.0, 7, presentation, how).unit;
  };
  EXPECT_EQ(encoded(0, all), encoded(0, {}));
  EXPECT_NE(encoded(1, all), encoded(1, {}));
  EXPECT_THROW(encoded(1, {.rotation_deg = 5}), ConfigError);
  data.data = Images{std::vector<std::uint8_t>(units, 9), 255};
  EXPECT_THROW(encode_sample(CurrentSource{}, data, 0, 5, 1.0, 7, 1, all), ConfigError);
}

}  // namespace
}  // namespace snn

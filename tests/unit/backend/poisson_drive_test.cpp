// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/poisson_drive.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/backend/reference_drive.hpp"
#include "tests/support/statistics.hpp"

namespace snn {
namespace {

std::vector<Isa> available() {
  std::vector<Isa> all{Isa::baseline};
  if (best_isa() != Isa::baseline) all.push_back(Isa::avx2);
  if (best_isa() == Isa::avx512) all.push_back(Isa::avx512);
  return all;
}

/// A drive of weight 1 as compiled: population 1, stimulus 1.
CompiledPoissonDrive drive(double mean) {
  Network net;
  net.add(PoissonSource{}, {1});
  const auto out = net.add(Lif{}, {1});
  net.drive(out, PoissonDrive{.rate_hz = 0});
  net.drive(out, PoissonDrive{.rate_hz = mean * 1000});
  CompiledPoissonDrive compiled = compile(net, 1.0, 1).populations[1].drives[1];
  compiled.fixed = 1;
  return compiled;
}

const double means[] = {0.01, 0.5, 3, 20, 150, 500};

TEST(PoissonDrive, DrawsTheNumbersThatAPlainReferenceDraws) {
  for (const double mean : means) {
    const CompiledPoissonDrive compiled = drive(mean);
    const auto bounds = reference::event_bounds(mean);
    EXPECT_NEAR(static_cast<double>(compiled.most_events()), static_cast<double>(bounds.size()), 1);
    for (const std::int64_t first : {0, 256, 7680}) {
      for (const std::int64_t count : {1, 63, 64, 65, 200, 256}) {
        for (const Isa isa : available()) {
          std::vector<std::int32_t> input(static_cast<std::size_t>(count), 5);
          const auto events = add_poisson_drive(compiled, 9, 1234, first, count, input.data(), isa);
          std::int64_t sum = 0;
          for (std::int64_t j = 0; j < count; ++j) {
            const auto expected =
                reference::events_of(bounds, reference::drive_word(9, 1, 1, first + j, 1234));
            ASSERT_EQ(input[static_cast<std::size_t>(j)] - 5, expected) << mean << " " << first + j;
            sum += expected;
          }
          EXPECT_EQ(events, sum);
        }
      }
    }
  }
}

/// Mean and variance are the same number; the error of an estimated variance is
/// sqrt((2 + 1/mean)/n) of it.
TEST(PoissonDrive, FollowsPoissonsDistribution) {
  constexpr std::int64_t ticks = 1600;
  constexpr auto draws = static_cast<double>(ticks * 256);
  for (const double mean : means) {
    SCOPED_TRACE(mean);
    const CompiledPoissonDrive compiled = drive(mean);
    const auto most = static_cast<std::size_t>(mean + 12 * std::sqrt(mean) + 12);
    std::vector<double> count(most), probability(most);
    for (std::size_t k = 0; k < most; ++k) {
      const auto number = static_cast<double>(k);
      probability[k] = std::exp(number * std::log(mean) - mean - std::lgamma(number + 1));
    }
    double sum = 0, square = 0, neighbours = 0, following = 0;
    std::vector<std::int32_t> before(256);
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      std::vector<std::int32_t> input(256);
      add_poisson_drive(compiled, 5, tick, 0, 256, input.data(), best_isa());
      for (std::size_t j = 0; j < 256; ++j) {
        ++count.at(static_cast<std::size_t>(input[j]));
        const double off = input[j] - mean;
        sum += off;
        square += off * off;
        if (j >= 64) neighbours += off * (input[j - 64] - mean);  // they share a counter
        if (tick > 0) following += off * (before[j] - mean);
      }
      before = input;
    }
    test::expect_distribution(count, probability);
    EXPECT_NEAR(sum / draws, 0, 4.5 * std::sqrt(mean / draws));
    EXPECT_NEAR(square / draws, mean, 4.5 * mean * std::sqrt((2 + 1 / mean) / draws));
    EXPECT_NEAR(neighbours / draws, 0, 4.5 * mean / std::sqrt(draws));
    EXPECT_NEAR(following / draws, 0, 4.5 * mean / std::sqrt(draws));
  }
}

TEST(PoissonDrive, WithoutARateDrawsNothing) {
  std::vector<std::int32_t> input(256);
  EXPECT_EQ(add_poisson_drive(drive(0), 5, 0, 0, 256, input.data(), best_isa()), 0);
  EXPECT_EQ(input, std::vector<std::int32_t>(256));
}

}  // namespace
}  // namespace snn

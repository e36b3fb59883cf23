// SPDX-License-Identifier: Apache-2.0
// Losses on a device, emulated: value, gradient, scores and answers are those of the host's loss.
#include "cuda/train/device_loss.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>

#include "tests/unit/train/scan_cases.hpp"

namespace snn {
namespace {

enum class Readouts : std::uint8_t { membranes, spikes, values };

struct Case {
  int ticks, samples, classes;
  std::vector<float> values, sums;  ///< [tick][sample][class], and over the ticks
  std::vector<std::uint32_t> spikes;
  std::vector<std::int32_t> labels;
  std::int64_t words;

  Case(int ticks_, int samples_, int classes_, bool spiking)
      : ticks(ticks_),
        samples(samples_),
        classes(classes_),
        values(test::drawn_values<float>(7, static_cast<std::size_t>(ticks * samples * classes), -2,
                                         2)),
        sums(static_cast<std::size_t>(samples * classes)),
        words(words_for(classes)) {
    spikes.resize(static_cast<std::size_t>(ticks * samples * 2 * words));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (spiking) values[i] = values[i] > 0.5f ? 1.0f : 0.0f;
      const std::size_t row = i / static_cast<std::size_t>(classes),
                        c = i % static_cast<std::size_t>(classes);
      if (spiking && values[i] > 0)
        spikes[row * 2 * static_cast<std::size_t>(words) + c / 32] |= 1u << (c % 32);
      sums[i % sums.size()] += values[i];
    }
    for (int b = 0; b < samples; ++b) labels.push_back((b * 7 + 1) % classes);
  }
};

void expect_near(double found, double expected, double share, const std::string& what) {
  EXPECT_NEAR(found, expected, share * std::abs(expected)) << what;
}

void expect_host_loss(const Case& c, const Loss& loss, Readouts kind) {
  const bool membranes = reads_membrane(loss);
  std::vector<float> d_membrane(membranes ? c.values.size() : 0),
      d_output(membranes ? 0 : c.sums.size()), scores(c.sums.size());
  const LossValue expected =
      evaluate_loss<float>(loss,
                           {.ticks = c.ticks,
                            .batch = c.samples,
                            .classes = c.classes,
                            .membrane = c.values.data(),
                            .output_sum = c.sums.data(),
                            .labels = c.labels.data()},
                           membranes ? d_membrane.data() : nullptr,
                           membranes ? nullptr : d_output.data(), scores.data());
  const gpu::Stream stream;
  const auto values = gpu::uploaded(stream, c.values);
  const auto spikes = gpu::uploaded(stream, c.spikes);
  const auto labels = gpu::uploaded(stream, c.labels);
  const gpu::Buffer<double> work(c.sums.size());
  const gpu::Buffer<float> found_scores(c.sums.size()), found_membrane(d_membrane.size()),
      found_output(d_output.size());
  const gpu::Buffer<unsigned long long> losses(2 * c.labels.size());
  cuda::evaluate_loss(stream, loss,
                      {.ticks = c.ticks,
                       .samples = c.samples,
                       .classes = c.classes,
                       .membrane = values.data(),
                       .spikes = kind == Readouts::spikes ? spikes.data() : nullptr,
                       .words = c.words,
                       .output = values.data(),
                       .labels = labels.data(),
                       .work = work.data(),
                       .scores = found_scores.data(),
                       .d_membrane = found_membrane.data(),
                       .d_output = found_output.data(),
                       .losses = losses.data()});
  double sum = 0;
  std::int64_t correct = 0;
  const auto each = gpu::downloaded(stream, losses);
  for (std::size_t b = 0; b < each.size(); b += 2) {
    sum += std::bit_cast<double>(each[b]);
    correct += static_cast<std::int64_t>(each[b + 1]);
  }
  expect_near(sum, expected.sum, 1e-13, "loss");  // exp and log may differ in the last place
  EXPECT_EQ(correct, expected.correct);
  EXPECT_EQ(gpu::downloaded(stream, found_scores), scores);
  const auto compare = [&](const gpu::Buffer<float>& found, const std::vector<float>& wanted) {
    const auto values_found = gpu::downloaded(stream, found);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      expect_near(static_cast<double>(values_found[i]), static_cast<double>(wanted[i]), 1e-6,
                  "gradient " + std::to_string(i));
  };
  compare(found_membrane, d_membrane);
  compare(found_output, d_output);
}

TEST(DeviceLoss, IsThatOfTheHost) {
  const Loss membranes[] = {MaxMembraneCrossEntropy{}, MeanMembraneCrossEntropy{}};
  const Loss outputs[] = {CountCrossEntropy{}, CountMse{0.7, 0.1}};
  for (const auto& [ticks, samples, classes] :
       {std::tuple{9, 5, 3}, std::tuple{1, 3, 10}, std::tuple{5, 2, 150}, std::tuple{4, 1, 1}}) {
    SCOPED_TRACE(std::to_string(classes) + " classes");
    const Case values(ticks, samples, classes, false), spikes(ticks, samples, classes, true);
    for (const Loss& loss : membranes) {
      expect_host_loss(values, loss, Readouts::membranes);
      expect_host_loss(spikes, loss, Readouts::membranes);  // many equal ones: the first counts
    }
    for (const Loss& loss : outputs) {
      expect_host_loss(values, loss, Readouts::values);
      expect_host_loss(spikes, loss, Readouts::spikes);
    }
  }
}

TEST(DeviceLoss, OfEqualScoresTheLowestClassIsTheAnswer) {
  Case c(2, 3, 4, true);
  std::fill(c.values.begin(), c.values.end(), 0.0f);
  std::fill(c.spikes.begin(), c.spikes.end(), 0u);
  std::fill(c.sums.begin(), c.sums.end(), 0.0f);
  c.labels = {0, 1, 3};  // of which the first is right
  expect_host_loss(c, CountCrossEntropy{}, Readouts::spikes);
  expect_host_loss(c, MaxMembraneCrossEntropy{}, Readouts::membranes);
}

}  // namespace
}  // namespace snn

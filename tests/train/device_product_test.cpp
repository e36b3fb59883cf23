// SPDX-License-Identifier: Apache-2.0
// Products of activity on a device, emulated: spikes that are unpacked a few rows or columns at a
// time give the sums that they give one by one.
#include "cuda/train/device_product.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cuda/train/convert.hpp"
#include "tests/unit/train/scan_cases.hpp"

namespace snn {
namespace {

struct Layer {
  std::int64_t rows, sources, targets;
  std::vector<float> weight, gradient, values;
  std::vector<std::uint32_t> bits;

  Layer(std::int64_t rows_, std::int64_t sources_, std::int64_t targets_)
      : rows(rows_),
        sources(sources_),
        targets(targets_),
        weight(test::drawn_values<float>(1, static_cast<std::size_t>(sources * targets), -1, 1)),
        gradient(test::drawn_values<float>(2, static_cast<std::size_t>(rows * targets), -1, 1)),
        values(static_cast<std::size_t>(rows * sources)),
        bits(static_cast<std::size_t>(rows * 2 * words_for(sources))) {
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t k = 0; k < sources; ++k) {
        if (test::drawn(3, static_cast<std::size_t>(row * sources + k), 0, 1) > 0.3) continue;
        values[static_cast<std::size_t>(row * sources + k)] = 1;
        bits[static_cast<std::size_t>(row * 2 * words_for(sources) + k / 32)] |= 1u << (k % 32);
      }
    }
  }
  std::int64_t stride() const { return cuda::operand_stride(targets); }
  std::int64_t terms_apart() const { return sources * stride(); }
  double activity(std::int64_t row, std::int64_t k) const {
    return static_cast<double>(values[static_cast<std::size_t>(row * sources + k)]);
  }
};

/// The weights as their product takes them: rounded, or as terms.
gpu::Buffer<cuda::Bfloat16> terms_of(const gpu::Stream& stream, const Layer& layer,
                                     Precision precision) {
  const auto weight = gpu::uploaded(stream, layer.weight);
  gpu::Buffer<cuda::Bfloat16> terms(static_cast<std::size_t>(3 * layer.terms_apart()));
  if (precision == Precision::bf16)
    cuda::convert(stream, weight.data(), layer.targets, layer.sources, layer.targets,
                  layer.stride(), terms.data());
  for (int t = 0; precision == Precision::bf16_split && t < 3; ++t)
    cuda::split(stream, weight.data(), layer.targets, layer.sources, layer.targets, layer.stride(),
                t, terms.data() + t * layer.terms_apart());
  stream.synchronize();
  return terms;
}

void expect_products(const Layer& layer, Precision precision, std::int64_t unpacked_bytes,
                     bool as_values, double error) {
  const gpu::Stream stream;
  cuda::Products products(precision, unpacked_bytes);
  const auto bits = gpu::uploaded(stream, layer.bits);
  const auto values = gpu::uploaded(stream, layer.values);
  const auto weight = gpu::uploaded(stream, layer.weight);
  const auto gradient = gpu::uploaded(stream, layer.gradient);
  const auto terms = terms_of(stream, layer, precision);
  const cuda::Weights weights{weight.data(), terms.data(), layer.terms_apart()};
  const cuda::Activity in{.rows = layer.rows,
                          .neurons = layer.sources,
                          .words = words_for(layer.sources),
                          .bits = as_values ? nullptr : bits.data(),
                          .values = as_values ? values.data() : nullptr};
  // Poisoned until they are written; then one is added to.
  const gpu::Buffer<float> out(layer.gradient.size()), below(layer.values.size()),
      d_weight(layer.weight.size());
  products.forward(stream, in, weights, layer.targets, out.data(), false);
  products.forward(stream, in, weights, layer.targets, out.data(), true);
  products.take_gradient(stream, gradient.data(), layer.rows, layer.targets);
  products.backward(stream, weights, layer.sources, below.data(), false);
  products.weight_gradient(stream, in, d_weight.data(), false);

  const auto found = gpu::downloaded(stream, out), found_below = gpu::downloaded(stream, below),
             found_weight = gpu::downloaded(stream, d_weight);
  const auto at = [](const std::vector<float>& matrix, std::int64_t i, std::int64_t j,
                     std::int64_t width) {
    return static_cast<double>(matrix[static_cast<std::size_t>(i * width + j)]);
  };
  const std::int64_t targets = layer.targets, sources = layer.sources;
  for (std::int64_t row = 0; row < layer.rows; ++row) {
    for (std::int64_t n = 0; n < targets; ++n) {
      double sum = 0;
      for (std::int64_t k = 0; k < sources; ++k)
        sum += layer.activity(row, k) * at(layer.weight, k, n, targets);
      ASSERT_NEAR(at(found, row, n, targets), 2 * sum, error * static_cast<double>(sources));
    }
    for (std::int64_t k = 0; k < sources; ++k) {
      double sum = 0;
      for (std::int64_t n = 0; n < targets; ++n)
        sum += at(layer.gradient, row, n, targets) * at(layer.weight, k, n, targets);
      ASSERT_NEAR(at(found_below, row, k, sources), sum, error * static_cast<double>(targets));
    }
  }
  for (std::int64_t k = 0; k < sources; ++k) {
    for (std::int64_t n = 0; n < targets; ++n) {
      double sum = 0;
      for (std::int64_t row = 0; row < layer.rows; ++row)
        sum += layer.activity(row, k) * at(layer.gradient, row, n, targets);
      ASSERT_NEAR(at(found_weight, k, n, targets), sum, error * static_cast<double>(layer.rows));
    }
  }
}

TEST(DeviceProduct, IsTheSumWhateverFitsIntoTheBuffer) {
  for (const Layer& layer : {Layer(7, 5, 3), Layer(20, 150, 9), Layer(33, 64, 16)}) {
    for (const std::int64_t unpacked_bytes :
         {std::int64_t{1}, std::int64_t{4000}, std::int64_t{1} << 20}) {
      for (const bool as_values : {false, true}) {
        SCOPED_TRACE(std::to_string(layer.sources) + " sources, " + std::to_string(unpacked_bytes) +
                     " bytes, values " + std::to_string(as_values));
        expect_products(layer, Precision::fp32, unpacked_bytes, as_values, 1e-6);
        expect_products(layer, Precision::bf16, unpacked_bytes, as_values, 0x1p-7);
        expect_products(layer, Precision::bf16_split, unpacked_bytes, as_values, 1e-6);
      }
    }
  }
}

/// Few rows of spikes: the weights of those that there are, added in the order of the sources as
/// a plain loop adds them; the spikes counted prove that they were gathered.
TEST(DeviceProduct, GathersTheWeightsOfFewSpikes) {
  const gpu::Stream stream;
  for (const Layer& layer : {Layer(1, 70, 3), Layer(3, 4500, 130), Layer(16, 1100, 9)}) {
    for (const Precision precision : {Precision::fp32, Precision::bf16_split}) {
      cuda::Products products(precision, 4000);
      const auto bits = gpu::uploaded(stream, layer.bits);
      const auto weight = gpu::uploaded(stream, layer.weight);
      const cuda::Activity in{.rows = layer.rows,
                              .neurons = layer.sources,
                              .words = words_for(layer.sources),
                              .bits = bits.data()};
      const gpu::Buffer<float> out(layer.gradient.size());
      const auto events = gpu::zeros<unsigned long long>(stream, 1);
      for (const bool accumulate : {false, true})
        products.forward(stream, in, {weight.data(), nullptr}, layer.targets, out.data(),
                         accumulate, events.data());
      unsigned long long spikes = 0;
      std::vector<float> sums(layer.gradient.size());
      for (int time = 0; time < 2; ++time) {
        for (std::int64_t row = 0; row < layer.rows; ++row) {
          for (std::int64_t k = 0; k < layer.sources; ++k) {
            if (layer.activity(row, k) == 0) continue;
            ++spikes;
            for (std::int64_t n = 0; n < layer.targets; ++n)
              sums[static_cast<std::size_t>(row * layer.targets + n)] +=
                  layer.weight[static_cast<std::size_t>(k * layer.targets + n)];
          }
        }
      }
      EXPECT_EQ(gpu::downloaded(stream, out), sums);
      EXPECT_EQ(gpu::downloaded(stream, events)[0], spikes);
    }
  }
}

TEST(DeviceProduct, GathersWhereItReadsLess) {
  using cuda::Products;
  for (const Precision exact : {Precision::fp32, Precision::bf16_split}) {
    EXPECT_TRUE(Products::gathers(exact, true, 1));
    EXPECT_TRUE(Products::gathers(exact, true, 16));
    EXPECT_FALSE(Products::gathers(exact, true, 17));
    EXPECT_FALSE(Products::gathers(exact, false, 1));  // values
  }
  for (const Precision rounded : {Precision::tf32, Precision::bf16})
    EXPECT_FALSE(Products::gathers(rounded, true, 1));
}

/// The largest error of forward products and of gradients of weights, in halves of the last place
/// (2^-24) of the sum of what each adds up, taken as absolute values.
struct Errors {
  double forward = 0, weight_gradient = 0;
};
Errors errors_of(const Layer& layer, Precision precision) {
  const gpu::Stream stream;
  cuda::Products products(precision, 4000);
  const auto bits = gpu::uploaded(stream, layer.bits);
  const auto weight = gpu::uploaded(stream, layer.weight);
  const auto gradient = gpu::uploaded(stream, layer.gradient);
  const auto terms = terms_of(stream, layer, precision);
  const cuda::Activity in{.rows = layer.rows,
                          .neurons = layer.sources,
                          .words = words_for(layer.sources),
                          .bits = bits.data()};
  const gpu::Buffer<float> out(layer.gradient.size()), d_weight(layer.weight.size());
  products.forward(stream, in, {weight.data(), terms.data(), layer.terms_apart()}, layer.targets,
                   out.data(), false);
  products.take_gradient(stream, gradient.data(), layer.rows, layer.targets);
  products.weight_gradient(stream, in, d_weight.data(), false);
  const auto found = gpu::downloaded(stream, out), found_weight = gpu::downloaded(stream, d_weight);
  Errors errors;
  const auto take = [](double& most, float value, double sum, double size) {
    if (size > 0) most = std::max(most, std::abs(static_cast<double>(value) - sum) / size * 0x1p24);
  };
  for (std::int64_t n = 0; n < layer.targets; ++n) {
    for (std::int64_t row = 0; row < layer.rows; ++row) {
      double sum = 0, size = 0;
      for (std::int64_t k = 0; k < layer.sources; ++k) {
        const auto w =
            static_cast<double>(layer.weight[static_cast<std::size_t>(k * layer.targets + n)]);
        sum += layer.activity(row, k) * w;
        size += layer.activity(row, k) * std::abs(w);
      }
      take(errors.forward, found[static_cast<std::size_t>(row * layer.targets + n)], sum, size);
    }
    for (std::int64_t k = 0; k < layer.sources; ++k) {
      double sum = 0, size = 0;
      for (std::int64_t row = 0; row < layer.rows; ++row) {
        const auto g =
            static_cast<double>(layer.gradient[static_cast<std::size_t>(row * layer.targets + n)]);
        sum += layer.activity(row, k) * g;
        size += layer.activity(row, k) * std::abs(g);
      }
      take(errors.weight_gradient, found_weight[static_cast<std::size_t>(k * layer.targets + n)],
           sum, size);
    }
  }
  return errors;
}

/// A sum of n floats may be off by n - 1 roundings, whatever their order; the emulation rounds once
/// per product, and bfloat16 for each weight by 2^-9 = 2^15 such halves.
TEST(DeviceProduct, LosesNothingOfWeightsThatAreSplit) {
  const Layer layer(33, 150, 17);
  const auto most = static_cast<double>(layer.sources);
  const Errors exact = errors_of(layer, Precision::fp32),
               split = errors_of(layer, Precision::bf16_split),
               rounded = errors_of(layer, Precision::bf16);
  EXPECT_LE(exact.forward, most);
  EXPECT_LE(split.forward, most + 2);
  EXPECT_LE(split.weight_gradient, most + 2);
  EXPECT_GT(rounded.forward, 10 * most);
  EXPECT_GT(rounded.weight_gradient, 10 * most);
}

TEST(DeviceProduct, SplitsFloatsIntoTermsWhoseSumTheyAre) {
  std::vector<float> values = {0.0f,
                               -0.0f,
                               1.0f,
                               std::nextafter(1.0f, 2.0f),
                               -0x1.fffffep0f,
                               0x1p-103f * 0x1.fffffep0f,
                               std::numeric_limits<float>::max(),
                               -std::numeric_limits<float>::max()};
  for (const float value : test::drawn_values<float>(5, 2000, -1, 1))
    for (const int exponent : {-100, -40, 0, 60, 120})
      values.push_back(std::ldexp(value, exponent));
  const gpu::Stream stream;
  const auto count = static_cast<std::int64_t>(values.size());
  const std::int64_t stride = cuda::operand_stride(count);
  const auto from = gpu::uploaded(stream, values);
  std::vector<std::vector<cuda::Bfloat16>> terms;
  for (int t = 0; t < cuda::split_terms; ++t) {
    const gpu::Buffer<cuda::Bfloat16> to(static_cast<std::size_t>(stride));
    cuda::split(stream, from.data(), count, 1, count, stride, t, to.data());
    terms.push_back(gpu::downloaded(stream, to));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = 0;  // exact: the terms span fewer than 53 bits
    for (const auto& term : terms) sum += static_cast<double>(cuda::to_float(term[i]));
    if (std::abs(values[i]) >= 0x1p-103f || values[i] == 0)
      ASSERT_EQ(sum, static_cast<double>(values[i])) << i;
    else
      ASSERT_NEAR(sum, static_cast<double>(values[i]), 0x1p-126) << i;
  }
  for (std::size_t i = values.size(); i < static_cast<std::size_t>(stride); ++i)
    for (const auto& term : terms) EXPECT_EQ(term[i].bits, 0) << i;
  for (const float value : {INFINITY, -INFINITY}) {
    EXPECT_EQ(cuda::to_float(cuda::split_term(value, 0)), value);
    EXPECT_EQ(cuda::split_term(value, 1).bits, 0);
    EXPECT_EQ(cuda::split_term(value, 2).bits, 0);
  }
  EXPECT_TRUE(std::isnan(cuda::to_float(cuda::split_term(std::nanf(""), 0))));
}

/// Linear(16384) + LIF, 500 ticks of 16 samples in fp32: what the layer must keep, and the room
/// that unpacked spikes get beside it.
TEST(DeviceProduct, LeavesALargeLayerWithinFourGigabytes) {
  const std::int64_t width = 16384, batch = 16, rows = 500 * batch;
  const std::int64_t weights_and_gradient = 2 * width * width * 4;
  const std::int64_t input_and_gradients = 3 * rows * width * 4;  // of outputs of both populations
  const std::int64_t spikes = 2 * rows * width / 8, sums = 5 * batch * width * 4;
  const std::int64_t workspace = std::int64_t{32} << 20;
  EXPECT_LE(weights_and_gradient + input_and_gradients + spikes + sums + workspace +
                cuda::unpacked_spikes_bytes,
            4'000'000'000);
}

TEST(DeviceProduct, RoundsToTheNearestTiesToEven) {
  const auto rounded = [](float value) { return cuda::to_float(cuda::to_bfloat16(value)); };
  EXPECT_EQ(rounded(1.0f), 1.0f);
  EXPECT_EQ(rounded(1.0f + 0x1p-8f), 1.0f);                // halfway, even below
  EXPECT_EQ(rounded(1.0f + 3 * 0x1p-8f), 1.0f + 0x1p-6f);  // halfway, even above
  EXPECT_EQ(rounded(1.0f + 0x1p-8f + 0x1p-20f), 1.0f + 0x1p-7f);
  EXPECT_EQ(rounded(-3.0e38f), -std::ldexp(226.0f, 120));
  EXPECT_TRUE(std::isnan(rounded(std::nanf(""))));
  EXPECT_TRUE(std::isinf(rounded(INFINITY)));
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
// Products by both paths against triple loops in double, at sizes around the width of words and
// registers and at densities from silence to every neuron.
#include "snn/train/product.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/train/scan_cases.hpp"

namespace snn {
namespace {

constexpr std::int64_t odd_sizes[] = {1, 31, 33, 100, 257};
constexpr double densities[] = {0.0, 0.01, 0.5, 1.0};
constexpr std::int64_t rows = 5;

/// Activity of `rows` rows as bits or graded values.
template <class Real>
struct Layer {
  std::int64_t sources, targets, words;
  std::vector<double> active;  ///< [row][source]
  std::vector<std::uint64_t> bits;
  std::vector<Real> values, weight, gradient;

  Layer(std::int64_t sources_, std::int64_t targets_, double density, bool graded)
      : sources(sources_),
        targets(targets_),
        words(words_for(sources_)),
        active(static_cast<std::size_t>(rows * sources)),
        bits(static_cast<std::size_t>(rows * words)),
        weight(test::drawn_values<Real>(1, static_cast<std::size_t>(sources * targets), -1, 1)),
        gradient(test::drawn_values<Real>(2, static_cast<std::size_t>(rows * targets), -1, 1)) {
    for (std::size_t k = 0; k < active.size(); ++k) {
      if (test::drawn(3, k, 0, 1) >= density) continue;
      active[k] = graded ? static_cast<Real>(test::drawn(4, k, -1, 1)) : Real(1);
      const auto row = static_cast<std::int64_t>(k) / sources;
      const auto n = static_cast<std::int64_t>(k) % sources;
      bits[static_cast<std::size_t>(row * words + n / 64)] |= std::uint64_t{1} << (n % 64);
    }
    if (graded) values.assign(active.begin(), active.end());
  }

  Activity<Real> view() const {
    if (values.empty()) return {rows, sources, words, bits.data(), nullptr};
    return {rows, sources, words, nullptr, values.data()};
  }
  std::uint64_t spikes() const {
    return static_cast<std::uint64_t>(count_bits(bits.data(), rows * words));
  }
  double at(std::int64_t row, std::int64_t source) const {
    return active[static_cast<std::size_t>(row * sources + source)];
  }
  double w(std::int64_t source, std::int64_t target) const {
    return static_cast<double>(weight[static_cast<std::size_t>(source * targets + target)]);
  }
  double g(std::int64_t row, std::int64_t target) const {
    return static_cast<double>(gradient[static_cast<std::size_t>(row * targets + target)]);
  }
};

/// A sum of n terms of size 1 is known to about sqrt(n) roundings; n to be safe.
template <class Real>
double bound(std::int64_t terms) {
  const double one = std::is_same_v<Real, float> ? 6e-8 : 2.2e-16;
  return one * static_cast<double>(terms + 2) * 2;
}

template <class Visit>
void for_each_layer(Visit&& visit) {
  for (const std::int64_t sources : odd_sizes) {
    for (const std::int64_t targets : odd_sizes) {
      for (const double density : densities) {
        for (const bool graded : {false, true}) {
          SCOPED_TRACE(std::to_string(sources) + " x " + std::to_string(targets) + ", density " +
                       std::to_string(density) + (graded ? ", graded" : ""));
          visit(sources, targets, density, graded);
        }
      }
    }
  }
}

const ProductPath paths[] = {ProductPath::dense, ProductPath::sparse, ProductPath::automatic};

template <class Real>
void expect_forward() {
  for_each_layer([](auto sources, auto targets, auto density, auto graded) {
    const Layer<Real> layer(sources, targets, density, graded);
    for (const ProductPath path : paths) {
      for (const bool accumulate : {false, true}) {
        // Not accumulating overwrites even what is no number.
        std::vector<Real> out(static_cast<std::size_t>(rows * targets),
                              accumulate ? Real(0.25) : Real(NAN));
        Scratch<Real> scratch;
        Operations done;
        forward_product(layer.view(), layer.weight.data(), targets, out.data(), accumulate, path,
                        scratch, done);
        for (std::int64_t r = 0; r < rows; ++r) {
          for (std::int64_t t = 0; t < targets; ++t) {
            double expected = accumulate ? 0.25 : 0;
            for (std::int64_t s = 0; s < sources; ++s) expected += layer.at(r, s) * layer.w(s, t);
            ASSERT_NEAR(static_cast<double>(out[static_cast<std::size_t>(r * targets + t)]),
                        expected, bound<Real>(sources));
          }
        }
        const auto dense = static_cast<std::uint64_t>(rows * sources * targets);
        const auto sparse = layer.spikes() * static_cast<std::uint64_t>(targets);
        if (graded || path == ProductPath::dense) {
          EXPECT_EQ(done.macs, dense);
          EXPECT_EQ(done.acs, 0u);
        } else if (path == ProductPath::sparse) {
          EXPECT_EQ(done.acs, sparse);
          EXPECT_EQ(done.macs, 0u);
        } else {
          EXPECT_TRUE((done.macs == dense && done.acs == 0) ||
                      (done.macs == 0 && done.acs == sparse));
        }
      }
    }
  });
}
TEST(Product, ForwardInFloat) {
  expect_forward<float>();
}
TEST(Product, ForwardInDouble) {
  expect_forward<double>();
}

template <class Real>
void expect_backward() {
  for_each_layer([](auto sources, auto targets, auto density, auto graded) {
    if (graded || density < 1) return;  // the activity takes no part
    const Layer<Real> layer(sources, targets, density, graded);
    for (const bool accumulate : {false, true}) {
      std::vector<Real> out(static_cast<std::size_t>(rows * sources),
                            accumulate ? Real(0.25) : Real(NAN));
      Operations done;
      backward_product(layer.gradient.data(), rows, targets, layer.weight.data(), sources,
                       out.data(), accumulate, done);
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t s = 0; s < sources; ++s) {
          double expected = accumulate ? 0.25 : 0;
          for (std::int64_t t = 0; t < targets; ++t) expected += layer.g(r, t) * layer.w(s, t);
          ASSERT_NEAR(static_cast<double>(out[static_cast<std::size_t>(r * sources + s)]), expected,
                      bound<Real>(targets));
        }
      }
      EXPECT_EQ(done.macs, static_cast<std::uint64_t>(rows * sources * targets));
    }
  });
}
TEST(Product, BackwardInFloat) {
  expect_backward<float>();
}
TEST(Product, BackwardInDouble) {
  expect_backward<double>();
}

template <class Real>
void expect_weight_gradient() {
  for_each_layer([](auto sources, auto targets, auto density, auto graded) {
    const Layer<Real> layer(sources, targets, density, graded);
    for (const ProductPath path : paths) {
      std::vector<Real> d_weight(layer.weight.size(), Real(0.25));
      Scratch<Real> scratch;
      Operations done;
      // In blocks of 128 sources, as threads share the work.
      for (std::int64_t first = 0; first < sources; first += 128) {
        weight_gradient(layer.view(), layer.gradient.data(), targets, first,
                        std::min(sources, first + 128), d_weight.data() + first * targets, path,
                        scratch, done);
      }
      for (std::int64_t s = 0; s < sources; ++s) {
        for (std::int64_t t = 0; t < targets; ++t) {
          double expected = 0.25;
          for (std::int64_t r = 0; r < rows; ++r) expected += layer.at(r, s) * layer.g(r, t);
          ASSERT_NEAR(static_cast<double>(d_weight[static_cast<std::size_t>(s * targets + t)]),
                      expected, bound<Real>(rows));
        }
      }
    }
  });
}
TEST(Product, WeightGradientInFloat) {
  expect_weight_gradient<float>();
}
TEST(Product, WeightGradientInDouble) {
  expect_weight_gradient<double>();
}

TEST(Product, AutomaticTakesTheSparsePathForFewSpikesAndTheDenseForMany) {
  for (const double density : {0.001, 0.9}) {
    const Layer<float> layer(257, 100, density, false);
    std::vector<float> out(rows * 100);
    Scratch<float> scratch;
    Operations done;
    forward_product(layer.view(), layer.weight.data(), 100, out.data(), false,
                    ProductPath::automatic, scratch, done);
    EXPECT_EQ(done.macs > 0, density > 0.5);
  }
}

TEST(Product, NoRowsAreNoWork) {
  std::vector<float> out{7};
  const std::vector<float> weight{1};
  const std::uint64_t bit = 1;
  Scratch<float> scratch;
  Operations done;
  forward_product({0, 1, 1, &bit, nullptr}, weight.data(), 1, out.data(), false,
                  ProductPath::automatic, scratch, done);
  backward_product(weight.data(), 0, 1, weight.data(), 1, out.data(), false, done);
  EXPECT_EQ(out[0], 7);
  EXPECT_EQ(done.macs + done.acs, 0u);
}

}  // namespace
}  // namespace snn

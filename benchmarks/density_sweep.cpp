// SPDX-License-Identifier: Apache-2.0
// Products of spikes with weights on one core: the matrix product, the gather of weight rows, and
// the automatic choice, over spike density. Prints one JSON object per line.
//   density_sweep [rounds]
#include <omp.h>

#include <cstdio>
#include <cstdlib>

#include "benchmarks/harness.hpp"
#include "snn/math/philox.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/product.hpp"

namespace {

std::vector<std::uint64_t> random_spikes(std::int64_t rows, std::int64_t neurons, double density) {
  std::vector<std::uint64_t> bits(static_cast<std::size_t>(rows * snn::words_for(neurons)));
  const std::uint64_t bound = snn::probability_bound(density);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t n = 0; n < neurons; ++n) {
      const auto word = snn::random_words(1, snn::RandomUse::poisson, 0,
                                          static_cast<std::uint64_t>(row * neurons + n))[0];
      if (word < bound)
        bits[static_cast<std::size_t>(row * snn::words_for(neurons) + n / 64)] |= std::uint64_t{1}
                                                                                  << (n % 64);
    }
  }
  return bits;
}

void sweep(std::int64_t rows, std::int64_t sources, std::int64_t targets, double density,
           int rounds) {
  const std::vector<std::uint64_t> bits = random_spikes(rows, sources, density);
  const snn::Activity<float> in{
      .rows = rows, .neurons = sources, .words = snn::words_for(sources), .bits = bits.data()};
  std::vector<float> weight(static_cast<std::size_t>(sources * targets), 0.01f);
  std::vector<float> out(static_cast<std::size_t>(rows * targets), 0.02f);
  std::vector<float> d_weight(weight.size());
  snn::Scratch<float> scratch;
  snn::Operations done;
  const auto forward = [&](snn::ProductPath path) {
    return [&, path] {
      snn::forward_product(in, weight.data(), targets, out.data(), false, path, scratch, done);
    };
  };
  const auto gradient = [&](snn::ProductPath path) {
    // In blocks of sources, as the trainer does it.
    return [&, path] {
      for (std::int64_t first = 0; first < sources; first += 128) {
        snn::weight_gradient(in, out.data(), targets, first, std::min(sources, first + 128),
                             d_weight.data() + first * targets, path, scratch, done);
      }
    };
  };
  const auto report = [&](const char* what, const std::vector<harness::Figure>& t) {
    const double best = std::min(t[0].median_s, t[1].median_s);
    std::printf(
        "{\"product\": \"%s\", \"rows\": %lld, \"sources\": %lld, \"targets\": %lld, \"density\": "
        "%g, \"dense_ms\": %.4f, "
        "\"sparse_ms\": %.4f, \"automatic_ms\": %.4f, \"automatic_over_best\": %.3f}\n",
        what, static_cast<long long>(rows), static_cast<long long>(sources),
        static_cast<long long>(targets), density, t[0].median_s * 1e3, t[1].median_s * 1e3,
        t[2].median_s * 1e3, t[2].median_s / best);
    std::fflush(stdout);
  };
  using snn::ProductPath;
  report("forward", harness::compare({forward(ProductPath::dense), forward(ProductPath::sparse),
                                      forward(ProductPath::automatic)},
                                     rounds));
  report("weight_gradient",
         harness::compare({gradient(ProductPath::dense), gradient(ProductPath::sparse),
                           gradient(ProductPath::automatic)},
                          rounds));
}

}  // namespace

int main(int argc, char** argv) {
  omp_set_num_threads(1);
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  const std::int64_t shapes[][2] = {{128, 128}, {256, 10},    {784, 256},  {256, 256},
                                    {512, 512}, {1024, 1024}, {2048, 2048}};
  for (const auto& shape : shapes) {
    for (const double density : {0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5})
      sweep(800, shape[0], shape[1], density, rounds);
  }
}

// SPDX-License-Identifier: Apache-2.0
// A dense layer and its LIF neurons, forward and backward, against the matrix products alone.
//   dense_layer [neurons] [ticks] [batch] [threads] [rounds]
// The products are the floor: 2 * 2 * batch * ticks * neurons^2 operations (forward, and the
// gradient of the weights; the input needs none). Prints one JSON object per spike density.
#include <cblas.h>
#include <omp.h>

#include <cstdio>
#include <cstdlib>

#include "benchmarks/harness.hpp"
#include "snn/math/philox.hpp"
#include "snn/train/engine.hpp"
#include "snn/train/parameters.hpp"

namespace {

snn::EncodedSample random_sample(int sample, std::int64_t neurons, int ticks, double density) {
  snn::EncodedSample encoded;
  encoded.begin.push_back(0);
  const std::uint64_t bound = snn::probability_bound(density);
  for (int tick = 0; tick < ticks; ++tick) {
    for (std::int64_t n = 0; n < neurons; ++n) {
      const auto word =
          snn::random_words(1, snn::RandomUse::poisson, static_cast<std::uint32_t>(sample),
                            static_cast<std::uint64_t>(n), static_cast<std::uint32_t>(tick))[0];
      if (word < bound) encoded.unit.push_back(static_cast<std::uint32_t>(n));
    }
    encoded.begin.push_back(static_cast<std::int32_t>(encoded.unit.size()));
  }
  return encoded;
}

void run(std::int64_t neurons, int ticks, int batch, int threads, int rounds, double density) {
  snn::Network network;
  const auto input = network.add(snn::EventSource{}, {neurons}, "input");
  const auto layer = network.add(snn::Lif::unit(20.0), {neurons}, "layer");
  network.connect(input, layer, snn::AllToAll{},
                  {.weight = snn::KaimingUniform{1.0},
                   .bias = std::vector<float>(static_cast<std::size_t>(neurons))});
  snn::TrainOptions options;
  options.ticks = ticks;
  options.batch = batch;
  options.threads = threads;
  const snn::Plan plan = snn::make_plan(network, {.dt_ms = options.dt_ms});
  const std::vector<float> parameters = snn::initial_parameters(network, plan, options.dt_ms, 1);
  std::vector<snn::EncodedSample> samples;
  for (int b = 0; b < batch; ++b) samples.push_back(random_sample(b, neurons, ticks, density));
  const std::vector<std::int32_t> labels(static_cast<std::size_t>(batch));
  const snn::BatchInput batch_input{
      .samples = batch,
      .encoded = [&](int b) { return samples[static_cast<std::size_t>(b)]; },
      .labels = labels};
  std::vector<float> gradient(plan.parameters);
  const auto train = [&](snn::ProductPath path) {
    auto with_path = options;
    with_path.path = path;
    auto engine = std::make_shared<snn::Engine<float>>(network, plan, with_path);
    engine->load(parameters);
    return [&, engine] {
      engine->forward(batch_input);
      engine->backward(gradient);
    };
  };
  const auto rows = static_cast<int>(batch * ticks);
  const auto n = static_cast<int>(neurons);
  std::vector<float> x(static_cast<std::size_t>(rows) * static_cast<std::size_t>(n), 0.5f),
      y(x.size());
  std::vector<float> w(static_cast<std::size_t>(n) * static_cast<std::size_t>(n), 0.01f),
      dw(w.size());
  const auto products = [&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, n, n, 1, x.data(), n, w.data(), n,
                0, y.data(), n);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, rows, 1, x.data(), n, y.data(), n, 0,
                dw.data(), n);
  };
  const auto t = harness::compare(
      {products, train(snn::ProductPath::dense), train(snn::ProductPath::automatic)}, rounds);
  std::printf(
      "{\"neurons\": %d, \"ticks\": %d, \"batch\": %d, \"threads\": %d, \"density\": %g, "
      "\"products_ms\": %.2f, "
      "\"dense_ms\": %.2f, \"automatic_ms\": %.2f, \"dense_over_products\": %.3f, "
      "\"automatic_over_products\": %.3f}\n",
      n, ticks, batch, threads, density, t[0].median_s * 1e3, t[1].median_s * 1e3,
      t[2].median_s * 1e3, t[1].median_s / t[0].median_s, t[2].median_s / t[0].median_s);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, int fallback) {
    return argc > i ? std::atoi(argv[i]) : fallback;
  };
  const int threads = argument(4, 2);
  omp_set_num_threads(threads);
  for (const double density : {0.5, 0.1, 0.01}) {
    run(argument(1, 1024), argument(2, 500), argument(3, 16), threads, argument(5, 7), density);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Every instruction set of this machine gives the bits of the generic one, for every neuron model.
#include "snn/math/isa.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "snn/backend/cpu_backend.hpp"

namespace snn {
namespace {

std::vector<Isa> available() {
  std::vector<Isa> all{Isa::baseline};
  if (best_isa() != Isa::baseline) all.push_back(Isa::avx2);
  if (best_isa() == Isa::avx512) all.push_back(Isa::avx512);
  return all;
}

struct Increment {
  int* value;
  void operator()() const { ++*value; }
};

TEST(Isa, ChoosesOneOfItsNames) {
  const std::string_view best = name_of(best_isa());
  EXPECT_TRUE(best == "baseline" || best == "avx2" || best == "avx512") << best;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    EXPECT_NE(best_isa(), Isa::baseline);
  }
#endif
}

TEST(Isa, RunsTheKernelOnce) {
  int value = 0;
  for (const Isa isa : available()) run_kernel(Increment{&value}, isa);
  EXPECT_EQ(value, static_cast<int>(available().size()));
  run_kernel(Increment{&value});
  EXPECT_EQ(value, static_cast<int>(available().size()) + 1);
}

/// a*b + c where a fused operation gives another result than two roundings.
struct MultiplyAdd {
  const float *a, *b, *c;
  float* out;
  void operator()() const {
    for (int j = 0; j < 64; ++j) out[j] = a[j] * b[j] + c[j];
  }
};

TEST(Isa, DoesNotContract) {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: rounded it is 1 + 2^-11, so that the difference is 0.
  const float near_one = 1.0f + 0x1p-12f;
  std::vector<float> a(64, near_one), c(64, -(1.0f + 0x1p-11f)), out(64);
  for (const Isa isa : available()) {
    run_kernel(MultiplyAdd{a.data(), a.data(), c.data(), out.data()}, isa);
    for (const float value : out) EXPECT_EQ(value, 0.0f) << name_of(isa);
  }
}

/// Spikes and membranes of a noisy run, as bits.
struct Trace {
  std::vector<std::int32_t> neurons;
  std::vector<std::uint32_t> membranes;
};

template <class Model>
Trace trace(const std::vector<Model>& models, std::int64_t size, Isa isa) {
  Network net;
  const auto in = net.add(PoissonSource{.rate_hz = 300}, {20});
  const auto out = net.add(models, {size});
  // Weights of models with a capacitance are currents or conductances.
  double unit = 1;
  if constexpr (requires { models.front().c_m_pf; }) unit = 40;
  if constexpr (requires { models.front().g_l_ns; }) unit = 0.05 * models.front().g_l_ns;
  std::mt19937 random(1);
  for (int port = 0; port < receptors_of<Model>; ++port) {
    std::vector<float> weight;
    for (std::int64_t s = 0; s < 20 * size; ++s) {
      const double value = static_cast<double>(random() % 1000) * 0.004 - 1.0;
      weight.push_back(static_cast<float>((port == 0 ? 1 : 0.2) * unit * value));
    }
    net.connect(in, out, AllToAll{}, {.weight = weight, .delay_ms = 1.0, .receptor = port});
  }
  net.drive(out, PoissonDrive{.rate_hz = 500, .weight = 0.5 * unit});
  CpuBackend backend(compile(net, 1.0, 1), {.update = BackendOptions::Update::stepped}, isa);
  backend.record_spikes(1);
  backend.record_membrane(1, 1);
  Trace found;
  const Observer observer{
      .spikes =
          [&](std::int32_t, std::int64_t, std::span<const std::int32_t> neurons) {
            found.neurons.insert(found.neurons.end(), neurons.begin(), neurons.end());
          },
      .membrane =
          [&](std::int32_t, std::int64_t, std::span<const float> u) {
            for (const float value : u)
              found.membranes.push_back(std::bit_cast<std::uint32_t>(value));
          },
      .state = {},
      .proceed = {}};
  backend.advance(100, observer);
  return found;
}

template <class Model>
void compare_model(const Model& model, std::int64_t size) {
  std::vector<Model> each(static_cast<std::size_t>(size), model);
  if constexpr (requires { model.tau_m_ms; }) {
    for (std::size_t n = 0; n < each.size(); ++n)
      each[n].tau_m_ms = 5 + static_cast<double>(n % 17);
  }
  if constexpr (requires { model.tau_syn_ms.front(); }) {
    for (std::size_t n = 0; n < each.size(); ++n) {
      for (double& tau : each[n].tau_syn_ms) tau = 1 + static_cast<double>(n % 13);
    }
  }
  for (const auto& models : {std::vector<Model>{model}, each}) {
    const Trace expected = trace(models, size, Isa::baseline);
    EXPECT_EQ(expected.membranes.size(), static_cast<std::size_t>(100 * size));
    if (Model::output == Output::spikes && size >= 15) {
      EXPECT_GT(expected.neurons.size(), 0u) << Model::name;
    }
    for (const Isa isa : available()) {
      const Trace found = trace(models, size, isa);
      EXPECT_EQ(found.neurons, expected.neurons) << Model::name << " " << name_of(isa);
      EXPECT_EQ(found.membranes, expected.membranes) << Model::name << " " << name_of(isa);
    }
  }
}

template <class... Models>
void compare_models(ModelList<Models...>) {
  const auto compare = [](auto model) {
    using Model = decltype(model);
    if constexpr (Model::output != Output::graded) {
      // 1 .. 33 fill vectors in part; 300 is more than the neurons stepped at a time.
      for (const std::int64_t size : {1, 15, 17, 33, 300}) compare_model(Model{}, size);
    }
  };
  (compare(Models{}), ...);
}

TEST(Isa, EveryModelGivesTheSameBitsOnEach) {
  if (available().size() == 1) GTEST_SKIP() << "this machine has the generic instruction set only";
  compare_models(NeuronModels{});
}

}  // namespace
}  // namespace snn

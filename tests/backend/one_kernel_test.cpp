// SPDX-License-Identifier: Apache-2.0
// Which networks the device runs in one kernel for many ticks. That its spikes are the CPU's is in
// devices_test.cpp, which cannot see which way they came about.
#include <gtest/gtest.h>

#include <tuple>

#include "cuda/sim/cuda_backend.hpp"
#include "snn/backend/backend.hpp"
#include "snn/math/models.hpp"

namespace snn {
namespace {

bool in_one_kernel(const Network& network) {
  const auto builder = make_row_builder("cuda:0");
  const auto backend = make_backend(
      "cuda:0", compile(network, {.dt_ms = 0.5, .seed = 3}, builder.get()), {.threads = 1});
  return dynamic_cast<const cuda::CudaBackend&>(*backend).runs_in_one_kernel();
}

template <class Model>
Network of_one_model(const Synapse& within) {
  Network net;
  const auto noise = net.add(PoissonSource{.rate_hz = 50}, {40}, "noise");
  const auto neurons = net.add(ParametersOf<Model>{Model{}}, {300}, "neurons");
  net.connect(noise, neurons, FixedInDegree{4}, {.weight = 1.0, .delay_ms = 1.0});
  if constexpr (Model::output == Output::spikes)
    net.connect(neurons, neurons, FixedInDegree{4}, within);
  return net;
}

template <class... Models>
int models_in_one_kernel(ModelList<Models...>) {
  int models = 0;
  const auto check = [&]<class Model>(Model) {
    if constexpr (Model::output != Output::graded) {
      ++models;
      EXPECT_TRUE(in_one_kernel(of_one_model<Model>({.weight = 1.0, .delay_ms = 1.0})))
          << Model::name;
    }
  };
  (check(Models{}), ...);
  return models;
}

TEST(OneKernel, RunsEveryModelAlone) {
  EXPECT_GE(models_in_one_kernel(NeuronModels{}), 9);
}

TEST(OneKernel, NeedsOneModelADelayAndSynapsesThatStay) {
  Network two = of_one_model<Lif>({.weight = 1.0, .delay_ms = 1.0});
  two.add(CubaLif{}, {10}, "others");
  EXPECT_FALSE(in_one_kernel(two));
  Network at_once;
  const auto in = at_once.add(PoissonSource{}, {4}, "in");
  const auto out = at_once.add(Lif{}, {4}, "out");
  at_once.connect(in, out, AllToAll{}, {.weight = 1.0, .delay_ms = 0.0});
  EXPECT_FALSE(in_one_kernel(at_once));
  Synapse plastic{.weight = 1.0, .delay_ms = 1.0};
  plastic.plasticity = PairStdp{};
  EXPECT_FALSE(in_one_kernel(of_one_model<Lif>(plastic)));
}

}  // namespace
}  // namespace snn

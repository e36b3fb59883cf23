// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cuda/sim/persistent.hpp"
namespace snn::cuda {
namespace {

template <class... Models>
PersistentKernel find(int model, ModelList<Models...>) {
  constexpr std::array<PersistentKernel, sizeof...(Models)> all{
      run_ticks<snn::detail::KernelModel<Models>>...};
  return all.at(static_cast<std::size_t>(model));
}

}  // namespace

PersistentKernel persistent_kernel(int model) {
  return find(model, NeuronModels{});
}

}  // namespace snn::cuda

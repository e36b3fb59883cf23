// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cuda/sim/kernels.hpp"
#include "cuda/sim/update.hpp"

namespace snn::cuda {
namespace {

template <class... Models>
UpdateKernel find(int model, ModelList<Models...>) {
  constexpr std::array<UpdateKernel, sizeof...(Models)> all{
      update<snn::detail::KernelModel<Models>>...};
  return all.at(static_cast<std::size_t>(model));
}

}  // namespace

UpdateKernel update_kernel(int model) {
  return find(model, NeuronModels{});
}

}  // namespace snn::cuda

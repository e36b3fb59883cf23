// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/model_number.hpp"

#include <algorithm>
#include <array>

namespace snn {
namespace {

template <class... Models>
int find(const NeuronLoops* loops, ModelList<Models...>) {
  const std::array<const NeuronLoops*, sizeof...(Models)> all{&loops_of<Models>...};
  const auto found = std::find(all.begin(), all.end(), loops);
  return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

}  // namespace

int number_of_model(const NeuronLoops* loops) {
  return find(loops, NeuronModels{});
}

}  // namespace snn

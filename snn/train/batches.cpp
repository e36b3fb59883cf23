// SPDX-License-Identifier: Apache-2.0
#include "snn/train/batches.hpp"

#include <iterator>
#include <numeric>
#include <utility>

#include "snn/math/philox.hpp"

namespace snn {

std::vector<std::int64_t> shuffled(std::vector<std::int64_t> samples, std::uint64_t seed,
                                   int epoch) {
  for (std::size_t i = samples.size(); i > 1; --i) {
    const auto word =
        random_words(seed, RandomUse::shuffle, static_cast<std::uint32_t>(epoch), i)[0];
    const auto j = static_cast<std::size_t>((std::uint64_t{word} * i) >> 32);
    std::swap(samples[i - 1], samples[j]);
  }
  return samples;
}

double squared_norm(std::span<const float> values) {
  double sum[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= values.size(); i += 8) {
    for (std::size_t k = 0; k < 8; ++k)
      sum[k] += static_cast<double>(values[i + k]) * static_cast<double>(values[i + k]);
  }
  for (; i < values.size(); ++i)
    sum[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return std::accumulate(std::begin(sum), std::end(sum), 0.0);
}

void add_update(TrainingOperations& operations, const Plan& plan, const OptimizerKind& optimizer,
                bool clipped) {
  const UpdateOperations each = update_operations(optimizer);
  for (std::size_t q = 0; q < plan.projections.size(); ++q) {
    const PlannedProjection& projection = plan.projections[q];
    const auto target = static_cast<std::size_t>(projection.target);
    const std::uint64_t biases = projection.bias == no_parameter
                                     ? 0
                                     : static_cast<std::uint64_t>(plan.populations[target].size);
    operations.projections[q].update += (projection.weights + biases) * each;
  }
  operations.update += plan.parameters * each;
  // The norm is always looked at; clipping multiplies by one quotient.
  operations.update += {.additions = plan.parameters,
                        .multiplications = plan.parameters * (clipped ? 2 : 1),
                        .divisions = clipped ? std::uint64_t{1} : 0,
                        .square_roots = 1};
}

}  // namespace snn

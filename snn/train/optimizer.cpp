// SPDX-License-Identifier: Apache-2.0
#include "snn/train/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "snn/backend/flush_to_zero.hpp"
#include "snn/math/isa.hpp"
#include "snn/model/errors.hpp"
#include "snn/train/optimizer_kernels.hpp"

namespace snn {
namespace {

/// Parameters a thread takes at a time: three arrays of them fit in the second cache level.
constexpr std::int64_t block = 1 << 14;

template <class Kernel>
void run_in_blocks(Kernel all, int threads) {
  const std::int64_t blocks = (all.count + block - 1) / block;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t b = 0; b < blocks; ++b) {
    const FlushToZero flush;  // moments of gradients that ended fade below the normal range
    Kernel part = all;
    const std::int64_t begin = b * block;
    part.count = std::min(block, all.count - begin);
    part.w += begin;
    part.g += begin;
    part.v += begin;
    if constexpr (requires { part.m; }) part.m += begin;
    run_kernel(part);
  }
}

AdamKernel<float> adam_kernel(double beta1, double beta2, double epsilon, std::int64_t steps,
                              double rate) {
  const auto t = static_cast<double>(steps);
  AdamKernel<float> kernel{};
  kernel.beta1 = static_cast<float>(beta1);
  kernel.rest1 = static_cast<float>(1.0 - beta1);
  kernel.beta2 = static_cast<float>(beta2);
  kernel.rest2 = static_cast<float>(1.0 - beta2);
  kernel.rate = static_cast<float>(rate / (1.0 - std::pow(beta1, t)));
  kernel.root_correction = static_cast<float>(std::sqrt(1.0 - std::pow(beta2, t)));
  kernel.epsilon = static_cast<float>(epsilon);
  kernel.kept = 1.0f;
  return kernel;
}

std::string sizes(std::size_t first, std::size_t second) {
  return std::to_string(first) + " and " + std::to_string(second) + " values";
}

}  // namespace

UpdateOperations update_operations(const OptimizerKind& kind) {
  // Of the kernels as they are written, which a test counts.
  if (std::holds_alternative<Sgd>(kind)) return {.additions = 3, .multiplications = 3};
  return {.additions = 5, .multiplications = 8, .divisions = 2, .square_roots = 1};
}

std::variant<SgdKernel<float>, AdamKernel<float>> step_kernel(const OptimizerKind& kind,
                                                              std::int64_t steps, double rate) {
  if (const auto* sgd = std::get_if<Sgd>(&kind)) {
    SgdKernel<float> kernel{};
    kernel.momentum = static_cast<float>(sgd->momentum);
    kernel.decay = static_cast<float>(sgd->weight_decay);
    kernel.rate = static_cast<float>(rate);
    return kernel;
  }
  if (const auto* adam = std::get_if<Adam>(&kind)) {
    AdamKernel<float> kernel = adam_kernel(adam->beta1, adam->beta2, adam->epsilon, steps, rate);
    kernel.added_decay = static_cast<float>(adam->weight_decay);
    return kernel;
  }
  const auto& adamw = std::get<AdamW>(kind);
  AdamKernel<float> kernel = adam_kernel(adamw.beta1, adamw.beta2, adamw.epsilon, steps, rate);
  kernel.kept = static_cast<float>(1.0 - rate * adamw.weight_decay);
  return kernel;
}

Optimizer::Optimizer(OptimizerKind kind, std::size_t parameters) : kind_(kind) {
  state_.first.resize(parameters);
  if (!std::holds_alternative<Sgd>(kind_)) state_.second.resize(parameters);
}

void Optimizer::restore(State state) {
  if (state.first.size() != state_.first.size() || state.second.size() != state_.second.size()) {
    throw ConfigError("optimizer", "state", sizes(state.first.size(), state.second.size()),
                      sizes(state_.first.size(), state_.second.size()));
  }
  if (state.steps < 0)
    throw ConfigError("optimizer", "state", std::to_string(state.steps) + " steps", ">= 0 steps");
  state_ = std::move(state);
}

void Optimizer::step(std::span<float> parameters, std::span<const float> gradient, double rate,
                     int threads) {
  const std::size_t size = state_.first.size();
  if (parameters.size() != size || gradient.size() != size) {
    throw ConfigError("optimizer", "parameters and gradient",
                      sizes(parameters.size(), gradient.size()), sizes(size, size));
  }
  ++state_.steps;
  const auto count = static_cast<std::int64_t>(size);
  std::visit(
      [&](auto kernel) {
        kernel.w = parameters.data();
        kernel.g = gradient.data();
        kernel.count = count;
        if constexpr (requires { kernel.m; }) {
          kernel.m = state_.first.data();
          kernel.v = state_.second.data();
        } else {
          kernel.v = state_.first.data();
        }
        run_in_blocks(kernel, threads);
      },
      step_kernel(kind_, state_.steps, rate));
}

}  // namespace snn

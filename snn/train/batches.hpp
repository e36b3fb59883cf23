// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>

#include <cstdint>
#include <span>
#include <vector>

#include "snn/energy/counts/operations.hpp"
#include "snn/train/optimizer.hpp"
#include "snn/train/plan.hpp"

/// Small parts of a training loop.
namespace snn {

/// The threads OpenMP, and OpenBLAS through it, may use for as long as this lives. The setting
/// belongs to the calling thread alone.
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
  }
  ~ThreadLimit() { omp_set_num_threads(before_); }
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  int before_;
};

/// The order of samples in an epoch: Fisher-Yates with the epoch's random numbers.
std::vector<std::int64_t> shuffled(std::vector<std::int64_t> samples, std::uint64_t seed,
                                   int epoch);

double squared_norm(std::span<const float> values);

/// Adds what one step of the optimiser does: to each projection its weights and biases, to the
/// whole all parameters, the norm of the gradient, and the scaling where it was clipped.
void add_update(TrainingOperations& operations, const Plan& plan, const OptimizerKind& optimizer,
                bool clipped);

}  // namespace snn

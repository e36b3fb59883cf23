// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/train/options.hpp"

/// Products of a layer's activity with its weights, [source][target], by one of two paths:
///   dense   spikes are unpacked to 0 and 1 and go through a matrix product (BLAS);
///   sparse  rows of weights (or gradients) are added for the spikes there are.
/// Both read and write the same arrays. Sums have a fixed order on each path, and the choice
/// depends on sizes and spike counts only, never on timing: training is repeatable bit for bit.
namespace snn {

/// Rows of activity: bits, or values where `values` is set.
template <class Real>
struct Activity {
  std::int64_t rows = 0, neurons = 0, words = 0;
  const std::uint64_t* bits = nullptr;  ///< [row][word]
  const Real* values = nullptr;         ///< [row][neuron]
};

/// Memory a thread reuses between products.
template <class Real>
using Scratch = std::vector<Real>;

/// Density of ones below which gathering rows beats the matrix product on one core. Measured with
/// benchmarks/density_sweep (the figures are in benchmarks/results).
double forward_crossover(std::int64_t sources, std::int64_t targets);
double weight_gradient_crossover(std::int64_t sources, std::int64_t targets);

/// out[row][target] (+)= sum over sources of activity * weight.
template <class Real>
void forward_product(const Activity<Real>& activity, const Real* weight, std::int64_t targets,
                     Real* out, bool accumulate, ProductPath path, Scratch<Real>& scratch,
                     Operations& done);

/// out[row][source] (+)= sum over targets of gradient * weight.
template <class Real>
void backward_product(const Real* gradient, std::int64_t rows, std::int64_t targets,
                      const Real* weight, std::int64_t sources, Real* out, bool accumulate,
                      Operations& done);

/// d_weight[source][target] += sum over rows of activity * gradient, for sources first .. last-1
/// (first a multiple of 64); d_weight points at the row of `first`.
template <class Real>
void weight_gradient(const Activity<Real>& activity, const Real* gradient, std::int64_t targets,
                     std::int64_t first, std::int64_t last, Real* d_weight, ProductPath path,
                     Scratch<Real>& scratch, Operations& done);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "snn/math/isa.hpp"
#include "snn/train/product.hpp"

namespace snn {

/// What counting looks at in one row of activity.
struct RowFacts {
  std::int64_t nonzero = 0;
  std::int64_t units = 0;  ///< of these -1 or 1
  std::int64_t ones = 0;
  double sum = 0;
};

template <class Real>
struct RowFactsKernel {
  Activity<Real> in;
  RowFacts* facts;

  void operator()() const {
    for (std::int64_t row = 0; row < in.rows; ++row) {
      if (in.bits != nullptr) {
        const std::uint64_t* words = in.bits + row * in.words;
        std::int64_t spikes = 0;
        for (std::int64_t w = 0; w < in.words; ++w) spikes += std::popcount(words[w]);
        facts[row] = {spikes, spikes, spikes, static_cast<double>(spikes)};
      } else {
        facts[row] = of_values(in.values + row * in.neurons);
      }
    }
  }

 private:
  inline RowFacts of_values(const Real* values) const {
    constexpr std::int64_t lanes = 16;
    std::int32_t nonzero[lanes] = {}, units[lanes] = {}, ones[lanes] = {};
    double sum[lanes] = {};
    std::int64_t j = 0;
    for (; j + lanes <= in.neurons; j += lanes) {
      for (std::int64_t i = 0; i < lanes; ++i) {
        const Real v = values[j + i];
        nonzero[i] += v != Real(0) ? 1 : 0;
        ones[i] += v == Real(1) ? 1 : 0;
        units[i] += v == Real(-1) ? 1 : 0;
        sum[i] += static_cast<double>(v);
      }
    }
    RowFacts row;
    for (; j < in.neurons; ++j) {
      row.nonzero += values[j] != Real(0) ? 1 : 0;
      row.ones += values[j] == Real(1) ? 1 : 0;
      row.units += values[j] == Real(-1) ? 1 : 0;
      row.sum += static_cast<double>(values[j]);
    }
    for (std::int64_t i = 0; i < lanes; ++i) {
      row.nonzero += nonzero[i];
      row.ones += ones[i];
      row.units += units[i];
      row.sum += sum[i];
    }
    row.units += row.ones;
    return row;
  }
};

template <class Real>
std::vector<RowFacts> facts_of_rows(const Activity<Real>& in) {
  std::vector<RowFacts> facts(static_cast<std::size_t>(in.rows));
  run_kernel(RowFactsKernel<Real>{in, facts.data()});
  return facts;
}

}  // namespace snn

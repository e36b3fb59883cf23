// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace snn {

/// Values that hold from some ticks on, each until the next.
template <class Value>
struct Pieces {
  std::vector<std::int64_t> begin;  ///< ticks, ascending; of equal ones the last counts
  std::vector<Value> value;

  /// What holds at a tick; null before the first.
  const Value* at(std::int64_t tick) const {
    const auto after = std::upper_bound(begin.begin(), begin.end(), tick) - begin.begin();
    return after == 0 ? nullptr : &value[static_cast<std::size_t>(after - 1)];
  }
};

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "snn/math/plasticity/history.hpp"

namespace snn {

/// The last spikes of each of some neurons, with their traces: rings of one capacity, side by side.
/// The owner sees to it that what is overwritten is not needed any more, or lets them grow.
template <int traces>
class SpikeHistories {
 public:
  using Entry = SpikeTraces<float, traces>;
  using View = PostHistory<float, traces>;

  explicit SpikeHistories(std::int64_t neurons) : count_(static_cast<std::size_t>(neurons)) {
    clear();
  }

  void clear() {
    mask_ = 15;
    entries_.assign(count_.size() * (mask_ + 1), Entry{});
    std::fill(count_.begin(), count_.end(), 0u);
  }

  View view(std::int64_t n) const {
    const auto at = static_cast<std::size_t>(n);
    return {entries_.data() + at * (mask_ + 1), mask_, count_[at]};
  }
  /// The last spike of a neuron, and the oldest there will be once the next is added. Synapses must
  /// have seen that one: of the others they need the traces before each.
  const Entry& last(std::int64_t n) const {
    const View spikes = view(n);
    return spikes.before(spikes.count);
  }
  const Entry& oldest(std::int64_t n) const {
    const View spikes = view(n);
    return spikes.at(spikes.count + 1);
  }

  void add(std::int64_t n, const Entry& entry) {
    const auto at = static_cast<std::size_t>(n);
    entries_[at * (mask_ + 1) + (count_[at]++ & mask_)] = entry;
  }

  std::int64_t neurons() const { return static_cast<std::int64_t>(count_.size()); }
  std::size_t capacity() const { return mask_ + 1; }
  /// The entries of a neuron, oldest first.
  std::vector<Entry> entries(std::int64_t n) const {
    const View spikes = view(n);
    std::vector<Entry> all;
    for (std::uint32_t i = spikes.count - mask_ - 1; i != spikes.count; ++i)
      all.push_back(spikes.at(i));
    return all;
  }

  /// Doubles the capacity.
  void grow() {
    const std::size_t size = mask_ + 1;
    std::vector<Entry> larger(entries_.size() * 2);
    for (std::size_t j = 0; j < count_.size(); ++j) {
      for (std::uint32_t i = count_[j] - mask_ - 1; i != count_[j]; ++i)
        larger[j * 2 * size + (i & (2 * mask_ + 1))] = entries_[j * size + (i & mask_)];
    }
    entries_ = std::move(larger);
    mask_ = 2 * mask_ + 1;
  }

 private:
  std::vector<Entry> entries_;        ///< [neuron][ring]
  std::vector<std::uint32_t> count_;  ///< [neuron]
  std::uint32_t mask_ = 15;           ///< capacity - 1
};

}  // namespace snn

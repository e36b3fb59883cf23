// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "snn/compile/neighbours.hpp"
#include "snn/model/convolution.hpp"
#include "snn/model/network.hpp"

namespace snn {

/// The synapses of a projection, numbered 0, 1, ... in the order of its rule, line by line: a line
/// is what belongs to one source neuron, or, of FixedInDegree, to one target neuron. Partners, the
/// neurons at the other ends, ascend within a line, but for Csr, whose rows are as given. A line is
/// a function of (seed, projection, line) alone: it can be drawn anywhere, again, and in any order.
/// Sparse lists have an order of their own and no lines.
class Lines {
 public:
  /// Expects a rule that is not Sparse, of a network that validate() accepts and that stays where
  /// it is. Draws what a line's first synapse depends on (degrees of FixedProbability,
  /// DistanceDependent and FixedTotalNumber), on `threads` threads.
  Lines(const Network& network, ProjectionId projection, std::uint64_t seed, int threads = 1);
  Lines(Network&&, ProjectionId, std::uint64_t, int = 1) = delete;  // the network must stay

  static bool of_targets(const Connectivity& rule) {
    return std::holds_alternative<FixedInDegree>(rule);
  }

  std::int64_t count() const { return lines_; }
  std::int64_t synapses() const { return first(lines_); }
  /// Number of the line's first synapse; first(count()) is the number of synapses.
  std::int64_t first(std::int64_t line) const {
    return first_.empty() ? line * degree_ : first_[static_cast<std::size_t>(line)];
  }
  std::int64_t degree(std::int64_t line) const { return first(line + 1) - first(line); }
  /// Writes degree(line) neurons.
  void partners(std::int64_t line, std::span<std::uint32_t> out) const;
  bool ascending() const { return !std::holds_alternative<Csr>(*rule_); }
  /// Of what is kept to draw lines.
  std::int64_t bytes() const {
    return static_cast<std::int64_t>((first_.size() + chosen_.size()) * sizeof(std::int64_t)) +
           (neighbours_ ? neighbours_->bytes() : 0);
  }

 private:
  template <class DegreeOf>
  void count_lines(int threads, const DegreeOf& degree_of);
  void split_total(const FixedTotalNumber& rule);
  void choose_pairs(const FixedTotalNumber& rule);
  void with_repetition(std::int64_t line, std::span<std::uint32_t> out) const;
  void without_repetition(std::int64_t line, std::span<std::uint32_t> out) const;
  template <class Found>
  void each_probable(double probability, std::int64_t line, const Found& found) const;
  template <class Found>
  void each_neighbour(std::int64_t line, const Found& found) const;

  std::uint64_t seed_;
  std::uint32_t stream_;
  const Connectivity* rule_;
  std::int64_t lines_, partners_;
  std::int64_t candidates_;  ///< partners without the neuron itself where that is excluded
  std::int64_t degree_ = 0;  ///< of every line, where first_ is empty
  std::vector<std::int64_t> first_;
  std::vector<std::int64_t> chosen_;  ///< pairs of a FixedTotalNumber without repetition, ascending
  std::optional<Neighbours> neighbours_;
  std::optional<ConvolutionMap> map_;
};

/// Ascending, in place, for values below `bound`. `scratch` has the same size.
void sort_below(std::span<std::uint32_t> values, std::span<std::uint32_t> scratch,
                std::uint32_t bound);

}  // namespace snn

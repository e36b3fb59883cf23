// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "snn/compile/line_draws.hpp"
#include "snn/model/distance.hpp"
#include "snn/model/positions.hpp"

namespace snn {

/// Which of some neurons, `among`, are neighbours of others, `of`, where the probability of a pair
/// falls with its distance. Neurons lie in cells; those of cells equally far away are passed over
/// in geometric steps of the largest probability there, and what the steps meet is kept with its
/// own probability over that one (thinning: Lewis & Shedler, Nav. Res. Logist. Q. 26 (1979) 403).
/// So the cost is that of the cells within reach and of what is drawn, not of all pairs.
class Neighbours {
 public:
  /// Both are kept by reference.
  Neighbours(const Positions& of, const Positions& among, const DistanceKernel& kernel);

  /// found(neuron of `among`), in no order, for those drawn for neuron `n` of `of`.
  template <class Found>
  void draw(std::int64_t n, LineDraws& draws, const Found& found) const;

  /// Sum of the probabilities of all of `among` for neuron n.
  double expected(std::int64_t n) const;
  /// No neuron of `of` expects more.
  double most_expected() const;
  std::int64_t bytes() const {
    return static_cast<std::int64_t>(order_.size() * sizeof(std::uint32_t) +
                                     cell_begin_.size() * sizeof(std::int64_t) +
                                     offsets_.size() * sizeof(Offset));
  }

 private:
  using Cell = std::array<std::int64_t, 3>;
  struct Offset {
    std::array<std::int32_t, 3> by;
    double nearest_mm;  ///< no pair of neurons that many cells apart is nearer
  };
  /// Offsets whose probabilities are between `bound` and about half of it.
  struct Ring {
    std::size_t begin, end;
    double bound, log_of_none;
  };

  void choose_cells();
  void sort_into_cells();
  void list_offsets();
  /// Of neurons outside all cells too.
  Cell cell_of(const Point& point) const;
  /// Number of the cell that is `by` away, or -1 if there is none.
  std::int64_t cell_at(const Cell& cell, const Offset& offset) const;
  double probability(std::int64_t n, std::uint32_t other) const {
    return probability_at(
        kernel_, distance_mm(*among_, of_->mm[static_cast<std::size_t>(n)], among_->mm[other]));
  }

  const Positions *of_, *among_;
  DistanceKernel kernel_;
  double reach_;
  Point low_{}, edge_{};
  Cell cells_{1, 1, 1}, farthest_{};  ///< cells along each axis; offsets looked at
  std::vector<std::int64_t> cell_begin_;
  std::vector<std::uint32_t> order_;  ///< neurons of `among` by cell
  std::vector<Offset> offsets_;       ///< nearest first
  std::vector<Ring> rings_;
};

inline std::int64_t Neighbours::cell_at(const Cell& cell, const Offset& offset) const {
  std::int64_t at = 0;
  for (std::size_t d = 0; d < 3; ++d) {
    std::int64_t c = cell[d] + offset.by[d];
    if (among_->periodic) {
      c = c < 0 ? c + cells_[d] : c >= cells_[d] ? c - cells_[d] : c;
    } else if (c < 0 || c >= cells_[d]) {
      return -1;
    }
    at = at * cells_[d] + c;
  }
  return at;
}

template <class Found>
void Neighbours::draw(std::int64_t n, LineDraws& draws, const Found& found) const {
  const Cell cell = cell_of(of_->mm[static_cast<std::size_t>(n)]);
  for (const Ring& ring : rings_) {
    double gap = draws.gap(ring.log_of_none);
    for (std::size_t o = ring.begin; o < ring.end; ++o) {
      const std::int64_t at = cell_at(cell, offsets_[o]);
      if (at < 0) continue;
      const std::int64_t begin = cell_begin_[static_cast<std::size_t>(at)];
      const auto count = static_cast<double>(cell_begin_[static_cast<std::size_t>(at) + 1] - begin);
      for (; gap < count; gap += 1 + draws.gap(ring.log_of_none)) {
        const std::uint32_t other =
            order_[static_cast<std::size_t>(begin) + static_cast<std::size_t>(gap)];
        if (draws.in_open_interval() * ring.bound < probability(n, other)) found(other);
      }
      gap -= count;
    }
  }
}

}  // namespace snn

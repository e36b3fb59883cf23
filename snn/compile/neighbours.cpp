// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/neighbours.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace snn {
namespace {

/// Neurons per cell at least, on average: fewer cost more than they narrow down.
constexpr double least_per_cell = 8;

/// Cells within reach along each axis, to one side, at most.
constexpr double most_cells_within_reach_2d = 32, most_cells_within_reach_3d = 12;

/// Distances are compared after rounding: what is this much too near is still within reach.
constexpr double slack = 1e-9;

}  // namespace

Neighbours::Neighbours(const Positions& of, const Positions& among, const DistanceKernel& kernel)
    : of_(&of), among_(&among), kernel_(kernel), reach_(reach_mm(kernel) * (1 + slack)) {
  choose_cells();
  sort_into_cells();
  list_offsets();
}

void Neighbours::choose_cells() {
  Point extent = among_->extent_mm;
  if (!among_->periodic) {
    low_.fill(HUGE_VAL);
    Point high;
    high.fill(-HUGE_VAL);
    for (const Point& point : among_->mm) {
      for (std::size_t d = 0; d < 3; ++d) {
        low_[d] = std::min(low_[d], point[d]);
        high[d] = std::max(high[d], point[d]);
      }
    }
    for (std::size_t d = 0; d < 3; ++d) extent[d] = high[d] - low_[d];
  }
  const double within =
      among_->dimensions == 2 ? most_cells_within_reach_2d : most_cells_within_reach_3d;
  double edge = std::max(scale_mm(kernel_) / 2, reach_ / within);
  const double most = static_cast<double>(among_->mm.size()) / least_per_cell + 1;
  const auto cells = [&] {
    double product = 1;
    for (const double length : extent) product *= std::max(1.0, std::floor(length / edge));
    return product;
  };
  while (cells() > most) edge *= 1.1;
  for (std::size_t d = 0; d < 3; ++d) {
    cells_[d] = static_cast<std::int64_t>(std::max(1.0, std::floor(extent[d] / edge)));
    edge_[d] = extent[d] > 0 ? extent[d] / static_cast<double>(cells_[d]) : edge;
  }
}

Neighbours::Cell Neighbours::cell_of(const Point& point) const {
  Cell cell;
  for (std::size_t d = 0; d < 3; ++d) {
    const double at = std::floor((point[d] - low_[d]) / edge_[d]);
    const auto last = static_cast<double>(cells_[d] - 1);
    // Further out than any offset leads there are no neighbours: how far does not matter.
    const double out = among_->periodic ? 0.0 : static_cast<double>(farthest_[d]) + 1;
    cell[d] = static_cast<std::int64_t>(std::clamp(at, -out, last + out));
  }
  return cell;
}

void Neighbours::sort_into_cells() {
  std::vector<std::size_t> cell(among_->mm.size());
  cell_begin_.assign(static_cast<std::size_t>(cells_[0] * cells_[1] * cells_[2]) + 1, 0);
  for (std::size_t n = 0; n < cell.size(); ++n) {
    Cell c = cell_of(among_->mm[n]);
    for (std::size_t d = 0; d < 3; ++d) c[d] = std::clamp<std::int64_t>(c[d], 0, cells_[d] - 1);
    cell[n] = static_cast<std::size_t>((c[0] * cells_[1] + c[1]) * cells_[2] + c[2]);
    ++cell_begin_[cell[n] + 1];
  }
  std::partial_sum(cell_begin_.begin(), cell_begin_.end(), cell_begin_.begin());
  order_.resize(cell.size());
  std::vector<std::int64_t> next(cell_begin_.begin(), cell_begin_.end() - 1);
  for (std::size_t n = 0; n < cell.size(); ++n)
    order_[static_cast<std::size_t>(next[cell[n]]++)] = static_cast<std::uint32_t>(n);
}

void Neighbours::list_offsets() {
  std::array<std::array<std::int64_t, 2>, 3> range;
  for (std::size_t d = 0; d < 3; ++d) {
    if (among_->periodic) {  // each cell once
      range[d] = {-((cells_[d] - 1) / 2), cells_[d] / 2};
    } else {
      const auto within = static_cast<std::int64_t>(std::min(1e6, reach_ / edge_[d])) + 1;
      farthest_[d] = edge_[d] > 0 ? within : 0;
      std::int64_t lowest = 0, highest = 0;  // cells of neurons that look
      for (const Point& point : of_->mm) {
        const std::int64_t c = cell_of(point)[d];
        lowest = std::min(lowest, c);
        highest = std::max(highest, c);
      }
      range[d] = {-std::min(within, highest), std::min(within, cells_[d] - 1 - lowest)};
    }
  }
  for (std::int64_t a = range[0][0]; a <= range[0][1]; ++a) {
    for (std::int64_t b = range[1][0]; b <= range[1][1]; ++b) {
      for (std::int64_t c = range[2][0]; c <= range[2][1]; ++c) {
        const Cell by{a, b, c};
        Offset offset{};
        double square = 0;
        for (std::size_t d = 0; d < 3; ++d) {
          offset.by[d] = static_cast<std::int32_t>(by[d]);
          const double apart =
              static_cast<double>(std::max<std::int64_t>(0, std::abs(by[d]) - 1)) * edge_[d];
          square += apart * apart;
        }
        offset.nearest_mm = std::sqrt(square) * (1 - slack);
        if (offset.nearest_mm <= reach_ && probability_at(kernel_, offset.nearest_mm) > 0)
          offsets_.push_back(offset);
      }
    }
  }
  std::stable_sort(offsets_.begin(), offsets_.end(),
                   [](const Offset& a, const Offset& b) { return a.nearest_mm < b.nearest_mm; });
  for (std::size_t o = 0; o < offsets_.size(); ++o) {
    const double p = probability_at(kernel_, offsets_[o].nearest_mm);
    if (rings_.empty() || p < 0.5 * rings_.back().bound)
      rings_.push_back({o, o, p, std::log1p(-p)});
    rings_.back().end = o + 1;
  }
}

double Neighbours::expected(std::int64_t n) const {
  const Cell cell = cell_of(of_->mm[static_cast<std::size_t>(n)]);
  double sum = 0;
  for (const Offset& offset : offsets_) {
    const std::int64_t at = cell_at(cell, offset);
    if (at < 0) continue;
    for (std::int64_t i = cell_begin_[static_cast<std::size_t>(at)];
         i < cell_begin_[static_cast<std::size_t>(at) + 1]; ++i)
      sum += probability(n, order_[static_cast<std::size_t>(i)]);
  }
  return sum;
}

double Neighbours::most_expected() const {
  std::vector<Cell> looking;
  for (const Point& point : of_->mm) looking.push_back(cell_of(point));
  std::sort(looking.begin(), looking.end());
  looking.erase(std::unique(looking.begin(), looking.end()), looking.end());
  double most = 0;
  for (const Cell& cell : looking) {
    double sum = 0;
    for (const Offset& offset : offsets_) {
      const std::int64_t at = cell_at(cell, offset);
      if (at < 0) continue;
      const std::int64_t count =
          cell_begin_[static_cast<std::size_t>(at) + 1] - cell_begin_[static_cast<std::size_t>(at)];
      sum += static_cast<double>(count) * probability_at(kernel_, offset.nearest_mm);
    }
    most = std::max(most, sum);
  }
  return most;
}

}  // namespace snn

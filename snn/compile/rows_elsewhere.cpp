// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/rows_elsewhere.hpp"

#include "snn/compile/fan_out.hpp"

namespace snn {

RowsElsewhere::RowsElsewhere() = default;
RowsElsewhere::~RowsElsewhere() = default;

const FanOut& RowsElsewhere::on_host(const FanOut& whole, std::int64_t& k) const {
  constexpr std::int64_t least_synapses = 8192;  // copied at a time, which costs as much as a few
  if (!window_ || k < first_ || k >= end_) {
    const auto begin = [&](std::int64_t row) {
      return whole.format == SynapseFormat::dense ? row * whole.span
                                                  : whole.row[static_cast<std::size_t>(row)];
    };
    first_ = k;
    end_ = k + 1;
    while (end_ < whole.sources && begin(end_ + 1) - begin(first_) <= least_synapses) ++end_;
    window_ = std::make_unique<FanOut>(copy(whole, first_, end_));
  }
  k -= first_;
  return *window_;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

namespace snn {

struct FanOut;

/// Rows of a fan-out that lie in another memory than the host's, as a device's. The host sees
/// copies of some of them at a time.
class RowsElsewhere {
 public:
  RowsElsewhere();
  virtual ~RowsElsewhere();
  RowsElsewhere(const RowsElsewhere&) = delete;
  RowsElsewhere& operator=(const RowsElsewhere&) = delete;

  /// Of what lies there, as FanOut::bytes() counts.
  virtual std::int64_t bytes() const = 0;
  /// The rows first .. end-1 as a fan-out of their own: all that FanOut::each() and part() look at,
  /// without weights that change.
  virtual FanOut copy(const FanOut& whole, std::int64_t first, std::int64_t end) const = 0;

  /// A copy that holds row k of `whole`, and in k its number in there. It lives until the next
  /// call; rows that follow on each other are copied together.
  const FanOut& on_host(const FanOut& whole, std::int64_t& k) const;

 private:
  mutable std::unique_ptr<FanOut> window_;
  mutable std::int64_t first_ = 0, end_ = 0;  ///< rows of the window
};

}  // namespace snn

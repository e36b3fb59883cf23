// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/energy.hpp"

namespace snn {

/// A part of the machine with a figure of its own, and where it stands to the others: figures of
/// which one contains the other must not be added.
struct MeterDomain {
  std::string name;      ///< e.g. "package-0"
  std::string inside;    ///< the domain whose figure contains this one; empty if none does
  bool counted = false;  ///< whether it is in the meter's sum
  std::string why;       ///< why it is, or why not
};

/// A counter of joules. Implementations never guess: a counter that cannot be read is Unavailable.
class Meter {
 public:
  virtual ~Meter() = default;
  /// Name of the counter, with what it covers.
  virtual std::string name() const = 0;
  /// Least step, J.
  virtual double resolution_j() const = 0;
  /// Joules since some fixed moment, never decreasing while the counter is sound; a wrap of the
  /// counter is accounted for if it is read more than once per wrap.
  virtual std::variant<double, Unavailable> read() = 0;
  /// Begins a new series of readings: what happened since the last one does not matter any more, so
  /// that a meter may be open and unread for long. Its reading may jump.
  virtual void restart() {}
  /// The domains the meter knows of, those it leaves out included.
  virtual std::vector<MeterDomain> covers() const { return {}; }
};

using OpenedMeter = std::variant<std::unique_ptr<Meter>, Unavailable>;

}  // namespace snn

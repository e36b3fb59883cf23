// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "snn/backend/backend.hpp"
#include "snn/io/state_file.hpp"
#include "snn/record/recorder.hpp"

namespace snn {

/// What a simulation records of weights that change. They are read between two pieces of a run, and
/// a run is cut where some are due: pieces change nothing.
class WeightRecordings {
 public:
  /// In memory, in place of what was kept of the projection.
  void keep(std::int32_t projection, std::int64_t interval_ticks,
            std::vector<std::int64_t> synapses);
  /// To a file whose only population is these synapses.
  void write(StateFileWriter writer, std::int32_t projection, std::int64_t interval_ticks,
             std::vector<std::int64_t> synapses);
  /// Null: not kept.
  const WeightTrace* kept(std::int32_t projection) const;

  /// Reads what is due before the tick that a backend does next.
  void sample(Backend& backend);
  /// The first tick after `tick` before which some are due; INT64_MAX: none.
  std::int64_t next_after(std::int64_t tick) const;

  void clear();
  /// Every one is closed, whatever the others do; the first error is thrown then.
  void close_files();

 private:
  struct Kept {
    std::int64_t interval_ticks;
    WeightTrace trace;
  };
  struct File {
    StateFileWriter writer;
    std::int32_t projection;
    std::int64_t interval_ticks;
    std::vector<std::int64_t> synapses;
  };

  std::map<std::int32_t, Kept> kept_;  ///< by projection
  std::vector<File> files_;
};

}  // namespace snn

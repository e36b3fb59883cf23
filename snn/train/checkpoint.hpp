// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "snn/train/optimizer.hpp"
#include "snn/train/options.hpp"
#include "snn/train/trainer.hpp"

namespace snn {

/// Everything training needs to go on as if it had not stopped.
struct Checkpoint {
  std::string fingerprint;  ///< of network, data and options; another one is refused
  int epoch = 0;            ///< that is running, 0-based
  std::int64_t batch = 0;   ///< of that epoch that comes next
  double loss_sum = 0;      ///< of the epoch so far
  std::int64_t correct = 0;
  std::int64_t samples = 0;
  std::uint64_t spikes = 0;
  double epoch_seconds = 0;
  TrainingOperations epoch_operations;  ///< of the epoch so far
  std::vector<float> parameters;
  Optimizer::State optimizer;
  ScheduleState schedule;
  std::vector<float> best_parameters;
  int bad_epochs = 0;  ///< since the best one
  TrainResult result;  ///< finished epochs, best epoch, seconds, operations (without names)
};

/// Writes to a temporary name and renames: a kill at any moment leaves the old file or the new one.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws FileError for a file that is not a whole checkpoint.
Checkpoint load_checkpoint(const std::filesystem::path& path);

}  // namespace snn

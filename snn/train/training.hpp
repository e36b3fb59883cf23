// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "snn/train/trainer.hpp"

namespace snn {

/// A training that goes on epoch by epoch, as Trainer::begin() makes it. The trainer and the data
/// must live as long; between epochs the trainer may evaluate.
class Training {
 public:
  Training(Training&&) noexcept;
  Training& operator=(Training&&) noexcept;
  ~Training();

  /// Trains the next epoch, or the rest of one that was stopped, and validates. Nothing if training
  /// has ended or `progress` stopped it within the epoch: result().interrupted tells, and another
  /// call goes on from the batch where it stopped. Throws NumericError if a loss or a gradient is
  /// not finite, FileError if the checkpoint cannot be written.
  std::optional<EpochReport> next(const ProgressCallback& progress = {});

  /// What was done so far.
  const TrainResult& result() const;

  /// Puts the weights of the best epoch so far in place. Returns the result.
  TrainResult finish();

 private:
  friend class Trainer;
  struct Impl;
  explicit Training(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace snn

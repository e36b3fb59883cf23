// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snn/energy/meters/meters.hpp"
#include "snn/train/classifier.hpp"
#include "snn/train/options.hpp"

namespace snn::cli {

/// What the commands take; one field per flag, named like it. recipe.hpp has other defaults for
/// some data sets. Commands that load a network start with steps = 0, seed = 0 and loss = "saved",
/// which stand for what the file says.
struct RunOptions {
  std::string data = "digits";
  std::vector<std::int64_t> hidden = {256};
  bool recurrent = false;
  int steps = 25;
  std::string encode = "direct";
  int epochs = 20;
  int batch = 128;
  double lr = 1e-3;
  std::uint64_t seed = 1;
  int seeds = 1;
  int threads = 0;
  std::string device = "cpu";
  double lambda_synops = 0;
  double lambda_rate = 0;
  double target_rate = 0.05;
  std::string out;
  std::int64_t train_limit = 0;
  std::string neuron = "lif";
  double tau = 10.0;
  double tau_syn = 5.0;
  double tau_out = 20.0;
  std::string reset = "subtract";
  std::string surrogate = "arctan";
  double surrogate_slope = 0;
  std::string optimizer = "adam";
  double weight_decay = -1;
  std::string schedule = "cosine";
  std::string loss = "mean-membrane";
  bool learn_tau = false;
  bool learn_threshold = false;
  double clip_norm = 0;
  /// Images: rotation in degrees, shift in pixels, scale, shear. Events: shift in units, stretch,
  /// drop.
  std::vector<double> augment;
  int patience = 0;
  int delay = 0;
  double gain = 1.4142135623730951;
  double dt_ms = 0;
  double validation_fraction = -1;
  int validation_speaker = -1;
  std::string country;  ///< or g per kWh; empty: SNN_CARBON_REGION, else WORLD
  double pue = 1.0;
  double measure_seconds = 5.0;
  int trials = 10;
  MeterChoice meter;
  std::vector<std::string> opponent;  ///< beside the twins: equal-accuracy, files of counts
  double target_accuracy = 0;
  bool quiet = false;
  std::string checkpoint;
  bool resume = false;
  std::string save;
  std::string counts;
  std::string report;            ///< page of the benchmark
  double execution_rate_hz = 0;  ///< 0: not stated
  std::string load;
  int sample = 0;
  double ms = 1000;
};

/// Data set with its split, as --data, --train-limit and --validation-speaker ask.
LoadedData load_data(const RunOptions& options);
/// Tick length: --dt-ms, or 1 ms for images, or what lets --steps ticks cover the recordings.
double tick_ms(const RunOptions& options, const Dataset& data);
ClassifierOptions classifier_options(const RunOptions& options);
TrainOptions train_options(const RunOptions& options, double dt_ms);

}  // namespace snn::cli

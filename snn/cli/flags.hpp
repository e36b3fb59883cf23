// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "snn/cli/run_options.hpp"

/// The flags of the commands, with their help and the values they take.
namespace snn::cli {

/// Accepts numbers in low .. high; unlike CLI::Range not NaN.
CLI::Validator number_in(double low, double high);

/// Of every command that runs: --data, --threads, --out, --quiet.
void add_common_flags(CLI::App& app, RunOptions& options);

/// Of commands that compute batches: --device, --precision.
void add_device_flags(CLI::App& app, RunOptions& options);

/// Of commands that train.
void add_data_flags(CLI::App& app, RunOptions& options);
void add_network_flags(CLI::App& app, RunOptions& options);
void add_training_flags(CLI::App& app, RunOptions& options);
void add_batch_flag(CLI::App& app, RunOptions& options);
/// Which meter, for how long, and whose electricity.
void add_measurement_flags(CLI::App& app, RunOptions& options);
/// --target-accuracy.
void add_target_flag(CLI::App& app, RunOptions& options);
/// --meter, --meter-device, --meter-file, --allow-shared-device.
void add_meter_flags(CLI::App& app, MeterChoice& meter);

/// Of commands that load a network: what is not given is as the network was trained.
void add_saved_network_flags(CLI::App& app, RunOptions& options);
void add_loss_of_saved_flag(CLI::App& app, RunOptions& options);
/// --execution-rate-hz.
void add_rate_flag(CLI::App& app, RunOptions& options);

}  // namespace snn::cli

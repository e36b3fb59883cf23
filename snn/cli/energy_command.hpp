// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "snn/cli/energy_measure.hpp"

namespace snn::cli {

/// `snn energy`: what this machine can measure, joules of any command, joules by model, and the
/// tables of constants.
class EnergyCommand {
 public:
  /// Adds the command and what it takes.
  explicit EnergyCommand(CLI::App& snn);
  EnergyCommand(const EnergyCommand&) = delete;
  EnergyCommand& operator=(const EnergyCommand&) = delete;

  bool parsed() const { return app_->parsed(); }
  /// Exit code.
  int run();

 private:
  void add_tables();
  void add_model();
  void add_measurements();
  int run_model() const;

  CLI::App* app_;
  CLI::App *hardware_list_ = nullptr, *hardware_show_ = nullptr;
  CLI::App *carbon_list_ = nullptr, *carbon_show_ = nullptr;
  CLI::App *model_ = nullptr, *doctor_ = nullptr, *measure_ = nullptr;
  bool json_ = false;
  std::string name_;  ///< of a table
  std::string counts_, against_;
  std::vector<std::string> hardware_ = {"horowitz-45nm"};
  int weight_bits_ = 8, activation_bits_ = 8;
  bool held_ = false;
  CommandMeasurement measurement_;
};

}  // namespace snn::cli

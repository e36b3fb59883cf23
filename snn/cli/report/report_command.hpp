// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace snn::cli {

/// `snn report RESULTS -o PAGE`: one HTML page that needs nothing else, of a results file.
class ReportCommand {
 public:
  /// Adds the command and what it takes.
  explicit ReportCommand(CLI::App& snn);
  ReportCommand(const ReportCommand&) = delete;
  ReportCommand& operator=(const ReportCommand&) = delete;

  bool parsed() const { return app_->parsed(); }
  /// Exit code.
  int run() const;

 private:
  CLI::App* app_;
  std::string results_, page_;
};

}  // namespace snn::cli

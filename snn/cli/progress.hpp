// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "snn/train/options.hpp"

namespace snn::cli {

/// Shows training on stderr: a bar with the time left on a terminal, a line per epoch elsewhere
/// (every n-th from 60 on), nothing if quiet. Its callback returns false once the user has pressed
/// Ctrl-C.
class ProgressPrinter {
 public:
  ProgressPrinter(std::string label, bool quiet);
  ~ProgressPrinter();  ///< ends the line of a bar
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;
  ProgressCallback callback();

 private:
  void draw(const Progress& progress);
  void line(const EpochReport& report, int epochs) const;

  std::string label_;
  bool quiet_, terminal_;
  std::chrono::steady_clock::time_point start_, drawn_;
  double share_at_start_ = -1;
  bool open_ = false;  ///< a bar stands on the terminal's line
};

/// From now on Ctrl-C asks training to stop instead of ending the program; a second one ends it.
void catch_interrupts();
bool interrupted();

}  // namespace snn::cli

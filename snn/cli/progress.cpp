// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace snn::cli {
namespace {

/// Set by the signal handler, which can reach nothing but file-scope state.
volatile std::sig_atomic_t interrupt_seen = 0;

extern "C" void on_interrupt(int) {
  interrupt_seen = 1;
  std::signal(SIGINT, SIG_DFL);
}

constexpr int bar_width = 24;
constexpr int lines_at_least = 30;

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, on_interrupt);
}
bool interrupted() {
  return interrupt_seen != 0;
}

ProgressPrinter::ProgressPrinter(std::string label, bool quiet)
    : label_(std::move(label)),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_) {}

ProgressPrinter::~ProgressPrinter() {
  if (open_) std::fputc('\n', stderr);
}

ProgressCallback ProgressPrinter::callback() {
  return [this](const Progress& progress) {
    if (!quiet_) {
      const auto now = std::chrono::steady_clock::now();
      // Long training fills no log: some 30 to 60 lines, and always the first and the last.
      const int step = std::max(1, progress.epochs / lines_at_least);
      const int done = progress.epoch + 1;
      if (progress.finished != nullptr && !terminal_ &&
          (done == 1 || done % step == 0 || done == progress.epochs))
        line(*progress.finished, progress.epochs);
      const bool last = progress.finished != nullptr && progress.epoch + 1 == progress.epochs;
      if (terminal_ && (last || now - drawn_ > std::chrono::milliseconds(100))) {
        draw(progress);
        drawn_ = now;
      }
    }
    return !interrupted();
  };
}

void ProgressPrinter::draw(const Progress& p) {
  const double share =
      (p.epoch +
       (p.batches > 0 ? static_cast<double>(p.batch) / static_cast<double>(p.batches) : 0.0)) /
      p.epochs;
  if (share_at_start_ < 0) share_at_start_ = share;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double done = share - share_at_start_;
  const double left = done > 0 ? seconds / done * (1.0 - share) : 0;
  std::string bar(
      static_cast<std::size_t>(std::clamp(static_cast<int>(share * bar_width), 0, bar_width)), '#');
  bar.resize(bar_width, '.');
  std::fprintf(stderr, "\r%-28s [%s] epoch %d/%d  loss %.4f  accuracy %.2f %%  %d:%02d left ",
               label_.c_str(), bar.c_str(), std::min(p.epoch + 1, p.epochs), p.epochs, p.loss,
               100 * p.accuracy, static_cast<int>(left) / 60, static_cast<int>(left) % 60);
  std::fflush(stderr);
  open_ = true;
}

void ProgressPrinter::line(const EpochReport& r, int epochs) const {
  std::fprintf(
      stderr,
      "%s: epoch %d/%d  loss %.4f  accuracy %.2f %%  validation %.2f %%  spikes %.1f  %.2f s\n",
      label_.c_str(), r.epoch + 1, epochs, r.train_loss, 100 * r.train_accuracy,
      100 * r.validation_accuracy, r.spikes_per_sample, r.seconds);
}

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>

namespace snn::cli {
namespace {

constexpr EpochReport report{.epoch = 1,
                             .train_loss = 0.5,
                             .train_accuracy = 0.25,
                             .validation_loss = 1,
                             .validation_accuracy = 0.125,
                             .learning_rate = 1,
                             .seconds = 1.5,
                             .spikes_per_sample = 7};

/// What a printer writes to a stderr that is no terminal, for one batch and one epoch's end.
std::string printed(bool quiet) {
  testing::internal::CaptureStderr();
  ProgressPrinter printer("a network", quiet);
  const ProgressCallback callback = printer.callback();
  EXPECT_TRUE(callback({.epoch = 1, .epochs = 3, .batch = 1, .batches = 2}));
  EXPECT_TRUE(callback({.epoch = 1, .epochs = 3, .batch = 2, .batches = 2, .finished = &report}));
  return testing::internal::GetCapturedStderr();
}

TEST(Progress, IsALinePerEpochOffTerminals) {
  EXPECT_EQ(printed(false),
            "a network: epoch 2/3  loss 0.5000  accuracy 25.00 %  validation 12.50 %  spikes 7.0  "
            "1.50 s\n");
}

TEST(Progress, LongTrainingPrintsTheFirstEveryTenthAndTheLast) {
  testing::internal::CaptureStderr();
  {
    ProgressPrinter printer("a network", false);
    const ProgressCallback callback = printer.callback();
    for (int epoch = 0; epoch < 305; ++epoch) {
      EpochReport done = report;
      done.epoch = epoch;
      callback({.epoch = epoch, .epochs = 305, .batch = 2, .batches = 2, .finished = &done});
    }
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 32);
  EXPECT_EQ(text.find("a network: epoch 1/305 "), 0u);
  EXPECT_NE(text.find("epoch 10/305 "), std::string::npos);
  EXPECT_EQ(text.find("epoch 11/305 "), std::string::npos);
  EXPECT_NE(text.find("epoch 305/305 "), std::string::npos);
}

TEST(Progress, IsNothingIfQuiet) {
  EXPECT_EQ(printed(true), "");
}

// In processes of their own: the signal's mark stays.
TEST(ProgressDeathTest, CtrlCStopsTrainingQuietOrNot) {
  for (const bool quiet : {false, true}) {
    EXPECT_EXIT(
        {
          catch_interrupts();
          ProgressPrinter printer("a network", quiet);
          const ProgressCallback callback = printer.callback();
          const bool before = callback({.epochs = 1, .batches = 2});
          std::raise(SIGINT);
          const bool after = callback({.epochs = 1, .batches = 2});
          std::_Exit(before && !after && interrupted() ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
  }
}

TEST(ProgressDeathTest, ASecondCtrlCEndsTheProgram) {
  EXPECT_EXIT(
      {
        catch_interrupts();
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace snn::cli

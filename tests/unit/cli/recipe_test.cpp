// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/recipe.hpp"

#include <gtest/gtest.h>

namespace snn::cli {
namespace {

RunOptions of(const char* data) {
  RunOptions options;
  options.data = data;
  return with_recipe(options);
}

TEST(Recipe, FillsWhatIsLeftOpen) {
  const RunOptions mnist = of("mnist:folder");
  EXPECT_EQ(mnist.epochs, 20);
  EXPECT_EQ(mnist.batch, 128);
  EXPECT_EQ(mnist.lr, 1e-3);
  EXPECT_TRUE(mnist.augment.empty());
  const RunOptions digits = of("digits");
  EXPECT_EQ(digits.epochs, 300);
  EXPECT_EQ(digits.batch, 32);
  EXPECT_EQ(digits.lr, 2e-3);
  EXPECT_EQ(digits.augment.size(), 4u);
}

TEST(Recipe, KeepsWhatIsGiven) {
  RunOptions given;
  given.data = "digits";
  given.epochs = 3;
  given.batch = 7;
  given.lr = 0.5;
  given.augment = {0};
  given.hidden = {5};
  const RunOptions options = with_recipe(given);
  EXPECT_EQ(options.epochs, 3);
  EXPECT_EQ(options.batch, 7);
  EXPECT_EQ(options.lr, 0.5);
  EXPECT_EQ(options.augment, std::vector<double>{0});
  EXPECT_EQ(options.hidden, std::vector<std::int64_t>{5});
}

}  // namespace
}  // namespace snn::cli

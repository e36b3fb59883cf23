// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/recipe.hpp"

#include <gtest/gtest.h>

namespace snn::cli {
namespace {

bool plain(const RunOptions& options) {
  const RunOptions defaults;
  return options.epochs == defaults.epochs && options.batch == defaults.batch &&
         options.lr == defaults.lr && options.steps == defaults.steps &&
         options.augment == defaults.augment && options.tau == defaults.tau;
}

TEST(Recipe, OnlySomeDataHaveOne) {
  EXPECT_TRUE(plain(recipe_for("mnist:folder", false)));
  EXPECT_TRUE(plain(recipe_for("mnist:folder", true)));
  EXPECT_TRUE(plain(recipe_for("events:a.h5,b.h5", false)));
  EXPECT_FALSE(plain(recipe_for("events:a.h5,b.h5", true)));
  EXPECT_FALSE(plain(recipe_for("digits", false)));
}

/// The text is a list of flags; each is found with its value where it belongs.
TEST(Recipe, HelpTellsWhatIsDone) {
  const std::string text = recipes_text();
  const auto says = [&](const std::string& what) { return text.find(what) != std::string::npos; };
  const RunOptions digits = recipe_for("digits", false);
  EXPECT_TRUE(says("--epochs " + std::to_string(digits.epochs) + " --batch " +
                   std::to_string(digits.batch)));
  const RunOptions events = recipe_for("events:a.h5,b.h5", true);
  EXPECT_TRUE(says("--steps " + std::to_string(events.steps) + " "));
  EXPECT_TRUE(says("--surrogate " + events.surrogate));
  EXPECT_TRUE(says("--epochs " + std::to_string(events.epochs) + " --batch " +
                   std::to_string(events.batch)));
}

}  // namespace
}  // namespace snn::cli

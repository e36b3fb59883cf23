// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/recipe.hpp"

namespace snn::cli {
namespace {

struct Recipe {
  int epochs, batch;
  double lr;
  std::vector<double> augment;
};

/// The digits are few, and their test samples were written by other people than the training
/// samples: many short epochs over distorted images. The sets of images and events that users bring
/// are larger.
Recipe recipe_for(const std::string& data) {
  if (data == "digits") return {300, 32, 2e-3, {12, 0.7, 0.15, 0.15}};
  return {20, 128, 1e-3, {}};
}

}  // namespace

RunOptions with_recipe(RunOptions options) {
  const Recipe recipe = recipe_for(options.data);
  if (!options.epochs) options.epochs = recipe.epochs;
  if (!options.batch) options.batch = recipe.batch;
  if (!options.lr) options.lr = recipe.lr;
  if (options.augment.empty()) options.augment = recipe.augment;
  return options;
}

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/recipe.hpp"

namespace snn::cli {

RunOptions recipe_for(const std::string& data, bool recurrent) {
  RunOptions options;
  if (data == "digits") {
    // Few samples, and other people wrote those that test: many short epochs, distorted images.
    options.epochs = 300;
    options.batch = 32;
    options.lr = 2e-3;
    options.augment = {12, 0.7, 0.15, 0.15};
  } else if (data.rfind("events:", 0) == 0 && recurrent) {
    // Speech-like events: fine ticks, short memory of neurons, long memory of the readout. A narrow
    // surrogate and clipping keep gradients through hundreds of recurrent steps in bounds;
    // stretched time stands for speakers that are not in the training set.
    options.steps = 100;
    options.tau = 5;
    options.tau_out = 50;
    options.surrogate = "fast-sigmoid";
    options.surrogate_slope = 10;
    options.clip_norm = 1;
    options.epochs = 60;
    options.batch = 32;
    options.augment = {2, 0.3, 0.2};
  }
  return options;
}

std::string recipes_text() {
  return "Other defaults:\n"
         "  --data digits: --epochs 300 --batch 32 --lr 2e-3 --augment 12,0.7,0.15,0.15\n"
         "  --data events:... --recurrent: --steps 100 --tau 5 --tau-out 50 --surrogate "
         "fast-sigmoid\n"
         "    --surrogate-slope 10 --clip-norm 1 --epochs 60 --batch 32 --augment 2,0.3,0.2\n";
}

}  // namespace snn::cli

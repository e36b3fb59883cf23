// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/run_options.hpp"

namespace snn::cli {

/// Fills in what the user left open (epochs, batch, lr, augment) with what suits the
/// kind of data set. The values were chosen on validation samples; they are for the default
/// network, not for one seed.
RunOptions with_recipe(RunOptions options);

}  // namespace snn::cli

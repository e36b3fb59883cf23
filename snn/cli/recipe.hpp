// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/run_options.hpp"

namespace snn::cli {

/// Options as they are before the user's flags: those of RunOptions, and for some kinds of data
/// what suits them better. Chosen on validation samples for the default network, not for one seed.
RunOptions recipe_for(const std::string& data, bool recurrent);

/// The differences, for --help.
std::string recipes_text();

}  // namespace snn::cli

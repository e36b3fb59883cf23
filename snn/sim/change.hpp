// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "snn/compile/compiled_network.hpp"

/// What may change in a population between two pieces of a run.
namespace snn {

/// What is known of the sums of a population's inputs, [receptor].
struct InputRoom {
  std::vector<int> scale_log2;
  std::vector<CompiledPopulation::Load> loads;  ///< as described
};

/// A population with the parameters and stimuli it has now, and which of them were set.
struct ChangedPopulation {
  Population now;
  bool parameters = false, stimuli = false;
};
/// By number, populations that are not as described.
using Changes = std::map<std::int32_t, ChangedPopulation>;

/// ConfigError if they are of another model than the population's.
Neurons check_same_model(const Population& population, Neurons neurons);

/// ConfigError if there is no such stimulus, or it is of another kind.
void replace_stimulus(Population& population, std::size_t index, Stimulus stimulus);

/// `described` with what `saved` changed. ConfigError if it could not have been changed so.
ChangedPopulation change_again(const Population& described, const ChangedPopulation& saved,
                               double dt_ms);

/// The stimuli of `now`, which must be valid, in fixed point. ConfigError if its drives do not fit
/// into the sums that were laid out for `described`.
CompiledStimuli recompile_stimuli(const Population& described, const Population& now,
                                  std::int32_t index, const InputRoom& room, double dt_ms);

}  // namespace snn

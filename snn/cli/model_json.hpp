// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/contest.hpp"
#include "snn/cli/energy_json.hpp"

/// Parts of the results file that one model has.
namespace snn::cli {

/// Counts in all dialects, per layer, per sample, and raw.
Json counts_json(const std::string& name, const RawCounts& raw,
                 const std::vector<SampleTotals>& samples);

Json training_json(const TrainingCost& training, const CarbonChoice& carbon,
                   double target_accuracy);

Json model_json(const Contest& contest, const ModelResult& model);

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/energy_json.hpp"
#include "snn/energy/protocol/figures.hpp"
#include "snn/energy/protocol/run_marks.hpp"

/// What was measured, as JSON: figures, and the raw trials they follow from.
namespace snn::cli {

Json json_of(const Unavailable& why);

/// {"measured": {...}} or {"unavailable": {...}}: never both, never a number for neither.
Json energy_json(const MeasuredEnergy& energy);

/// The same of an inference, with its intervals over trials.
Json inference_json(const std::variant<Unavailable, ContestantEnergy>& energy,
                    const MaybeComparison& comparison);

/// Counter, plan and every trial; or why there are none.
Json comparison_json(const MaybeComparison& comparison);

/// Energy of one contestant over that of another, with intervals; or why there is none.
Json ratio_json(const MaybeComparison& comparison, std::size_t over, std::size_t under);

}  // namespace snn::cli

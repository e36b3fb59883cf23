// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/compile/compiled_network.hpp"

/// Sources that make their own spikes. Each is a function of the tick: nothing is carried over.
namespace snn {

/// What a source is asked: its spikes of a tick among neurons begin .. end-1, ascending; begin is a
/// multiple of 256.
struct SourceRequest {
  std::int64_t tick, begin, end;
  std::uint64_t seed;
  std::uint32_t population;
  Isa isa;
};

/// Each neuron spikes if its random word is below the bound that holds at the tick.
void run_poisson(const Pieces<std::uint64_t>& bounds, const SourceRequest& request,
                 std::vector<std::int32_t>& fired);

void run_regular(const CompiledRegular& regular, double dt_ms, const SourceRequest& request,
                 std::vector<std::int32_t>& fired);

/// A list of spikes, by tick.
void run_listed(const CompiledPopulation& population, const SourceRequest& request,
                std::vector<std::int32_t>& fired);

}  // namespace snn

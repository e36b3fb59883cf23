// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/backend/isa.hpp"
#include "snn/compile/compiled_network.hpp"

/// The neurons of one worker's share of a population: stepping all of them, or only those that an
/// event touched. Both ways give the same bits.
namespace snn {

/// State and input of a share: neurons begin .. end-1 of the population; arrays are indexed from
/// begin.
struct NeuronShare {
  std::int64_t begin = 0, end = 0;
  std::vector<float> state;              ///< [field][neuron]
  std::vector<std::int32_t> input;       ///< sums of this tick, fixed point
  std::vector<std::int32_t> base;        ///< input of every tick: bias and held values; empty: none
  std::vector<std::uint64_t> has_event;  ///< one bit per neuron, of a share that is touched
  std::vector<std::int64_t> updated;     ///< ticks each neuron has done, of a share that is touched
  bool current = true;      ///< all neurons have done all ticks: `updated` is not in use
  double activity = 1.0;    ///< running mean of events per neuron and tick
  std::int64_t events = 0;  ///< of this tick
  std::vector<float> u;     ///< membranes before the reset, if they are recorded
  std::uint64_t stepped = 0, touched = 0, membrane_updates = 0, spikes = 0;

  std::int64_t size() const { return end - begin; }
};

/// Fields of state per neuron of a population's model.
int state_fields_of(const CompiledPopulation& population);
/// Whether quiet ticks of the population can be made up for later.
bool can_be_touched(const CompiledPopulation& population);

/// Initial state; nothing presented.
void reset_share(const CompiledPopulation& population, NeuronShare& share);

/// One tick of all neurons of a share that is current. Spikes are appended to `fired`, ascending.
void step_share(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick,
                bool keep_u, Isa isa, std::vector<std::int32_t>& fired);

/// One tick of the neurons that have an event.
void touch_share(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick,
                 std::vector<std::int32_t>& fired);

/// Lets all neurons do the quiet ticks they have not done, up to and without `tick`.
void catch_up(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick);

}  // namespace snn

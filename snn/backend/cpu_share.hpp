// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/backend/backend.hpp"
#include "snn/backend/cpu_currents.hpp"

/// The neurons of one worker's share of a population, and what a tick does with them: all are
/// stepped, those that are at rest are passed over, or only those that an event touched are looked
/// at. Every way gives the same bits.
namespace snn {

/// Neurons begin .. end-1 of the population; begin is a multiple of `segment`. Arrays are indexed
/// from begin.
struct NeuronShare {
  /// Neurons stepped at a time: their scratch stays in the first cache level.
  static constexpr std::int64_t segment = 256;

  std::int64_t begin = 0, end = 0;
  std::vector<float> state;  ///< [field][neuron]
  std::vector<std::vector<std::int32_t>>
      base;                           ///< [port][neuron]: input of every tick; empty: none
  bool touchable = false;             ///< quiet ticks can be made up for
  bool current = true;                ///< all neurons have done all ticks: `updated` is not in use
  std::vector<std::int64_t> updated;  ///< ticks each neuron has done, of a touchable share
  std::vector<std::uint64_t> due;     ///< of a touchable share, a bit per neuron: looked at next
                                      ///< tick whatever arrives, as it may spike by itself
  double activity = 1.0;              ///< running mean of events per neuron and tick
  std::vector<std::uint8_t> quiet;    ///< [segment]: 0, 1: no membrane moved, 2: nothing changes
  std::int64_t asleep = 0;            ///< segments of which `quiet` is 2
  InjectedCurrents injected;          ///< where the population has currents
  std::vector<float> u;               ///< membranes before the reset, if they are recorded
  std::uint64_t stepped = 0, touched = 0, membrane_updates = 0, drive_events = 0;

  std::int64_t size() const { return end - begin; }
  bool wants_marks() const { return !current || asleep > 0; }
};

/// What has arrived for a network's neurons in a tick: sums by port and neuron, of each worker that
/// delivered, and a bit for each neuron that got any. What is taken is cleared.
struct Arrivals {
  std::span<std::int32_t* const> sums;    ///< [worker]: [port * neurons + neuron]
  std::span<std::uint64_t* const> marks;  ///< [worker]: bits
  std::int64_t neurons;
};

/// How a share is updated.
struct UpdateRequest {
  std::int64_t tick;
  BackendOptions::Update way;
  bool record;   ///< keep the membranes of this tick
  bool records;  ///< membranes are recorded at some ticks
  std::uint64_t seed;
  Isa isa;
};

/// Decides how the tick `tick` is done; deliveries must know before it. Does what changing the way
/// takes.
void choose_way(const CompiledPopulation& population, NeuronShare& share,
                BackendOptions::Update way, bool records, std::int64_t tick);

/// From now on every segment is stepped until it comes to rest again.
void wake(NeuronShare& share);

/// Parameters or stimuli of the population have changed; the share had done all ticks before.
void follow_change(const CompiledPopulation& population, NeuronShare& share);

/// Initial state; nothing presented.
void reset_share(const CompiledPopulation& population, NeuronShare& share);

/// One tick, and the choice of the way of the next. Neurons that fire are appended, ascending.
void update_share(const CompiledPopulation& population, NeuronShare& share,
                  const Arrivals& arrivals, const UpdateRequest& request,
                  std::vector<std::int32_t>& fired);

/// Lets all neurons do the quiet ticks they have not done, up to and without `tick`.
void catch_up(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick);

}  // namespace snn

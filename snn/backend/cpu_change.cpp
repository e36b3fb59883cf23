// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"

/// What may change between two pieces of a run: parameters and stimuli.
namespace snn {

void CpuBackend::set_parameters(std::int32_t p, CompiledParameters parameters,
                                std::span<const float> shift) {
  const FlushToZero flush;
  described();
  const auto at = static_cast<std::size_t>(p);
  CompiledPopulation& population = network_.populations.at(at);
  // Quiet ticks that are owed were done under the old parameters.
  for (Worker& worker : workers_) catch_up(population, worker.shares[at], tick_);
  population.shared = parameters.shared;
  population.coeffs = std::move(parameters.coeffs);
  population.v_rest_mv = std::move(parameters.v_rest_mv);
  population.driven |= parameters.driven;
  for (Worker& worker : workers_) {
    NeuronShare& share = worker.shares[at];
    for (std::int64_t f = 0; !shift.empty() && f < population.loops->state_fields; ++f) {
      for (std::int64_t j = 0; j < share.size(); ++j) {
        share.state[static_cast<std::size_t>(f * share.size() + j)] +=
            shift[static_cast<std::size_t>(f * population.size + share.begin + j)];
      }
    }
    follow_change(population, share);
  }
}

void CpuBackend::set_stimuli(std::int32_t p, CompiledStimuli stimuli) {
  const FlushToZero flush;
  described();
  const auto at = static_cast<std::size_t>(p);
  CompiledPopulation& population = network_.populations.at(at);
  for (Worker& worker : workers_) catch_up(population, worker.shares[at], tick_);
  population.drives = std::move(stimuli.drives);
  population.currents = std::move(stimuli.currents);
  population.driven = true;
  for (Worker& worker : workers_) follow_change(population, worker.shares[at]);
}

}  // namespace snn

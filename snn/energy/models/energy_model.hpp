// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/energy/energy.hpp"
#include "snn/energy/models/hardware.hpp"

/// Energy models: pure functions of counts and constants. None of them knows a device, and none
/// gives what a meter would read (docs/energy.md).
namespace snn {

/// Number format operations are priced in. Compare networks at one format only.
enum class Format : std::uint8_t { fp32, tf32, fp16, bf16, fp8, int8, int32 };
const char* name_of(Format format);

/// A formula. Which there is for a table: models_for().
enum class ModelKind : std::uint8_t {
  compute_only,   ///< MACs x (multiply + add) + ACs x add
  memory_aware,   ///< Lemaire et al. 2022
  synapse_costs,  ///< Davidson & Furber 2021
  data_movement,  ///< Yan, Bai & Wong 2024
  chip,           ///< synaptic operations, spikes and neuron updates x what is published of a chip
  dense_floor     ///< two operations per dense MAC x board power / peak rate
};

/// A formula with the constants it uses: a value.
struct EnergyModel {
  ModelKind kind = ModelKind::compute_only;
  Format format = Format::fp32;
  Hardware hardware;        ///< constants
  int weight_bits = 8;      ///< data_movement: of what is read per synapse
  int activation_bits = 8;  ///< data_movement: of what a dense network moves

  /// E.g. "45nm-compute-fp32", "lemaire-2022-memory-int32", "loihi".
  std::string name() const;

  /// Energy of one inference, with all terms. ConfigError if the table lacks a constant.
  Modelled operator()(const RawCounts& raw) const;
};

/// All models a table has the constants for; none if it is unpriced.
std::vector<EnergyModel> models_for(const Hardware& hardware);

}  // namespace snn

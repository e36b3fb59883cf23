// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "snn/energy/energy.hpp"

/// Published prices of operations, with their sources: what energy models multiply counts by.
/// The table is snn/energy/models/hardware.json; a user's file has the same form (docs/energy.md).
namespace snn {

/// What the constants of a table are prices of, and so which models can use it.
enum class HardwareKind : std::uint8_t {
  technology,     ///< add_F, multiply_F for formats F; memory_8kb, memory_32kb, memory_1mb
  synapse_costs,  ///< dense_synapse, synaptic_event
  data_movement,  ///< accumulate, move_sparse, move_dense, read_weight
  chip,           ///< synaptic_operation; spike, neuron_update_active, neuron_update_inactive
  processor,      ///< board_power, peak_F for formats F
  unpriced        ///< nothing usable is published; the definition says what is
};

/// A table of constants: published prices of one technology, chip or processor.
struct Hardware {
  std::string name;  ///< e.g. "loihi"
  HardwareKind kind = HardwareKind::technology;
  double node_nm = 0;                    ///< of the process, nm; 0: not stated
  double voltage_v = 0;                  ///< V; 0: not stated
  std::string definition;                ///< what one operation's energy includes
  std::vector<NamedConstant> constants;  ///< each with unit and source

  /// Null if it has none of that name.
  const NamedConstant* find(const std::string& constant) const;
  /// In pJ. ConfigError if there is no such constant, or if it is no energy.
  double picojoules(const std::string& constant) const;
};

/// The table that comes with the library, in the order of its file.
const std::vector<Hardware>& known_hardware();

/// One of the table. ConfigError, which lists the names, for one that is not in it.
const Hardware& hardware(const std::string& name);

/// Hardware of a user's own, from a JSON file: name, kind, definition, and constants with value,
/// unit and source each. FileError if it cannot be read or is no JSON; ConfigError for what is
/// missing, unknown, negative or without a source.
Hardware read_hardware(const std::filesystem::path& file);
/// The same from the JSON text itself; `where` is what errors call it.
Hardware own_hardware(const std::string& json, const std::string& where = "own hardware");

const char* name_of(HardwareKind kind);

}  // namespace snn

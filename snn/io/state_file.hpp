// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "snn/io/compression.hpp"

namespace snn {

/// The neurons of a population whose state a file holds.
struct StateEntry {
  std::string name;                   ///< unique in the file, not empty, without '/'
  std::vector<std::int32_t> neurons;  ///< >= 0, each once, at least one
};

struct StateFileOptions {
  double dt_ms = 0.1;               ///< length of a tick, > 0
  std::int64_t interval_ticks = 1;  ///< between samples, >= 1
  std::string variable = "v";       ///< what is recorded
  std::string units = "mV";         ///< of the values
  Compression compression = Compression::deflate;
};

/// Writes samples of a state variable while a simulation runs, as a SONATA report
/// (docs/recording.md), in the way of SpikeFileWriter: append() copies, a thread writes, the file
/// is at "<path>.partial" until close(), and errors are thrown at the next call.
class StateFileWriter {
 public:
  /// Throws ConfigError (options, a name, neurons) or FileError (no folder, no permission,
  /// "<path>.partial" exists).
  StateFileWriter(const std::filesystem::path& path, StateFileOptions options,
                  const std::vector<StateEntry>& populations);
  /// Without close(): writes what was appended, and leaves the file at "<path>.partial".
  ~StateFileWriter();
  StateFileWriter(StateFileWriter&&) noexcept;
  StateFileWriter& operator=(StateFileWriter&&) noexcept;

  /// A sample: one value for each recorded neuron, in the order of StateEntry::neurons. The first
  /// sample of a population is at any tick >= 0, each other interval_ticks after the one before.
  /// Never reads or writes a file, but waits when the disk is slower than the simulation. Throws
  /// ConfigError (population, tick, number of values, after close()) or the writing thread's
  /// FileError.
  void append(std::int32_t population, std::int64_t tick, std::span<const float> values);
  /// Returns when everything appended is safe on the disk: not to be called every sample.
  void flush();
  /// Writes the rest and gives the file its name, replacing what has it.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Samples of one population. Each is a row of `values` with one column for each element; a neuron
/// of this library has one element, number 0.
struct PopulationStates {
  std::string name;
  std::string variable;  ///< empty if the file does not say
  std::string units;     ///< of the values; empty if the file does not say
  double start_ms = 0;   ///< of the first sample
  double step_ms = 0;    ///< between samples, > 0
  std::int64_t samples = 0;
  std::vector<std::uint64_t> node;     ///< of each column
  std::vector<std::uint64_t> element;  ///< of each column
  std::vector<float> values;           ///< [sample][column]
};

struct StateFile {
  std::vector<PopulationStates> populations;  ///< sorted by name
  /// False: the writer was killed, or is at work; this is what was on the disk.
  bool complete = true;
};

/// Reads a report of this library or another tool: index_pointers or index_pointer, with or without
/// the last entry, or missing where each node has one element; element_ids may be missing (0);
/// `units` of the times ms, s, us, ns, or missing (ms). Throws FileError with the object: missing
/// or damaged, extents that do not fit each other, a step that is not > 0.
StateFile read_states(const std::filesystem::path& path);

}  // namespace snn

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

/// A population whose spikes a file holds.
struct PopulationEntry {
  std::string name;       ///< unique in the file, not empty, without '/'
  std::int32_t size = 0;  ///< neurons, >= 0
};

/// Writes spikes while a simulation runs, as a SONATA spike report (docs/recording.md), in bounded
/// memory: append() copies them, and a thread of this object writes.
///
/// The file is at "<path>.partial" until close() gives it its name. After an error (disk full, file
/// removed) it stays there with everything that was written, closed and readable, and that and
/// every later call throws the FileError. Not for several threads at once.
class SpikeFileWriter {
 public:
  /// `dt_ms`: length of a tick in ms, > 0. Throws ConfigError (dt_ms, a name, a size) or FileError
  /// (no folder, no permission, "<path>.partial" exists).
  SpikeFileWriter(const std::filesystem::path& path, double dt_ms,
                  const std::vector<PopulationEntry>& populations,
                  Compression compression = Compression::deflate);
  /// Without close(): writes what was appended, and leaves the file at "<path>.partial".
  ~SpikeFileWriter();
  SpikeFileWriter(SpikeFileWriter&&) noexcept;
  SpikeFileWriter& operator=(SpikeFileWriter&&) noexcept;

  /// Spikes of a population in a tick, >= 0 and not before the population's last one. Never reads
  /// or writes a file, but waits when the disk is that much slower than the simulation. Throws
  /// ConfigError (population, tick or neuron out of range, after close()) or the writing thread's
  /// FileError.
  void append(std::int32_t population, std::int64_t tick, std::span<const std::int32_t> neurons);
  /// Returns when everything appended is safe on the disk: not to be called every tick.
  void flush();
  /// Writes the rest and gives the file its name, replacing what has it.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// In which order the spikes of a population lie.
enum class SpikeOrder : std::uint8_t {
  none,   ///< any, or the file does not say
  by_id,  ///< by node
  by_time
};

/// Spikes of one population, as they lie in the file.
struct PopulationSpikes {
  std::string name;  ///< empty in files without populations (older than SONATA 0.1)
  SpikeOrder order = SpikeOrder::none;
  std::vector<std::uint64_t> node;  ///< of each spike
  std::vector<double> time_ms;      ///< of each spike
};

struct SpikeFile {
  std::vector<PopulationSpikes> populations;  ///< sorted by name
  /// False: the writer was killed, or is at work; this is what was on the disk.
  bool complete = true;
};

/// Reads a spike report of this library or another tool: `sorting` as an enumeration or a string,
/// on the group or on node_ids, or missing; `units` of the times ms, s, us, ns, or missing (ms);
/// ids named node_ids or gids; with populations or directly in /spikes. Throws FileError with the
/// object: missing or damaged, ids and times of unequal length, a time that is not finite, an order
/// that is not the one claimed.
SpikeFile read_spikes(const std::filesystem::path& path);

}  // namespace snn

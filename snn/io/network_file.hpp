// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "snn/io/hdf5_file.hpp"
#include "snn/model/network.hpp"

namespace snn {

/// What made a file; none of it changes what is loaded.
struct Provenance {
  std::string version;  ///< of snn
  std::string commit;   ///< of its source
  std::string command;  ///< that was run
  std::uint64_t seed = 0;
};

/// How samples are presented to a trained network and its answer is read. (How data becomes spikes
/// is said by its source.)
struct Presentation {
  int ticks = 0;     ///< per sample; 0: the file does not say
  std::string loss;  ///< as `snn train --loss` names it; empty: the file does not say
};

/// A network as it lies in a file.
struct SavedNetwork {
  Network network;
  double dt_ms = 1.0;  ///< the tick it was made for
  Provenance provenance;
  Presentation presentation;
};

/// Version of the layout of network files (docs/data.md); a reader refuses others.
inline constexpr int network_schema = 1;

/// Writes a description with all its values to an HDF5 file, atomically. Throws FileError.
void save_network(const std::filesystem::path& path, const Network& network, double dt_ms,
                  const Provenance& provenance = {}, const Presentation& presentation = {});

/// Restores it bit for bit. It is not validated as a description (compiling does that). Throws
/// FileError, which names the object, if the file is damaged or not a network.
SavedNetwork load_network(const std::filesystem::path& path);

/// The same inside another file, e.g. a checkpoint: everything lies under `group`, e.g. "/network".
void write_network(Hdf5File& file, const std::string& group, const Network& network);
Network read_network(const Hdf5File& file, const std::string& group);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "snn/io/hdf5_file.hpp"
#include "snn/io/partial_file.hpp"

namespace snn {

/// An HDF5 file that is written to the disk under a temporary name, piece by piece, because it may
/// be larger than the memory (smaller ones: write_hdf5_atomically). Announce each piece with
/// `reserve` before writing it: then a full disk is an error there, and HDF5, which does not
/// recover from a failed write, never meets one. The destructor closes the file and leaves it.
class Hdf5Output {
 public:
  /// Throws FileError as PartialFile does.
  Hdf5Output(const std::filesystem::path& target, PartialFile::Leftover leftover);
  ~Hdf5Output();
  Hdf5Output(const Hdf5Output&) = delete;
  Hdf5Output& operator=(const Hdf5Output&) = delete;

  Hdf5File& file() { return *file_; }
  const PartialFile& partial() const { return partial_; }

  /// Makes sure that `bytes` more of data, with HDF5's bookkeeping for them, fit on the disk and
  /// that the file has not been removed. Throws FileError with `object` as the place.
  void reserve(std::uint64_t bytes, const std::string& object);
  /// Closes the file, which stays under its temporary name.
  void close();
  /// Closes it and gives it the name of the target.
  void publish();
  /// Closes it and removes it.
  void discard() noexcept;

 private:
  PartialFile partial_;
  std::optional<Hdf5File> file_;
};

}  // namespace snn

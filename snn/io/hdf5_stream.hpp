// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>

#include "snn/io/compression.hpp"
#include "snn/io/hdf5_file.hpp"

namespace snn {

/// An HDF5 file with datasets that grow by rows (series), written to the disk as it grows.
///
/// It lies at "<target>.partial" until publish() renames it. Rows are gathered to chunks of
/// 64 to 1024 KiB, compressed and stored with a checksum; at most 64 MiB,
/// or 64 KiB per series where there are more than 1024, wait for their chunk to fill. HDF5's
/// single-writer-multiple-reader mode keeps what is on the disk readable at any time, also after a
/// kill; flush() puts everything there.
///
/// After an error the file is closed as it is at "<target>.partial", which the error says. Every
/// failure throws FileError. For one thread.
class Hdf5Stream {
 public:
  /// Throws FileError: no folder, no permission, or "<target>.partial" exists.
  Hdf5Stream(const std::filesystem::path& target, Compression compression);
  /// Without publish(): closes the file, which stays at "<target>.partial" with all that was
  /// appended; a file that was not started is removed.
  ~Hdf5Stream();

  /// The file, for groups, attributes and other datasets of up to `bytes` before start().
  Hdf5File& prepare(std::uint64_t bytes);
  /// Adds a series before start(). T as for Hdf5File::write. `row_size` values a row, >= 1, or
  /// single values if it is `scalar`. Give it attributes through prepare(). `count` is the number
  /// of series the file will have, which share the memory. Returns the number of the series.
  static constexpr std::int64_t scalar = -1;
  template <class T>
  int add_series(const std::string& object, std::int64_t row_size, std::size_t count);
  /// From here on series grow.
  void start();

  struct Rows {
    int series;
    std::span<const std::byte> values;  ///< whole rows, of the type of the series
  };
  /// Appends as many rows to each of some series whose rows have as many bytes: series that belong
  /// together grow together, so that an error leaves them equally long.
  void append(std::initializer_list<Rows> rows);
  /// Rows of a series that lie in the file (what waits in memory is not counted).
  std::int64_t rows_written(int series) const;
  /// Replaces the values of a contiguous dataset made before start().
  void overwrite(const std::string& object, std::span<const double> values);

  /// Returns when everything appended lies on the disk. Flushing every few rows wastes space: the
  /// last chunk is stored anew each time.
  void flush();
  /// Flushes, closes and renames. Nothing can be appended after.
  void publish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace snn

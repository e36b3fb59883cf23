// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace snn {

/// Layout of the container; files with a larger number are refused.
inline constexpr std::int32_t snapshot_schema = 1;

/// Writes named arrays to a file, to go on later from where a simulation was. T is one of
/// std::int32_t, std::int64_t, std::uint64_t, float, double and std::byte; every bit is kept.
/// The file replaces an older one at commit(), as a whole; before, and if anything fails, the older
/// one stays as it is. Every array has a checksum. Each put() goes to the disk at once, so a
/// snapshot needs no memory of its own.
class SnapshotWriter {
 public:
  /// Throws FileError: no folder, no permission.
  explicit SnapshotWriter(const std::filesystem::path& path);
  /// Without commit(): removes what was written.
  ~SnapshotWriter();
  SnapshotWriter(SnapshotWriter&&) noexcept;
  SnapshotWriter& operator=(SnapshotWriter&&) noexcept;

  /// `name` is a path in the file, as "/population/0/membrane". Throws ConfigError for a name that
  /// is none or was used, or after commit(); FileError if the disk is full.
  template <class T>
  void put(const std::string& name, std::span<const T> values);
  template <class T>
  void put(const std::string& name, const std::vector<T>& values) {
    put(name, std::span<const T>(values));
  }

  /// Flushes the file to the disk and gives it its name.
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads such a file.
class SnapshotReader {
 public:
  /// Throws FileError: missing, no HDF5 file, truncated, not a snapshot, or of a newer schema.
  explicit SnapshotReader(const std::filesystem::path& path);
  ~SnapshotReader();
  SnapshotReader(SnapshotReader&&) noexcept;
  SnapshotReader& operator=(SnapshotReader&&) noexcept;

  bool has(const std::string& name) const;
  /// Throws FileError with the name: missing, of another type than T, or damaged.
  template <class T>
  std::vector<T> get(const std::string& name) const;

  std::string version() const;  ///< of the library that wrote the file
  std::string commit() const;   ///< it was built from

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace snn

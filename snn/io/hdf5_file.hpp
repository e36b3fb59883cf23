// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace snn {

/// Rows of different lengths: row r is values[begin[r]] .. values[begin[r+1]].
template <class T>
struct Ragged {
  std::vector<std::int64_t> begin;  ///< rows + 1 entries
  std::vector<T> values;
  std::int64_t rows() const { return static_cast<std::int64_t>(begin.size()) - 1; }
};

/// How arrays are stored.
enum class Hdf5Storage : std::uint8_t {
  checked,    ///< under a checksum, so that a flipped bit is an error and not a value
  contiguous  ///< plain, for tools that expect it
};

/// An HDF5 file. Objects are named by their path, e.g. "/spikes/times".
///
/// T is one of float, double, (u)int8_t, (u)int16_t, (u)int32_t and (u)int64_t. Reading converts
/// from any number type of the file, half precision too; a value that does not fit T, or a
/// fraction read as an integer, is an error. Sizes that a file claims are compared with its length
/// before memory is allocated.
///
/// Every failure throws FileError with file and object path; nothing is printed. The HDF5 library
/// is not safe for threads as distributions build it: all calls made here take turns, so different
/// files may be used from different threads.
class Hdf5File {
 public:
  /// An existing file, read-only. Of one that an Hdf5Stream is writing, or left when it was killed,
  /// what lies on the disk.
  static Hdf5File open(const std::filesystem::path& path);
  /// A new file; one that exists is overwritten. Prefer write_hdf5_atomically.
  static Hdf5File create(const std::filesystem::path& path);
  /// A new file in memory only; `path` appears in errors.
  static Hdf5File in_memory(const std::filesystem::path& path);

  /// A file that lies in memory as close_to_bytes() gives it, read-only; the bytes are copied. No
  /// file may have the name `path`.
  static Hdf5File of_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes);

  ~Hdf5File();
  Hdf5File(Hdf5File&& other) noexcept;
  Hdf5File& operator=(Hdf5File&& other) noexcept;

  const std::string& path() const { return path_; }

  /// Closes now, so that errors of the last writes are thrown (the destructor swallows them).
  void close();
  /// Closes a file in memory and returns its bytes, as it would lie on a disk.
  std::vector<std::byte> close_to_bytes();

  /// Whether the writer of this file, opened for reading, had not closed it.
  bool left_open() const;

  bool exists(const std::string& object) const;
  /// Names of a group's members, sorted.
  std::vector<std::string> list(const std::string& group) const;
  /// Extents of a dataset; empty for a scalar.
  std::vector<std::int64_t> extents(const std::string& object) const;

  /// All values of a dataset of numbers, row-major.
  template <class T>
  std::vector<T> read(const std::string& object) const;
  /// The strings of a dataset of fixed or variable length.
  std::vector<std::string> read_strings(const std::string& object) const;
  /// A one-dimensional dataset of variable-length rows of numbers.
  template <class T>
  Ragged<T> read_ragged(const std::string& object) const;

  /// Makes a group and those above it.
  void make_group(const std::string& group);
  /// Writes a dataset, with the groups above it. Empty extents: one dimension.
  template <class T>
  void write(const std::string& object, std::span<const T> values,
             std::span<const std::int64_t> extents = {},
             Hdf5Storage storage = Hdf5Storage::checked);
  template <class T>
  void write(const std::string& object, const std::vector<T>& values) {
    write<T>(object, std::span<const T>(values));
  }
  void write_strings(const std::string& object, std::span<const std::string> values);
  template <class T>
  void write_ragged(const std::string& object, const Ragged<T>& rows);

  /// Gives an object a second name.
  void link(const std::string& object, const std::string& other_name);

  /// Attributes hold one number (T as above) or one std::string; an enumeration is read as the name
  /// of its value.
  bool has_attribute(const std::string& object, const std::string& name) const;
  template <class T>
  T attribute(const std::string& object, const std::string& name) const;
  template <class T>
  void set_attribute(const std::string& object, const std::string& name, const T& value);

  /// HDF5's identifier of the file, for the rest of snn/io.
  std::int64_t handle() const { return id_; }

 private:
  struct Memory;
  Hdf5File(std::string path, std::int64_t id, std::shared_ptr<Memory> memory = nullptr)
      : path_(std::move(path)), id_(id), memory_(std::move(memory)) {}

  std::string path_;
  std::int64_t id_ = -1;            ///< HDF5's handle; < 0: closed
  std::shared_ptr<Memory> memory_;  ///< of a file in memory; its address is known to HDF5
};

/// Builds a file in memory with `fill` and writes it as write_atomically does. The memory needed is
/// twice the size of the file.
void write_hdf5_atomically(const std::filesystem::path& path,
                           const std::function<void(Hdf5File&)>& fill);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "snn/model/errors.hpp"

/// What the sources of Hdf5File share; not for other includes.
namespace snn::hdf5 {

/// Held during every use of the HDF5 library: takes the lock, and silences the library's printing
/// until it goes, so that programs which use HDF5 themselves keep their own setting.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  std::lock_guard<std::recursive_mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
};

/// An HDF5 identifier with the function that closes it.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Throws FileError with the innermost reason HDF5 gives.
[[noreturn]] void fail(const std::string& path, const std::string& object, const std::string& what);

/// An identifier that must be valid.
inline Handle checked(hid_t id, herr_t (*close)(hid_t), const std::string& path,
                      const std::string& object, const char* what) {
  if (id < 0) fail(path, object, what);
  return {id, close};
}
inline void check(herr_t status, const std::string& path, const std::string& object,
                  const char* what) {
  if (status < 0) fail(path, object, what);
}

/// A creation property list without time stamps, so that the same content gives the same bytes.
Handle untimed(hid_t kind, const std::string& path);

/// Makes the groups above an object that are missing. (HDF5 can do that by itself, but then puts
/// time stamps into them.)
void make_groups_above(hid_t file, const std::string& path, const std::string& object);

/// A dataset with what is known about it.
struct Dataset {
  Handle id, type, space;
  std::vector<std::int64_t> extents;
  std::int64_t count;  ///< number of elements
};

/// Opens a dataset and compares the size it claims with the length of the file.
Dataset open_dataset(hid_t file, const std::string& path, const std::string& object);

/// Length of the file in bytes.
std::uint64_t file_length(hid_t file, const std::string& path);

/// Where a file that this library closed ends, from the first 48 bytes of it (version 3 of the
/// header); 0 if they are no such header. What lies beyond is reserve.
std::uint64_t end_address(const std::byte* header);

/// Throws if a variable-length dataset on disk points to what is not there: the library would
/// crash. Elements of a row take element_size bytes in the file.
void check_rows(hid_t file, const std::string& path, const std::string& object,
                const Dataset& dataset, std::size_t element_size);

/// HDF5's type of T in memory.
template <class T>
hid_t native() {
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, std::int8_t>) return H5T_NATIVE_INT8;
  if constexpr (std::is_same_v<T, std::int16_t>) return H5T_NATIVE_INT16;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_NATIVE_UINT32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
}

/// The type of T in files: little-endian everywhere, so that files are the same on every machine.
template <class T>
hid_t stored() {
  if constexpr (std::is_same_v<T, float>) return H5T_IEEE_F32LE;
  if constexpr (std::is_same_v<T, double>) return H5T_IEEE_F64LE;
  if constexpr (std::is_same_v<T, std::int8_t>) return H5T_STD_I8LE;
  if constexpr (std::is_same_v<T, std::int16_t>) return H5T_STD_I16LE;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_STD_I32LE;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_STD_I64LE;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_STD_U8LE;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_STD_U16LE;
  if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_STD_U32LE;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_STD_U64LE;
}

/// Throws unless values of `type` can be read as T without losing their meaning.
template <class T>
void require_number(hid_t type, const std::string& path, const std::string& object) {
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_INTEGER || (kind == H5T_FLOAT && std::is_floating_point_v<T>)) return;
  const char* found = kind == H5T_FLOAT    ? "floating-point numbers"
                      : kind == H5T_STRING ? "strings"
                      : kind == H5T_VLEN   ? "variable-length rows"
                                           : "another type";
  throw FileError(path, object,
                  std::string("expected ") +
                      (std::is_floating_point_v<T> ? "numbers" : "integers") + ", found " + found);
}

/// A transfer property list under which a value that does not fit is an error.
Handle strict_transfer(const std::string& path, const std::string& object);

}  // namespace snn::hdf5

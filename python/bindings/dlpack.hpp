// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// What the DLPack specification, version 1.0, lays down (dmlc.github.io/dlpack): the structs that
/// a capsule points to, in C's layout.
namespace snn::python::dlpack {

enum class DeviceType : std::int32_t {
  cpu = 1,
  cuda = 2,
  cuda_host = 3,
  rocm_host = 11,
  cuda_managed = 13
};

struct Device {
  DeviceType type;
  std::int32_t number;
};

enum class TypeCode : std::uint8_t {
  integer = 0,
  unsigned_integer = 1,
  floating = 2,
  complex = 5,
  boolean = 6
};

struct DataType {
  TypeCode code;
  std::uint8_t bits;
  std::uint16_t lanes;
};

struct Tensor {
  void* data;
  Device device;
  std::int32_t dimensions;
  DataType type;
  std::int64_t* shape;
  std::int64_t* strides;  ///< in elements; null: row-major without gaps
  std::uint64_t byte_offset;
};

/// What a capsule named "dltensor" points to.
struct ManagedTensor {
  static constexpr const char* name = "dltensor";
  static constexpr const char* used = "used_dltensor";
  Tensor tensor;
  void* owner;
  void (*release)(ManagedTensor*);
};

/// What a capsule named "dltensor_versioned" points to, from version 1.0 on.
struct VersionedTensor {
  static constexpr const char* name = "dltensor_versioned";
  static constexpr const char* used = "used_dltensor_versioned";
  static constexpr std::uint64_t read_only = 1, copied = 2;
  struct {
    std::uint32_t major, minor;
  } version;
  void* owner;
  void (*release)(VersionedTensor*);
  std::uint64_t flags;
  Tensor tensor;
};

}  // namespace snn::python::dlpack

// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "snn/io/hdf5_detail.hpp"
#include "snn/io/hdf5_file.hpp"

namespace snn {
namespace hdf5 {
namespace {

/// Largest factor by which deflate can shrink (zlib's documentation: 1032).
constexpr std::uint64_t largest_compression = 1032;

H5T_conv_ret_t refuse_overflow(H5T_conv_except_t what, hid_t, hid_t, void*, void*, void*) {
  const bool overflow = what == H5T_CONV_EXCEPT_RANGE_HI || what == H5T_CONV_EXCEPT_RANGE_LOW;
  return overflow ? H5T_CONV_ABORT : H5T_CONV_UNHANDLED;
}

/// How many bytes of data a dataset can hold at most in a file of this length.
std::uint64_t plausible_bytes(hid_t dataset, std::uint64_t length) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  const bool chunked = creation >= 0 && H5Pget_layout(creation) == H5D_CHUNKED;
  if (!chunked) return length;
  // Chunks at the border are stored whole, which only helps; filters may have compressed.
  const bool filtered = H5Pget_nfilters(creation) > 0;
  return filtered ? length * largest_compression : length;
}

}  // namespace

Dataset open_dataset(hid_t file, const std::string& path, const std::string& object) {
  const Handle any = checked(H5Oopen(file, object.c_str(), H5P_DEFAULT), H5Oclose, path, object,
                             "missing from the file, or cannot be opened");
  if (H5Iget_type(any) != H5I_DATASET) throw FileError(path, object, "is not a dataset");
  Handle id = checked(H5Dopen2(file, object.c_str(), H5P_DEFAULT), H5Dclose, path, object,
                      "cannot open the dataset");
  Handle type = checked(H5Dget_type(id), H5Tclose, path, object, "cannot read the type");
  Handle space = checked(H5Dget_space(id), H5Sclose, path, object, "cannot read the extents");
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0) fail(path, object, "cannot read the extents");
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space, sizes.data(), nullptr), path, object,
        "cannot read the extents");
  const std::uint64_t limit = plausible_bytes(id, file_length(file, path));
  std::uint64_t bytes = H5Tget_class(type) == H5T_VLEN ? 1 : H5Tget_size(type);
  std::vector<std::int64_t> extents;
  std::int64_t count = H5Sget_simple_extent_type(space) == H5S_NULL ? 0 : 1;
  std::string shape;
  bool too_large = false;
  for (const hsize_t size : sizes) {
    too_large = too_large || (size != 0 && bytes > limit / size);
    bytes *= too_large ? 1 : size;
    count *= too_large ? 1 : static_cast<std::int64_t>(size);
    extents.push_back(static_cast<std::int64_t>(size));
    shape += (shape.empty() ? "" : " x ") + std::to_string(size);
  }
  if (too_large) {
    throw FileError(path, object, "claims " + shape + " elements, more than the file can hold");
  }
  return {std::move(id), std::move(type), std::move(space), std::move(extents), count};
}

Handle strict_transfer(const std::string& path, const std::string& object) {
  Handle transfer =
      checked(H5Pcreate(H5P_DATASET_XFER), H5Pclose, path, object, "cannot prepare the transfer");
  H5Pset_type_conv_cb(transfer, refuse_overflow, nullptr);
  return transfer;
}

namespace {

/// Memory for the rows HDF5 hands out, freed as a whole, and refused beyond a limit:
/// variable-length rows are stored uncompressed, so they cannot be longer than the file.
struct RowMemory {
  std::uint64_t left;
  std::vector<std::unique_ptr<std::byte[]>> blocks;
};

void* take(std::size_t size, void* data) {
  auto& memory = *static_cast<RowMemory*>(data);
  if (size > memory.left) return nullptr;
  try {
    memory.blocks.push_back(std::make_unique<std::byte[]>(size));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  memory.left -= size;
  return memory.blocks.back().get();
}
void give_back(void*, void*) {}

}  // namespace
}  // namespace hdf5

using hdf5::check;
using hdf5::checked;
using hdf5::Handle;
using hdf5::Session;

std::vector<std::int64_t> Hdf5File::extents(const std::string& object) const {
  const Session session;
  return hdf5::open_dataset(id_, path_, object).extents;
}

template <class T>
std::vector<T> Hdf5File::read(const std::string& object) const {
  const Session session;
  const hdf5::Dataset dataset = hdf5::open_dataset(id_, path_, object);
  hdf5::require_number<T>(dataset.type, path_, object);
  const Handle transfer = hdf5::strict_transfer(path_, object);
  std::vector<T> values(static_cast<std::size_t>(dataset.count));
  if (values.empty()) return values;
  check(H5Dread(dataset.id, hdf5::native<T>(), H5S_ALL, H5S_ALL, transfer, values.data()), path_,
        object, "cannot be read: damaged, or a value does not fit the type asked for");
  return values;
}

namespace {

/// Strings of fixed length lie one after the other, padded with zeros or spaces.
std::vector<std::string> cut(const std::vector<char>& text, std::size_t size, H5T_str_t padding) {
  std::vector<std::string> strings;
  for (std::size_t at = 0; at + size <= text.size(); at += size) {
    std::string value(text.data() + at, size);
    if (padding == H5T_STR_SPACEPAD) {
      value.resize(value.find_last_not_of(' ') + 1);
    } else {
      value.resize(std::strlen(value.c_str()));
    }
    strings.push_back(std::move(value));
  }
  return strings;
}

}  // namespace

std::vector<std::string> Hdf5File::read_strings(const std::string& object) const {
  const Session session;
  const hdf5::Dataset dataset = hdf5::open_dataset(id_, path_, object);
  if (H5Tget_class(dataset.type) != H5T_STRING) {
    throw FileError(path_, object, "expected strings, found another type");
  }
  const auto count = static_cast<std::size_t>(dataset.count);
  if (count == 0) return {};
  if (H5Tis_variable_str(dataset.type) <= 0) {
    const std::size_t size = H5Tget_size(dataset.type);
    std::vector<char> text(count * size);
    check(H5Dread(dataset.id, dataset.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), path_,
          object, "cannot be read");
    return cut(text, size, H5Tget_strpad(dataset.type));
  }
  hdf5::check_rows(id_, path_, object, dataset, 1);
  hdf5::RowMemory memory{hdf5::file_length(id_, path_) + count, {}};
  const Handle transfer = hdf5::strict_transfer(path_, object);
  H5Pset_vlen_mem_manager(transfer, hdf5::take, &memory, hdf5::give_back, &memory);
  std::vector<char*> pointers(count, nullptr);
  check(H5Dread(dataset.id, dataset.type, H5S_ALL, H5S_ALL, transfer, pointers.data()), path_,
        object, "cannot be read");
  std::vector<std::string> strings;
  for (const char* text : pointers) strings.emplace_back(text == nullptr ? "" : text);
  return strings;
}

template <class T>
Ragged<T> Hdf5File::read_ragged(const std::string& object) const {
  const Session session;
  const hdf5::Dataset dataset = hdf5::open_dataset(id_, path_, object);
  if (H5Tget_class(dataset.type) != H5T_VLEN || dataset.extents.size() != 1) {
    throw FileError(path_, object, "expected one dimension of variable-length rows");
  }
  // Rows are read in the file's own type, so that HDF5 has nothing to convert while a damaged
  // length may still be in play, and converted here.
  const Handle base =
      checked(H5Tget_super(dataset.type), H5Tclose, path_, object, "cannot read the type");
  hdf5::require_number<T>(base, path_, object);
  hdf5::check_rows(id_, path_, object, dataset, H5Tget_size(base));
  const Handle row_type =
      checked(H5Tvlen_create(base), H5Tclose, path_, object, "cannot read the type");
  const Handle transfer = hdf5::strict_transfer(path_, object);
  const std::size_t base_size = H5Tget_size(base);
  const std::uint64_t length = hdf5::file_length(id_, path_);

  Ragged<T> result;
  result.begin.reserve(static_cast<std::size_t>(dataset.count) + 1);
  result.begin.push_back(0);
  constexpr std::int64_t rows_at_once = 64;
  std::vector<hvl_t> rows;
  std::vector<std::byte> scratch;
  hdf5::RowMemory memory{length, {}};
  H5Pset_vlen_mem_manager(transfer, hdf5::take, &memory, hdf5::give_back, &memory);
  for (std::int64_t first = 0; first < dataset.count; first += rows_at_once) {
    const hsize_t start = static_cast<hsize_t>(first);
    const hsize_t count = static_cast<hsize_t>(std::min(rows_at_once, dataset.count - first));
    memory.blocks.clear();
    rows.assign(count, hvl_t{});
    const Handle space = checked(H5Screate_simple(1, &count, nullptr), H5Sclose, path_, object,
                                 "cannot select rows");
    check(H5Sselect_hyperslab(dataset.space, H5S_SELECT_SET, &start, nullptr, &count, nullptr),
          path_, object, "cannot select rows");
    const std::string where = object + " rows " + std::to_string(first) + ".." +
                              std::to_string(first + static_cast<std::int64_t>(count) - 1);
    check(H5Dread(dataset.id, row_type, space, dataset.space, transfer, rows.data()), path_, where,
          "cannot be read: damaged");
    for (const hvl_t& row : rows) {
      if (row.len > 0) {
        scratch.resize(row.len * std::max(base_size, sizeof(T)));
        std::memcpy(scratch.data(), row.p, row.len * base_size);
        check(H5Tconvert(base, hdf5::native<T>(), row.len, scratch.data(), nullptr, transfer),
              path_, where, "a value does not fit the type asked for");
        const auto old = result.values.size();
        result.values.resize(old + row.len);
        std::memcpy(result.values.data() + old, scratch.data(), row.len * sizeof(T));
      }
      result.begin.push_back(static_cast<std::int64_t>(result.values.size()));
    }
  }
  return result;
}

namespace {

/// The name of the value an attribute of an enumeration holds.
std::string enum_name(hid_t attribute, hid_t type, const std::string& path,
                      const std::string& where) {
  std::byte value[16] = {};
  if (H5Tget_size(type) > sizeof value) throw FileError(path, where, "the type is too large");
  check(H5Aread(attribute, type, value), path, where, "cannot be read");
  char name[64] = {};
  check(H5Tenum_nameof(type, value, name, sizeof name), path, where,
        "holds a value that its enumeration does not name");
  return name;
}

}  // namespace

template <class T>
T Hdf5File::attribute(const std::string& object, const std::string& name) const {
  const Session session;
  const std::string where = object + "@" + name;
  const Handle id =
      checked(H5Aopen_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
              H5Aclose, path_, where, "missing attribute");
  const Handle type = checked(H5Aget_type(id), H5Tclose, path_, where, "cannot read the type");
  const Handle space = checked(H5Aget_space(id), H5Sclose, path_, where, "cannot read the extents");
  if (H5Sget_simple_extent_npoints(space) != 1) {
    throw FileError(path_, where, "expected one value, found several or none");
  }
  if constexpr (std::is_same_v<T, std::string>) {
    if (H5Tget_class(type) == H5T_ENUM) return enum_name(id, type, path_, where);
    if (H5Tget_class(type) != H5T_STRING) throw FileError(path_, where, "expected a string");
    if (H5Tis_variable_str(type) > 0) {
      char* text = nullptr;
      check(H5Aread(id, type, &text), path_, where, "cannot be read");
      std::string value = text == nullptr ? "" : text;
      H5free_memory(text);
      return value;
    }
    std::vector<char> text(H5Tget_size(type));
    check(H5Aread(id, type, text.data()), path_, where, "cannot be read");
    return cut(text, text.size(), H5Tget_strpad(type)).front();
  } else {
    hdf5::require_number<T>(type, path_, where);
    std::byte buffer[64] = {};
    if (H5Tget_size(type) > sizeof buffer) throw FileError(path_, where, "the type is too large");
    check(H5Aread(id, type, buffer), path_, where, "cannot be read");
    const Handle transfer = hdf5::strict_transfer(path_, where);
    check(H5Tconvert(type, hdf5::native<T>(), 1, buffer, nullptr, transfer), path_, where,
          "the value does not fit the type asked for");
    T value;
    std::memcpy(&value, buffer, sizeof value);
    return value;
  }
}

template std::string Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<float> Hdf5File::read(const std::string&) const;
template Ragged<float> Hdf5File::read_ragged(const std::string&) const;
template float Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<double> Hdf5File::read(const std::string&) const;
template Ragged<double> Hdf5File::read_ragged(const std::string&) const;
template double Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::int8_t> Hdf5File::read(const std::string&) const;
template Ragged<std::int8_t> Hdf5File::read_ragged(const std::string&) const;
template std::int8_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::int16_t> Hdf5File::read(const std::string&) const;
template Ragged<std::int16_t> Hdf5File::read_ragged(const std::string&) const;
template std::int16_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::int32_t> Hdf5File::read(const std::string&) const;
template Ragged<std::int32_t> Hdf5File::read_ragged(const std::string&) const;
template std::int32_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::int64_t> Hdf5File::read(const std::string&) const;
template Ragged<std::int64_t> Hdf5File::read_ragged(const std::string&) const;
template std::int64_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::uint8_t> Hdf5File::read(const std::string&) const;
template Ragged<std::uint8_t> Hdf5File::read_ragged(const std::string&) const;
template std::uint8_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::uint16_t> Hdf5File::read(const std::string&) const;
template Ragged<std::uint16_t> Hdf5File::read_ragged(const std::string&) const;
template std::uint16_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::uint32_t> Hdf5File::read(const std::string&) const;
template Ragged<std::uint32_t> Hdf5File::read_ragged(const std::string&) const;
template std::uint32_t Hdf5File::attribute(const std::string&, const std::string&) const;
template std::vector<std::uint64_t> Hdf5File::read(const std::string&) const;
template Ragged<std::uint64_t> Hdf5File::read_ragged(const std::string&) const;
template std::uint64_t Hdf5File::attribute(const std::string&, const std::string&) const;

}  // namespace snn

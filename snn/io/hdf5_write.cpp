// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "snn/io/hdf5_detail.hpp"
#include "snn/io/hdf5_file.hpp"

namespace snn {

using hdf5::check;
using hdf5::checked;
using hdf5::Handle;
using hdf5::Session;

namespace {

/// Chunks of at most 1 MiB, halved along the longest dimension.
std::vector<hsize_t> chunk_of(std::vector<hsize_t> extents, std::size_t element_size) {
  const auto bytes = [&] {
    hsize_t product = element_size;
    for (const hsize_t extent : extents) product *= extent;
    return product;
  };
  constexpr hsize_t largest = hsize_t{1} << 20;
  while (bytes() > largest) {
    auto longest = std::max_element(extents.begin(), extents.end());
    if (*longest == 1) break;  // one element alone is larger
    *longest = (*longest + 1) / 2;
  }
  return extents;
}

struct Place {
  hid_t file;
  const std::string& path;
  const std::string& object;
};

/// Makes a dataset with the groups above it.
Handle make_dataset(const Place& place, hid_t type, const std::vector<hsize_t>& extents,
                    hid_t space, Hdf5Storage storage) {
  const auto& [file, path, object] = place;
  hdf5::make_groups_above(file, path, object);
  const Handle creation = hdf5::untimed(H5P_DATASET_CREATE, path);
  const bool empty = std::find(extents.begin(), extents.end(), 0u) != extents.end();
  hsize_t bytes = H5Tget_size(type);
  for (const hsize_t extent : extents) bytes *= extent;
  constexpr hsize_t small = 8192;
  if (storage == Hdf5Storage::checked && bytes <= small) {
    H5Pset_layout(creation, H5D_COMPACT);  // inside the dataset's header, which has a checksum
  } else if (storage == Hdf5Storage::checked && !empty) {
    const std::vector<hsize_t> chunk = chunk_of(extents, H5Tget_size(type));
    H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_fletcher32(creation);
  }
  return checked(H5Dcreate2(file, object.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
                 H5Dclose, path, object, "cannot make the dataset");
}

Handle make_space(const Place& place, const std::vector<hsize_t>& extents) {
  return checked(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                 H5Sclose, place.path, place.object, "cannot make the dataset");
}

Handle string_type(const Place& place, std::size_t size) {
  Handle type =
      checked(H5Tcopy(H5T_C_S1), H5Tclose, place.path, place.object, "cannot make a type");
  H5Tset_size(type, std::max<std::size_t>(size, 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

}  // namespace

template <class T>
void Hdf5File::write(const std::string& object, std::span<const T> values,
                     std::span<const std::int64_t> extents, Hdf5Storage storage) {
  const Session session;
  const Place place{id_, path_, object};
  std::vector<hsize_t> sizes(extents.begin(), extents.end());
  if (sizes.empty()) sizes.push_back(values.size());
  hsize_t count = 1;
  for (const hsize_t size : sizes) count *= size;
  if (count != values.size()) {
    throw FileError(path_, object,
                    "cannot be written: " + std::to_string(values.size()) +
                        " values do not fill extents of " + std::to_string(count));
  }
  const Handle space = make_space(place, sizes);
  const Handle dataset = make_dataset(place, hdf5::stored<T>(), sizes, space, storage);
  if (values.empty()) return;
  check(H5Dwrite(dataset, hdf5::native<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), path_,
        object, "cannot be written");
}

void Hdf5File::write_strings(const std::string& object, std::span<const std::string> values) {
  const Session session;
  const Place place{id_, path_, object};
  std::size_t size = 1;
  for (const std::string& value : values) size = std::max(size, value.size());
  std::vector<char> text(values.size() * size, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::copy(values[i].begin(), values[i].end(), text.begin() + static_cast<long>(i * size));
  }
  const std::vector<hsize_t> sizes{values.size()};
  const Handle space = make_space(place, sizes);
  const Handle type = string_type(place, size);
  const Handle dataset = make_dataset(place, type, sizes, space, Hdf5Storage::checked);
  if (values.empty()) return;
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), path_, object,
        "cannot be written");
}

template <class T>
void Hdf5File::write_ragged(const std::string& object, const Ragged<T>& rows) {
  const Session session;
  const Place place{id_, path_, object};
  std::vector<hvl_t> table;
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    const std::int64_t begin = rows.begin[static_cast<std::size_t>(row)];
    const std::int64_t end = rows.begin[static_cast<std::size_t>(row) + 1];
    // HDF5 only reads through this pointer.
    table.push_back(
        {static_cast<std::size_t>(end - begin), const_cast<T*>(rows.values.data() + begin)});
  }
  const std::vector<hsize_t> sizes{table.size()};
  const Handle space = make_space(place, sizes);
  const Handle file_type =
      checked(H5Tvlen_create(hdf5::stored<T>()), H5Tclose, path_, object, "cannot make a type");
  const Handle memory_type =
      checked(H5Tvlen_create(hdf5::native<T>()), H5Tclose, path_, object, "cannot make a type");
  const Handle dataset = make_dataset(place, file_type, sizes, space, Hdf5Storage::contiguous);
  if (table.empty()) return;
  check(H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, table.data()), path_, object,
        "cannot be written");
}

template <class T>
void Hdf5File::set_attribute(const std::string& object, const std::string& name, const T& value) {
  const Session session;
  const std::string where = object + "@" + name;
  const Place place{id_, path_, where};
  const Handle space =
      checked(H5Screate(H5S_SCALAR), H5Sclose, path_, where, "cannot make the attribute");
  const auto put = [&](hid_t file_type, hid_t memory_type, const void* data) {
    const Handle id = checked(H5Acreate_by_name(id_, object.c_str(), name.c_str(), file_type, space,
                                                H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                              H5Aclose, path_, where, "cannot make the attribute");
    check(H5Awrite(id, memory_type, data), path_, where, "cannot be written");
  };
  if constexpr (std::is_same_v<T, std::string>) {
    // Attributes must fit into 64 KiB.
    constexpr std::size_t largest = 60000;
    if (value.size() > largest) {
      throw FileError(path_, where, "cannot be written: longer than 60000 bytes");
    }
    const Handle type = string_type(place, value.size());
    put(type, type, value.empty() ? "" : value.data());
  } else {
    put(hdf5::stored<T>(), hdf5::native<T>(), &value);
  }
}

template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::string&);
template void Hdf5File::write(const std::string&, std::span<const float>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<float>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const float&);
template void Hdf5File::write(const std::string&, std::span<const double>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<double>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const double&);
template void Hdf5File::write(const std::string&, std::span<const std::int8_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::int8_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::int8_t&);
template void Hdf5File::write(const std::string&, std::span<const std::int16_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::int16_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::int16_t&);
template void Hdf5File::write(const std::string&, std::span<const std::int32_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::int32_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::int32_t&);
template void Hdf5File::write(const std::string&, std::span<const std::int64_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::int64_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::int64_t&);
template void Hdf5File::write(const std::string&, std::span<const std::uint8_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::uint8_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::uint8_t&);
template void Hdf5File::write(const std::string&, std::span<const std::uint16_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::uint16_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::uint16_t&);
template void Hdf5File::write(const std::string&, std::span<const std::uint32_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::uint32_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::uint32_t&);
template void Hdf5File::write(const std::string&, std::span<const std::uint64_t>,
                              std::span<const std::int64_t>, Hdf5Storage);
template void Hdf5File::write_ragged(const std::string&, const Ragged<std::uint64_t>&);
template void Hdf5File::set_attribute(const std::string&, const std::string&, const std::uint64_t&);

}  // namespace snn

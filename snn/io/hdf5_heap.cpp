// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>

#include "snn/io/hdf5_detail.hpp"

/// Variable-length rows are the one part of HDF5 that the library (up to 1.14 at least) trusts: a
/// damaged length or heap makes it read and write outside its memory. So what the rows point to is
/// checked first, after the "HDF5 File Format Specification", sections III.E (global heap) and VIII
/// (variable-length data): a row is stored as its length (4 bytes), the address of a heap (8) and
/// the number of an object in it (4); a heap holds objects of number, count, size and bytes.
namespace snn::hdf5 {
namespace {

constexpr std::size_t row_bytes = 16;

std::uint64_t little_endian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

/// The bytes of the file beside the library.
class RawFile {
 public:
  explicit RawFile(const std::string& path) : file_(path, std::ios::binary) {
    file_.seekg(0, std::ios::end);
    length_ = static_cast<std::uint64_t>(std::max<std::streamoff>(file_.tellg(), 0));
  }
  bool is_open() const { return file_.is_open(); }
  /// Nothing if the file does not reach that far.
  std::optional<std::vector<char>> read(std::uint64_t begin, std::uint64_t size) {
    if (begin > length_ || size > length_ - begin) return std::nullopt;
    std::vector<char> bytes(static_cast<std::size_t>(size));
    file_.seekg(static_cast<std::streamoff>(begin));
    file_.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!file_) return std::nullopt;
    return bytes;
  }

 private:
  std::ifstream file_;
  std::uint64_t length_ = 0;
};

/// Sizes of a heap's objects by number; nothing if it is damaged anywhere.
using Heap = std::map<std::uint64_t, std::uint64_t>;
std::optional<Heap> read_heap(RawFile& file, std::uint64_t address) {
  constexpr std::uint64_t header = 16;
  const auto start = file.read(address, header);
  if (!start || std::memcmp(start->data(), "GCOL\1", 5) != 0) return std::nullopt;
  const auto bytes = file.read(address, little_endian(start->data() + 8, 8));
  if (!bytes || bytes->size() < header) return std::nullopt;
  Heap heap;
  for (std::uint64_t at = header; bytes->size() - at >= header;) {
    const char* object = bytes->data() + at;
    const std::uint64_t number = little_endian(object, 2);
    const std::uint64_t size = little_endian(object + 8, 8);
    const std::uint64_t left = bytes->size() - at;
    if (size > left) return std::nullopt;
    // Number 0 is the free space, whose size includes its header; other objects end on 8 bytes.
    const std::uint64_t need = number == 0 ? size : header + (size + 7) / 8 * 8;
    if (need < header || need > left) return std::nullopt;
    if (number != 0 && !heap.emplace(number, size).second) return std::nullopt;
    at += need;
  }
  return heap;
}

/// Undoes a chunk's filters; nothing if they are others than shuffle and deflate, or fail.
std::optional<std::vector<char>> unfiltered(hid_t creation, unsigned skipped,
                                            std::vector<char> bytes, std::size_t size) {
  for (int i = H5Pget_nfilters(creation) - 1; i >= 0; --i) {
    if ((skipped >> i & 1u) != 0) continue;
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &values,
                                               nullptr, 0, nullptr, nullptr);
    std::vector<char> next(size);
    if (filter == H5Z_FILTER_DEFLATE) {
      uLongf length = size;
      const int status = uncompress(reinterpret_cast<Bytef*>(next.data()), &length,
                                    reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
      if (status != Z_OK || length != size) return std::nullopt;
    } else if (filter == H5Z_FILTER_SHUFFLE && bytes.size() == size) {
      const std::size_t rows = size / row_bytes;
      for (std::size_t b = 0; b < row_bytes; ++b) {
        for (std::size_t r = 0; r < rows; ++r) next[r * row_bytes + b] = bytes[b * rows + r];
      }
    } else {
      return std::nullopt;
    }
    bytes = std::move(next);
  }
  if (bytes.size() != size) return std::nullopt;
  return bytes;
}

/// Calls visit(rows) for each stored block of rows; false where one cannot be read.
template <class Visit>
bool for_each_block(RawFile& file, const Dataset& dataset, Visit&& visit) {
  const Handle creation(H5Dget_create_plist(dataset.id), H5Pclose);
  const H5D_layout_t layout = creation < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(creation);
  if (layout == H5D_COMPACT) return true;  // inside the header, out of reach from here
  if (layout == H5D_CONTIGUOUS) {
    const haddr_t address = H5Dget_offset(dataset.id);
    if (address == HADDR_UNDEF) return true;  // never written: all rows are empty
    const auto bytes = file.read(address, static_cast<std::uint64_t>(dataset.count) * row_bytes);
    return bytes && visit(*bytes);
  }
  if (layout != H5D_CHUNKED) return false;
  std::vector<hsize_t> extents(dataset.extents.size()), offset(dataset.extents.size());
  H5Pget_chunk(creation, static_cast<int>(extents.size()), extents.data());
  std::uint64_t size = row_bytes;
  constexpr std::uint64_t largest = std::uint64_t{1} << 31;
  for (const hsize_t extent : extents) {
    if (extent == 0 || extent > largest / size) return false;
    size *= extent;
  }
  hsize_t chunks = 0;
  if (H5Dget_num_chunks(dataset.id, dataset.space, &chunks) < 0) return false;
  for (hsize_t i = 0; i < chunks; ++i) {
    unsigned skipped = 0;
    haddr_t address = 0;
    hsize_t stored = 0;
    if (H5Dget_chunk_info(dataset.id, dataset.space, i, offset.data(), &skipped, &address,
                          &stored) < 0) {
      return false;
    }
    auto bytes = file.read(address, stored);
    if (bytes) bytes = unfiltered(creation, skipped, std::move(*bytes), size);
    if (!bytes || !visit(*bytes)) return false;
  }
  return true;
}

}  // namespace

void check_rows(hid_t file, const std::string& path, const std::string& object,
                const Dataset& dataset, std::size_t element_size) {
  const Handle creation(H5Fget_create_plist(file), H5Pclose);
  hsize_t user_block = 0;
  std::size_t address_size = 0, size_size = 0;
  if (creation < 0 || H5Pget_userblock(creation, &user_block) < 0 ||
      H5Pget_sizes(creation, &address_size, &size_size) < 0) {
    return;
  }
  RawFile raw(path);
  // A file in memory is one we are making; other sizes do not occur on today's machines.
  if (!raw.is_open() || user_block != 0 || address_size != 8 || size_size != 8) return;
  std::uint64_t known_address = 0;
  std::optional<Heap> heap;
  const bool good = for_each_block(raw, dataset, [&](const std::vector<char>& rows) {
    for (std::size_t at = 0; at + row_bytes <= rows.size(); at += row_bytes) {
      const std::uint64_t length = little_endian(rows.data() + at, 4);
      if (length == 0) continue;
      const std::uint64_t address = little_endian(rows.data() + at + 4, 8);
      const std::uint64_t number = little_endian(rows.data() + at + 12, 4);
      if (!heap || address != known_address) heap = read_heap(raw, address);
      known_address = address;
      if (!heap) return false;
      const auto found = heap->find(number);
      if (found == heap->end() || found->second != length * element_size) return false;
    }
    return true;
  });
  if (!good) {
    throw FileError(path, object,
                    "damaged: variable-length rows point to what is not there (or were compressed "
                    "with another filter than gzip)");
  }
}

}  // namespace snn::hdf5

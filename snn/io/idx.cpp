// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "snn/io/load.hpp"
#include "snn/io/split.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

/// Bytes of a file that may be compressed; zlib recognises both. Offsets are of the uncompressed
/// content.
class ByteReader {
 public:
  explicit ByteReader(const fs::path& path)
      : path_(path.string()), file_(gzopen(path.c_str(), "rb"), gzclose) {
    if (file_ == nullptr) throw FileError(path_, "", "cannot be opened");
  }

  [[noreturn]] void fail(const std::string& what) const { fail_at(offset_, what); }
  [[noreturn]] void fail_at(std::uint64_t offset, const std::string& what) const {
    throw FileError(path_, "byte " + std::to_string(offset), what);
  }

  /// Fills `bytes` as far as the file reaches; returns the number read.
  std::size_t read_some(std::span<std::uint8_t> bytes) {
    const int count = gzread(file_.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
    int status = Z_OK;
    const char* reason = gzerror(file_.get(), &status);
    if (count < 0 || (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)) {
      fail("damaged: " + std::string(reason));
    }
    offset_ += static_cast<std::uint64_t>(count);
    if (status == Z_BUF_ERROR) fail("the compressed data end early: truncated");
    return static_cast<std::size_t>(count);
  }

  std::uint32_t big_endian() {
    std::array<std::uint8_t, 4> b{};
    const std::uint64_t begin = offset_;
    if (read_some(b) != b.size()) fail_at(begin, "the header ends early: truncated");
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
  }

  /// Exactly `count` bytes, then the end. Memory grows with what is there, not with what the header
  /// claims.
  std::vector<std::uint8_t> rest(std::uint64_t count) {
    std::vector<std::uint8_t> bytes;
    constexpr std::uint64_t at_once = std::uint64_t{1} << 20;
    while (bytes.size() < count) {
      const auto old = bytes.size();
      bytes.resize(old + static_cast<std::size_t>(std::min(count - old, at_once)));
      const std::size_t read = read_some(std::span(bytes).subspan(old));
      if (read != bytes.size() - old) {
        fail("truncated: the header promises " + std::to_string(count) + " bytes of data, " +
             std::to_string(old + read) + " are there");
      }
    }
    std::array<std::uint8_t, 1> more{};
    const std::uint64_t end = offset_;
    if (read_some(more) != 0) fail_at(end, "more bytes than the header promises");
    return bytes;
  }

 private:
  std::string path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
  std::uint64_t offset_ = 0;
};

struct IdxFile {
  std::vector<std::uint32_t> extents;
  std::vector<std::uint8_t> bytes;
  std::string path;
};

/// The IDX format (LeCun, Cortes & Burges): two zero bytes, a type (8: bytes), the number of
/// dimensions, their extents as big-endian 32-bit numbers, the data.
IdxFile read_idx(const fs::path& path, std::uint32_t dimensions) {
  ByteReader reader(path);
  const std::uint32_t magic = reader.big_endian();
  if (magic != (0x0800u | dimensions)) {
    reader.fail_at(0, "magic number " + std::to_string(magic) + ", expected " +
                          std::to_string(0x0800u | dimensions) + " (bytes in " +
                          std::to_string(dimensions) + " dimensions)");
  }
  IdxFile file{{}, {}, path.string()};
  std::uint64_t count = 1;
  for (std::uint32_t d = 0; d < dimensions; ++d) {
    const std::uint32_t extent = reader.big_endian();
    constexpr std::uint64_t largest = std::uint64_t{1} << 40;
    if (extent == 0 || count * extent > largest) {
      reader.fail_at(4 + 4 * d, "extent " + std::to_string(extent) + " of dimension " +
                                    std::to_string(d) + " is not plausible");
    }
    count *= extent;
    file.extents.push_back(extent);
  }
  file.bytes = reader.rest(count);
  return file;
}

/// The file of that name, with either spelling of its kind, compressed or not.
fs::path find_idx(const fs::path& folder, const std::string& stem, const std::string& kind) {
  for (const char* join : {"-", "."}) {
    for (const char* ending : {"", ".gz"}) {
      fs::path path = folder / stem;
      path += join;
      path += kind;
      path += ending;
      std::error_code error;
      if (fs::is_regular_file(path, error)) return path;
    }
  }
  throw FileError((folder / (stem + "-" + kind)).string(), "", "no such file, nor as .gz");
}

/// Appends one images file and its labels.
void append(const fs::path& folder, const std::string& part, Dataset& data, Images& images) {
  IdxFile pixels = read_idx(find_idx(folder, part + "-images", "idx3-ubyte"), 3);
  const IdxFile labels = read_idx(find_idx(folder, part + "-labels", "idx1-ubyte"), 1);
  if (labels.extents[0] != pixels.extents[0]) {
    throw FileError(labels.path, "byte 4",
                    std::to_string(labels.extents[0]) + " labels for the " +
                        std::to_string(pixels.extents[0]) + " images of " + pixels.path);
  }
  const Shape shape{pixels.extents[1], pixels.extents[2]};
  if (!data.shape.empty() && data.shape != shape) {
    throw FileError(pixels.path, "byte 8",
                    "images of " + std::to_string(shape[0]) + " x " + std::to_string(shape[1]) +
                        ", the training images are " + std::to_string(data.shape[0]) + " x " +
                        std::to_string(data.shape[1]));
  }
  data.shape = shape;
  for (std::size_t i = 0; i < labels.bytes.size(); ++i) {
    if (labels.bytes[i] >= data.classes) {
      throw FileError(labels.path, "byte " + std::to_string(8 + i),
                      "label " + std::to_string(labels.bytes[i]) + "; allowed: 0 to " +
                          std::to_string(data.classes - 1));
    }
    data.label.push_back(labels.bytes[i]);
  }
  if (images.values.empty()) {
    images.values = std::move(pixels.bytes);
  } else {
    images.values.insert(images.values.end(), pixels.bytes.begin(), pixels.bytes.end());
  }
}

}  // namespace

LoadedData load_mnist(const fs::path& folder, const SplitOptions& options, std::int32_t classes) {
  if (classes < 1 || classes > 256) {
    throw ConfigError("data mnist", "classes", std::to_string(classes), "1 to 256");
  }
  const double fraction = validation_fraction(options, 1.0 / 12.0);
  LoadedData loaded;
  Dataset& data = loaded.data;
  data.name = "mnist";
  data.classes = classes;
  Images images{.values = {}, .full_scale = 255.0f};
  append(folder, "train", data, images);
  const std::int64_t train = data.size();
  append(folder, "t10k", data, images);
  data.data = std::move(images);
  loaded.split.train.resize(static_cast<std::size_t>(train));
  loaded.split.test.resize(static_cast<std::size_t>(data.size() - train));
  std::iota(loaded.split.train.begin(), loaded.split.train.end(), 0);
  std::iota(loaded.split.test.begin(), loaded.split.test.end(), train);
  hold_out_fraction(data, loaded.split, fraction, options.seed);
  return loaded;
}

}  // namespace snn

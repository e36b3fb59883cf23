// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <numeric>
#include <set>

#include "snn/io/load.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::read_bytes;
using test::TemporaryFolder;
using test::write_bytes;

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
  return bytes;
}

std::string images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns) {
  std::string bytes =
      big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(columns);
  for (std::uint32_t i = 0; i < count * rows * columns; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::string labels(std::uint32_t count) {
  std::string bytes = big_endian(0x801) + big_endian(count);
  for (std::uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

void write_gz(const std::filesystem::path& path, const std::string& bytes) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

/// A folder with a small data set: 40 + 20 images of 3 x 5.
struct Small : TemporaryFolder {
  Small() {
    write_bytes(*this / "train-images-idx3-ubyte", images(40, 3, 5));
    write_gz(*this / "train-labels-idx1-ubyte.gz", labels(40));
    write_gz(*this / "t10k-images-idx3-ubyte.gz", images(20, 3, 5));
    write_bytes(*this / "t10k-labels.idx1-ubyte", labels(20));
  }
  FileError error() const {
    return file_error([this] { load_mnist(path()); });
  }
};

TEST(Idx, ReadsPlainAndCompressedFiles) {
  const Small folder;
  const LoadedData loaded = load_mnist(folder.path(), {.validation_fraction = 0.25});
  EXPECT_EQ(loaded.data.size(), 60);
  EXPECT_EQ(loaded.data.shape, (Shape{3, 5}));
  const auto& values = std::get<Images>(loaded.data.data).values;
  ASSERT_EQ(values.size(), 60u * 15u);
  EXPECT_EQ(values[257], 1);          // 257 as a byte
  EXPECT_EQ(values[40 * 15 + 7], 7);  // the test images follow
  EXPECT_EQ(loaded.data.label[43], 3);
  EXPECT_EQ(loaded.split.train.size(), 30u);
  EXPECT_EQ(loaded.split.validation.size(), 10u);
  EXPECT_EQ(loaded.split.test.size(), 20u);
}

TEST(Idx, NamesWrongMagicNumbers) {
  const Small folder;
  write_bytes(folder / "train-images-idx3-ubyte", labels(40));
  EXPECT_EQ(folder.error().where, "byte 0");
  EXPECT_EQ(folder.error().path, (folder / "train-images-idx3-ubyte").string());
}

TEST(Idx, NamesWhereAPlainFileEnds) {
  const Small folder;
  const std::string good = images(40, 3, 5);
  write_bytes(folder / "train-images-idx3-ubyte", good.substr(0, 100));
  EXPECT_EQ(folder.error().where, "byte 100");
  write_bytes(folder / "train-images-idx3-ubyte", good.substr(0, 10));
  EXPECT_EQ(folder.error().where, "byte 8");
  write_bytes(folder / "train-images-idx3-ubyte", "");
  EXPECT_EQ(folder.error().where, "byte 0");
  write_bytes(folder / "train-images-idx3-ubyte", good + "x");
  EXPECT_EQ(folder.error().where, "byte 616");
}

TEST(Idx, NamesDamageInCompressedFiles) {
  const Small folder;
  const auto path = folder / "t10k-images-idx3-ubyte.gz";
  const std::string good = read_bytes(path);
  for (const std::size_t size :
       {good.size() - 1, good.size() - 9, good.size() / 2, std::size_t{20}}) {
    write_bytes(path, good.substr(0, size));
    const FileError error = folder.error();
    EXPECT_EQ(error.path, path.string());
    EXPECT_EQ(error.where.substr(0, 5), "byte ");
    EXPECT_NE(std::string(error.what()).find("truncated"), std::string::npos) << error.what();
  }
  std::string flipped = good;
  flipped[good.size() - 5] = static_cast<char>(flipped[good.size() - 5] ^ 1);  // of the checksum
  write_bytes(path, flipped);
  EXPECT_NE(std::string(folder.error().what()).find("damaged"), std::string::npos);
  write_gz(path, images(20, 3, 5) + "more");
  EXPECT_EQ(folder.error().where, "byte 316");
}

TEST(Idx, NamesHeadersThatClaimTooMuch) {
  const Small folder;
  const std::string claims =
      big_endian(0x803) + big_endian(0xFFFFFFFF) + big_endian(0xFFFF) + big_endian(0xFFFF);
  write_bytes(folder / "train-images-idx3-ubyte", claims + "abc");
  EXPECT_EQ(folder.error().where, "byte 8");
  const std::string terabyte =
      big_endian(0x803) + big_endian(1 << 20) + big_endian(1 << 10) + big_endian(1 << 10);
  write_bytes(folder / "train-images-idx3-ubyte", terabyte + "abc");
  EXPECT_EQ(folder.error().where, "byte 19");
}

TEST(Idx, NamesLabelsThatDoNotBelong) {
  const Small folder;
  std::string bad = labels(40);
  bad[8 + 17] = 10;
  write_gz(folder / "train-labels-idx1-ubyte.gz", bad);
  EXPECT_EQ(folder.error().where, "byte 25");
  write_gz(folder / "train-labels-idx1-ubyte.gz", labels(39));
  EXPECT_EQ(folder.error().where, "byte 4");
  write_gz(folder / "train-labels-idx1-ubyte.gz", labels(40));
  write_gz(folder / "t10k-images-idx3-ubyte.gz", images(20, 5, 3));
  EXPECT_EQ(folder.error().where, "byte 8");
}

TEST(Idx, NamesMissingFiles) {
  const Small folder;
  std::filesystem::remove(folder / "t10k-labels.idx1-ubyte");
  EXPECT_EQ(folder.error().path, (folder / "t10k-labels-idx1-ubyte").string());
}

// Facts about MNIST: LeCun, Cortes & Burges; the mean of the training pixels is 33.318 (0.1307 of
// 255, as libraries normalise them).
TEST(Idx, ReadsTheRealMnist) {
  const auto folder = test::real_data() / "mnist";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no MNIST in SNN_DATA";
  const LoadedData loaded = load_mnist(folder);
  const Dataset& data = loaded.data;
  ASSERT_EQ(data.size(), 70000);
  EXPECT_EQ(data.shape, (Shape{28, 28}));
  std::vector<int> train(10), test(10);
  for (std::size_t i = 0; i < 70000; ++i) {
    ++(i < 60000 ? train : test)[static_cast<std::size_t>(data.label[i])];
  }
  EXPECT_EQ(train, (std::vector<int>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(test, (std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
  const auto& values = std::get<Images>(data.data).values;
  const auto sum = static_cast<double>(
      std::accumulate(values.begin(), values.begin() + 60000 * 784, std::int64_t{0}));
  EXPECT_NEAR(sum / (60000.0 * 784.0) / 255.0, 0.1307, 0.00005);
  EXPECT_EQ(loaded.split.train.size(), 55000u);
  EXPECT_EQ(loaded.split.validation.size(), 5000u);
  EXPECT_EQ(loaded.split.test.size(), 10000u);
  EXPECT_EQ(loaded.split.test.front(), 60000);
  std::set<std::int64_t> all(loaded.split.train.begin(), loaded.split.train.end());
  all.insert(loaded.split.validation.begin(), loaded.split.validation.end());
  EXPECT_EQ(all.size(), 60000u);
  EXPECT_EQ(*all.rbegin(), 59999);
}

}  // namespace
}  // namespace snn

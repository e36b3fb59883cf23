// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "snn/io/hdf5_file.hpp"
#include "snn/io/load.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

// Facts about scikit-learn's copy of the data: the printed first image, numpy.bincount(target), and
// images.sum().
TEST(Digits, AreTheUciDigits) {
  const LoadedData loaded = load_digits(find_example_data("digits.h5"));
  const Dataset& data = loaded.data;
  EXPECT_EQ(data.size(), 1797);
  EXPECT_EQ(data.shape, (Shape{8, 8}));
  EXPECT_EQ(data.classes, 10);
  const Images& images = std::get<Images>(data.data);
  EXPECT_EQ(images.full_scale, 16.0f);
  ASSERT_EQ(images.values.size(), 1797u * 64u);
  const std::vector<std::uint8_t> first_rows{0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0};
  EXPECT_TRUE(std::equal(first_rows.begin(), first_rows.end(), images.values.begin()));
  EXPECT_EQ(std::accumulate(images.values.begin(), images.values.end(), 0), 561718);
  std::vector<int> count(10);
  for (const auto label : data.label) ++count[static_cast<std::size_t>(label)];
  EXPECT_EQ(count, (std::vector<int>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
}

TEST(Digits, SplitInTheirOrder) {
  const Split split = load_digits(find_example_data("digits.h5")).split;
  ASSERT_EQ(split.train.size(), 1293u);  // 1437 - 144, a tenth of 1437 being 143.7
  ASSERT_EQ(split.validation.size(), 144u);
  ASSERT_EQ(split.test.size(), 360u);
  EXPECT_EQ(split.train.front(), 0);
  EXPECT_EQ(split.validation.front(), 1293);
  EXPECT_EQ(split.validation.back(), 1436);
  EXPECT_EQ(split.test.front(), 1437);
  EXPECT_EQ(split.test.back(), 1796);
  const auto path = find_example_data("digits.h5");
  EXPECT_EQ(load_digits(path, {.validation_fraction = 0}).split.train.size(), 1437u);
  EXPECT_THROW(load_digits(path, {.validation_fraction = 1}), ConfigError);
}

TEST(Digits, CreditTheirAuthors) {
  const Hdf5File file = Hdf5File::open(find_example_data("digits.h5"));
  EXPECT_NE(file.attribute<std::string>("/", "authors").find("Alpaydin"), std::string::npos);
  EXPECT_NE(file.attribute<std::string>("/", "licence").find("CC BY 4.0"), std::string::npos);
}

TEST(Digits, NameWhatIsWrong) {
  const TemporaryFolder folder;
  const auto path = folder / "digits.h5";
  const auto wrong = [&](std::uint8_t pixel, std::uint8_t label, std::size_t labels) {
    write_hdf5_atomically(path, [&](Hdf5File& file) {
      std::vector<std::uint8_t> images(1797 * 64, 3), classes(labels, 0);
      images[64 * 7 + 5] = pixel;
      classes[11] = label;
      const std::int64_t extents[] = {1797, 8, 8};
      file.write<std::uint8_t>("/images", images, extents);
      file.write("/labels", classes);
    });
    return file_error([&] { load_digits(path); });
  };
  EXPECT_EQ(wrong(17, 0, 1797).where, "/images sample 7");
  EXPECT_EQ(wrong(16, 10, 1797).where, "/labels sample 11");
  EXPECT_EQ(wrong(16, 9, 1796).where, "/labels");
  write_hdf5_atomically(path, [](Hdf5File& file) { file.make_group("/x"); });
  EXPECT_EQ(file_error([&] { load_digits(path); }).where, "/images");
}

TEST(ExampleData, IsFoundWhereTheEnvironmentSays) {
  const TemporaryFolder folder;
  test::write_bytes(folder / "thing.txt", "x");
  const FileError error = file_error([] { find_example_data("thing.txt"); });
  EXPECT_NE(std::string(error.what()).find("share/snn/data"), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("examples/data"), std::string::npos);
  ::setenv("SNN_EXAMPLE_DATA", folder.path().c_str(), 1);
  EXPECT_EQ(find_example_data("thing.txt"), folder / "thing.txt");
  ::unsetenv("SNN_EXAMPLE_DATA");
}

}  // namespace
}  // namespace snn

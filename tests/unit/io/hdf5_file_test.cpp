// SPDX-License-Identifier: Apache-2.0
#include "snn/io/hdf5_file.hpp"

#include <hdf5.h>

#include <cstring>
#include <limits>
#include <thread>

#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Writes a file, reads it back.
template <class Fill>
Hdf5File reopened(const TemporaryFolder& folder, Fill&& fill) {
  write_hdf5_atomically(folder / "a.h5", fill);
  return Hdf5File::open(folder / "a.h5");
}

template <class T>
class Hdf5Numbers : public testing::Test {};
using Numbers = testing::Types<float, double, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                               std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(Hdf5Numbers, Numbers);

TYPED_TEST(Hdf5Numbers, RoundTrip) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const std::vector<T> values{Limits::lowest(), T(0), T(1), Limits::min(), Limits::max(), T(42)};
  const Ragged<T> rows{{0, 2, 2, 6}, values};
  const std::int64_t extents[] = {2, 3};
  const TemporaryFolder folder;
  const Hdf5File file = reopened(folder, [&](Hdf5File& out) {
    out.write<T>("/group/below/matrix", values, extents);
    out.write<T>("/plain", values, {}, Hdf5Storage::contiguous);
    out.write("/empty", std::vector<T>{});
    out.write_ragged("/rows", rows);
    out.set_attribute("/group", "largest", Limits::max());
  });
  EXPECT_EQ(file.read<T>("/group/below/matrix"), values);
  EXPECT_EQ(file.extents("/group/below/matrix"), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(file.read<T>("/plain"), values);
  EXPECT_EQ(file.read<T>("/empty"), std::vector<T>{});
  const Ragged<T> back = file.read_ragged<T>("/rows");
  EXPECT_EQ(back.begin, rows.begin);
  EXPECT_EQ(back.values, rows.values);
  EXPECT_EQ(file.attribute<T>("/group", "largest"), Limits::max());
}

TEST(Hdf5File, KeepsEveryBitOfFloatingPointNumbers) {
  const std::vector<double> values{-0.0,     5e-324,    0.1,
                                   infinity, -infinity, std::numeric_limits<double>::quiet_NaN()};
  const TemporaryFolder folder;
  const Hdf5File file = reopened(folder, [&](Hdf5File& out) { out.write("/x", values); });
  const std::vector<double> back = file.read<double>("/x");
  ASSERT_EQ(back.size(), values.size());
  EXPECT_EQ(std::memcmp(back.data(), values.data(), values.size() * sizeof(double)), 0);
}

TEST(Hdf5File, KeepsLargeArraysAcrossChunks) {
  std::vector<std::uint32_t> values(3 * 250007);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint32_t>(i * i);
  const std::int64_t extents[] = {3, 250007};
  const TemporaryFolder folder;
  const Hdf5File file =
      reopened(folder, [&](Hdf5File& out) { out.write<std::uint32_t>("/x", values, extents); });
  EXPECT_EQ(file.read<std::uint32_t>("/x"), values);
}

TEST(Hdf5File, KeepsStrings) {
  const std::vector<std::string> values{"null", "", "drei", "q\xc3\xbc"};
  const std::string text = "snn bench --data digits";
  const TemporaryFolder folder;
  const Hdf5File file = reopened(folder, [&](Hdf5File& out) {
    out.write_strings("/names", values);
    out.set_attribute("/", "command", text);
    out.set_attribute("/", "nothing", std::string());
  });
  EXPECT_EQ(file.read_strings("/names"), values);
  EXPECT_EQ(file.attribute<std::string>("/", "command"), text);
  EXPECT_EQ(file.attribute<std::string>("/", "nothing"), "");
}

TEST(Hdf5File, ListsAndFinds) {
  const TemporaryFolder folder;
  const Hdf5File file = reopened(folder, [&](Hdf5File& out) {
    out.make_group("/b/c");
    out.write("/b/x", std::vector<double>{1});
    out.write("/a", std::vector<double>{1});
  });
  EXPECT_EQ(file.list("/"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(file.list("/b"), (std::vector<std::string>{"c", "x"}));
  EXPECT_TRUE(file.exists("/b/x"));
  EXPECT_TRUE(file.exists("b/c"));
  EXPECT_FALSE(file.exists("/b/y"));
  EXPECT_FALSE(file.exists("/nowhere/at/all"));
  EXPECT_FALSE(file.has_attribute("/b", "unit"));
  EXPECT_EQ(file_error([&] { (void)file.list("/nowhere"); }).where, "/nowhere");
}

TEST(Hdf5File, ConvertsNumbersAndRefusesWhatDoesNotFit) {
  const TemporaryFolder folder;
  const Hdf5File file = reopened(folder, [&](Hdf5File& out) {
    out.write("/small", std::vector<std::int64_t>{0, 7, 255});
    out.write("/large", std::vector<std::int64_t>{0, 7, 256});
    out.write("/negative", std::vector<std::int32_t>{-1});
    out.write("/fraction", std::vector<double>{0.5});
    out.write("/huge", std::vector<double>{1e300});
    out.write_ragged("/rows", Ragged<std::int32_t>{{0, 1, 2}, {1, 70000}});
    out.write_strings("/text", std::vector<std::string>{"x"});
    out.set_attribute("/", "seed", std::uint64_t{1} << 63);
    out.set_attribute("/", "text", std::string("x"));
  });
  EXPECT_EQ(file.read<std::uint8_t>("/small"), (std::vector<std::uint8_t>{0, 7, 255}));
  EXPECT_EQ(file.read<float>("/small"), (std::vector<float>{0, 7, 255}));
  EXPECT_EQ(file.read<float>("/fraction"), std::vector<float>{0.5f});
  const auto refused = [&](const std::string& where, auto&& read) {
    const FileError error = file_error(read);
    EXPECT_EQ(error.path, (folder / "a.h5").string());
    EXPECT_EQ(error.where.substr(0, where.size()), where);
  };
  refused("/large", [&] { (void)file.read<std::uint8_t>("/large"); });
  refused("/negative", [&] { (void)file.read<std::uint64_t>("/negative"); });
  refused("/fraction", [&] { (void)file.read<std::int32_t>("/fraction"); });
  refused("/huge", [&] { (void)file.read<float>("/huge"); });
  refused("/text", [&] { (void)file.read<double>("/text"); });
  refused("/rows", [&] { (void)file.read<std::int32_t>("/rows"); });
  refused("/rows", [&] { (void)file.read_ragged<std::uint16_t>("/rows"); });
  refused("/small", [&] { (void)file.read_ragged<float>("/small"); });
  refused("/small", [&] { (void)file.read_strings("/small"); });
  refused("/@seed", [&] { (void)file.attribute<std::int64_t>("/", "seed"); });
  refused("/@text", [&] { (void)file.attribute<double>("/", "text"); });
  refused("/@seed", [&] { (void)file.attribute<std::string>("/", "seed"); });
  refused("/@none", [&] { (void)file.attribute<double>("/", "none"); });
  refused("/none", [&] { (void)file.read<double>("/none"); });
  refused("/", [&] { (void)file.read<double>("/"); });
}

TEST(Hdf5File, RefusesWhatCannotBeWritten) {
  Hdf5File file = Hdf5File::in_memory("a.h5");
  file.write("/x", std::vector<double>{1});
  EXPECT_EQ(file_error([&] { file.write("/x", std::vector<double>{1}); }).where, "/x");
  const std::vector<double> three{1, 2, 3};
  const std::int64_t extents[] = {2, 2};
  EXPECT_EQ(file_error([&] { file.write<double>("/y", three, extents); }).where, "/y");
  const std::string long_text(100000, 'x');
  EXPECT_EQ(file_error([&] { file.set_attribute("/", "text", long_text); }).where, "/@text");
}

TEST(Hdf5File, ReadsTheBytesOfOneInMemory) {
  const std::vector<double> values(5000, 0.1);
  Hdf5File file = Hdf5File::in_memory("a.h5");
  file.write("/group/x", values);
  const std::vector<std::byte> bytes = file.close_to_bytes();
  for (int twice = 0; twice < 2; ++twice)
    EXPECT_EQ(Hdf5File::of_bytes("b.h5", bytes).read<double>("/group/x"), values);
  EXPECT_FALSE(std::filesystem::exists("b.h5"));
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, bytes.size() - 1}) {
    const auto part = std::span(bytes).first(size);
    EXPECT_EQ(file_error([&] { (void)Hdf5File::of_bytes("b.h5", part); }).path, "b.h5");
  }
}

/// HDF5 as another program would use it.
struct Foreign {
  hid_t file;
  explicit Foreign(const std::filesystem::path& path)
      : file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ~Foreign() { H5Fclose(file); }
  void dataset(const char* name, hid_t type, hid_t memory, hsize_t size, const void* data) {
    const hid_t space = H5Screate_simple(1, &size, nullptr);
    const hid_t id = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (data != nullptr) H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
    H5Dclose(id);
    H5Sclose(space);
  }
};

TEST(Hdf5File, ReadsHalfPrecision) {
  const TemporaryFolder folder;
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  // Bit patterns of IEEE 754 binary16: 1, 0.33325195, 65504, the smallest subnormal, -0, infinity.
  const std::uint16_t bits[] = {0x3C00, 0x3555, 0x7BFF, 0x0001, 0x8000, 0x7C00};
  hvl_t row{6, const_cast<std::uint16_t*>(bits)};
  const hid_t rows = H5Tvlen_create(half);
  {
    Foreign out(folder / "a.h5");
    out.dataset("x", half, half, 6, bits);
    out.dataset("rows", rows, rows, 1, &row);
  }
  H5Tclose(rows);
  H5Tclose(half);
  const std::vector<float> expected{
      1.0f, 0.333251953125f, 65504.0f, 0x1p-24f, -0.0f, std::numeric_limits<float>::infinity()};
  const Hdf5File file = Hdf5File::open(folder / "a.h5");
  EXPECT_EQ(file.read<float>("/x"), expected);
  EXPECT_EQ(file.read_ragged<float>("/rows").values, expected);
}

TEST(Hdf5File, ReadsStringsOfEveryKind) {
  const TemporaryFolder folder;
  const hid_t variable = H5Tcopy(H5T_C_S1);
  H5Tset_size(variable, H5T_VARIABLE);
  const hid_t spaced = H5Tcopy(H5T_FORTRAN_S1);
  H5Tset_size(spaced, 4);
  const char* texts[] = {"eins", "", "zwei"};
  {
    Foreign out(folder / "a.h5");
    out.dataset("variable", variable, variable, 3, texts);
    out.dataset("spaced", spaced, spaced, 2, "ab  abcd");
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate2(out.file, "text", variable, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(id, variable, &texts[2]);
    H5Aclose(id);
    H5Sclose(space);
  }
  H5Tclose(variable);
  H5Tclose(spaced);
  const Hdf5File file = Hdf5File::open(folder / "a.h5");
  EXPECT_EQ(file.read_strings("/variable"), (std::vector<std::string>{"eins", "", "zwei"}));
  EXPECT_EQ(file.read_strings("/spaced"), (std::vector<std::string>{"ab", "abcd"}));
  EXPECT_EQ(file.attribute<std::string>("/", "text"), "zwei");
}

TEST(Hdf5File, RefusesSizesBeyondTheFile) {
  const TemporaryFolder folder;
  {
    Foreign out(folder / "a.h5");
    // Never written, so the file stays small: 8 TB of doubles.
    out.dataset("x", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, hsize_t{1} << 40, nullptr);
  }
  if (!std::filesystem::exists(folder / "a.h5")) GTEST_SKIP() << "HDF5 made no such file";
  const Hdf5File file = Hdf5File::open(folder / "a.h5");
  const FileError error = file_error([&] { (void)file.read<double>("/x"); });
  EXPECT_EQ(error.where, "/x");
  EXPECT_NE(std::string(error.what()).find("1099511627776"), std::string::npos);
}

TEST(Hdf5File, LeavesThePrintingOfOthersAsItWas) {
  H5E_auto2_t before = nullptr, after = nullptr;
  void* data = nullptr;
  H5Eget_auto2(H5E_DEFAULT, &before, &data);
  testing::internal::CaptureStderr();
  (void)file_error([] { (void)Hdf5File::in_memory("a.h5").read<double>("/none"); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  H5Eget_auto2(H5E_DEFAULT, &after, &data);
  EXPECT_EQ(before, after);
}

TEST(Hdf5File, ServesSeveralThreads) {
  const TemporaryFolder folder;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&folder, t] {
      for (int i = 0; i < 10; ++i) {
        const auto path = folder / (std::to_string(t) + ".h5");
        write_hdf5_atomically(path, [&](Hdf5File& out) {
          out.write("/x", std::vector<std::int32_t>(1000, t * 10 + i));
        });
        EXPECT_EQ(Hdf5File::open(path).read<std::int32_t>("/x"),
                  std::vector<std::int32_t>(1000, t * 10 + i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(Hdf5File, WritesToADiskDirectly) {
  const TemporaryFolder folder;
  Hdf5File out = Hdf5File::create(folder / "a.h5");
  out.write("/x", std::vector<double>{1, 2});
  out.close();
  EXPECT_EQ(Hdf5File::open(folder / "a.h5").read<double>("/x"), (std::vector<double>{1, 2}));
  EXPECT_NE(std::string(file_error([&] { Hdf5File::create(folder / "none/a.h5"); }).what())
                .find("cannot be created"),
            std::string::npos);
}

TEST(Hdf5File, AFailedFillLeavesTheOldFile) {
  const TemporaryFolder folder;
  test::write_bytes(folder / "a.h5", "old");
  const auto write = [&] {
    write_hdf5_atomically(folder / "a.h5", [](Hdf5File&) { throw std::logic_error("no"); });
  };
  EXPECT_THROW(write(), std::logic_error);
  EXPECT_EQ(test::read_bytes(folder / "a.h5"), "old");
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/io/state_snapshot.hpp"

#include <cstring>
#include <limits>

#include "snn/io/hdf5_file.hpp"
#include "snn/model/version.hpp"
#include "tests/support/ignore_leaks.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::read_bytes;
using test::TemporaryFolder;
using test::with_size_limit;
using test::write_bytes;

template <class T>
class SnapshotNumbers : public testing::Test {};
using Numbers = testing::Types<std::int32_t, std::int64_t, std::uint64_t, float, double>;
TYPED_TEST_SUITE(SnapshotNumbers, Numbers);

TYPED_TEST(SnapshotNumbers, RoundTrip) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  std::vector<T> values{Limits::lowest(), Limits::max(), Limits::min(), T(-0.0)};
  if constexpr (!std::is_integral_v<T>) {
    values.insert(values.end(), {Limits::denorm_min(), -Limits::infinity(), Limits::quiet_NaN()});
  }
  std::vector<T> large(500000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<T>(i * i);
  const TemporaryFolder folder;
  SnapshotWriter writer(folder / "a.h5");
  writer.put("/a/values", values);
  writer.put("/a/large", large);
  writer.put("/empty", std::vector<T>{});
  writer.commit();
  EXPECT_EQ(folder.entries(), 1u);
  const SnapshotReader reader(folder / "a.h5");
  const auto back = reader.get<T>("/a/values");
  ASSERT_EQ(back.size(), values.size());
  EXPECT_EQ(std::memcmp(back.data(), values.data(), values.size() * sizeof(T)), 0);
  EXPECT_EQ(reader.get<T>("/a/large"), large);
  EXPECT_EQ(reader.get<T>("/empty"), std::vector<T>{});
}

TEST(Snapshot, KeepsBytesAndSaysWhoWroteIt) {
  const TemporaryFolder folder;
  SnapshotWriter writer(folder / "a.h5");
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}, std::byte{7}};
  writer.put("/bytes", bytes);
  writer.commit();
  const SnapshotReader reader(folder / "a.h5");
  EXPECT_EQ(reader.get<std::byte>("/bytes"), bytes);
  EXPECT_EQ(reader.version(), version());
  EXPECT_EQ(reader.commit(), commit());
  EXPECT_TRUE(reader.has("/bytes"));
  EXPECT_FALSE(reader.has("/none"));
}

TEST(Snapshot, RefusesOtherTypesAndMissingArrays) {
  const TemporaryFolder folder;
  SnapshotWriter writer(folder / "a.h5");
  writer.put("/a", std::vector<std::int32_t>{1});
  writer.commit();
  const SnapshotReader reader(folder / "a.h5");
  const FileError other = file_error([&] { (void)reader.get<std::int64_t>("/a"); });
  EXPECT_EQ(other.where, "/a");
  EXPECT_NE(std::string(other.what()).find("holds int32, asked for int64"), std::string::npos);
  EXPECT_EQ(file_error([&] { (void)reader.get<float>("/b"); }).where, "/b");
}

TEST(Snapshot, RefusesBadNames) {
  const TemporaryFolder folder;
  SnapshotWriter writer(folder / "a.h5");
  const std::vector<float> one{1};
  writer.put("/a", one);
  for (const char* name : {"", "/", "a", "/a/", "//a", "/a"}) {
    EXPECT_THROW(writer.put(name, one), ConfigError) << name;
  }
  writer.commit();
  EXPECT_THROW(writer.put("/b", one), ConfigError);
}

TEST(Snapshot, WithoutCommitTheOldFileStays) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.h5", "old");
  {
    SnapshotWriter writer(folder / "a.h5");
    writer.put("/a", std::vector<float>(100000));
    EXPECT_EQ(folder.entries(), 2u);
  }
  EXPECT_EQ(read_bytes(folder / "a.h5"), "old");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(Snapshot, AKilledWriterLeavesTheOldFileAndTheNextOneCleansUp) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.h5", "old");
  const pid_t child = ::fork();
  if (child == 0) {
    SnapshotWriter writer(folder / "a.h5");
    writer.put("/a", std::vector<float>(1000000));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_bytes(folder / "a.h5"), "old");
  EXPECT_EQ(folder.entries(), 2u);
  SnapshotWriter writer(folder / "a.h5");
  writer.put("/a", std::vector<float>{1});
  writer.commit();
  EXPECT_EQ(folder.entries(), 1u);
  EXPECT_EQ(SnapshotReader(folder / "a.h5").get<float>("/a"), std::vector<float>{1});
}

// At every size that the disk may have: an error that says so, and the old file as it was.
TEST(Snapshot, AFullDiskLeavesTheOldFile) {
  const TemporaryFolder folder;
  for (rlim_t limit = 0; limit < 9000000; limit += 400000) {
    write_bytes(folder / "a.h5", "old");
    const int code = with_size_limit(limit, [&] {
      try {
        SnapshotWriter writer(folder / "a.h5");
        for (int i = 0; i < 4; ++i) {
          writer.put("/" + std::to_string(i), std::vector<double>(250000, i));
        }
        writer.commit();
      } catch (const FileError& error) {
        return std::string(error.what()).find("File too large") != std::string::npos ? 7 : 8;
      }
      return 0;
    });
    if (code == 0) {
      EXPECT_GT(limit, 8000000u);
      EXPECT_EQ(SnapshotReader(folder / "a.h5").get<double>("/3"), std::vector<double>(250000, 3));
    } else {
      EXPECT_EQ(code, 7) << limit;
      EXPECT_EQ(read_bytes(folder / "a.h5"), "old") << limit;
    }
    EXPECT_EQ(folder.entries(), 1u);
  }
}

TEST(Snapshot, SaysWhatIsNoSnapshot) {
  const TemporaryFolder folder;
  const auto path = folder / "a.h5";
  const auto text = [&] { return std::string(file_error([&] { SnapshotReader{path}; }).what()); };
  EXPECT_NE(text().find("no such file"), std::string::npos);
  write_bytes(path, "this is text");
  EXPECT_NE(text().find("not an HDF5 file"), std::string::npos);
  write_hdf5_atomically(path, [](Hdf5File& out) { out.make_group("/network"); });
  EXPECT_NE(text().find("not a snapshot"), std::string::npos);
  write_hdf5_atomically(path, [](Hdf5File& out) {
    out.set_attribute("/", "format", std::string("snn snapshot"));
    out.set_attribute("/", "schema", snapshot_schema + 1);
    out.set_attribute("/", "version", std::string("99.1"));
  });
  EXPECT_NE(text().find("version 2 of the layout, written by snn 99.1"), std::string::npos);
}

TEST(Snapshot, DamageIsAnErrorAndNotAnotherValue) {
  const support::IgnoreLeaks hdf5_1_10;  // forgets memory where it meets a damaged object header
  const TemporaryFolder folder;
  const auto path = folder / "a.h5";
  std::vector<std::int32_t> values(3000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * 7919);
  SnapshotWriter writer(path);
  writer.put("/small", std::vector<double>{1.5});
  writer.put("/large", values);
  writer.commit();
  const std::string good = read_bytes(path);
  const auto outcome = [&] {
    try {
      const SnapshotReader reader(path);
      const bool same = reader.get<double>("/small") == std::vector<double>{1.5} &&
                        reader.get<std::int32_t>("/large") == values;
      return same ? 0 : 2;
    } catch (const FileError&) {
      return 1;
    }
  };
  int refused = 0;
  for (std::size_t i = 0; i < good.size(); i += 23) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    write_bytes(path, bad);
    const int result = outcome();
    EXPECT_NE(result, 2) << "byte " << i;
    refused += result;
  }
  EXPECT_GT(refused, 500);  // of the 12,000 bytes of the large array alone, every 23rd
  for (std::size_t size = 0; size < good.size(); size += 997) {
    write_bytes(path, good.substr(0, size));
    EXPECT_EQ(outcome(), 1) << "cut to " << size;
  }
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/io/background_queue.hpp"
#include "snn/io/hdf5_file.hpp"
#include "snn/io/spike_file.hpp"
#include "snn/io/state_file.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::read_bytes;
using test::TemporaryFolder;
using test::with_size_limit;
using test::write_bytes;

constexpr std::int32_t neurons = 1 << 20;
constexpr int per_tick = 1000;

/// Spikes that hardly compress, so that files reach their limits; the same at every call.
std::vector<std::int32_t> spikes_of(std::int64_t tick) {
  std::vector<std::int32_t> spikes(per_tick);
  auto state = static_cast<std::uint32_t>(tick) * 2654435761u + 1;
  for (std::int32_t& spike : spikes) {
    state = state * 1664525u + 1013904223u;
    spike = static_cast<std::int32_t>(state >> 12);
  }
  return spikes;
}

/// Whether a file holds the first spikes, and nothing but them; how many, at least `ticks` of them.
void expect_beginning(const std::filesystem::path& path, std::int64_t ticks) {
  const SpikeFile file = read_spikes(path);
  ASSERT_EQ(file.populations.size(), 1u);
  const PopulationSpikes& spikes = file.populations[0];
  EXPECT_GE(static_cast<std::int64_t>(spikes.node.size()), ticks * per_tick);
  std::size_t at = 0;
  for (std::int64_t tick = 0; at < spikes.node.size(); ++tick) {
    for (const std::int32_t expected : spikes_of(tick)) {
      if (at == spikes.node.size()) break;
      ASSERT_EQ(spikes.node[at], static_cast<std::uint64_t>(expected)) << at;
      ASSERT_EQ(spikes.time_ms[at], static_cast<double>(tick)) << at;
      ++at;
    }
  }
}

TEST(StreamFailure, AFullDiskKeepsWhatWasWrittenAndSaysWhere) {
  constexpr int ticks = 300, ticks_per_flush = 50;
  int failures = 0;
  for (rlim_t limit = 0; limit < 4000000; limit += 300000) {
    const TemporaryFolder folder;
    const auto path = folder / "a.h5", partial = folder / "a.h5.partial";
    write_bytes(path, "old");
    // The exit code is the number of flushes that succeeded, plus 100 if all did.
    const int code = with_size_limit(limit, [&] {
      int flushes = 0;
      try {
        SpikeFileWriter writer(path, 1.0, {{"a", neurons}});
        try {
          for (int tick = 0; tick < ticks; ++tick) {
            writer.append(0, tick, spikes_of(tick));
            if (tick % ticks_per_flush != ticks_per_flush - 1) continue;
            writer.flush();
            ++flushes;
          }
          writer.close();
        } catch (const FileError& error) {
          const std::string text = error.what();
          const auto says = [&](const std::string& part) {
            return text.find(part) != std::string::npos;
          };
          if (error.path != path.string() || !says("File too large") || !says("kept in")) return 90;
          if (!says(partial.string())) return 91;
          // It stays an error, with the same text.
          if (file_error([&] { writer.append(0, ticks, spikes_of(0)); }).what() != text) return 92;
          if (file_error([&] { writer.close(); }).what() != text) return 93;
          return flushes;
        }
        return 100 + flushes;
      } catch (const FileError&) {  // not even an empty file has room
        return 99;
      }
    });
    if (code == 99) {
      EXPECT_LT(limit, 1100000u);
      EXPECT_EQ(folder.entries(), 1u);
    } else if (code >= 100) {
      EXPECT_EQ(code, 100 + ticks / ticks_per_flush);
      expect_beginning(path, ticks);
      EXPECT_EQ(folder.entries(), 1u);
      continue;
    } else {
      ASSERT_LT(code, 90) << "limit " << limit;
      ++failures;
      EXPECT_TRUE(read_spikes(partial).complete);  // closed, so that every tool opens it
      expect_beginning(partial, code * ticks_per_flush);
    }
    EXPECT_EQ(read_bytes(path), "old");
  }
  EXPECT_GT(failures, 3);
}

TEST(StreamFailure, AFullDiskKeepsStates) {
  for (rlim_t limit = 1500000; limit < 4000000; limit += 500000) {
    const TemporaryFolder folder;
    const int code = with_size_limit(limit, [&] {
      StateFileWriter writer(folder / "a.h5", {.dt_ms = 1}, {{"a", {3, 5}}});
      try {
        for (int tick = 0;; ++tick) {
          const auto value = static_cast<float>(static_cast<std::uint32_t>(tick) * 2654435761u);
          writer.append(0, tick, std::vector<float>{value, -value});
          if (tick == 4 * 100000) return 0;
        }
      } catch (const FileError& error) {
        return error.where == "/report/a/data" ? 7 : 8;
      }
    });
    if (code == 0) continue;
    ASSERT_EQ(code, 7) << limit;
    const StateFile file = read_states(folder / "a.h5.partial");
    EXPECT_TRUE(file.complete);
    const PopulationStates& a = file.populations[0];
    for (std::size_t i = 0; i < a.values.size(); i += 2) {
      const auto value = static_cast<float>(static_cast<std::uint32_t>(i / 2) * 2654435761u);
      ASSERT_EQ(a.values[i], value);
      ASSERT_EQ(a.values[i + 1], -value);
    }
  }
}

// Killed at different moments while it writes: what was flushed is there, and what is there is
// right.
TEST(StreamFailure, AKilledWriterLeavesWhatWasFlushed) {
  constexpr int ticks_per_flush = 17;
  for (int kill_after = 1; kill_after < 6; ++kill_after) {
    const TemporaryFolder folder;
    const auto path = folder / "a.h5", partial = folder / "a.h5.partial";
    write_bytes(path, "old");
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      SpikeFileWriter writer(path, 1.0, {{"a", neurons}});
      for (int tick = 0;; ++tick) {
        writer.append(0, tick, spikes_of(tick));
        if (tick % ticks_per_flush != ticks_per_flush - 1) continue;
        writer.flush();
        if (::write(pipe[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(pipe[1]);
    int flushes = 0;
    for (char byte = 0; flushes < kill_after && ::read(pipe[0], &byte, 1) == 1;) ++flushes;
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(pipe[0]);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(flushes, kill_after);
    EXPECT_EQ(read_bytes(path), "old");
    EXPECT_FALSE(read_spikes(partial).complete);
    expect_beginning(partial, flushes * ticks_per_flush);
    // It is somebody's data: the next writer does not take its place.
    const FileError error = file_error([&] { SpikeFileWriter(path, 1.0, {}); });
    EXPECT_NE(std::string(error.what()).find("a.h5.partial exists"), std::string::npos);
    expect_beginning(partial, flushes * ticks_per_flush);
  }
}

TEST(StreamFailure, CanBeReadWhileItIsWritten) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "a.h5", 1.0, {{"a", neurons}});
  for (int tick = 0; tick < 10; ++tick) {
    writer.append(0, tick, spikes_of(tick));
    writer.flush();
    expect_beginning(folder / "a.h5.partial", tick + 1);
  }
  writer.close();
  expect_beginning(folder / "a.h5", 10);
}

TEST(StreamFailure, NoticesThatTheFileWasRemoved) {
  const TemporaryFolder folder;
  const auto path = folder / "a.h5";
  SpikeFileWriter writer(path, 1.0, {{"a", neurons}});
  writer.append(0, 0, spikes_of(0));
  writer.flush();
  std::filesystem::remove(folder / "a.h5.partial");
  writer.append(0, 1, spikes_of(1));
  const FileError error = file_error([&] { writer.flush(); });
  EXPECT_EQ(error.path, path.string());
  EXPECT_NE(std::string(error.what()).find("was removed"), std::string::npos);
  EXPECT_THROW(writer.append(0, 2, spikes_of(2)), FileError);
  EXPECT_THROW(writer.close(), FileError);
  EXPECT_EQ(folder.entries(), 0u);
}

TEST(StreamFailure, WithoutCloseKeepsWhatWasAppended) {
  const TemporaryFolder folder;
  { SpikeFileWriter(folder / "a.h5", 1.0, {{"a", neurons}}).append(0, 0, spikes_of(0)); }
  EXPECT_EQ(folder.entries(), 1u);
  EXPECT_TRUE(read_spikes(folder / "a.h5.partial").complete);
  expect_beginning(folder / "a.h5.partial", 1);
}

TEST(StreamFailure, SaysWhyAFolderDoesNotDo) {
  const TemporaryFolder folder;
  const auto text = [](const std::filesystem::path& path) {
    return std::string(file_error([&] { SpikeFileWriter(path, 1.0, {}); }).what());
  };
  EXPECT_NE(text(folder / "none/a.h5").find("No such file or directory"), std::string::npos);
  EXPECT_NE(text(folder.path()).find("not a regular file"), std::string::npos);
  EXPECT_EQ(folder.entries(), 0u);
}

TEST(StreamFailure, TheQueueWaitsAndPassesErrorsOn) {
  std::vector<int> consumed;
  {
    BackgroundQueue<int> queue(2, [&](int& item) { consumed.push_back(item); });
    for (int i = 0; i < 1000; ++i) queue.push(i);
    queue.wait_until_empty();
    EXPECT_EQ(consumed.size(), 1000u);
    for (int i = 1000; i < 1003; ++i) queue.push(i);
  }  // what waits is consumed
  EXPECT_EQ(consumed.size(), 1003u);
  EXPECT_TRUE(std::is_sorted(consumed.begin(), consumed.end()));

  BackgroundQueue<int> failing(2, [](int& item) {
    if (item == 5) throw FileError("a", "b", "c");
  });
  const auto push_all = [&] {
    for (int i = 0; i < 100; ++i) failing.push(i);
    failing.wait_until_empty();
  };
  EXPECT_THROW(push_all(), FileError);
  EXPECT_THROW(failing.check(), FileError);
  EXPECT_THROW(failing.wait_until_empty(), FileError);
  EXPECT_THROW(failing.push(0), FileError);
}

}  // namespace
}  // namespace snn

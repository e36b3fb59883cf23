// SPDX-License-Identifier: Apache-2.0
#include "snn/io/atomic_file.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::read_bytes;
using test::TemporaryFolder;
using test::with_size_limit;
using test::write_bytes;

TEST(AtomicFile, WritesAndReplaces) {
  const TemporaryFolder folder;
  write_atomically(folder / "a.txt", std::string_view("first"));
  EXPECT_EQ(read_bytes(folder / "a.txt"), "first");
  write_atomically(folder / "a.txt", std::string_view(""));
  EXPECT_EQ(read_bytes(folder / "a.txt"), "");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, KeepsTheOldFileWhenTheWriterThrows) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.txt", "old");
  const auto write = [&] {
    write_atomically(folder / "a.txt", [](const std::filesystem::path& temporary) {
      write_bytes(temporary, "half of the ne");
      throw std::logic_error("the writer gave up");
    });
  };
  EXPECT_THROW(write(), std::logic_error);
  EXPECT_EQ(read_bytes(folder / "a.txt"), "old");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, KeepsTheModeAndFollowsLinks) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.txt", "old");
  ::chmod((folder / "a.txt").c_str(), 0640);
  std::filesystem::create_symlink("a.txt", folder / "link");
  write_atomically(folder / "link", std::string_view("new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_bytes(folder / "a.txt"), "new");
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(AtomicFile, SaysWhyAFolderDoesNotDo) {
  const TemporaryFolder folder;
  EXPECT_NE(std::string(file_error([&] {
                          write_atomically(folder / "none/a.txt", std::string_view("x"));
                        }).what())
                .find("No such file or directory"),
            std::string::npos);
  EXPECT_NE(std::string(
                file_error([&] { write_atomically(folder.path(), std::string_view("x")); }).what())
                .find("Is a directory"),
            std::string::npos);
}

TEST(AtomicFile, ReportsAFullDevice) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const FileError error =
      file_error([] { write_atomically("/dev/full", std::string_view("some text")); });
  EXPECT_EQ(error.path, "/dev/full");
  EXPECT_NE(std::string(error.what()).find("No space left on device"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(AtomicFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.bin", "old");
  const std::string large(100000, 'x');
  const int code = with_size_limit(50000, [&] {
    try {
      write_atomically(folder / "a.bin", std::string_view(large));
    } catch (const FileError& error) {
      return std::string(error.what()).find("File too large") != std::string::npos ? 7 : 8;
    }
    return 0;
  });
  EXPECT_EQ(code, 7);
  EXPECT_EQ(read_bytes(folder / "a.bin"), "old");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, AKilledWriterLeavesTheOldFileAndTheNextOneCleansUp) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.bin", "old");
  const pid_t child = ::fork();
  if (child == 0) {
    write_atomically(folder / "a.bin", [](const std::filesystem::path& temporary) {
      write_bytes(temporary, "half");
      ::kill(::getpid(), SIGKILL);
    });
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_bytes(folder / "a.bin"), "old");
  EXPECT_EQ(folder.entries(), 2u);
  write_atomically(folder / "a.bin", std::string_view("new"));
  EXPECT_EQ(read_bytes(folder / "a.bin"), "new");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, WritersTakeTurns) {
  const TemporaryFolder folder;
  std::vector<std::thread> writers;
  for (char letter = 'a'; letter < 'e'; ++letter) {
    writers.emplace_back([&folder, letter] {
      for (int i = 0; i < 5; ++i) {
        write_atomically(folder / "a.bin", std::string_view(std::string(70000, letter)));
      }
    });
  }
  for (auto& writer : writers) writer.join();
  const std::string content = read_bytes(folder / "a.bin");
  ASSERT_EQ(content.size(), 70000u);
  EXPECT_EQ(content.find_first_not_of(content.front()), std::string::npos);
  EXPECT_EQ(folder.entries(), 1u);
}

}  // namespace
}  // namespace snn

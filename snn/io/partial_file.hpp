// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "snn/io/file_detail.hpp"

namespace snn {

/// A file that grows for a long time under a name of its own, in the folder of the file it will
/// become. (What is at hand at once is written by write_atomically.) The destructor leaves it where
/// it is. A symbolic link is followed and the mode of an existing file is kept.
class PartialFile {
 public:
  enum class Leftover : std::uint8_t {
    refuse,  ///< "<name>.partial"; one that exists is somebody's data and an error
    replace  ///< ".<name>.partial"; one that exists is what a killed process left, and goes
  };

  /// Creates it, empty. Throws FileError: no folder, no permission, `target` exists and is no
  /// regular file, or the partial file exists (see Leftover).
  PartialFile(const std::filesystem::path& target, Leftover leftover);

  const std::filesystem::path& target() const { return target_; }
  const std::filesystem::path& path() const { return path_; }

  /// Takes disk space for the file to be `size` bytes long, which it then is at least. So a full
  /// disk is met here and not half way through a structure. Throws FileError, with `object` as the
  /// place, and gives back what it took. Where the file system has no such thing it does nothing.
  void reserve(std::uint64_t size, const std::string& object);
  /// Cuts what was reserved in vain.
  void truncate(std::uint64_t size);
  /// Throws FileError if the file is no longer there.
  void check_exists() const;
  /// Flushes it to the disk.
  void sync() const;
  /// Flushes it, gives it the name of the target, replacing what has it, and flushes the folder.
  void publish();
  /// Removes it.
  void discard() noexcept;

 private:
  std::filesystem::path target_, path_;
  file_detail::Descriptor folder_, file_;
};

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "snn/model/errors.hpp"

/// What the sources that write files share; not for other includes.
namespace snn::file_detail {

/// An open file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  /// Closes and says whether that worked: a network file system may report a full disk only now.
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

[[noreturn]] inline void fail(const std::filesystem::path& path, const std::string& what,
                              int error) {
  throw FileError(path.string(), "",
                  "cannot " + what + ": " + std::generic_category().message(error));
}

/// Where symbolic links lead; the path itself if it does not exist yet.
inline std::filesystem::path resolve(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
    if (!error) return target;
  }
  return path;
}

}  // namespace snn::file_detail

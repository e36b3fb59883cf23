// SPDX-License-Identifier: Apache-2.0
#include "snn/io/partial_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace snn {

using file_detail::fail;
namespace fs = std::filesystem;

namespace {

fs::path partial_name(const fs::path& target, PartialFile::Leftover leftover) {
  const std::string dot = leftover == PartialFile::Leftover::refuse ? "" : ".";
  return target.parent_path() / (dot + target.filename().string() + ".partial");
}

int open_folder(const fs::path& target) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail(target, "open the folder " + folder.string(), errno);
  return fd;
}

int create(const fs::path& target, const fs::path& path, PartialFile::Leftover leftover) {
  struct stat old {};
  const bool exists = ::stat(target.c_str(), &old) == 0;
  if (exists && !S_ISREG(old.st_mode)) {
    throw FileError(target.string(), "", "cannot be written: exists and is not a regular file");
  }
  if (leftover == PartialFile::Leftover::replace) ::unlink(path.c_str());
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST) {
    throw FileError(target.string(), "",
                    "cannot be written: " + path.string() +
                        " exists. It is being written by another process, or holds what a run "
                        "wrote that did not end; move or remove it");
  }
  if (fd < 0) fail(target, "create the temporary file " + path.string(), errno);
  if (exists) (void)::fchmod(fd, old.st_mode & 07777);
  return fd;
}

}  // namespace

PartialFile::PartialFile(const fs::path& target, Leftover leftover)
    : target_(file_detail::resolve(target)),
      path_(partial_name(target_, leftover)),
      folder_(open_folder(target_)),
      file_(create(target_, path_, leftover)) {}

void PartialFile::reserve(std::uint64_t size, const std::string& object) {
  struct stat now {};
  if (::fstat(file_.get(), &now) != 0) fail(target_, "ask for the size of the file", errno);
  const auto old = static_cast<std::uint64_t>(now.st_size);
  if (old >= size) return;
  int error = 0;
  do {
    error = ::posix_fallocate(file_.get(), now.st_size, static_cast<off_t>(size - old));
  } while (error == EINTR);
  if (error == 0 || error == EOPNOTSUPP || error == EINVAL || error == ENOSYS) return;
  (void)::ftruncate(file_.get(), now.st_size);
  throw FileError(target_.string(), object,
                  "cannot be written: " + std::generic_category().message(error) + " (for bytes " +
                      std::to_string(old) + " to " + std::to_string(size) + ")");
}

void PartialFile::truncate(std::uint64_t size) {
  if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) fail(target_, "cut", errno);
}

void PartialFile::check_exists() const {
  struct stat named {
  }, own{};
  const bool same = ::stat(path_.c_str(), &named) == 0 && ::fstat(file_.get(), &own) == 0 &&
                    named.st_dev == own.st_dev && named.st_ino == own.st_ino;
  if (!same) {
    throw FileError(target_.string(), "",
                    "cannot be written: the temporary file " + path_.string() +
                        " was removed or replaced by someone else");
  }
}

void PartialFile::sync() const {
  if (::fsync(file_.get()) != 0) fail(target_, "flush to the disk", errno);
}

void PartialFile::publish() {
  check_exists();
  sync();
  if (::rename(path_.c_str(), target_.c_str()) != 0) {
    fail(target_, "rename the temporary file " + path_.string(), errno);
  }
  // Some file systems cannot flush folders; the file itself is safe by now.
  if (::fsync(folder_.get()) != 0 && errno != EINVAL && errno != EROFS) {
    fail(target_, "flush the folder", errno);
  }
}

void PartialFile::discard() noexcept {
  ::unlink(path_.c_str());
}

}  // namespace snn

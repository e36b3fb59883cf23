// SPDX-License-Identifier: Apache-2.0
#include "snn/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "snn/io/file_detail.hpp"

namespace snn {
using file_detail::Descriptor;
using file_detail::fail;
using file_detail::resolve;
namespace fs = std::filesystem;

namespace {

void flush(const fs::path& path, const fs::path& temporary) {
  Descriptor file(::open(temporary.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) fail(path, "open the temporary file " + temporary.string(), errno);
  if (::fsync(file.get()) != 0) fail(path, "flush to the disk", errno);
}

/// Removes the temporary file unless it has been renamed.
struct Temporary {
  fs::path path;
  bool kept = false;
  ~Temporary() {
    if (!kept) ::unlink(path.c_str());
  }
};

}  // namespace

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  const fs::path target = resolve(path);
  struct stat old {};
  const bool exists = ::stat(target.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) fail(path, "write", EISDIR);
  if (exists && !S_ISREG(old.st_mode)) {
    write(target);
    return;
  }

  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) fail(path, "open the folder " + folder.string(), errno);
  // The lock lies on the folder, since libraries lock the file itself. Where the file system has no
  // locks, the process id keeps the names of two writers apart.
  int locked = 0;
  do locked = ::flock(directory.get(), LOCK_EX);
  while (locked != 0 && errno == EINTR);
  const std::string own = locked == 0 ? "" : "." + std::to_string(::getpid());

  Temporary temporary{folder / ("." + target.filename().string() + own + ".partial")};
  ::unlink(temporary.path.c_str());
  {
    const Descriptor file(
        ::open(temporary.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.valid()) {
      const int error = errno;
      temporary.kept = true;  // it is not ours
      fail(path, "create the temporary file " + temporary.path.string(), error);
    }
    if (exists) (void)::fchmod(file.get(), old.st_mode & 07777);
  }
  write(temporary.path);
  flush(path, temporary.path);
  if (::rename(temporary.path.c_str(), target.c_str()) != 0) {
    fail(path, "rename the temporary file " + temporary.path.string(), errno);
  }
  temporary.kept = true;
  // Some file systems cannot flush folders; the file itself is safe by now.
  if (::fsync(directory.get()) != 0 && errno != EINVAL && errno != EROFS) {
    fail(path, "flush the folder " + folder.string(), errno);
  }
}

void write_atomically(const fs::path& path, std::span<const std::byte> bytes) {
  write_atomically(path, [&](const fs::path& temporary) {
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid()) fail(path, "open for writing", errno);
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::write(file.get(), bytes.data() + done, bytes.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        fail(path, "write byte " + std::to_string(done) + " of " + std::to_string(bytes.size()),
             errno);
      }
      done += static_cast<std::size_t>(count);
    }
    if (!file.close()) fail(path, "close", errno);
  });
}

void write_atomically(const fs::path& path, std::string_view text) {
  write_atomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace snn

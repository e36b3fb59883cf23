// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/meters/meter_host.hpp"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

namespace snn {
namespace {

/// A file descriptor that is closed once.
class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

FileText read_small_file(const std::filesystem::path& file) {
  const OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return errno;
  // One page is all a sysfs file can hold; what is longer is cut, and no number.
  std::array<char, 4096> bytes{};
  const ssize_t count = ::read(fd.get(), bytes.data(), bytes.size());
  if (count < 0) return errno;
  return std::string(bytes.data(), static_cast<std::size_t>(count));
}

PerfCounter open_perf_counter(const PerfEventId& id) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = id.type;
  attributes.config = id.config;
  const long fd = ::syscall(SYS_perf_event_open, &attributes, -1, id.cpu, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return {errno, nullptr};
  const auto counter = std::make_shared<OwnedFd>(static_cast<int>(fd));
  return {0, [counter](std::uint64_t& value) {
            const ssize_t count = ::read(counter->get(), &value, sizeof value);
            if (count < 0) return errno;
            return count == sizeof value ? 0 : EIO;
          }};
}

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void sleep_seconds(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

int this_process_id() {
  return ::getpid();
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "snn/energy/meters/meter_files.hpp"
#include "snn/energy/meters/meters.hpp"

namespace snn {
namespace {

constexpr double external_limit_w = 1e5;   // of a machine, or a rack of them
constexpr std::size_t longest_line = 200;  // longer is not this protocol

/// One line of the producer's.
struct ExternalLine {
  double time_s = 0;
  double joules = 0;
  double step_j = 0;  ///< least step that its digits can express
};

/// A plain decimal number, and nothing else.
std::optional<double> decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0) {
    return std::nullopt;
  }
  return value;
}

std::optional<ExternalLine> parsed(std::string_view line) {
  const auto space = line.find_first_of(" \t");
  if (space == std::string_view::npos) return std::nullopt;
  const auto second = line.find_first_not_of(" \t", space);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view energy = line.substr(second);
  const auto time_s = decimal(line.substr(0, space));
  const auto joules = decimal(energy);
  if (!time_s || !joules) return std::nullopt;
  const auto point = energy.find('.');
  const auto digits = point == std::string_view::npos ? 0 : energy.size() - point - 1;
  return ExternalLine{*time_s, *joules, std::pow(10.0, -static_cast<double>(digits))};
}

class ExternalMeter : public Meter {
 public:
  ExternalMeter(std::string path, int fd, double stale_after_s, const MeterHost& host)
      : path_(std::move(path)),
        fd_(fd),
        stale_after_s_(stale_after_s),
        host_(host),
        heard_s_(host.now_s()) {
    struct stat status {};
    pipe_ = ::fstat(fd_, &status) == 0 && S_ISFIFO(status.st_mode);
  }
  ~ExternalMeter() override { ::close(fd_); }
  ExternalMeter(const ExternalMeter&) = delete;
  ExternalMeter& operator=(const ExternalMeter&) = delete;

  std::string name() const override { return "external meter " + path_; }
  double resolution_j() const override { return last_ ? last_->step_j : 0; }
  std::vector<MeterDomain> covers() const override {
    return {{path_, "", true, "whatever its producer measures"}};
  }
  /// Whether its first line may still come.
  bool waiting() const { return !failed_ && !last_ && silent_s() <= stale_after_s_; }

  std::variant<double, Unavailable> read() override {
    if (!failed_) failed_ = take_new_lines();
    if (failed_) return *failed_;
    if (silent_s() > stale_after_s_) {
      return Unavailable{name() + " gave no new line for " + short_number(silent_s()) + " s",
                         "check that its producer runs, and writes out every line at once"};
    }
    if (!last_) return Unavailable{name() + " has given no complete line yet", ""};
    return last_->joules;
  }

 private:
  double silent_s() const { return host_.now_s() - heard_s_; }
  std::optional<Unavailable> take_new_lines() {
    struct stat status {};
    if (!pipe_ && ::fstat(fd_, &status) == 0) {
      if (status.st_nlink == 0) return Unavailable{name() + " was removed", "measure again"};
      if (status.st_size < taken_) return Unavailable{name() + " was cut short", "measure again"};
    }
    std::array<char, 4096> bytes;
    while (true) {
      const ssize_t count = ::read(fd_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
      if (count < 0)
        return Unavailable{name() + " cannot be read: " + std::strerror(errno), "measure again"};
      if (count == 0 && pipe_ && written_)
        return Unavailable{name() + " was closed by its producer", "keep the producer running"};
      if (count == 0) return std::nullopt;
      written_ = true;
      taken_ += count;
      unfinished_.append(bytes.data(), static_cast<std::size_t>(count));
      if (auto why = take_lines()) return why;
    }
  }

  std::optional<Unavailable> take_lines() {
    std::size_t begin = 0;
    for (auto end = unfinished_.find('\n'); end != std::string::npos;
         begin = end + 1, end = unfinished_.find('\n', begin)) {
      if (auto why = take(std::string_view(unfinished_).substr(begin, end - begin))) return why;
    }
    unfinished_.erase(0, begin);
    if (unfinished_.size() > longest_line) return garbage(unfinished_);
    return std::nullopt;
  }

  std::optional<Unavailable> take(std::string_view text) {
    const auto line = text.size() > longest_line ? std::nullopt : parsed(text);
    if (!line) return garbage(text);
    if (last_ && line->time_s <= last_->time_s) {
      return Unavailable{name() + " is out of order: a line of " + short_number(line->time_s) +
                             " s follows one of " + short_number(last_->time_s) + " s",
                         "write lines in the order of their time"};
    }
    if (last_ && line->joules < last_->joules)
      return Unavailable{name() + " went back: it was reset", "measure again"};
    if (last_ &&
        line->joules - last_->joules > external_limit_w * (line->time_s - last_->time_s + 1)) {
      return Unavailable{name() + " jumped by " + short_number(line->joules - last_->joules) +
                             " J in " + short_number(line->time_s - last_->time_s) + " s",
                         "write joules, not another unit"};
    }
    last_ = line;
    heard_s_ = host_.now_s();
    return std::nullopt;
  }

  Unavailable garbage(std::string_view text) const {
    const std::string shown(text.substr(0, 40));
    return {name() + " says \"" + shown + (text.size() > 40 ? "..." : "") +
                "\", which is not \"time_s joules\"",
            "write lines of two decimal numbers, docs/meters.md"};
  }

  std::string path_;
  int fd_;
  double stale_after_s_;
  MeterHost host_;
  bool pipe_ = false;
  bool written_ = false;
  off_t taken_ = 0;
  std::string unfinished_;
  std::optional<ExternalLine> last_;
  std::optional<Unavailable> failed_;
  double heard_s_;
};

}  // namespace

OpenedMeter make_external_meter(const std::filesystem::path& path, double stale_after_s,
                                const MeterHost& host) {
  if (path.empty()) {
    return Unavailable{"external meter: no file or pipe was named",
                       "name one that a producer writes lines \"time_s joules\" to"};
  }
  // Not blocking: a pipe may have no producer yet.
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    return Unavailable{
        "external meter " + path.string() + " cannot be opened: " + std::strerror(errno),
        "start its producer first"};
  }
  auto meter = std::make_unique<ExternalMeter>(path.string(), fd, stale_after_s, host);
  auto first = meter->read();
  for (; meter->waiting(); first = meter->read()) host.wait(0.01);
  if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
  return meter;
}

}  // namespace snn

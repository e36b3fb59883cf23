// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/meters/meter_files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace snn {

std::optional<std::string> meter_line(const MeterHost& host, const std::filesystem::path& file) {
  const FileText text = host.read_text(file);
  const auto* found = std::get_if<std::string>(&text);
  if (found == nullptr) return std::nullopt;
  std::string line = found->substr(0, found->find('\n'));
  if (line.empty()) return std::nullopt;
  return line;
}

std::variant<std::uint64_t, Unavailable> meter_number(const MeterHost& host,
                                                      const std::filesystem::path& file,
                                                      const std::string& permission_fix) {
  const FileText text = host.read_text(file);
  if (const int* error = std::get_if<int>(&text)) {
    if (*error == EACCES || *error == EPERM)
      return Unavailable{"no permission to read " + file.string(), permission_fix};
    if (*error == ENOENT || *error == ENODEV)
      return Unavailable{"cannot read a number from " + file.string() + ": it is gone", ""};
    return Unavailable{"cannot read a number from " + file.string() + ": " + std::strerror(*error),
                       ""};
  }
  std::string digits = std::get<std::string>(text);
  if (!digits.empty() && digits.back() == '\n') digits.pop_back();
  if (digits.empty())
    return Unavailable{"cannot read a number from " + file.string() + ": it is empty", ""};
  if (digits.size() > 19 || digits.find_first_not_of("0123456789") != std::string::npos) {
    const std::string shown = digits.size() > 24 ? digits.substr(0, 24) + "..." : digits;
    return Unavailable{"cannot read a number from " + file.string() + ": it says \"" + shown + "\"",
                       ""};
  }
  return std::stoull(digits);
}

std::optional<std::uint64_t> optional_number(const MeterHost& host,
                                             const std::filesystem::path& file) {
  const auto number = meter_number(host, file);
  const auto* value = std::get_if<std::uint64_t>(&number);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::set<std::filesystem::path> folder_entries(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    entries.insert(at->path());
  }
  return entries;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/memory.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

namespace snn {
namespace {

namespace fs = std::filesystem;

/// The only number of a file; none if there is no such file or it holds a word, as "max".
std::optional<std::int64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::int64_t value = 0;
  if (in >> value) return value;
  return std::nullopt;
}

/// The number behind a key, as in "MemAvailable: 1024 kB".
std::optional<std::int64_t> number_after(const fs::path& file, const std::string& key) {
  std::ifstream in(file);
  std::string word;
  std::int64_t value = 0;
  while (in >> word) {
    if (word == key && in >> value) return value;
  }
  return std::nullopt;
}

struct GroupFiles {
  const char *limit, *used, *cache;  ///< cache: what is given back when memory is short
};
constexpr GroupFiles version_1{"memory.limit_in_bytes", "memory.usage_in_bytes",
                               "total_inactive_file"};
constexpr GroupFiles version_2{"memory.max", "memory.current", "inactive_file"};

/// Each group is bounded by those above it.
std::int64_t left_in_group(const fs::path& mount, fs::path group, const GroupFiles& files) {
  std::int64_t left = INT64_MAX;
  for (bool more = true; more; group = group.parent_path()) {
    more = !group.empty();
    const fs::path folder = mount / group;
    const auto limit = number_in(folder / files.limit), used = number_in(folder / files.used);
    if (!limit || !used) continue;
    const std::int64_t cache = number_after(folder / "memory.stat", files.cache).value_or(0);
    left = std::min(left,
                    std::max<std::int64_t>(0, *limit - std::max<std::int64_t>(0, *used - cache)));
  }
  return left;
}

}  // namespace

std::int64_t available_memory(const fs::path& root) {
  std::int64_t left = INT64_MAX;
  if (const auto kib = number_after(root / "proc/meminfo", "MemAvailable:")) left = *kib * 1024;
  // Lines are "id:controllers:/path": none of version 2, "memory" of version 1.
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const fs::path group = fs::path(line.substr(second + 1)).relative_path();
    const fs::path mount = root / "sys/fs/cgroup";
    if (controllers == ",,") left = std::min(left, left_in_group(mount, group, version_2));
    if (controllers.find(",memory,") != std::string::npos)
      left = std::min(left, left_in_group(mount / "memory", group, version_1));
  }
  return left;
}

std::string memory_text(std::int64_t bytes) {
  constexpr std::array<const char*, 5> units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.3g %s", value, units[unit]);
  return text.data();
}

}  // namespace snn

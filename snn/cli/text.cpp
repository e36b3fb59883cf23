// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace snn::cli {
namespace {

std::string columns(const std::vector<Row>& rows, std::size_t left) {
  std::vector<std::size_t> width;
  for (const Row& row : rows) {
    width.resize(std::max(width.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(width[c] - row[c].size(), ' ');
      out += (c == 0 ? "" : "  ") + (c < left ? row[c] + pad : pad + row[c]);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string format(const char* pattern, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, value);
  return buffer;
}

std::string with_prefix(double value, const std::string& unit) {
  struct Prefix {
    double factor;
    const char* name;
  };
  constexpr Prefix prefixes[] = {{1e15, "P"}, {1e12, "T"}, {1e9, "G"},  {1e6, "M"},  {1e3, "k"},
                                 {1, ""},     {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}, {1e-12, "p"}};
  const std::string gap = unit.empty() ? "" : " ";
  if (value == 0) return "0" + gap + unit;
  for (const Prefix& prefix : prefixes) {
    if (std::abs(value) < prefix.factor * 0.9995) continue;
    const double scaled = value / prefix.factor;
    const char* pattern = std::abs(scaled) >= 99.95   ? "%.0f"
                          : std::abs(scaled) >= 9.995 ? "%.1f"
                                                      : "%.2f";
    const bool whole = prefix.factor == 1 && unit.empty() && value == std::floor(value);
    return format(whole ? "%.0f" : pattern, scaled) +
           (unit.empty() && *prefix.name == 0 ? "" : " ") + prefix.name + unit;
  }
  return format("%.3g", value) + gap + unit;
}

std::string aligned(const std::vector<Row>& rows) {
  return columns(rows, 1);
}

std::string aligned_left(const std::vector<Row>& rows) {
  return columns(rows, std::numeric_limits<std::size_t>::max());
}

std::string wrapped(const std::string& text, std::size_t width, const std::string& indent) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = std::min(text.size(), at + width);
    if (end < text.size()) {
      const std::size_t space = text.rfind(' ', end);
      if (space != std::string::npos && space > at) end = space;
    }
    out += (at == 0 ? "- " : indent) + text.substr(at, end - at) + '\n';
    at = end < text.size() ? end + 1 : end;
  }
  return out;
}

}  // namespace snn::cli

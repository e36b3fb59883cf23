// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "snn/io/network_parts.hpp"

/// Distributions in network files: their kind, and their numbers in the order of
/// snn/model/connectivity.hpp; not for other includes.
namespace snn::network_parts {

inline std::vector<double> read_values(const Group& group, const char* name, std::size_t count) {
  auto values = group.file.read<double>(group.at(name));
  if (values.size() != count) {
    group.fail(name, "has " + std::to_string(values.size()) + " values, expected " +
                         std::to_string(count));
  }
  return values;
}

/// Reads what weights, delays and initial membranes share into `result`; false if `kind` is none.
template <class Value>
bool read_distribution(const Group& group, const std::string& kind, const char* name,
                       Value& result) {
  if (kind == "uniform") {
    const auto values = read_values(group, name, 2);
    result = Uniform{.low = values[0], .high = values[1]};
  } else if (kind == "normal") {
    const auto values = read_values(group, name, 2);
    result = Normal{.mean = values[0], .sd = values[1]};
  } else if (kind == "truncated_normal") {
    const auto values = read_values(group, name, 4);
    result =
        TruncatedNormal{.mean = values[0], .sd = values[1], .low = values[2], .high = values[3]};
  } else {
    return false;
  }
  return true;
}

struct WrittenDistribution {
  const char* kind;
  std::vector<double> numbers;
};
inline WrittenDistribution written(const Uniform& d) {
  return {"uniform", {d.low, d.high}};
}
inline WrittenDistribution written(const Normal& d) {
  return {"normal", {d.mean, d.sd}};
}
inline WrittenDistribution written(const TruncatedNormal& d) {
  return {"truncated_normal", {d.mean, d.sd, d.low, d.high}};
}

}  // namespace snn::network_parts

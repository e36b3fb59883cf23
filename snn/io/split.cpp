// SPDX-License-Identifier: Apache-2.0
#include "snn/io/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>

#include "snn/math/philox.hpp"

namespace snn {

std::vector<std::int64_t> balanced_order(std::span<const std::int32_t> labels,
                                         std::span<const std::int64_t> samples,
                                         std::uint64_t seed) {
  struct Draw {
    std::size_t rank;  // within its class
    std::uint64_t random;
    std::int64_t sample;
  };
  std::map<std::int32_t, std::vector<Draw>> classes;
  for (const std::int64_t sample : samples) {
    const auto words = random_words(seed, RandomUse::split, 0, static_cast<std::uint64_t>(sample));
    classes[labels[static_cast<std::size_t>(sample)]].push_back(
        {0, std::uint64_t{words[0]} << 32 | words[1], sample});
  }
  std::vector<Draw> all;
  for (auto& [label, draws] : classes) {
    std::sort(draws.begin(), draws.end(), [](const Draw& a, const Draw& b) {
      return std::tie(a.random, a.sample) < std::tie(b.random, b.sample);
    });
    for (std::size_t rank = 0; rank < draws.size(); ++rank) {
      draws[rank].rank = rank;
      all.push_back(draws[rank]);
    }
  }
  std::sort(all.begin(), all.end(), [](const Draw& a, const Draw& b) {
    return std::tie(a.rank, a.random, a.sample) < std::tie(b.rank, b.random, b.sample);
  });
  std::vector<std::int64_t> order;
  for (const Draw& draw : all) order.push_back(draw.sample);
  return order;
}

Split train_limit(const Dataset& data, Split split, std::int64_t n, std::uint64_t seed) {
  if (n < 1) {
    throw ConfigError("data " + data.name, "number of training samples", std::to_string(n), ">= 1");
  }
  if (n >= static_cast<std::int64_t>(split.train.size())) return split;
  split.train = balanced_order(data.label, split.train, seed);
  split.train.resize(static_cast<std::size_t>(n));
  std::sort(split.train.begin(), split.train.end());
  return split;
}

void hold_out_fraction(const Dataset& data, Split& split, double fraction, std::uint64_t seed) {
  std::vector<std::int64_t> order = balanced_order(data.label, split.train, seed);
  const auto held = std::llround(fraction * static_cast<double>(order.size()));
  split.validation.assign(order.begin(), order.begin() + held);
  split.train.assign(order.begin() + held, order.end());
  std::sort(split.validation.begin(), split.validation.end());
  std::sort(split.train.begin(), split.train.end());
}

void hold_out_group(const Dataset& data, Split& split, std::int32_t group) {
  const auto group_of = [&](std::int64_t sample) {
    return data.group.empty() ? -1 : data.group[static_cast<std::size_t>(sample)];
  };
  std::map<std::int32_t, std::int64_t> groups;
  for (const std::int64_t sample : split.train) {
    if (group_of(sample) >= 0) ++groups[group_of(sample)];
  }
  if (group < 0 && !groups.empty()) group = groups.rbegin()->first;
  if (groups.size() < 2 || !groups.contains(group)) {
    std::string allowed;
    for (const auto& [known, count] : groups) {
      allowed += (allowed.empty() ? "" : ", ") + std::to_string(known);
    }
    throw ConfigError(
        "data " + data.name, "validation group", std::to_string(group),
        "one of several training groups, here: " + (allowed.empty() ? "none" : allowed));
  }
  std::vector<std::int64_t> rest;
  for (const std::int64_t sample : split.train) {
    (group_of(sample) == group ? split.validation : rest).push_back(sample);
  }
  split.train = std::move(rest);
}

double validation_fraction(const SplitOptions& options, double own) {
  const double fraction = options.validation_fraction < 0 ? own : options.validation_fraction;
  if (!(fraction < 1.0)) {
    throw ConfigError("data", "validation fraction", std::to_string(fraction), "[0, 1)");
  }
  return fraction;
}

}  // namespace snn

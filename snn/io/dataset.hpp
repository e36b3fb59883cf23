// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Graded samples, e.g. images: `values` is [sample][feature], value / full_scale lies in [0, 1].
struct Images {
  std::vector<std::uint8_t> values;
  float full_scale = 255.0f;
};

/// Event samples: sample s owns events begin[s] .. begin[s+1] of the flat arrays, sorted by time.
struct Events {
  std::vector<std::int64_t> begin;  ///< samples + 1 entries
  std::vector<float> time_s;        ///< >= 0
  std::vector<std::uint32_t> unit;  ///< feature index
};

/// Labelled samples of one kind.
struct Dataset {
  std::string name;  ///< e.g. "digits"
  Shape shape;       ///< of one sample, e.g. {8, 8}
  std::int32_t classes = 0;
  std::variant<Images, Events> data;
  std::vector<std::int32_t> label;  ///< 0 .. classes-1
  std::vector<std::int32_t> group;  ///< e.g. the speaker; empty if there is none

  std::int64_t size() const { return static_cast<std::int64_t>(label.size()); }
  std::int64_t features() const {
    std::int64_t product = 1;
    for (const auto extent : shape) product *= extent;
    return product;
  }
};

/// Which samples train, which choose the best epoch, which are only reported.
struct Split {
  std::vector<std::int64_t> train, validation, test;
};

/// What a loader returns.
struct LoadedData {
  Dataset data;
  Split split;
};

}  // namespace snn

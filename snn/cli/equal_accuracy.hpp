// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace snn::cli {

/// Neurons per hidden layer.
using Widths = std::vector<std::int64_t>;

/// A dense network that was trained on the way.
struct WidthTried {
  Widths hidden;
  double accuracy = 0;  ///< on test, mean over seeds
};

/// The search for the smallest dense network that is as accurate as a spiking one.
struct EqualAccuracySearch {
  double target = 0;              ///< accuracy of the spiking network
  std::vector<WidthTried> tried;  ///< in the order of trying
  std::optional<Widths> smallest;
  bool interrupted = false;
};

/// Widths of all layers in the proportion of `hidden`, the first with `first` neurons.
Widths scaled_widths(const Widths& hidden, std::int64_t first);

/// Doubles the first layer's width from 1 until the target is reached, at most to four times that
/// of `hidden`, then halves the gap below until it is an eighth of the width. `accuracy_of` trains;
/// nothing from it means that the user stopped.
EqualAccuracySearch search_equal_accuracy(
    const Widths& hidden, double target,
    const std::function<std::optional<double>(const Widths&)>& accuracy_of);

}  // namespace snn::cli

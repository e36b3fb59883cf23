// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "snn/model/connectivity.hpp"

namespace snn {

/// Places of a Convolution's input, kernel and output along one axis: place o of the output looks
/// at the places o * stride - padding .. + kernel - 1 of the input.
struct ConvolutionAxis {
  std::int64_t in, out, kernel, stride, padding;

  /// Outputs that an input acts on: first .. last, none if first > last.
  std::int64_t first_out(std::int64_t place) const {
    return std::max<std::int64_t>(0, (place + padding - kernel + stride) / stride);
  }
  std::int64_t last_out(std::int64_t place) const {
    return std::min(out - 1, (place + padding) / stride);
  }
  std::int64_t outputs_of(std::int64_t place) const {
    return std::max<std::int64_t>(0, last_out(place) - first_out(place) + 1);
  }
  std::int64_t in_kernel(std::int64_t input, std::int64_t output) const {
    return input + padding - output * stride;
  }
  /// Pairs of input and output.
  std::int64_t pairs() const {
    std::int64_t sum = 0;
    for (std::int64_t place = 0; place < in; ++place) sum += outputs_of(place);
    return sum;
  }
};

/// A Convolution between populations of the shapes {channels, height, width}.
struct ConvolutionMap {
  std::int64_t channels_in, channels_out;
  ConvolutionAxis y, x;

  ConvolutionMap(const Convolution& rule, const std::vector<std::int64_t>& source,
                 const std::vector<std::int64_t>& target)
      : channels_in(source[0]),
        channels_out(target[0]),
        y{source[1], target[1], rule.kernel[0], rule.stride[0], rule.padding[0]},
        x{source[2], target[2], rule.kernel[1], rule.stride[1], rule.padding[1]} {}

  std::int64_t weights() const { return channels_out * channels_in * y.kernel * x.kernel; }
  std::int64_t synapses() const { return channels_out * channels_in * y.pairs() * x.pairs(); }
  /// Synapses of a source neuron.
  std::int64_t degree(std::int64_t source) const {
    return channels_out * y.outputs_of(source / x.in % y.in) * x.outputs_of(source % x.in);
  }
  /// found(target) for the targets of a source neuron, ascending.
  template <class Found>
  void each_target(std::int64_t source, const Found& found) const {
    const std::int64_t row = source / x.in % y.in, column = source % x.in;
    for (std::int64_t c = 0; c < channels_out; ++c) {
      for (std::int64_t v = y.first_out(row); v <= y.last_out(row); ++v) {
        for (std::int64_t u = x.first_out(column); u <= x.last_out(column); ++u)
          found((c * y.out + v) * x.out + u);
      }
    }
  }
  /// Which of the weights [out][in][height][width] joins the two.
  std::int64_t weight_of(std::int64_t source, std::int64_t target) const {
    const std::int64_t ky = y.in_kernel(source / x.in % y.in, target / x.out % y.out);
    const std::int64_t kx = x.in_kernel(source % x.in, target % x.out);
    const std::int64_t in = source / (y.in * x.in), out = target / (y.out * x.out);
    return ((out * channels_in + in) * y.kernel + ky) * x.kernel + kx;
  }
};

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace snn {

/// How the arrays of files that grow are stored. Either way they have checksums.
enum class Compression : std::uint8_t {
  deflate,  ///< shuffled and deflated, where the HDF5 library at hand can
  none      ///< larger, for readers that lack deflate: libsonata 0.2.2 as its wheels are built
};

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/sim/device_rows.hpp"

namespace snn::cuda {
namespace {

template <class T>
HugeArray<T> part_of(const gpu::Stream& stream, const T* from, std::int64_t begin,
                     std::int64_t end) {
  HugeArray<T> part(static_cast<std::size_t>(end - begin));
  gpu::download(stream, std::span<T>(part.data(), part.size()), from + begin);
  return part;
}

}  // namespace

DeviceRows::~DeviceRows() {
  const gpu::DeviceScope scope(device_);
  sub_end = {};
  words = {};
  weights = {};
  eligibility = {};
  stream_.reset();
}

FanOut DeviceRows::copy(const FanOut& whole, std::int64_t first, std::int64_t end) const {
  const gpu::DeviceScope scope(device_);
  FanOut part;
  part.sources = end - first;
  part.base = whole.base;
  part.span = whole.span;
  part.delays = whole.delays;
  part.format = whole.format;
  part.uniform = whole.uniform;
  part.weight = whole.weight;
  part.weight_bits = whole.weight_bits;
  part.shift = whole.shift;
  part.plastic = whole.plastic;
  const std::int64_t size = word_bytes(whole.format, whole.uniform);
  if (whole.format == SynapseFormat::dense) {
    part.words = part_of<std::byte>(*stream_, words.data(), first * whole.span * size,
                                    end * whole.span * size);
    return part;
  }
  part.row = HugeArray<std::int64_t>(static_cast<std::size_t>(end - first) + 1);
  const std::int64_t begin = whole.row[static_cast<std::size_t>(first)];
  for (std::int64_t k = first; k <= end; ++k)
    part.row[static_cast<std::size_t>(k - first)] = whole.row[static_cast<std::size_t>(k)] - begin;
  const auto delays = static_cast<std::int64_t>(whole.delays.size());
  if (delays > 1)
    part.sub_end = part_of<std::uint32_t>(*stream_, sub_end.data(), first * delays, end * delays);
  part.words = part_of<std::byte>(*stream_, words.data(), begin * size,
                                  whole.row[static_cast<std::size_t>(end)] * size);
  return part;
}

}  // namespace snn::cuda

// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_delivery.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "snn/compile/compiled_network.hpp"

namespace snn {
namespace {

/// A fan-out of its own, not of a network: every format with every shift.
FanOut make(SynapseFormat format, bool uniform, int weight_bits, int shift) {
  FanOut out;
  out.sources = 20;
  out.base = 256;
  out.span = 200;
  out.format = format;
  out.uniform = uniform;
  out.weight = -37;
  out.weight_bits = weight_bits;
  out.shift = shift;
  std::mt19937 random(1);
  const std::size_t bytes = static_cast<std::size_t>(word_bytes(format, uniform));
  if (format == SynapseFormat::dense) {
    out.delays = {1};
    out.words = HugeArray<std::byte>(static_cast<std::size_t>(out.sources * out.span) * bytes);
    auto* words = reinterpret_cast<std::int32_t*>(out.words.data());
    for (std::int64_t s = 0; !uniform && s < out.sources * out.span; ++s)
      words[s] = static_cast<std::int32_t>(random() % 2000001) - 1000000;
    return out;
  }
  out.delays = {1, 4};
  out.row = HugeArray<std::int64_t>(21);
  out.sub_end = HugeArray<std::uint32_t>(40);
  out.words = HugeArray<std::byte>(20 * 60 * bytes);
  std::int64_t at = 0;
  for (std::int64_t k = 0; k < 20; ++k) {
    out.row[static_cast<std::size_t>(k)] = at;
    for (std::size_t d = 0; d < 2; ++d) {
      std::vector<std::uint32_t> targets(random() % 30);
      for (auto& target : targets) target = static_cast<std::uint32_t>(random() % 200);
      std::sort(targets.begin(), targets.end());
      for (const std::uint32_t target : targets) {
        const auto weight = static_cast<std::int32_t>(random() % 31) - 15;
        const auto low = static_cast<std::uint32_t>(weight);
        if (format == SynapseFormat::target16)
          reinterpret_cast<std::uint16_t*>(out.words.data())[at] =
              static_cast<std::uint16_t>(target);
        else if (format == SynapseFormat::wide64)
          reinterpret_cast<std::uint64_t*>(out.words.data())[at] =
              std::uint64_t{target} << 32 | low;
        else
          reinterpret_cast<std::uint32_t*>(out.words.data())[at] =
              format == SynapseFormat::target32
                  ? target
                  : target << weight_bits | (low & ((std::uint32_t{1} << weight_bits) - 1));
        ++at;
      }
      out.sub_end[static_cast<std::size_t>(k) * 2 + d] =
          static_cast<std::uint32_t>(at - out.row[static_cast<std::size_t>(k)]);
    }
  }
  out.row[20] = at;
  return out;
}

struct Format {
  SynapseFormat format;
  bool uniform;
  int weight_bits, shift;
};
const Format formats[] = {
    {SynapseFormat::dense, false, 32, 0},    {SynapseFormat::dense, true, 32, 0},
    {SynapseFormat::target16, true, 32, 0},  {SynapseFormat::target32, true, 32, 0},
    {SynapseFormat::packed32, false, 24, 0}, {SynapseFormat::packed32, false, 24, 5},
    {SynapseFormat::packed32, false, 24, 8}, {SynapseFormat::packed32, false, 24, 20},
    {SynapseFormat::packed32, false, 5, 3},  {SynapseFormat::wide64, false, 32, 0}};

TEST(Deliver, AddsEveryWeightAndMarksItsTarget) {
  for (const auto& [format, uniform, bits, shift] : formats) {
    SCOPED_TRACE(std::to_string(static_cast<int>(format)) + " shift " + std::to_string(shift));
    const FanOut out = make(format, uniform, bits, shift);
    std::vector<FanOut::Part> parts;
    for (const std::int64_t k : {3, 0, 19, 7, 7, 12, 5, 6, 18, 1, 2})
      for (std::size_t d = 0; d < out.delays.size(); ++d) parts.push_back(out.part(k, d));
    std::vector<std::int32_t> expected(512), sums(512);
    std::vector<std::uint64_t> marked(8), marks(8);
    for (const FanOut::Part& part : parts) {
      out.each(part, [&](std::int64_t n, std::int32_t weight) {
        expected[static_cast<std::size_t>(n)] += weight;
        marked[static_cast<std::size_t>(n / 64)] |= std::uint64_t{1} << (n % 64);
      });
    }
    deliver(out, parts, {sums.data(), marks.data()}, best_isa());
    EXPECT_EQ(sums, expected);
    EXPECT_EQ(marks, marked);
    deliver(out, parts, {sums.data(), nullptr}, Isa::baseline);
    for (std::int32_t& sum : expected) sum *= 2;
    EXPECT_EQ(sums, expected);
  }
}

TEST(Deliver, PiecesWithinRangesAreThePart) {
  for (const auto& [format, uniform, bits, shift] : formats) {
    const FanOut out = make(format, uniform, bits, shift);
    for (std::int64_t k = 0; k < out.sources; ++k) {
      for (std::size_t d = 0; d < out.delays.size(); ++d) {
        const FanOut::Part part = out.part(k, d);
        std::int64_t at = part.begin;
        for (const auto& [begin, end] :
             {std::pair{0, 256}, {256, 300}, {300, 300}, {300, 455}, {455, 512}, {512, 768}}) {
          const FanOut::Part piece = within(out, part, begin, end);
          if (piece.begin < piece.end) {
            EXPECT_EQ(piece.begin, at);
            at = piece.end;
          }
          out.each(piece, [&, first = begin, last = end](std::int64_t n, std::int32_t) {
            EXPECT_TRUE(n >= first && n < last);
          });
        }
        EXPECT_EQ(at, part.end);
      }
    }
  }
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_delivery.hpp"

#include <algorithm>

namespace snn {
namespace {

/// Parts looked ahead, and bytes of each that are fetched; what follows comes by itself.
constexpr std::size_t ahead = 6;
constexpr std::int64_t fetched = 512;

template <class Word>
void fetch(const Word* words, const FanOut::Part& part) {
  constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(Word));
  constexpr std::int64_t most = fetched / static_cast<std::int64_t>(sizeof(Word));
  const std::int64_t end = std::min(part.end, part.begin + most);
  for (std::int64_t s = part.begin; s < end; s += line) __builtin_prefetch(words + s);
}

/// add(word) for every word of every part.
template <class Word, class Add>
void each_word(const FanOut& fan_out, std::span<const FanOut::Part> parts, const Add& add) {
  const Word* words = fan_out.words_as<Word>();
  for (std::size_t i = 0; i < std::min(ahead, parts.size()); ++i) fetch(words, parts[i]);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + ahead < parts.size()) fetch(words, parts[i + ahead]);
    for (std::int64_t s = parts[i].begin; s < parts[i].end; ++s) add(words[s]);
  }
}

template <bool Mark>
struct Sink {
  std::int32_t* sums;
  std::uint64_t* marks;
  std::int64_t base;
  void operator()(std::uint32_t target, std::int32_t weight) const {
    sums[target] += weight;
    if constexpr (Mark) {
      const std::int64_t n = base + target;
      marks[n / 64] |= std::uint64_t{1} << (n % 64);
    }
  }
};

template <bool Mark>
void deliver_sparse(const FanOut& fan_out, std::span<const FanOut::Part> parts,
                    const Sink<Mark>& sink) {
  const std::int32_t weight = fan_out.weight;
  switch (fan_out.format) {
    case SynapseFormat::target16:
      return each_word<std::uint16_t>(fan_out, parts,
                                      [&](std::uint16_t word) { sink(word, weight); });
    case SynapseFormat::target32:
      return each_word<std::uint32_t>(fan_out, parts,
                                      [&](std::uint32_t word) { sink(word, weight); });
    case SynapseFormat::packed32: {
      // Shifting the target out on the left and less back on the right leaves weight * 2^shift.
      const int bits = fan_out.weight_bits, left = 32 - bits, right = left - fan_out.shift;
      if (right < 0) {
        const int more = -right;
        return each_word<std::uint32_t>(fan_out, parts, [&](std::uint32_t word) {
          sink(word >> bits, static_cast<std::int32_t>(word << left << more));
        });
      }
      return each_word<std::uint32_t>(fan_out, parts, [&](std::uint32_t word) {
        sink(word >> bits, static_cast<std::int32_t>(word << left) >> right);
      });
    }
    default:
      return each_word<std::uint64_t>(fan_out, parts, [&](std::uint64_t word) {
        sink(static_cast<std::uint32_t>(word >> 32), static_cast<std::int32_t>(word));
      });
  }
}

struct DenseKernel {
  std::int32_t* sums;
  const std::int32_t* weights;  ///< null: all are `weight`
  std::int32_t weight;
  std::int64_t count;
  void operator()() const {
    std::int32_t* __restrict to = sums;
    if (weights == nullptr) {
      for (std::int64_t n = 0; n < count; ++n) to[n] += weight;
    } else {
      const std::int32_t* __restrict from = weights;
      for (std::int64_t n = 0; n < count; ++n) to[n] += from[n];
    }
  }
};

void deliver_dense(const FanOut& fan_out, std::span<const FanOut::Part> parts,
                   const DeliveryTarget& target, Isa isa) {
  const auto* words = fan_out.uniform ? nullptr : fan_out.words_as<std::int32_t>();
  for (const FanOut::Part& part : parts) {
    const std::int64_t count = part.end - part.begin;
    if (count == 0) continue;
    const std::int64_t first = fan_out.base + part.begin % fan_out.span;
    run_kernel(DenseKernel{target.sums + first, words == nullptr ? nullptr : words + part.begin,
                           fan_out.weight, count},
               isa);
    for (std::int64_t n = first; target.marks != nullptr && n < first + count; ++n)
      target.marks[n / 64] |= std::uint64_t{1} << (n % 64);
  }
}

/// First synapse of the part whose target is `target` or beyond.
std::int64_t lower_bound(const FanOut& fan_out, FanOut::Part part, std::int64_t target) {
  while (part.begin < part.end) {
    const std::int64_t middle = part.begin + (part.end - part.begin) / 2;
    std::int64_t found = 0;
    fan_out.each({middle, middle + 1}, [&](std::int64_t n, std::int32_t) { found = n; });
    if (found < target) {
      part.begin = middle + 1;
    } else {
      part.end = middle;
    }
  }
  return part.begin;
}

}  // namespace

void deliver(const FanOut& fan_out, std::span<const FanOut::Part> parts,
             const DeliveryTarget& target, Isa isa) {
  if (fan_out.format == SynapseFormat::dense) return deliver_dense(fan_out, parts, target, isa);
  std::int32_t* sums = target.sums + fan_out.base;
  if (target.marks != nullptr) {
    deliver_sparse(fan_out, parts, Sink<true>{sums, target.marks, fan_out.base});
  } else {
    deliver_sparse(fan_out, parts, Sink<false>{sums, nullptr, fan_out.base});
  }
}

FanOut::Part within(const FanOut& fan_out, FanOut::Part part, std::int64_t begin,
                    std::int64_t end) {
  const std::int64_t last = fan_out.base + fan_out.span;
  if (fan_out.format == SynapseFormat::dense) {
    return {part.begin + std::clamp<std::int64_t>(begin - fan_out.base, 0, fan_out.span),
            part.begin + std::clamp<std::int64_t>(end - fan_out.base, 0, fan_out.span)};
  }
  if (begin > fan_out.base) part.begin = lower_bound(fan_out, part, begin);
  if (end < last) part.end = lower_bound(fan_out, part, end);
  return part;
}

}  // namespace snn

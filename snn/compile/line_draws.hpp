// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "snn/compile/distributions.hpp"
#include "snn/math/log.hpp"

namespace snn {

/// Failures before a success that four random words mean, where log_of_none = log(1 - probability
/// of success). No libm: the same everywhere.
SNN_HD inline double gap_of(const Words& words, double log_of_none) {
  return std::floor(fast_log(open_uniform(words[0], words[1])) / log_of_none);
}

/// The random numbers of one line, one after the other.
class LineDraws {
 public:
  LineDraws(std::uint64_t seed, RandomUse use, std::uint32_t stream, std::int64_t line)
      : seed_(seed), use_(use), stream_(stream), line_(static_cast<std::uint64_t>(line)) {}

  double in_open_interval() {
    const Words words = next();
    return open_uniform(words[0], words[1]);
  }

  /// Each of 0 .. n - 1 with the same probability. Words below 2^64 mod n would favour some.
  std::int64_t below(std::int64_t n) {
    const auto range = static_cast<std::uint64_t>(n);
    const std::uint64_t favoured = (0 - range) % range;
    std::uint64_t word = 0;
    do {
      const Words words = next();
      word = (std::uint64_t{words[0]} << 32) | words[1];
    } while (word < favoured);
    return static_cast<std::int64_t>(word % range);
  }

  double gap(double log_of_none) { return gap_of(next(), log_of_none); }

 private:
  Words next() { return random_words(seed_, use_, stream_, line_, count_++); }

  std::uint64_t seed_;
  RandomUse use_;
  std::uint32_t stream_;
  std::uint64_t line_;
  std::uint32_t count_ = 0;
};

/// The candidates of a line that are partners, each independently with one probability, ascending.
/// The number of those passed over before the next is geometrically distributed: drawing it costs
/// as much as there are partners, not candidates.
class Successes {
 public:
  /// log_of_none: ln(1 - probability), below 0; -infinity for probability 1.
  SNN_HD Successes(std::uint64_t seed, std::uint32_t stream, std::int64_t line,
                   std::int64_t candidates, double log_of_none)
      : seed_(seed),
        stream_(stream),
        line_(static_cast<std::uint64_t>(line)),
        candidates_(candidates),
        log_of_none_(log_of_none) {}

  /// Goes to the next; false if there is none.
  SNN_HD bool next() {
    if (++at_ >= candidates_) return false;
    const Words words = random_words(seed_, RandomUse::connections, stream_, line_, count_++);
    const double gap = gap_of(words, log_of_none_);
    if (gap >= static_cast<double>(candidates_ - at_)) {
      at_ = candidates_;
      return false;
    }
    at_ += static_cast<std::int64_t>(gap);
    return true;
  }
  SNN_HD std::int64_t at() const { return at_; }

 private:
  std::uint64_t seed_;
  std::uint32_t stream_;
  std::uint64_t line_;
  std::int64_t candidates_;
  double log_of_none_;
  std::int64_t at_ = -1;
  std::uint32_t count_ = 0;
};

/// Some numbers >= 0 that are taken, in a table with room for twice as many (linear probing).
class TakenNumbers {
 public:
  explicit TakenNumbers(std::int64_t most)
      : slots_(most > 0 ? std::bit_ceil(2 * static_cast<std::uint64_t>(most)) : 1, -1) {}
  /// False if it was taken before.
  bool take(std::int64_t number) {
    const std::uint64_t mask = slots_.size() - 1;
    // Multiplied by an odd constant, neighbours part (Knuth, TAOCP 3, section 6.4).
    std::uint64_t at = (static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15u >> 20) & mask;
    while (slots_[at] >= 0 && slots_[at] != number) at = (at + 1) & mask;
    const bool fresh = slots_[at] < 0;
    slots_[at] = number;
    return fresh;
  }

 private:
  std::vector<std::int64_t> slots_;  ///< -1: free
};

/// `count` of the numbers 0 .. of - 1, in no order, every subset with the same probability (Floyd's
/// algorithm: Bentley & Floyd, Commun. ACM 30 (1987) 754).
template <class Add>
void choose(LineDraws& draws, std::int64_t count, std::int64_t of, const Add& add) {
  TakenNumbers taken(count);
  for (std::int64_t last = of - count; last < of; ++last) {
    const std::int64_t candidate = draws.below(last + 1);
    const std::int64_t chosen = taken.take(candidate) ? candidate : last;
    taken.take(chosen);
    add(chosen);
  }
}

}  // namespace snn

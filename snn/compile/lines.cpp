// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "snn/compile/binomial.hpp"
#include "snn/compile/distributions.hpp"
#include "snn/compile/parallel.hpp"
#include "snn/math/random_block.hpp"

namespace snn {
namespace {

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

 private:
  Words next() { return random_words(seed_, use_, stream_, line_, count_++); }

  std::uint64_t seed_;
  RandomUse use_;
  std::uint32_t stream_;
  std::uint64_t line_;
  std::uint32_t count_ = 0;
};

/// `count` of the numbers 0 .. of - 1, ascending, every subset with the same probability (Floyd's
/// algorithm: Bentley & Floyd, Commun. ACM 30 (1987) 754).
template <class Add>
void choose(LineDraws& draws, std::int64_t count, std::int64_t of, const Add& add) {
  std::unordered_set<std::int64_t> taken;
  for (std::int64_t last = of - count; last < of; ++last) {
    const std::int64_t candidate = draws.below(last + 1);
    const std::int64_t chosen = taken.insert(candidate).second ? candidate : last;
    taken.insert(chosen);
    add(chosen);
  }
}

/// Degree of every line and what the rule allows; of drawn degrees 0.
struct Degrees {
  std::int64_t degree = 0;
  bool allow_self = true, allow_multiple = true;
};
Degrees degrees_of(const Connectivity& rule, std::int64_t partners) {
  if (std::holds_alternative<AllToAll>(rule)) return {partners};
  if (std::holds_alternative<OneToOne>(rule)) return {1};
  if (const auto* in = std::get_if<FixedInDegree>(&rule))
    return {in->in_degree, in->allow_self, in->allow_multiple};
  if (const auto* out = std::get_if<FixedOutDegree>(&rule))
    return {out->out_degree, out->allow_self, out->allow_multiple};
  if (const auto* total = std::get_if<FixedTotalNumber>(&rule))
    return {0, total->allow_self, total->allow_multiple};
  return {0, std::get<FixedProbability>(rule).allow_self, false};
}

}  // namespace

Lines::Lines(const Network& network, ProjectionId id, std::uint64_t seed, int threads)
    : seed_(seed), stream_(static_cast<std::uint32_t>(id.index)), rule_(network[id].rule) {
  const bool of_target = of_targets(rule_);
  lines_ = network[of_target ? network[id].target : network[id].source].size();
  partners_ = network[of_target ? network[id].source : network[id].target].size();
  const Degrees degrees = degrees_of(rule_, partners_);
  const bool within = network[id].source == network[id].target;
  candidates_ = partners_ - (within && !degrees.allow_self ? 1 : 0);
  degree_ = degrees.degree;
  if (const auto* rule = std::get_if<FixedProbability>(&rule_)) count_probable(*rule, threads);
  if (const auto* rule = std::get_if<FixedTotalNumber>(&rule_))
    rule->allow_multiple ? split_total(*rule) : choose_pairs(*rule);
}

/// The number of partners passed over before the next is geometrically distributed: drawing it
/// costs as much as there are synapses, not pairs.
template <class Found>
void Lines::each_probable(double probability, std::int64_t line, const Found& found) const {
  if (probability == 0) return;
  const double log_of_none = std::log1p(-probability);  // -infinity for probability 1
  LineDraws draws(seed_, RandomUse::connections, stream_, line);
  for (std::int64_t at = 0; at < candidates_; ++at) {
    const double gap = std::floor(std::log(draws.in_open_interval()) / log_of_none);
    if (gap >= static_cast<double>(candidates_ - at)) break;
    at += static_cast<std::int64_t>(gap);
    found(at);
  }
}

void Lines::count_probable(const FixedProbability& rule, int threads) {
  first_.assign(static_cast<std::size_t>(lines_) + 1, 0);
  parallel_pieces(threads, lines_, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t line = begin; line < end; ++line) {
      std::int64_t degree = 0;
      each_probable(rule.probability, line, [&](std::int64_t) { ++degree; });
      first_[static_cast<std::size_t>(line) + 1] = degree;
    }
  });
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
}

/// Each synapse has any source with the same probability: the numbers per source are multinomial,
/// that is, one after the other binomial in what is left.
void Lines::split_total(const FixedTotalNumber& rule) {
  first_.assign(static_cast<std::size_t>(lines_) + 1, 0);
  std::int64_t left = rule.synapses;
  for (std::int64_t line = 0; line < lines_; ++line) {
    LineDraws draws(seed_, RandomUse::degrees, stream_, line);
    const std::int64_t degree = draw_binomial(left, 1.0 / static_cast<double>(lines_ - line),
                                              [&] { return draws.in_open_interval(); });
    left -= degree;
    first_[static_cast<std::size_t>(line) + 1] = first_[static_cast<std::size_t>(line)] + degree;
  }
}

void Lines::choose_pairs(const FixedTotalNumber& rule) {
  LineDraws draws(seed_, RandomUse::connections, stream_, 0);
  chosen_.reserve(static_cast<std::size_t>(rule.synapses));
  choose(draws, rule.synapses, lines_ * candidates_,
         [&](std::int64_t pair) { chosen_.push_back(pair); });
  std::sort(chosen_.begin(), chosen_.end());
  first_.assign(static_cast<std::size_t>(lines_) + 1, 0);
  for (const std::int64_t pair : chosen_)
    ++first_[static_cast<std::size_t>(pair / candidates_) + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
}

void Lines::with_repetition(std::int64_t line, std::span<std::uint32_t> out) const {
  fill_below(seed_, RandomUse::connections, stream_, static_cast<std::uint64_t>(first(line)),
             static_cast<std::uint32_t>(candidates_), out);
  std::vector<std::uint32_t> scratch(out.size());
  sort_below(out, scratch, static_cast<std::uint32_t>(candidates_));
}

void Lines::without_repetition(std::int64_t line, std::span<std::uint32_t> out) const {
  LineDraws draws(seed_, RandomUse::connections, stream_, line);
  std::size_t at = 0;
  choose(draws, static_cast<std::int64_t>(out.size()), candidates_,
         [&](std::int64_t partner) { out[at++] = static_cast<std::uint32_t>(partner); });
  std::sort(out.begin(), out.end());
}

void Lines::partners(std::int64_t line, std::span<std::uint32_t> out) const {
  if (out.empty()) return;
  if (std::holds_alternative<AllToAll>(rule_)) {
    std::iota(out.begin(), out.end(), 0u);
  } else if (std::holds_alternative<OneToOne>(rule_)) {
    out[0] = static_cast<std::uint32_t>(line);
  } else if (const auto* rule = std::get_if<FixedProbability>(&rule_)) {
    std::size_t at = 0;
    each_probable(rule->probability, line,
                  [&](std::int64_t partner) { out[at++] = static_cast<std::uint32_t>(partner); });
  } else if (!chosen_.empty()) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t pair = chosen_[static_cast<std::size_t>(first(line)) + i];
      out[i] = static_cast<std::uint32_t>(pair % candidates_);
    }
  } else if (degrees_of(rule_, partners_).allow_multiple) {
    with_repetition(line, out);
  } else {
    without_repetition(line, out);
  }
  if (candidates_ < partners_) {  // the i-th of all neurons but itself
    for (std::uint32_t& partner : out) partner += partner >= static_cast<std::uint32_t>(line);
  }
}

void sort_below(std::span<std::uint32_t> values, std::span<std::uint32_t> scratch,
                std::uint32_t bound) {
  if (values.size() < 48) {
    std::sort(values.begin(), values.end());
    return;
  }
  // Least significant digit first, 8 bits at a time.
  std::uint32_t* from = values.data();
  std::uint32_t* to = scratch.data();
  for (int shift = 0; shift < 32 && (bound - 1) >> shift != 0; shift += 8) {
    std::array<std::uint32_t, 257> begin{};
    for (std::size_t i = 0; i < values.size(); ++i) ++begin[(from[i] >> shift & 255u) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    for (std::size_t i = 0; i < values.size(); ++i) to[begin[from[i] >> shift & 255u]++] = from[i];
    std::swap(from, to);
  }
  if (from != values.data()) std::copy(from, from + values.size(), values.data());
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "snn/compile/binomial.hpp"
#include "snn/compile/line_draws.hpp"
#include "snn/compile/parallel.hpp"
#include "snn/math/random_block.hpp"

namespace snn {
namespace {

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
  if (const auto* space = std::get_if<DistanceDependent>(&rule))
    return {0, space->allow_self, false};
  if (const auto* probable = std::get_if<FixedProbability>(&rule))
    return {0, probable->allow_self, false};
  return {};  // as listed or as the shapes say
}

}  // namespace

Lines::Lines(const Network& network, ProjectionId id, std::uint64_t seed, int threads)
    : seed_(seed), stream_(static_cast<std::uint32_t>(id.index)), rule_(&network[id].rule) {
  const bool of_target = of_targets(*rule_);
  lines_ = network[of_target ? network[id].target : network[id].source].size();
  partners_ = network[of_target ? network[id].source : network[id].target].size();
  const Degrees degrees = degrees_of(*rule_, partners_);
  const bool within = network[id].source == network[id].target;
  candidates_ = partners_ - (within && !degrees.allow_self ? 1 : 0);
  degree_ = degrees.degree;
  if (const auto* rule = std::get_if<FixedProbability>(rule_)) {
    count_lines(threads, [&](std::int64_t line) {
      std::int64_t degree = 0;
      each_probable(rule->probability, line, [&](std::int64_t) { ++degree; });
      return degree;
    });
  } else if (const auto* total = std::get_if<FixedTotalNumber>(rule_)) {
    total->allow_multiple ? split_total(*total) : choose_pairs(*total);
  } else if (const auto* space = std::get_if<DistanceDependent>(rule_)) {
    neighbours_.emplace(network[network[id].source].positions,
                        network[network[id].target].positions, space->kernel);
    count_lines(threads, [&](std::int64_t line) {
      std::int64_t degree = 0;
      each_neighbour(line, [&](std::uint32_t) { ++degree; });
      return degree;
    });
  } else if (const auto* shared = std::get_if<Convolution>(rule_)) {
    map_.emplace(*shared, network[network[id].source].shape, network[network[id].target].shape);
    count_lines(threads, [&](std::int64_t line) { return map_->degree(line); });
  } else if (const auto* rows = std::get_if<Csr>(rule_)) {
    first_ = rows->row_begin;
  }
}

template <class Found>
void Lines::each_probable(double probability, std::int64_t line, const Found& found) const {
  if (probability == 0) return;
  const double log_of_none = std::log1p(-probability);  // -infinity for probability 1
  Successes drawn(seed_, stream_, line, candidates_, log_of_none);
  while (drawn.next()) found(drawn.at());
}

template <class DegreeOf>
void Lines::count_lines(int threads, const DegreeOf& degree_of) {
  first_.assign(static_cast<std::size_t>(lines_) + 1, 0);
  parallel_pieces(threads, lines_, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t line = begin; line < end; ++line)
      first_[static_cast<std::size_t>(line) + 1] = degree_of(line);
  });
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
}

/// Of all neurons; the line's own is left out where that is excluded.
template <class Found>
void Lines::each_neighbour(std::int64_t line, const Found& found) const {
  LineDraws draws(seed_, RandomUse::connections, stream_, line);
  neighbours_->draw(line, draws, [&](std::uint32_t partner) {
    if (candidates_ == partners_ || partner != static_cast<std::uint32_t>(line)) found(partner);
  });
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
  std::size_t at = 0;
  const auto add = [&](auto partner) { out[at++] = static_cast<std::uint32_t>(partner); };
  if (std::holds_alternative<AllToAll>(*rule_)) return std::iota(out.begin(), out.end(), 0u);
  if (std::holds_alternative<OneToOne>(*rule_)) return add(line);
  if (map_) return map_->each_target(line, add);
  if (const auto* rows = std::get_if<Csr>(rule_)) {
    std::for_each_n(rows->target.begin() + first(line), out.size(), add);
    return;
  }
  if (neighbours_) {
    each_neighbour(line, add);
    return std::sort(out.begin(), out.end());
  }
  if (const auto* rule = std::get_if<FixedProbability>(rule_)) {
    each_probable(rule->probability, line, add);
  } else if (!chosen_.empty()) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t pair = chosen_[static_cast<std::size_t>(first(line)) + i];
      out[i] = static_cast<std::uint32_t>(pair % candidates_);
    }
  } else if (degrees_of(*rule_, partners_).allow_multiple) {
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

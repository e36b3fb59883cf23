// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/connect.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "snn/compile/distributions.hpp"
#include "snn/math/philox.hpp"

namespace snn {
namespace {

/// The random numbers of one row, one after the other.
class RowDraws {
 public:
  RowDraws(std::uint64_t seed, ProjectionId projection, std::int64_t row)
      : seed_(seed),
        projection_(static_cast<std::uint32_t>(projection.index)),
        row_(static_cast<std::uint64_t>(row)) {}

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
  Words next() { return random_words(seed_, RandomUse::connections, projection_, row_, count_++); }

  std::uint64_t seed_;
  std::uint32_t projection_;
  std::uint64_t row_;
  std::uint32_t count_ = 0;
};

/// `count` of the numbers 0 .. of - 1, ascending: with repetition, each draw independent; without,
/// every subset with the same probability (Floyd's algorithm: Bentley & Floyd, Commun. ACM 30
/// (1987) 754).
std::vector<std::int64_t> choose(RowDraws& draws, std::int64_t count, std::int64_t of,
                                 bool repetition) {
  std::vector<std::int64_t> chosen;
  chosen.reserve(static_cast<std::size_t>(count));
  if (repetition) {
    for (std::int64_t i = 0; i < count; ++i) chosen.push_back(draws.below(of));
  } else {
    std::unordered_set<std::int64_t> taken;
    for (std::int64_t last = of - count; last < of; ++last) {
      const std::int64_t candidate = draws.below(last + 1);
      chosen.push_back(taken.insert(candidate).second ? candidate : last);
      taken.insert(chosen.back());
    }
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

/// Lists the pairs of one projection, rule by rule.
class Expansion {
 public:
  Expansion(const Network& network, ProjectionId id, std::uint64_t seed)
      : seed_(seed),
        id_(id),
        sources_(network[network[id].source].size()),
        targets_(network[network[id].target].size()),
        within_(network[id].source == network[id].target) {}

  void operator()(const AllToAll&) {
    reserve(sources_ * targets_);
    for (std::int64_t k = 0; k < sources_; ++k) {
      for (std::int64_t n = 0; n < targets_; ++n) add(k, n);
    }
  }

  void operator()(const OneToOne&) {
    reserve(targets_);
    for (std::int64_t n = 0; n < targets_; ++n) add(n, n);
  }

  void operator()(const Sparse& rule) {
    reserve(static_cast<std::int64_t>(rule.source.size()));
    for (std::size_t s = 0; s < rule.source.size(); ++s) add(rule.source[s], rule.target[s]);
  }

  /// The number of pairs passed over before the next synapse is geometrically distributed: drawing
  /// it costs as much as there are synapses, not pairs.
  void operator()(const FixedProbability& rule) {
    if (rule.probability == 0) return;
    const bool no_self = within_ && !rule.allow_self;
    const std::int64_t candidates = targets_ - (no_self ? 1 : 0);
    const double log_of_none = std::log1p(-rule.probability);  // -infinity for probability 1
    for (std::int64_t k = 0; k < sources_; ++k) {
      RowDraws draws(seed_, id_, k);
      for (std::int64_t at = 0; at < candidates; ++at) {
        const double gap = std::floor(std::log(draws.in_open_interval()) / log_of_none);
        if (gap >= static_cast<double>(candidates - at)) break;
        at += static_cast<std::int64_t>(gap);
        add(k, no_self ? past(k, at) : at);
      }
    }
  }

  void operator()(const FixedInDegree& rule) {
    reserve(rule.in_degree * targets_);
    const bool no_self = within_ && !rule.allow_self;
    for (std::int64_t n = 0; n < targets_; ++n) {
      RowDraws draws(seed_, id_, n);
      for (const std::int64_t k :
           choose(draws, rule.in_degree, sources_ - (no_self ? 1 : 0), rule.allow_multiple))
        add(no_self ? past(n, k) : k, n);
    }
  }

  void operator()(const FixedOutDegree& rule) {
    reserve(rule.out_degree * sources_);
    const bool no_self = within_ && !rule.allow_self;
    for (std::int64_t k = 0; k < sources_; ++k) {
      RowDraws draws(seed_, id_, k);
      for (const std::int64_t n :
           choose(draws, rule.out_degree, targets_ - (no_self ? 1 : 0), rule.allow_multiple))
        add(k, no_self ? past(k, n) : n);
    }
  }

  void operator()(const FixedTotalNumber& rule) {
    reserve(rule.synapses);
    const bool no_self = within_ && !rule.allow_self;
    const std::int64_t per_source = targets_ - (no_self ? 1 : 0);
    RowDraws draws(seed_, id_, 0);
    for (const std::int64_t pair :
         choose(draws, rule.synapses, sources_ * per_source, rule.allow_multiple)) {
      const std::int64_t k = pair / per_source, n = pair % per_source;
      add(k, no_self ? past(k, n) : n);
    }
  }

  Pairs pairs;

 private:
  /// The i-th of all neurons but `self`.
  static std::int64_t past(std::int64_t self, std::int64_t i) { return i < self ? i : i + 1; }

  void reserve(std::int64_t count) {
    pairs.source.reserve(static_cast<std::size_t>(count));
    pairs.target.reserve(static_cast<std::size_t>(count));
  }
  void add(std::int64_t source, std::int64_t target) {
    pairs.source.push_back(static_cast<std::int32_t>(source));
    pairs.target.push_back(static_cast<std::int32_t>(target));
  }

  std::uint64_t seed_;
  ProjectionId id_;
  std::int64_t sources_, targets_;
  bool within_;
};

}  // namespace

Pairs expand_pairs(const Network& network, ProjectionId id, std::uint64_t seed) {
  Expansion expansion(network, id, seed);
  std::visit(expansion, network[id].rule);
  return std::move(expansion.pairs);
}

}  // namespace snn

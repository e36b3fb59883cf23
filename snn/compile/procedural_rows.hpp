// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "snn/compile/lines.hpp"
#include "snn/compile/synapse_values.hpp"
#include "snn/compile/synapse_words.hpp"

namespace snn {

/// The rows of a projection that is not stored: each is drawn again whenever it is asked for, the
/// very synapses that would be stored.
class ProceduralRows {
 public:
  /// What a thread draws into.
  struct Scratch {
    std::vector<std::uint32_t> partners, sources;
    std::vector<float> weights;
  };

  /// A weight w acts as round(w * scale) * 2^shift. `uniform`: all act as `weight`.
  struct Fixed {
    double scale = 1;
    int shift = 0;
    bool uniform = false;
    std::int32_t weight = 0;
  };

  /// Expects what validate() accepts. Keeps a copy of what the rows depend on.
  ProceduralRows(const Network& network, ProjectionId projection, double dt_ms, std::uint64_t seed,
                 int threads, const Fixed& fixed);
  ProceduralRows(const ProceduralRows&) = delete;
  ProceduralRows& operator=(const ProceduralRows&) = delete;

  std::int64_t synapses() const { return lines_.synapses(); }
  std::int64_t degree(std::int64_t k) const { return lines_.degree(k); }
  std::int64_t bytes() const { return lines_.bytes(); }
  std::int64_t first(std::int64_t k) const { return lines_.first(k); }
  /// The projection is the last of this network.
  const Network& described() const { return network_; }
  std::uint64_t seed() const { return seed_; }
  const SynapseValues& values() const { return values_; }
  const Fixed& fixed() const { return fixed_; }
  /// Whether all weights may be 0 or some are given as 0.
  bool may_have_zeros() const;

  /// found(target, weight in fixed point) for the synapses of source k onto the targets begin ..
  /// end-1, ascending. Weights of other targets are not drawn.
  template <class Found>
  void each(std::int64_t k, std::int64_t begin, std::int64_t end, Scratch& scratch,
            const Found& found) const {
    auto& partners = scratch.partners;
    partners.resize(static_cast<std::size_t>(lines_.degree(k)));
    lines_.partners(k, partners);
    const auto place = [&](std::int64_t target) {
      return std::partition_point(partners.begin(), partners.end(),
                                  [&](std::uint32_t n) { return std::int64_t{n} < target; }) -
             partners.begin();
    };
    const std::ptrdiff_t first = place(begin);
    const auto count = static_cast<std::size_t>(place(end) - first);
    const std::span<const std::uint32_t> targets(partners.data() + first, count);
    if (fixed_.uniform) {
      for (const std::uint32_t n : targets) found(n, fixed_.weight);
      return;
    }
    scratch.sources.assign(values_.weights_look_at_ends() ? count : 0,
                           static_cast<std::uint32_t>(k));
    scratch.weights.resize(count);
    values_.weights(lines_.first(k) + first, {scratch.sources, targets}, scratch.weights);
    for (std::size_t s = 0; s < count; ++s) {
      const double scaled = static_cast<double>(scratch.weights[s]) * fixed_.scale;
      found(targets[s], to_fixed(scaled) * (1 << fixed_.shift));
    }
  }

 private:
  Network network_;  ///< nothing but what the rows depend on
  Lines lines_;
  SynapseValues values_;
  Fixed fixed_;
  std::uint64_t seed_;
};

}  // namespace snn

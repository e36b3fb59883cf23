// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "snn/compile/huge_array.hpp"
#include "snn/compile/procedural_rows.hpp"
#include "snn/compile/rows_elsewhere.hpp"
#include "snn/math/plasticity/rules.hpp"
#include "snn/math/plasticity/scaling.hpp"
#include "snn/math/plasticity/tsodyks_markram.hpp"

namespace snn {

/// How a synapse is stored; the narrowest that keeps the weights' precision is chosen.
enum class SynapseFormat : std::uint8_t {
  dense,       ///< 4 bytes, a weight for every target neuron in turn; or none, if all are equal
  target16,    ///< 2 bytes, a target; all weights are equal
  target32,    ///< 4 bytes, the same
  packed32,    ///< 4 bytes: target in the high bits, weight in the low ones
  wide64,      ///< 8 bytes: a 32-bit target above a 32-bit weight
  procedural,  ///< none: a row is drawn again whenever its source spikes
};

/// The synapses from one population onto one receptor port, as they are delivered: one row per
/// source neuron, in it one sub-row per delay, in that ascending targets. Projections from one
/// population are fused into one fan-out, since long rows are read faster than short ones.
struct FanOut {
  std::int32_t source = 0;  ///< population
  int receptor = 0;
  std::vector<std::int32_t> projections;  ///< with different targets, ascending
  std::int64_t sources = 0;               ///< rows
  std::int64_t base = 0;                  ///< targets are neurons base .. base + span - 1
  std::int64_t span = 0;
  std::vector<std::int32_t> delays;  ///< in ticks, ascending
  SynapseFormat format = SynapseFormat::wide64;
  bool uniform = false;  ///< all weights are `weight`
  std::int32_t weight = 0;
  int weight_bits = 32;              ///< of a packed word
  int shift = 0;                     ///< a packed weight w counts w * 2^shift
  HugeArray<std::int64_t> row;       ///< [source]: first synapse, and the end; dense: none
  HugeArray<std::uint32_t> sub_end;  ///< [source][delay], from the row's begin; one delay: none
  HugeArray<std::byte> words;
  std::optional<TsodyksMarkram> short_term{};  ///< weights are scaled spike by spike
  bool plastic = false;                        ///< words are targets, and weights change by `rule`
  Plasticity rule{};
  std::optional<Homeostasis> homeostasis{};  ///< of a plastic fan-out
  HugeArray<float> weights;      ///< [synapse]: magnitudes, in the unit of the description
  HugeArray<float> eligibility;  ///< [synapse]: of RewardStdp
  std::shared_ptr<const ProceduralRows> procedural;  ///< of that format: one projection, one delay
  double scale = 1;  ///< of a plastic fan-out: from weights to sums, with their sign
  /// Where the synapses are if not here: then only `row` is, and sub_end, words, weights and
  /// eligibility are empty. Who copies rows goes through on_host() or each_of().
  std::shared_ptr<const RowsElsewhere> elsewhere{};

  struct Part {
    std::int64_t begin, end;  ///< synapses
  };
  Part part(std::int64_t k, std::size_t delay) const {
    if (format == SynapseFormat::dense) return {k * span, (k + 1) * span};
    const auto at = static_cast<std::size_t>(k);
    const std::int64_t begin = row[at];
    if (delays.size() == 1) return {begin, row[at + 1]};
    const std::uint32_t* end = sub_end.data() + at * delays.size() + delay;
    return {begin + (delay == 0 ? 0 : static_cast<std::int64_t>(end[-1])),
            begin + static_cast<std::int64_t>(*end)};
  }

  /// Synapses always belong to the worker that owns the neuron they end at.
  bool by_target() const { return plastic || short_term.has_value(); }

  template <class Word>
  const Word* words_as() const {
    return reinterpret_cast<const Word*>(words.data());
  }

  /// Calls found(target neuron, weight in fixed point) for the synapses of a part.
  template <class Found>
  void each(Part part, const Found& found) const {
    for (std::int64_t s = part.begin; s < part.end; ++s) {
      switch (format) {
        case SynapseFormat::dense:
          found(base + s % span, uniform ? weight : words_as<std::int32_t>()[s]);
          break;
        case SynapseFormat::target16:
          found(base + words_as<std::uint16_t>()[s], weight_of(s));
          break;
        case SynapseFormat::target32:
          found(base + static_cast<std::int64_t>(words_as<std::uint32_t>()[s]), weight_of(s));
          break;
        case SynapseFormat::packed32: {
          const std::uint32_t word = words_as<std::uint32_t>()[s];
          const int above = 32 - weight_bits;
          found(base + static_cast<std::int64_t>(word >> weight_bits),
                (static_cast<std::int32_t>(word << above) >> above) * (1 << shift));
          break;
        }
        case SynapseFormat::wide64: {
          const std::uint64_t word = words_as<std::uint64_t>()[s];
          found(base + static_cast<std::int64_t>(word >> 32), static_cast<std::int32_t>(word));
          break;
        }
        case SynapseFormat::procedural:
          break;
      }
    }
  }

  /// The same for the synapses of source k over one of the delays, drawn or stored.
  template <class Found>
  void each_of(std::int64_t k, std::size_t delay, const Found& found) const {
    if (format != SynapseFormat::procedural) {
      const FanOut& rows = on_host(k);
      return rows.each(rows.part(k, delay), found);
    }
    ProceduralRows::Scratch scratch;
    procedural->each(k, 0, span, scratch,
                     [&](std::uint32_t n, std::int32_t w) { found(base + n, w); });
  }

  /// A fan-out that holds row k on the host, and in k its number in there: this one, or a copy that
  /// lives until the next call.
  const FanOut& on_host(std::int64_t& k) const {
    return elsewhere ? elsewhere->on_host(*this, k) : *this;
  }

  /// Of a format that stores targets only.
  std::int32_t weight_of(std::int64_t s) const {
    if (!plastic) return weight;
    if (weights.size() == 0) return 1;  // in a copy: not known, but there
    const double scaled = static_cast<double>(weights[static_cast<std::size_t>(s)]) * scale;
    return static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  }

  std::int64_t synapses() const {
    if (procedural) return procedural->synapses();
    return format == SynapseFormat::dense ? sources * span : row[static_cast<std::size_t>(sources)];
  }
  std::int64_t bytes() const {
    if (procedural) return procedural->bytes();
    return static_cast<std::int64_t>(row.bytes() + sub_end.bytes() + words.bytes() +
                                     weights.bytes() + eligibility.bytes()) +
           (elsewhere ? elsewhere->bytes() : 0);
  }
};

/// Bytes of one synapse's word.
inline int word_bytes(SynapseFormat format, bool uniform) {
  if (format == SynapseFormat::procedural) return 0;
  if (format == SynapseFormat::dense) return uniform ? 0 : 4;
  return format == SynapseFormat::target16 ? 2 : format == SynapseFormat::wide64 ? 8 : 4;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <optional>

#include "snn/compile/lines.hpp"
#include "snn/compile/plan_fan_outs.hpp"
#include "snn/compile/synapse_values.hpp"

/// A fan-out while it is built: its projections with what draws their synapses.
namespace snn {

struct FanOutPart {
  CompiledProjection* projection;
  const Sparse* list;          ///< of a Sparse rule, else null
  std::optional<Lines> lines;  ///< of any other
  SynapseValues values;
  std::uint32_t offset;  ///< of its targets among the fan-out's
  double scale;          ///< from weights to what is stored

  std::int64_t synapses() const {
    return list != nullptr ? static_cast<std::int64_t>(list->source.size()) : lines->synapses();
  }
  bool looks_at_ends() const {
    return values.weights_look_at_ends() || values.ticks_look_at_ends();
  }
};

struct FanOutBuild {
  FanOutBuild(const Network& network, const CompileOptions& options, CompiledNetwork& compiled,
              FanOut& fan_out);

  std::uint32_t slot(std::int32_t tick) const {
    return slots_[static_cast<std::size_t>(tick - out.delays.front())];
  }
  /// Allocates the words and writes the rows' beginnings, from the projections' degrees.
  void place_rows();

  FanOut& out;
  int threads;
  bool of_sources;  ///< lines belong to source neurons
  std::vector<FanOutPart> parts;
  std::atomic<bool> some_zero{false};  ///< a weight is 0

 private:
  std::vector<std::uint32_t> slots_;  ///< [tick - first delay]: place in out.delays
};

/// Stores a synapse; `Word` follows from the format.
template <class Word>
struct WordOf {
  const FanOut* out;
  Word operator()(std::uint32_t target, double scaled) const {
    if constexpr (sizeof(Word) == 8) {
      if (out->plastic)  // sorts by target, then weight; split_plastic() takes it apart
        return wide_word(target, std::bit_cast<std::uint32_t>(static_cast<float>(scaled)));
      return wide_word(target, static_cast<std::uint32_t>(to_fixed(scaled)));
    } else if constexpr (sizeof(Word) == 2) {
      return static_cast<std::uint16_t>(target);
    } else {
      if (out->uniform) return target;
      return packed_word(target, to_fixed(scaled), out->weight_bits);
    }
  }
};

/// Calls build(WordOf<Word>) with the fan-out's word.
template <class Build>
void with_word(const FanOut& out, const Build& build) {
  if (out.plastic) return build(WordOf<std::uint64_t>{&out});
  switch (out.format) {
    case SynapseFormat::target16:
      return build(WordOf<std::uint16_t>{&out});
    case SynapseFormat::wide64:
      return build(WordOf<std::uint64_t>{&out});
    default:
      return build(WordOf<std::uint32_t>{&out});
  }
}

/// Rows of lines that belong to source neurons: each is drawn once and sorted by delay.
void build_rows_of_sources(FanOutBuild& build);
/// Rows of lists and of lines that belong to target neurons: synapses are counted, then drawn again
/// and put where they belong.
void build_rows_by_counting(FanOutBuild& build);

}  // namespace snn

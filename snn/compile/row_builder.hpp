// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/estimate.hpp"
#include "snn/compile/rows_elsewhere.hpp"
#include "snn/compile/value_draw.hpp"

/// The seam for rows that are drawn elsewhere than on the host, as on a device: the same rows,
/// since each is a function of the seed and the numbers of its synapses.
namespace snn {

/// How the partners of a projection's lines are drawn (Lines).
struct LineDraw {
  enum class Rule : std::uint8_t { all_to_all, one_to_one, with_repetition, probability };
  Rule rule = Rule::all_to_all;
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
  bool excludes_self = false;   ///< the line's own number is no candidate
  std::int64_t lines = 0;       ///< source neurons; of FixedInDegree target neurons
  std::int64_t candidates = 0;  ///< partners that may be drawn
  std::int64_t degree = 0;      ///< of every line, where they are equal
  double log_of_none = 0;       ///< of the rule `probability`: ln(1 - probability)
};

/// Places of delays among those of the fan-out.
struct DelayDraw {
  enum class Kind : std::uint8_t { one, per_source, drawn };
  Kind kind = Kind::one;
  std::uint32_t slot = 0;  ///< of all, if there is one
  ValueDraw ms{};          ///< of those that are drawn
  float per_ms = 1;        ///< ticks
};

/// A projection of a fan-out.
struct PartPlan {
  CompiledProjection* projection = nullptr;
  LineDraw lines{};
  std::vector<std::int64_t> first{};          ///< [line]: its first synapse, and the end; empty:
                                              ///< line * lines.degree
  ValueDraw weight{};                         ///< by the synapse's number
  DelayDraw delay{};                          ///< the same
  std::vector<std::uint32_t> source_slots{};  ///< [source neuron], of per_source delays
  std::uint32_t offset = 0;                   ///< of its targets among the fan-out's
  double scale = 1;                           ///< from weights to what is stored

  std::int64_t first_of(std::int64_t line) const {
    return first.empty() ? line * lines.degree : first[static_cast<std::size_t>(line)];
  }
};

/// A fan-out that is to be drawn.
struct DrawPlan {
  bool of_targets = false;  ///< lines belong to target neurons
  std::vector<PartPlan> parts{};
  std::vector<std::uint32_t> slots{};  ///< [tick - first delay]: place in FanOut::delays
};

class RowBuilder {
 public:
  virtual ~RowBuilder() = default;
  /// ResourceError if it has no room for these synapses. Told before any is drawn.
  virtual void require(const BuildEstimate& needed) = 0;
  /// Degrees of the lines of a rule by which they are drawn.
  virtual std::vector<std::uint32_t> degrees(const LineDraw& lines) = 0;
  /// Draws the rows of a fan-out: sets `elsewhere`, and `row` as begin_rows() does (dense: none).
  /// Of the projections it sets `degree`, if lines belong to targets, and `nonzero`, if the weights
  /// are drawn and some is 0.
  virtual void draw(const DrawPlan& plan, FanOut& out) = 0;
  /// Takes over the rows of a fan-out that was built on the host.
  virtual void adopt(FanOut& out) = 0;
};

/// Whether a fan-out's rows follow from a DrawPlan.
bool can_be_drawn_elsewhere(const Network& network, const FanOut& fan_out);

/// Expects that they do. Sets `degree` of the projections where lines belong to sources, and
/// `synapses`.
DrawPlan plan_draws(const Network& network, const CompileOptions& options,
                    CompiledNetwork& compiled, const FanOut& fan_out, RowBuilder& builder);

/// How rows that are not stored are drawn; none if not by numbers of synapses alone: drawn weights
/// of a rule with repetition go by the places in a sorted row.
std::optional<PartPlan> plan_procedural(const ProceduralRows& rows);

/// Sets FanOut::row from the degrees of its projections. ConfigError where a row is too long.
void begin_rows(const std::vector<CompiledProjection*>& projections, FanOut& out);

}  // namespace snn

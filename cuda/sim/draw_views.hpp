// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gpu_runtime.hpp"
#include "snn/compile/fan_out.hpp"
#include "snn/compile/line_draws.hpp"
#include "snn/compile/row_builder.hpp"

/// What is drawn on the device, as kernels see it, and the functions of one synapse's number that
/// say what it is.
namespace snn::cuda {

inline constexpr int draw_threads = 256;

/// PartPlan.
struct PartView {
  LineDraw lines;
  const std::int64_t* first;  ///< [line]; null: line * lines.degree
  ValueDraw weight;
  DelayDraw delay;
  const std::uint32_t* source_slots;
  std::uint32_t offset;
  double scale;

  SNN_HD std::int64_t first_of(std::int64_t line) const {
    return first == nullptr ? line * lines.degree : first[line];
  }
};

/// Partner, among the candidates, of a line's synapse of that number, before the line is sorted; of
/// a rule that does not pass over partners.
__device__ __forceinline__ std::uint32_t partner_of(const PartView& part, std::int64_t line,
                                                    std::int64_t number) {
  if (part.lines.rule == LineDraw::Rule::all_to_all)
    return static_cast<std::uint32_t>(number - part.first_of(line));
  if (part.lines.rule == LineDraw::Rule::one_to_one) return static_cast<std::uint32_t>(line);
  return below_of(part.lines.seed, RandomUse::connections, part.lines.stream,
                  static_cast<std::uint64_t>(number),
                  static_cast<std::uint32_t>(part.lines.candidates));
}

/// The fan-out that is drawn.
struct RowsView {
  const PartView* parts;
  int part_count;
  bool of_targets, uniform, plastic;
  SynapseFormat format;
  int weight_bits;
  std::int32_t first_delay;
  std::uint32_t delays;        ///< how many
  const std::uint32_t* slots;  ///< [tick - first delay]
  std::int64_t sources, span;
  const std::int64_t* row;
  std::uint32_t* sub_end;
  void* words;
  float* weights;       ///< of plastic ones
  unsigned* some_zero;  ///< becomes 1 where a weight is 0
};

/// Some lines in a row that are drawn together, all of their synapses: of all projections, or,
/// where they belong to targets, of one.
struct ChunkView {
  std::int64_t line, lines;  ///< the first, how many
  int part;                  ///< of lines that belong to targets
  std::uint32_t count;       ///< synapses
  int partner_bits, slot_bits;
  /// [synapse], ascending: line, from the chunk's first on, above the partner, which where lines
  /// belong to sources is the target among the fan-out's.
  const std::uint64_t* drawn;
  /// [synapse], ascending: line, or source neuron, above the delay's place. With one delay and
  /// lines of sources: none.
  const std::uint64_t* sub_rows;
  const std::uint32_t* order;  ///< [synapse] of sub_rows: its place in `drawn`
};

/// Last index i < count of ascending values with values[i] <= value; values[0] is.
template <class T>
__device__ __forceinline__ std::int64_t last_at_most(const T* values, std::int64_t count, T value) {
  std::int64_t low = 0;
  while (count - low > 1) {
    const std::int64_t middle = low + (count - low) / 2;
    if (values[middle] <= value)
      low = middle;
    else
      count = middle;
  }
  return low;
}

/// First index of ascending values that is not below a value.
template <class T>
__device__ __forceinline__ std::uint32_t first_not_below(const T* values, std::uint32_t count,
                                                         T value) {
  std::uint32_t low = 0;
  while (low < count) {
    const std::uint32_t middle = low + (count - low) / 2;
    if (values[middle] < value)
      low = middle + 1;
    else
      count = middle;
  }
  return low;
}

/// A synapse of a chunk.
struct Located {
  const PartView* part;
  std::int64_t number, line;
  std::uint32_t source, target;  ///< target among the fan-out's
};

__device__ __forceinline__ Located locate(const RowsView& rows, const ChunkView& chunk,
                                          std::uint32_t i) {
  const std::uint64_t key = chunk.drawn[i];
  const std::int64_t line = chunk.line + static_cast<std::int64_t>(key >> chunk.partner_bits);
  const auto partner =
      static_cast<std::uint32_t>(key & ((std::uint64_t{1} << chunk.partner_bits) - 1));
  if (rows.of_targets) {
    const PartView& part = rows.parts[chunk.part];
    return {&part, part.first_of(chunk.line) + i, line, partner,
            part.offset + static_cast<std::uint32_t>(line)};
  }
  // Projections follow on each other within the row, as their targets ascend.
  std::int64_t at = i - (rows.row[line] - rows.row[chunk.line]);
  const PartView* part = rows.parts;
  for (int p = 1; p < rows.part_count && partner >= part[1].offset; ++p, ++part)
    at -= part->first_of(line + 1) - part->first_of(line);
  return {part, part->first_of(line) + at, line, static_cast<std::uint32_t>(line), partner};
}

/// Place of a synapse's delay.
__device__ __forceinline__ std::uint32_t slot_of(const RowsView& rows, const Located& synapse) {
  const DelayDraw& delay = synapse.part->delay;
  if (delay.kind == DelayDraw::Kind::one) return delay.slot;
  if (delay.kind == DelayDraw::Kind::per_source) return synapse.part->source_slots[synapse.source];
  const float ms = drawn_value(delay.ms, static_cast<std::uint64_t>(synapse.number));
  return rows.slots[drawn_tick(ms, delay.per_ms) - rows.first_delay];
}

/// Stores a synapse as the format has it (WordOf on the host).
__device__ __forceinline__ void store(const RowsView& rows, std::int64_t at,
                                      const Located& synapse) {
  if (rows.format == SynapseFormat::target16)
    static_cast<std::uint16_t*>(rows.words)[at] = static_cast<std::uint16_t>(synapse.target);
  if (rows.format == SynapseFormat::target32)
    static_cast<std::uint32_t*>(rows.words)[at] = synapse.target;
  if (rows.uniform) return;
  const float weight =
      drawn_value(synapse.part->weight, static_cast<std::uint64_t>(synapse.number));
  const double scaled = static_cast<double>(weight) * synapse.part->scale;
  if (rows.plastic) {
    rows.weights[at] = static_cast<float>(scaled);
    return;
  }
  if (weight == 0) atomicOr(rows.some_zero, 1u);
  const std::int32_t fixed = to_fixed(scaled);
  if (rows.format == SynapseFormat::packed32) {
    static_cast<std::uint32_t*>(rows.words)[at] =
        packed_word(synapse.target, fixed, rows.weight_bits);
  } else {
    static_cast<std::uint64_t*>(rows.words)[at] =
        wide_word(synapse.target, static_cast<std::uint32_t>(fixed));
  }
}

}  // namespace snn::cuda

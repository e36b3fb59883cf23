// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/draw_views.hpp"

/// Rows are drawn in chunks of lines: partners by the numbers of their synapses, sorted within each
/// line; delays, by which each row is sorted again, stably; then weights, and all is written once.
///
/// Bytes moved at least: the word that is written, 2 to 8 per synapse, as all else follows from its
/// number. What sorting adds: 8 written for the partner, 16 for each pass of 8 bits over line and
/// partner and 8 to count digits; with several delays or lines of targets 20 to number sub-rows and
/// 24 per pass over them. For rows of the cortical microcircuit that is about 190. Operations: 2 to
/// 3 calls of Philox (about 70 instructions each), and 30 for each normal number.
namespace snn::cuda {

__device__ __forceinline__ std::uint32_t thread_number() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

/// Degrees of lines of a rule that passes over partners.
inline __global__ void __launch_bounds__(draw_threads)
    count_successes(LineDraw lines, std::uint32_t* degrees) {
  const std::int64_t line = thread_number();
  if (line >= lines.lines) return;
  Successes found(lines.seed, lines.stream, line, lines.candidates, lines.log_of_none);
  std::uint32_t degree = 0;
  while (found.next()) ++degree;
  degrees[line] = degree;
}

__device__ __forceinline__ std::uint64_t key_of(const RowsView& rows, const ChunkView& chunk,
                                                const PartView& part, std::int64_t line,
                                                std::uint32_t partner) {
  if (part.lines.excludes_self && partner >= static_cast<std::uint32_t>(line)) ++partner;
  if (!rows.of_targets) partner += part.offset;
  return static_cast<std::uint64_t>(line - chunk.line) << chunk.partner_bits | partner;
}

/// Partners of a part's synapses in the chunk, `count` of them: a thread for each.
inline __global__ void __launch_bounds__(draw_threads)
    draw_partners(RowsView rows, ChunkView chunk, int p, std::uint32_t count, std::uint64_t* out) {
  const std::uint32_t i = thread_number();
  if (i >= count) return;
  const PartView& part = rows.parts[p];
  const std::int64_t number = part.first_of(chunk.line) + i;
  const std::int64_t line =
      part.first == nullptr
          ? number / part.lines.degree
          : chunk.line + last_at_most(part.first + chunk.line, chunk.lines + 1, number);
  out[i] = key_of(rows, chunk, part, line, partner_of(part, line, number));
}

/// The same of a rule that passes over partners: a thread for each line.
inline __global__ void __launch_bounds__(draw_threads)
    draw_successes(RowsView rows, ChunkView chunk, int p, std::uint64_t* out) {
  const std::int64_t line = chunk.line + thread_number();
  if (line >= chunk.line + chunk.lines) return;
  const PartView& part = rows.parts[p];
  Successes found(part.lines.seed, part.lines.stream, line, part.lines.candidates,
                  part.lines.log_of_none);
  std::uint64_t* to = out + (part.first_of(line) - part.first_of(chunk.line));
  while (found.next())
    *to++ = key_of(rows, chunk, part, line, static_cast<std::uint32_t>(found.at()));
}

/// Sub-rows of a chunk's synapses, in the order they were drawn.
inline __global__ void __launch_bounds__(draw_threads)
    number_sub_rows(RowsView rows, ChunkView chunk, std::uint64_t* sub_rows, std::uint32_t* order) {
  const std::uint32_t i = thread_number();
  if (i >= chunk.count) return;
  const Located synapse = locate(rows, chunk, i);
  const auto row = static_cast<std::uint64_t>(rows.of_targets ? std::int64_t{synapse.source}
                                                              : synapse.line - chunk.line);
  sub_rows[i] = row << chunk.slot_bits | (rows.delays > 1 ? slot_of(rows, synapse) : 0);
  order[i] = i;
}

/// Of lines that belong to targets: synapses per sub-row, and per source neuron of the projection.
inline __global__ void __launch_bounds__(draw_threads)
    count_sub_rows(RowsView rows, ChunkView chunk, std::uint32_t* counts, std::uint32_t* degrees) {
  const std::uint32_t i = thread_number();
  if (i >= chunk.count) return;
  const Located synapse = locate(rows, chunk, i);
  const std::uint32_t slot = rows.delays > 1 ? slot_of(rows, synapse) : 0;
  atomicAdd(counts + std::int64_t{synapse.source} * rows.delays + slot, 1u);
  atomicAdd(degrees + synapse.source, 1u);
}

/// Counts of a source's sub-rows become their beginnings, from the row's on.
inline __global__ void __launch_bounds__(draw_threads)
    begin_sub_rows(RowsView rows, std::uint32_t* counts) {
  const std::int64_t k = thread_number();
  if (k >= rows.sources) return;
  std::uint32_t begin = 0;
  for (std::int64_t i = k * rows.delays; i < (k + 1) * rows.delays; ++i) {
    const std::uint32_t count = counts[i];
    counts[i] = begin;
    begin += count;
    if (rows.delays > 1) rows.sub_end[i] = begin;
  }
}

/// Number of a sub-row among all, of lines that belong to targets.
__device__ __forceinline__ std::int64_t sub_row_of(const RowsView& rows, const ChunkView& chunk,
                                                   std::uint64_t key) {
  return static_cast<std::int64_t>(key >> chunk.slot_bits) * rows.delays +
         static_cast<std::int64_t>(key & ((std::uint64_t{1} << chunk.slot_bits) - 1));
}

/// Where the synapse j of the order by sub-rows is stored. `next`: first free place of each
/// sub-row, of lines that belong to targets.
__device__ __forceinline__ std::int64_t place_of(const RowsView& rows, const ChunkView& chunk,
                                                 const std::uint32_t* next, std::uint32_t j) {
  if (!rows.of_targets) return rows.row[chunk.line] + j;
  const std::uint64_t key = chunk.sub_rows[j];
  const std::uint32_t begin = first_not_below(chunk.sub_rows, chunk.count, key);
  return rows.row[key >> chunk.slot_bits] + next[sub_row_of(rows, chunk, key)] + (j - begin);
}

/// Draws weights and stores a chunk's synapses.
inline __global__ void __launch_bounds__(draw_threads)
    store_synapses(RowsView rows, ChunkView chunk, const std::uint32_t* next) {
  const std::uint32_t j = thread_number();
  if (j >= chunk.count) return;
  const Located synapse = locate(rows, chunk, chunk.order == nullptr ? j : chunk.order[j]);
  store(rows, place_of(rows, chunk, next, j), synapse);
}

/// Ends of the sub-rows of a chunk's lines, which belong to sources.
inline __global__ void __launch_bounds__(draw_threads)
    end_sub_rows(RowsView rows, ChunkView chunk) {
  const std::int64_t i = std::int64_t{blockIdx.x} * draw_threads + threadIdx.x;
  if (i >= chunk.lines * rows.delays) return;
  const std::int64_t line = i / rows.delays;
  const auto slot = static_cast<std::uint64_t>(i - line * rows.delays);
  const std::uint64_t after = (static_cast<std::uint64_t>(line) << chunk.slot_bits | slot) + 1;
  const std::uint32_t end = first_not_below(chunk.sub_rows, chunk.count, after);
  rows.sub_end[chunk.line * rows.delays + i] =
      static_cast<std::uint32_t>(end - (rows.row[chunk.line + line] - rows.row[chunk.line]));
}

/// Heapsort (Williams, Commun. ACM 7 (1964) 347): mostly of two words.
template <class Word>
__device__ __forceinline__ void sort_few(Word* words, std::uint32_t count) {
  for (std::uint32_t built = count / 2, size = count; size > 1;) {
    if (built > 0) {
      --built;
    } else {
      --size;
      const Word last = words[size];
      words[size] = words[0];
      words[0] = last;
    }
    std::uint32_t at = built;
    const Word sunk = words[at];
    for (std::uint32_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && words[child] < words[child + 1]) ++child;
      if (!(sunk < words[child])) break;
      words[at] = words[child];
      at = child;
    }
    words[at] = sunk;
  }
}

/// Of lines that belong to targets: a pair that was drawn more than once with one delay has its
/// words in ascending order, as the host leaves them.
inline __global__ void __launch_bounds__(draw_threads)
    order_repeated(RowsView rows, ChunkView chunk, const std::uint32_t* next) {
  const std::uint32_t j = thread_number();
  if (j >= chunk.count) return;
  const auto same = [&](std::uint32_t other) {
    return chunk.sub_rows[other] == chunk.sub_rows[j] &&
           chunk.drawn[chunk.order[other]] >> chunk.partner_bits ==
               chunk.drawn[chunk.order[j]] >> chunk.partner_bits;
  };
  if (j > 0 && same(j - 1)) return;
  std::uint32_t count = 1;
  while (j + count < chunk.count && same(j + count)) ++count;
  if (count == 1) return;
  const std::int64_t at = place_of(rows, chunk, next, j);
  if (rows.plastic)
    sort_few(reinterpret_cast<std::uint32_t*>(rows.weights) + at, count);
  else if (rows.format == SynapseFormat::packed32)
    sort_few(static_cast<std::uint32_t*>(rows.words) + at, count);
  else
    sort_few(static_cast<std::uint64_t*>(rows.words) + at, count);
}

/// The places that a chunk filled are taken.
inline __global__ void __launch_bounds__(draw_threads)
    take_places(RowsView rows, ChunkView chunk, std::uint32_t* next) {
  const std::uint32_t j = thread_number();
  if (j >= chunk.count) return;
  const std::uint64_t key = chunk.sub_rows[j];
  if (j + 1 < chunk.count && chunk.sub_rows[j + 1] == key) return;
  next[sub_row_of(rows, chunk, key)] += j + 1 - first_not_below(chunk.sub_rows, chunk.count, key);
}

/// A weight for every pair, in the order of the rule.
inline __global__ void __launch_bounds__(draw_threads) draw_dense(RowsView rows) {
  const std::int64_t e = std::int64_t{blockIdx.x} * draw_threads + threadIdx.x;
  if (e >= rows.sources * rows.span) return;
  const PartView& part = rows.parts[0];
  const float weight = drawn_value(part.weight, static_cast<std::uint64_t>(e));
  if (weight == 0) atomicOr(rows.some_zero, 1u);
  static_cast<std::int32_t*>(rows.words)[e] = to_fixed(static_cast<double>(weight) * part.scale);
}

/// Length of the longest sub-row over each delay: a row of blocks for each.
inline __global__ void __launch_bounds__(draw_threads)
    find_longest(RowsView rows, unsigned* longest) {
  const std::uint32_t slot = blockIdx.y;
  unsigned most = 0;
  for (std::int64_t k = thread_number(); k < rows.sources; k += gridDim.x * blockDim.x) {
    const std::uint32_t* const end = rows.sub_end + k * rows.delays + slot;
    const unsigned length = end[0] - (slot > 0 ? end[-1] : 0);
    if (length > most) most = length;
  }
  if (most > 0) atomicMax(longest + slot, most);
}

/// Weights that are not 0, [part][source]: a block for each row.
inline __global__ void __launch_bounds__(draw_threads)
    count_nonzero(RowsView rows, std::uint32_t* nonzero) {
  const std::int64_t k = blockIdx.x;
  const bool dense = rows.format == SynapseFormat::dense;
  const std::int64_t begin = dense ? k * rows.span : rows.row[k];
  const std::int64_t end = dense ? begin + rows.span : rows.row[k + 1];
  for (std::int64_t s = begin + threadIdx.x; s < end; s += draw_threads) {
    std::uint32_t target = 0;
    bool some = false;
    if (dense) {
      some = static_cast<const std::int32_t*>(rows.words)[s] != 0;
    } else if (rows.format == SynapseFormat::packed32) {
      const std::uint32_t word = static_cast<const std::uint32_t*>(rows.words)[s];
      target = word >> rows.weight_bits;
      some = word << (32 - rows.weight_bits) != 0;
    } else {
      const std::uint64_t word = static_cast<const std::uint64_t*>(rows.words)[s];
      target = static_cast<std::uint32_t>(word >> 32);
      some = static_cast<std::uint32_t>(word) != 0;
    }
    int p = 0;
    while (p + 1 < rows.part_count && target >= rows.parts[p + 1].offset) ++p;
    if (some) atomicAdd(nonzero + p * rows.sources + k, 1u);
  }
}

}  // namespace snn::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "cuda/device/sort.hpp"
#include "cuda/sim/device_rows.hpp"
#include "cuda/sim/draw_rows.hpp"

/// Launches what draws the rows of a fan-out.
namespace snn::cuda {

/// Bits that numbers below `count` take, at least one.
inline int bits_below(std::int64_t count) {
  return std::max(1, static_cast<int>(std::bit_width(
                         static_cast<std::uint64_t>(std::max<std::int64_t>(count, 1) - 1))));
}

inline gpu::Config draw_grid(std::int64_t count) {
  return {.grid = dim3(static_cast<unsigned>((count + draw_threads - 1) / draw_threads)),
          .block = draw_threads};
}

/// The arrays of one chunk, which are used again for the next, and what of a plan is on the device.
class DrawWork {
 public:
  DrawWork(const gpu::Stream& stream, std::uint32_t chunk_synapses)
      : stream_(stream), chunk_synapses_(chunk_synapses) {}

  std::vector<std::uint32_t> degrees(const LineDraw& lines) const {
    const gpu::Buffer<std::uint32_t> degrees(static_cast<std::size_t>(lines.lines));
    gpu::launch(stream_, draw_grid(lines.lines), count_successes, lines, degrees.data());
    return gpu::downloaded(stream_, degrees);
  }

  void draw(const DrawPlan& plan, FanOut& out, DeviceRows& rows) {
    begin(plan, out);
    const auto sources = static_cast<std::size_t>(out.sources);
    if (out.format == SynapseFormat::dense) {
      allocate(out.sources * out.span, out, rows);
      gpu::launch(stream_, draw_grid(out.sources * out.span), draw_dense, view_);
    } else {
      gpu::Buffer<std::uint32_t> next;  // counts of sub-rows, then where the next one goes
      if (plan.of_targets) {
        next = gpu::zeros<std::uint32_t>(stream_, sources * out.delays.size());
        count_sources(plan, next);
      }
      std::vector<CompiledProjection*> projections;
      for (const PartPlan& part : plan.parts) projections.push_back(part.projection);
      begin_rows(projections, out);
      row_ = gpu::uploaded(stream_, out.row.span());
      view_.row = row_.data();
      allocate(out.row[sources], out, rows);
      if (plan.of_targets) {
        gpu::launch(stream_, draw_grid(out.sources), begin_sub_rows, view_, next.data());
        draw_of_targets(plan, next);
      } else {
        draw_of_sources(plan, out);
      }
    }
    finish(plan, out, rows);
  }

  /// Fills DeviceRows::longest.
  void measure(const FanOut& out, DeviceRows& rows) const {
    rows.longest.assign(out.delays.size(), 0);
    if (out.format == SynapseFormat::dense) {
      rows.longest.front() = out.span;
    } else if (out.delays.size() == 1) {
      for (std::int64_t k = 0; k < out.sources; ++k) {
        const FanOut::Part part = out.part(k, 0);
        rows.longest.front() = std::max(rows.longest.front(), part.end - part.begin);
      }
    } else {
      const auto longest = gpu::zeros<unsigned>(stream_, out.delays.size());
      RowsView view{};
      view.sources = out.sources;
      view.delays = static_cast<std::uint32_t>(out.delays.size());
      view.sub_end = rows.sub_end.data();
      constexpr std::int64_t most_blocks = 32;
      const auto blocks =
          static_cast<unsigned>(std::min((out.sources - 1) / draw_threads + 1, most_blocks));
      gpu::launch(stream_, {.grid = dim3(blocks, view.delays), .block = draw_threads}, find_longest,
                  view, longest.data());
      const std::vector<unsigned> found = gpu::downloaded(stream_, longest);
      std::copy(found.begin(), found.end(), rows.longest.begin());
    }
  }

 private:
  void begin(const DrawPlan& plan, const FanOut& out) {
    std::vector<PartView> parts;
    arrays_.clear();
    source_slots_.clear();
    for (const PartPlan& part : plan.parts) {
      arrays_.push_back(gpu::uploaded(stream_, part.first));
      source_slots_.push_back(gpu::uploaded(stream_, part.source_slots));
      parts.push_back({.lines = part.lines,
                       .first = arrays_.back().data(),
                       .weight = part.weight,
                       .delay = part.delay,
                       .source_slots = source_slots_.back().data(),
                       .offset = part.offset,
                       .scale = part.scale});
    }
    parts_ = gpu::uploaded(stream_, parts);
    slots_ = gpu::uploaded(stream_, plan.slots);
    some_zero_ = gpu::zeros<unsigned>(stream_, 1);
    view_ = {.parts = parts_.data(),
             .part_count = static_cast<int>(parts.size()),
             .of_targets = plan.of_targets,
             .uniform = out.uniform,
             .plastic = out.plastic,
             .format = out.format,
             .weight_bits = out.weight_bits,
             .first_delay = out.delays.front(),
             .delays = static_cast<std::uint32_t>(out.delays.size()),
             .slots = slots_.data(),
             .sources = out.sources,
             .span = out.span,
             .row = nullptr,
             .sub_end = nullptr,
             .words = nullptr,
             .weights = nullptr,
             .some_zero = some_zero_.data()};
  }

  void allocate(std::int64_t synapses, const FanOut& out, DeviceRows& rows) {
    const auto count = static_cast<std::size_t>(synapses);
    rows.words = gpu::Buffer<std::byte>(
        count * static_cast<std::size_t>(word_bytes(out.format, out.uniform)));
    if (out.delays.size() > 1)
      rows.sub_end =
          gpu::Buffer<std::uint32_t>(static_cast<std::size_t>(out.sources) * out.delays.size());
    if (out.plastic) {
      rows.weights = gpu::Buffer<float>(count);
      if (std::holds_alternative<RewardStdp>(out.rule))
        rows.eligibility = gpu::zeros<float>(stream_, count);
    }
    view_.words = rows.words.data();
    view_.sub_end = rows.sub_end.data();
    view_.weights = rows.weights.data();
  }

  /// Calls visit(chunk) for stretches of whole lines, of one part or of all, that hold as many
  /// synapses as are drawn at a time, or are one line.
  template <class Visit>
  void each_chunk(const DrawPlan& plan, int part, const Visit& visit) {
    const auto& first = plan.parts[static_cast<std::size_t>(std::max(part, 0))];
    const auto synapses = [&](std::int64_t begin, std::int64_t end) {
      std::int64_t count = 0;
      for (std::size_t p = 0; p < plan.parts.size(); ++p) {
        if (part >= 0 && static_cast<std::size_t>(part) != p) continue;
        count += plan.parts[p].first_of(end) - plan.parts[p].first_of(begin);
      }
      return count;
    };
    const std::int64_t lines = first.lines.lines;
    for (std::int64_t line = 0; line < lines;) {
      // The last end that fits.
      std::int64_t end = line + 1, beyond = lines + 1;
      while (beyond - end > 1) {
        const std::int64_t middle = end + (beyond - end) / 2;
        (synapses(line, middle) <= chunk_synapses_ ? end : beyond) = middle;
      }
      const std::int64_t count = synapses(line, end);
      ChunkView chunk{.line = line,
                      .lines = end - line,
                      .part = part,
                      .count = static_cast<std::uint32_t>(count),
                      .partner_bits = bits_below(part < 0 ? view_.span : view_.sources),
                      .slot_bits = bits_below(view_.delays),
                      .drawn = nullptr,
                      .sub_rows = nullptr,
                      .order = nullptr};
      reserve(chunk.count);
      visit(chunk);
      line = end;
    }
  }

  void reserve(std::size_t count) {
    if (count <= keys_[0].size()) return;
    for (auto& keys : keys_) {
      keys = {};
      keys = gpu::Buffer<std::uint64_t>(count);
    }
    for (auto& order : order_) {
      order = {};
      order = gpu::Buffer<std::uint32_t>(count);
    }
  }

  /// Draws the partners of a part's synapses in the chunk, from the `at`-th key on.
  std::uint32_t draw_part(const DrawPlan& plan, const ChunkView& chunk, int p, std::uint32_t at) {
    const PartPlan& part = plan.parts[static_cast<std::size_t>(p)];
    const auto count = static_cast<std::uint32_t>(part.first_of(chunk.line + chunk.lines) -
                                                  part.first_of(chunk.line));
    if (count == 0) return 0;
    if (part.lines.rule == LineDraw::Rule::probability) {
      gpu::launch(stream_, draw_grid(chunk.lines), draw_successes, view_, chunk, p,
                  keys_[0].data() + at);
    } else {
      gpu::launch(stream_, draw_grid(count), draw_partners, view_, chunk, p, count,
                  keys_[0].data() + at);
    }
    return count;
  }

  /// Has the keys in ascending order; returns the array that is free now.
  std::uint64_t* sort_drawn(const DrawPlan& plan, ChunkView& chunk) {
    std::uint64_t *drawn = keys_[0].data(), *other = keys_[1].data();
    const int p = std::max(chunk.part, 0);
    const bool ascending =
        (chunk.part >= 0 || plan.parts.size() == 1) &&
        plan.parts[static_cast<std::size_t>(p)].lines.rule != LineDraw::Rule::with_repetition;
    if (!ascending) {
      std::uint64_t* const sorted = sort_keys(stream_, scratch_, drawn, other, chunk.count,
                                              bits_below(chunk.lines) + chunk.partner_bits);
      if (sorted != drawn) std::swap(drawn, other);
    }
    chunk.drawn = drawn;
    return other;
  }

  /// Has the chunk's synapses in order of their sub-rows, of equal ones as they were drawn.
  void sort_sub_rows(ChunkView& chunk, std::uint64_t* free) {
    gpu::launch(stream_, draw_grid(chunk.count), number_sub_rows, view_, chunk, free,
                order_[0].data());
    const std::int64_t rows = view_.of_targets ? view_.sources : chunk.lines;
    const SortedPairs sorted =
        sort_pairs(stream_, scratch_, {free, order_[0].data()}, {keys_[2].data(), order_[1].data()},
                   chunk.count, bits_below(rows) + chunk.slot_bits);
    chunk.sub_rows = sorted.keys;
    chunk.order = sorted.values;
  }

  void draw_of_sources(const DrawPlan& plan, const FanOut& out) {
    each_chunk(plan, -1, [&](ChunkView chunk) {
      if (chunk.count > 0) {
        std::uint32_t at = 0;
        for (int p = 0; p < view_.part_count; ++p) at += draw_part(plan, chunk, p, at);
        std::uint64_t* const free = sort_drawn(plan, chunk);
        if (out.delays.size() > 1) sort_sub_rows(chunk, free);
        gpu::launch(stream_, draw_grid(chunk.count), store_synapses, view_, chunk,
                    static_cast<const std::uint32_t*>(nullptr));
      }
      if (out.delays.size() > 1)
        gpu::launch(stream_, draw_grid(chunk.lines * view_.delays), end_sub_rows, view_, chunk);
    });
  }

  /// Synapses of each sub-row, and degrees.
  void count_sources(const DrawPlan& plan, const gpu::Buffer<std::uint32_t>& counts) {
    for (int p = 0; p < view_.part_count; ++p) {
      const auto degrees =
          gpu::zeros<std::uint32_t>(stream_, static_cast<std::size_t>(view_.sources));
      each_chunk(plan, p, [&](ChunkView chunk) {
        if (draw_part(plan, chunk, p, 0) == 0) return;
        chunk.drawn = keys_[0].data();
        // A delay follows from the synapse's place in its line.
        if (view_.delays > 1) sort_drawn(plan, chunk);
        gpu::launch(stream_, draw_grid(chunk.count), count_sub_rows, view_, chunk, counts.data(),
                    degrees.data());
      });
      plan.parts[static_cast<std::size_t>(p)].projection->degree =
          gpu::downloaded(stream_, degrees);
    }
  }

  void draw_of_targets(const DrawPlan& plan, const gpu::Buffer<std::uint32_t>& next) {
    for (int p = 0; p < view_.part_count; ++p) {
      each_chunk(plan, p, [&](ChunkView chunk) {
        if (draw_part(plan, chunk, p, 0) == 0) return;
        sort_sub_rows(chunk, sort_drawn(plan, chunk));
        const std::uint32_t* const from = next.data();
        gpu::launch(stream_, draw_grid(chunk.count), store_synapses, view_, chunk, from);
        if (!view_.uniform)
          gpu::launch(stream_, draw_grid(chunk.count), order_repeated, view_, chunk, from);
        gpu::launch(stream_, draw_grid(chunk.count), take_places, view_, chunk, next.data());
      });
    }
  }

  void finish(const DrawPlan& plan, const FanOut& out, DeviceRows& rows) const {
    measure(out, rows);
    if (out.uniform || out.plastic || gpu::downloaded(stream_, some_zero_).front() == 0) return;
    const auto sources = static_cast<std::size_t>(out.sources);
    const auto counts = gpu::zeros<std::uint32_t>(stream_, plan.parts.size() * sources);
    gpu::launch(stream_, {.grid = dim3(static_cast<unsigned>(out.sources)), .block = draw_threads},
                count_nonzero, view_, counts.data());
    const std::vector<std::uint32_t> all = gpu::downloaded(stream_, counts);
    for (std::size_t p = 0; p < plan.parts.size(); ++p) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(p * sources);
      plan.parts[p].projection->nonzero.assign(begin, begin + static_cast<std::ptrdiff_t>(sources));
    }
  }

  const gpu::Stream& stream_;
  std::int64_t chunk_synapses_;
  std::array<gpu::Buffer<std::uint64_t>, 3> keys_;
  std::array<gpu::Buffer<std::uint32_t>, 2> order_;
  gpu::Buffer<std::byte> scratch_;  ///< of sorting
  RowsView view_{};
  std::vector<gpu::Buffer<std::int64_t>> arrays_;  ///< [part]: first synapses of lines
  std::vector<gpu::Buffer<std::uint32_t>> source_slots_;
  gpu::Buffer<PartView> parts_;
  gpu::Buffer<std::uint32_t> slots_;
  gpu::Buffer<std::int64_t> row_;
  gpu::Buffer<unsigned> some_zero_;
};

}  // namespace snn::cuda

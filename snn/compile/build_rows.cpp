// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <utility>

#include "snn/compile/fan_out_parts.hpp"
#include "snn/compile/parallel.hpp"

namespace snn {
namespace {

/// Lines a thread takes at a time.
constexpr std::int64_t piece = 32;

/// What a thread draws a line into.
struct Drawn {
  std::vector<std::uint32_t> partners, others;  ///< others: the neurons at the lines' own end
  std::vector<std::int32_t> ticks;
  std::vector<float> weights;

  void resize(std::size_t size) {
    partners.resize(size);
    ticks.resize(size);
    weights.resize(size);
  }
};

/// One row while it is sorted: stable, by delay.
template <class Word>
class Row {
 public:
  explicit Row(std::size_t delays) : end_(delays + 1) {}

  void clear() {
    words_.clear();
    slots_.clear();
    std::fill(end_.begin(), end_.end(), 0u);
  }
  void add(Word word, std::uint32_t slot) {
    words_.push_back(word);
    slots_.push_back(slot);
    ++end_[slot + 1];
  }
  /// Writes the words and the ends of the sub-rows.
  void write(Word* words, std::uint32_t* sub_end) {
    for (std::size_t i = 1; i < end_.size(); ++i) end_[i] += end_[i - 1];
    std::copy(end_.begin() + 1, end_.end(), sub_end);
    for (std::size_t s = 0; s < words_.size(); ++s) words[end_[slots_[s]]++] = words_[s];
  }

 private:
  std::vector<Word> words_;
  std::vector<std::uint32_t> slots_, end_;  ///< [delay + 1]
};

void count_degrees_of_sources(FanOutBuild& build) {
  for (FanOutPart& part : build.parts) {
    auto& degree = part.projection->degree;
    degree.resize(static_cast<std::size_t>(build.out.sources));
    for (std::size_t k = 0; k < degree.size(); ++k)
      degree[k] = static_cast<std::uint32_t>(part.lines->degree(static_cast<std::int64_t>(k)));
    if (std::all_of(degree.begin(), degree.end(), [&](auto d) { return d == degree.front(); }))
      degree.resize(1);
  }
}

template <class Word>
void draw_rows_of_sources(FanOutBuild& build, WordOf<Word> word_of) {
  FanOut& out = build.out;
  auto* words = reinterpret_cast<Word*>(out.words.data());
  const std::size_t delays = out.delays.size();
  const bool sorted = std::all_of(build.parts.begin(), build.parts.end(),
                                  [](const FanOutPart& part) { return part.lines->ascending(); });
  parallel_pieces(build.threads, out.sources, piece, [&](std::int64_t begin, std::int64_t end) {
    Drawn drawn;
    Row<Word> row(delays);
    bool zero = false;
    for (std::int64_t k = begin; k < end; ++k) {
      const auto source = static_cast<std::uint32_t>(k);
      std::int64_t at = out.row[source];
      row.clear();
      for (const FanOutPart& part : build.parts) {
        const std::int64_t first = part.lines->first(k);
        drawn.resize(static_cast<std::size_t>(part.lines->degree(k)));
        part.lines->partners(k, drawn.partners);
        drawn.others.assign(part.looks_at_ends() ? drawn.partners.size() : 0, source);
        const Ends ends{drawn.others, drawn.partners};
        if (!out.uniform) part.values.weights(first, ends, drawn.weights);
        if (delays > 1) part.values.ticks(first, ends, drawn.ticks);
        for (std::size_t s = 0; s < drawn.partners.size(); ++s) {
          const float weight = out.uniform ? 1.0f : drawn.weights[s];
          zero |= weight == 0;
          const Word word =
              word_of(part.offset + drawn.partners[s], static_cast<double>(weight) * part.scale);
          if (delays > 1) {
            row.add(word, build.slot(drawn.ticks[s]));
          } else {
            words[at++] = word;
          }
        }
      }
      if (delays > 1) row.write(words + at, out.sub_end.data() + source * delays);
      for (std::size_t d = 0; d < delays && !sorted; ++d) {
        const FanOut::Part part = out.part(k, d);
        std::sort(words + part.begin, words + part.end);
      }
    }
    if (zero) build.some_zero = true;
  });
}

/// Calls found(source, target among the fan-out's, slot, weight) for synapses of a part, on many
/// threads. Weights are drawn only if they are wanted.
template <class Found>
void each_synapse(FanOutBuild& build, const FanOutPart& part, bool weights, const Found& found) {
  const bool delayed = build.out.delays.size() > 1;
  // Partners are the sources, of lists too; others the targets.
  const auto give = [&](Drawn& drawn, std::int64_t first) {
    const Ends ends{drawn.partners, drawn.others};
    if (weights) part.values.weights(first, ends, drawn.weights);
    if (delayed) part.values.ticks(first, ends, drawn.ticks);
    for (std::size_t s = 0; s < drawn.partners.size(); ++s) {
      found(drawn.partners[s], part.offset + drawn.others[s],
            delayed ? build.slot(drawn.ticks[s]) : 0u, weights ? drawn.weights[s] : 1.0f);
    }
  };
  if (part.list != nullptr) {
    constexpr std::int64_t list_piece = 8192;
    const auto& source = part.list->source;
    const auto& target = part.list->target;
    parallel_pieces(
        build.threads, part.synapses(), list_piece, [&](std::int64_t begin, std::int64_t end) {
          Drawn drawn;
          drawn.resize(static_cast<std::size_t>(end - begin));
          std::copy(source.begin() + begin, source.begin() + end, drawn.partners.begin());
          drawn.others.assign(target.begin() + begin, target.begin() + end);
          give(drawn, begin);
        });
    return;
  }
  parallel_pieces(build.threads, part.lines->count(), piece,
                  [&](std::int64_t begin, std::int64_t end) {
                    Drawn drawn;
                    for (std::int64_t n = begin; n < end; ++n) {
                      drawn.resize(static_cast<std::size_t>(part.lines->degree(n)));
                      part.lines->partners(n, drawn.partners);
                      drawn.others.assign(drawn.partners.size(), static_cast<std::uint32_t>(n));
                      give(drawn, part.lines->first(n));
                    }
                  });
}

std::uint32_t count_one(std::uint32_t& counter) {
  return std::atomic_ref(counter).fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

void build_rows_of_sources(FanOutBuild& build) {
  count_degrees_of_sources(build);
  build.place_rows();
  with_word(build.out, [&](auto word_of) { draw_rows_of_sources(build, word_of); });
}

void build_rows_by_counting(FanOutBuild& build) {
  FanOut& out = build.out;
  const std::size_t delays = out.delays.size();
  const auto sources = static_cast<std::size_t>(out.sources);
  std::vector<std::uint32_t> next(sources * delays);  // counts, then where the next one goes
  for (FanOutPart& part : build.parts) {
    auto& degree = part.projection->degree;
    degree.assign(sources, 0);
    each_synapse(build, part, false, [&](std::size_t k, std::uint32_t, std::uint32_t slot, float) {
      count_one(next[k * delays + slot]);
      count_one(degree[k]);
    });
  }
  build.place_rows();
  for (std::size_t k = 0; k < sources; ++k) {
    std::uint32_t begin = 0;
    for (std::size_t i = k * delays; i < (k + 1) * delays; ++i) {
      begin += std::exchange(next[i], begin);
      if (delays > 1) out.sub_end[i] = begin;
    }
  }
  with_word(out, [&](auto word_of) {
    using Word = decltype(word_of(0u, 0.0));
    auto* words = reinterpret_cast<Word*>(out.words.data());
    for (const FanOutPart& part : build.parts) {
      each_synapse(build, part, !out.uniform,
                   [&](std::size_t k, std::uint32_t target, std::uint32_t slot, float weight) {
                     if (weight == 0) build.some_zero = true;
                     words[out.row[k] + count_one(next[k * delays + slot])] =
                         word_of(target, static_cast<double>(weight) * part.scale);
                   });
    }
    // Threads came in any order; sorted words, targets first, are the same for any of them.
    parallel_pieces(build.threads, out.sources, piece, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t k = begin; k < end; ++k) {
        for (std::size_t d = 0; d < delays; ++d) {
          const FanOut::Part part = out.part(k, d);
          std::sort(words + part.begin, words + part.end);
        }
      }
    });
  });
}

}  // namespace snn

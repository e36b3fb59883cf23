// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/own_spikes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>

#include "snn/math/random_block.hpp"

namespace snn {
namespace {

/// Which of four words per element are at most `last`: bit i of hits[j] for word i of element j.
struct HitsKernel {
  const RandomBlock* block;
  std::uint32_t last;
  std::uint8_t* hits;

  void operator()() const {
    const std::uint32_t* __restrict w0 = block->words[0];
    const std::uint32_t* __restrict w1 = block->words[1];
    const std::uint32_t* __restrict w2 = block->words[2];
    const std::uint32_t* __restrict w3 = block->words[3];
    std::uint8_t* __restrict out = hits;
    for (std::int64_t j = 0; j < RandomBlock::most; ++j) {
      const std::uint32_t bits = (w0[j] <= last ? 1u : 0u) | (w1[j] <= last ? 2u : 0u) |
                                 (w2[j] <= last ? 4u : 0u) | (w3[j] <= last ? 8u : 0u);
      out[j] = static_cast<std::uint8_t>(bits);
    }
  }
};

}  // namespace

void run_poisson(const Pieces<std::uint64_t>& bounds, const SourceRequest& request,
                 std::vector<std::int32_t>& fired) {
  const std::uint64_t* bound = bounds.at(request.tick);
  if (bound == nullptr || *bound == 0) return;
  RandomBlock block;
  alignas(64) std::uint8_t hits[RandomBlock::most];
  constexpr std::int64_t at_once =
      4 * RandomBlock::most;  // four neurons share the words of one call
  for (std::int64_t begin = request.begin; begin < request.end; begin += at_once) {
    const std::int64_t elements = std::min(RandomBlock::most, (request.end - begin + 3) / 4);
    run_kernel(
        detail::RandomBlockKernel{random_key(request.seed, RandomUse::poisson),
                                  static_cast<std::uint64_t>(begin / 4), request.population,
                                  static_cast<std::uint32_t>(request.tick), elements, &block},
        request.isa);
    run_kernel(HitsKernel{&block, static_cast<std::uint32_t>(*bound - 1), hits}, request.isa);
    for (std::int64_t j = 0; j < elements; j += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, hits + j, sizeof eight);
      if (eight == 0) continue;
      for (std::int64_t e = j; e < std::min(j + 8, elements); ++e) {
        for (unsigned bits = hits[e]; bits != 0; bits &= bits - 1) {
          const std::int64_t n = begin + 4 * e + std::countr_zero(bits);
          if (n < request.end) fired.push_back(static_cast<std::int32_t>(n));
        }
      }
    }
  }
}

void run_regular(const CompiledRegular& regular, double dt_ms, const SourceRequest& request,
                 std::vector<std::int32_t>& fired) {
  const auto spikes = [&](double phase_ms, double k) {
    const double ms = regular.start_ms + phase_ms + k * regular.interval_ms;
    return std::llround(ms / dt_ms) == request.tick;
  };
  // Candidates lie within a tick of it, on either side.
  const auto tick = static_cast<double>(request.tick);
  const double from = (tick - 1) * dt_ms - regular.start_ms;
  const double to = (tick + 1) * dt_ms - regular.start_ms;
  const auto& phases = regular.phase_ms;
  const double least = phases.empty() ? 0 : phases.front();
  const double most = phases.empty() ? 0 : phases.back();
  const double first = std::max(0.0, std::floor((from - most) / regular.interval_ms));
  const double last = std::ceil((to - least) / regular.interval_ms);
  const auto before = static_cast<std::ptrdiff_t>(fired.size());
  for (double k = first; k <= last; ++k) {
    if (phases.empty()) {
      if (!spikes(0, k)) continue;
      fired.resize(fired.size() + static_cast<std::size_t>(request.end - request.begin));
      std::iota(fired.begin() + before, fired.end(), static_cast<std::int32_t>(request.begin));
      return;
    }
    const auto begin =
        std::lower_bound(phases.begin(), phases.end(), from - k * regular.interval_ms);
    const auto end = std::upper_bound(begin, phases.end(), to - k * regular.interval_ms);
    for (auto at = begin; at != end; ++at) {
      const std::int32_t n = regular.neuron[static_cast<std::size_t>(at - phases.begin())];
      if (n >= request.begin && n < request.end && spikes(*at, k)) fired.push_back(n);
    }
  }
  std::sort(fired.begin() + before, fired.end());
  fired.erase(std::unique(fired.begin() + before, fired.end()), fired.end());
}

void run_listed(const CompiledPopulation& population, const SourceRequest& request,
                std::vector<std::int32_t>& fired) {
  const auto [begin, end] =
      std::equal_range(population.spike_tick.begin(), population.spike_tick.end(), request.tick);
  for (auto at = begin; at != end; ++at) {
    const std::int32_t n =
        population.spike_neuron[static_cast<std::size_t>(at - population.spike_tick.begin())];
    if (n >= request.begin && n < request.end) fired.push_back(n);
  }
}

}  // namespace snn

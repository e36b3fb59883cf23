// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "snn/math/philox.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/scan.hpp"

/// Populations, sizes and instruction sets for the tests of both scans.
namespace snn::test {

inline std::vector<Isa> isas() {
  std::vector<Isa> all{Isa::baseline};
  if (best_isa() >= Isa::avx2) all.push_back(Isa::avx2);
  if (best_isa() >= Isa::avx512) all.push_back(Isa::avx512);
  return all;
}

/// Around words of spikes and stretches of the scan.
inline constexpr std::int64_t sizes[] = {1, 31, 33, 64, 100, 256, 257};

/// A number in [low, high), the same in every run.
inline double drawn(std::uint32_t stream, std::size_t element, double low, double high) {
  const auto word = random_words(9, RandomUse::weights, stream, element)[0];
  return low + (high - low) * static_cast<double>(word) * 0x1p-32;
}

template <class Real>
std::vector<Real> drawn_values(std::uint32_t stream, std::size_t count, double low, double high) {
  std::vector<Real> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<Real>(drawn(stream, i, low, high));
  return values;
}

/// One entry, or one for each of `size` neurons.
template <class Model>
Neurons neurons_of(const Model& model, std::int64_t size, bool shared) {
  ParametersOf<Model> parameters(shared ? 1u : static_cast<std::size_t>(size), model);
  for (std::size_t n = 0; n < parameters.size(); ++n) {
    if constexpr (requires { model.tau_m_ms; }) parameters[n].tau_m_ms += drawn(90, n, 0, 3);
    if constexpr (requires { model.v_th_mv; }) parameters[n].v_th_mv += drawn(91, n, 0, 1);
    if constexpr (requires { model.c_mv; }) parameters[n].c_mv += drawn(92, n, 0, 9);
    if constexpr (requires { model.t_ref_ms; })
      if (model.t_ref_ms > 0) parameters[n].t_ref_ms = static_cast<double>(n % 4);
  }
  return parameters;
}

/// Every model, with both resets and with a refractory time, shared and not.
template <class Visit>
void for_each_population(std::int64_t size, Visit&& visit) {
  for (const bool shared : {true, false}) {
    const auto both_resets = [&](auto model) {
      for (const Reset reset : {Reset::to_value, Reset::subtract}) {
        for (const double t_ref_ms : {0.0, 3.0}) {
          model.reset = reset;
          model.t_ref_ms = t_ref_ms;
          visit(model, neurons_of(model, size, shared), shared);
        }
      }
    };
    both_resets(If{});
    both_resets(Lif::unit(4.0));
    both_resets(CubaLif::unit(4.0, 2.0));
    both_resets(AdaptiveLif::unit(4.0, 9.0));
    // Driven so that spikes fall into a few ticks.
    const Izhikevich driven{.i_offset_mv_per_ms = 40};
    visit(driven, neurons_of(driven, size, shared), shared);
    visit(Li{.tau_m_ms = 4}, neurons_of(Li{.tau_m_ms = 4}, size, shared), shared);
    visit(Relu{}, neurons_of(Relu{}, size, true), true);
    visit(Relu{.levels = 7}, neurons_of(Relu{.levels = 7}, size, true), true);
  }
}

template <class Model>
const Model& model_of(const Neurons& neurons, std::size_t n) {
  const auto& all = std::get<ParametersOf<Model>>(neurons);
  return all[all.size() == 1 ? 0 : n];
}

inline bool bit(const std::vector<std::uint64_t>& rows, std::size_t row, std::size_t words,
                std::size_t n) {
  return ((rows[row * words + n / 64] >> (n % 64)) & 1) != 0;
}

/// Arrays of one population over all ticks.
template <class Real>
struct Tape {
  int ticks, rows;
  std::int64_t neurons;
  std::vector<Real> u, state, adaptation, output;
  std::vector<std::uint64_t> spikes, held;

  Tape(int ticks_, int rows_, std::int64_t neurons_, int fields)
      : ticks(ticks_),
        rows(rows_),
        neurons(neurons_),
        u(places()),
        state(static_cast<std::size_t>(fields) * width()),
        adaptation(places()),
        output(places()),
        spikes(static_cast<std::size_t>(ticks * rows) * words()),
        held(spikes.size()) {}

  std::size_t width() const { return static_cast<std::size_t>(rows * neurons); }
  std::size_t words() const { return static_cast<std::size_t>(words_for(neurons)); }
  std::size_t places() const { return static_cast<std::size_t>(ticks) * width(); }
  friend bool operator==(const Tape&, const Tape&) = default;
};

}  // namespace snn::test

// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/initial_membranes.hpp"

#include <type_traits>

#include "snn/compile/distributions.hpp"

namespace snn {
namespace {

/// The drawn membranes in mV; none if nothing is drawn.
std::vector<double> draw(const InitialDraw& what, std::size_t size, const Draws& draws) {
  return std::visit(
      [&](const auto& distribution) -> std::vector<double> {
        if constexpr (std::is_same_v<std::decay_t<decltype(distribution)>, std::monostate>) {
          return {};
        } else {
          std::vector<float> values(size);
          draw_values(distribution, draws, 0, values);
          return {values.begin(), values.end()};
        }
      },
      what);
}

}  // namespace

std::vector<double> initial_membranes(const Population& population, std::uint32_t index,
                                      std::uint64_t seed) {
  const auto size = static_cast<std::size_t>(population.size());
  std::vector<double> u(size, 0.0);
  const std::vector<double> drawn =
      draw(population.v_init_drawn, size, {seed, RandomUse::initial_state, index});
  const std::vector<double>& v = drawn.empty() ? population.v_init_mv : drawn;
  if (v.empty()) return u;
  std::visit(
      [&](const auto& models) {
        if constexpr (requires { resting_potential(models.front()); }) {
          for (std::size_t n = 0; n < size; ++n)
            u[n] = v[v.size() == 1 ? 0 : n] - resting_potential(models[models.size() == 1 ? 0 : n]);
        }
      },
      population.neurons());
  return u;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>
#include <type_traits>

#include "snn/compile/compiled_network.hpp"

namespace snn {
namespace {

template <class Model>
using OriginOf =
    std::array<double, sizeof(typename Model::template State<double>) / sizeof(double)>;

template <class Model>
OriginOf<Model> origin(const Model& model) {
  return std::bit_cast<OriginOf<Model>>(origin_of(model));
}

}  // namespace

CompiledParameters compile_parameters(const Neurons& neurons, double dt_ms) {
  CompiledParameters compiled;
  std::visit(
      [&](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        using Coeffs = typename Model::template Coeffs<float>;
        constexpr std::size_t fields = sizeof(Coeffs) / sizeof(float);
        const std::size_t count = models.size();
        compiled.shared = count == 1;
        compiled.coeffs.resize(fields * count);
        for (std::size_t n = 0; n < count; ++n) {
          const auto values =
              std::bit_cast<std::array<float, fields>>(models[n].template derive<float>(dt_ms));
          for (std::size_t f = 0; f < fields; ++f) compiled.coeffs[f * count + n] = values[f];
          if constexpr (requires { models[n].i_offset_mv; })
            compiled.driven |= models[n].i_offset_mv != 0;
          if constexpr (requires { resting_potential(models[n]); })
            compiled.v_rest_mv.push_back(static_cast<float>(resting_potential(models[n])));
        }
      },
      neurons);
  return compiled;
}

std::vector<float> origin_shift(const Neurons& before, const Neurons& after, std::int64_t size) {
  std::vector<float> shift;
  std::visit(
      [&](const auto& from) {
        const auto& to = std::get<std::decay_t<decltype(from)>>(after);
        const auto count = static_cast<std::size_t>(size);
        for (std::size_t n = 0; n < count; ++n) {
          const auto old = origin(from[from.size() == 1 ? 0 : n]);
          const auto now = origin(to[to.size() == 1 ? 0 : n]);
          if (old == now) continue;
          shift.resize(old.size() * count);
          for (std::size_t f = 0; f < old.size(); ++f)
            shift[f * count + n] = static_cast<float>(old[f] - now[f]);
        }
      },
      before);
  return shift;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_neurons.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "snn/math/lanes.hpp"

namespace snn {
namespace {

/// Neurons stepped at a time: their scratch stays in the first cache level.
constexpr std::int64_t segment = 256;

template <class Model>
using KernelModel = std::conditional_t<std::is_same_v<Model, If>, Lif, Model>;

template <class Model>
using StateOf = typename Model::template State<float>;
template <class Model>
using CoeffsOf = typename Model::template Coeffs<float>;

/// Calls visit(Model{}, models) for the population's model.
template <class Visit>
decltype(auto) with_model(const CompiledPopulation& population, Visit&& visit) {
  return std::visit(
      [&](const auto& models) -> decltype(auto) {
        using Model = typename std::decay_t<decltype(models)>::model;
        return visit(Model{});
      },
      std::get<Neurons>(population.kind));
}

template <class Model>
CoeffsOf<Model> coeffs_of(const CompiledPopulation& population, std::int64_t neuron) {
  return population.shared
             ? lanes::load<CoeffsOf<Model>>(population.coeffs.data(), 1, 0)
             : lanes::load<CoeffsOf<Model>>(population.coeffs.data(), population.size, neuron);
}

/// One tick of up to a segment of neurons.
template <class Model, bool Shared>
struct StepKernel {
  float* state;
  std::int64_t stride;  ///< of state fields
  const std::int32_t* input;
  float scale;
  const float* coeffs;
  std::int64_t coeff_stride, count;
  float* u;  ///< membrane before the reset
  float* distance;
  std::uint8_t* fired;
  std::uint8_t* changed;

  void operator()() const {
    float* __restrict s_ = state;
    const std::int32_t* __restrict in = input;
    const float* __restrict c_ = coeffs;
    float* __restrict u_ = u;
    float* __restrict d_ = distance;
    std::uint8_t* __restrict fired_ = fired;
    std::uint8_t* __restrict changed_ = changed;
    float before[segment];
    const CoeffsOf<Model> shared = lanes::load<CoeffsOf<Model>>(coeffs, 1, 0);
    for (std::int64_t j = 0; j < count; ++j) {
      StateOf<Model> s = lanes::load<StateOf<Model>>(s_, stride, j);
      const CoeffsOf<Model> c = Shared ? shared : lanes::load<CoeffsOf<Model>>(c_, coeff_stride, j);
      before[j] = s.u;
      d_[j] = Model::integrate(s, c, static_cast<float>(in[j]) * scale);
      u_[j] = s.u;
      lanes::store(s, s_, stride, j);
    }
    for (std::int64_t j = 0; j < count; ++j) {
      StateOf<Model> s = lanes::load<StateOf<Model>>(s_, stride, j);
      const CoeffsOf<Model> c = Shared ? shared : lanes::load<CoeffsOf<Model>>(c_, coeff_stride, j);
      const bool spike = d_[j] >= 0.0f;
      fired_[j] = spike;
      Model::fire(s, c, spike ? 1.0f : 0.0f);
      changed_[j] = s.u != before[j];
      lanes::store(s, s_, stride, j);
    }
  }
};

/// Quiet ticks of one neuron; counts those that change the membrane.
template <class Model>
void be_quiet(StateOf<Model>& state, const CoeffsOf<Model>& coeffs, std::int64_t ticks,
              NeuronShare& share) {
  while (ticks > 0) {
    const StateOf<Model> before = state;
    Model::jump(state, coeffs, 1);
    --ticks;
    if (state.u != before.u) {
      ++share.membrane_updates;
      continue;
    }
    // The membrane has come to rest (or is held): count the held ticks, then nothing changes any
    // more.
    if constexpr (requires { state.refractory; }) {
      if (before.refractory > 0.0f) continue;
    }
    Model::jump(state, coeffs, ticks);
    return;
  }
}

template <class Model>
void catch_up_neuron(const CompiledPopulation& population, NeuronShare& share, std::int64_t j,
                     std::int64_t tick) {
  const std::int64_t quiet = tick - share.updated[static_cast<std::size_t>(j)];
  if (quiet <= 0) return;
  StateOf<Model> state = lanes::load<StateOf<Model>>(share.state.data(), share.size(), j);
  // NeuroBench counts every membrane in the first tick, changed or not.
  const bool first = share.updated[static_cast<std::size_t>(j)] == 0;
  const std::uint64_t updates = share.membrane_updates;
  const CoeffsOf<Model> coeffs = coeffs_of<Model>(population, share.begin + j);
  be_quiet<Model>(state, coeffs, first ? 1 : quiet, share);
  if (first) {
    share.membrane_updates = updates + 1;
    be_quiet<Model>(state, coeffs, quiet - 1, share);
  }
  lanes::store(state, share.state.data(), share.size(), j);
  share.updated[static_cast<std::size_t>(j)] = tick;
}

}  // namespace

int state_fields_of(const CompiledPopulation& population) {
  return with_model(population, [](auto model) {
    return static_cast<int>(lanes::fields<StateOf<decltype(model)>, float>);
  });
}

bool can_be_touched(const CompiledPopulation& population) {
  return !population.driven &&
         with_model(population, [](auto model) { return HasJump<decltype(model)>; });
}

void reset_share(const CompiledPopulation& population, NeuronShare& share) {
  const auto size = static_cast<std::size_t>(share.size());
  share.state.assign(static_cast<std::size_t>(state_fields_of(population)) * size, 0.0f);
  std::copy(population.initial_u.begin() + share.begin, population.initial_u.begin() + share.end,
            share.state.begin());
  share.base.clear();
  if (!population.bias.empty())
    share.base.assign(population.bias.begin() + share.begin, population.bias.begin() + share.end);
  share.input.assign(size, 0);
  if (!share.base.empty()) share.input = share.base;
  std::fill(share.has_event.begin(), share.has_event.end(), 0);
  std::fill(share.updated.begin(), share.updated.end(), 0);
  share.current = true;
  share.activity = 1.0;
  share.events = 0;
  share.stepped = share.touched = share.membrane_updates = share.spikes = 0;
}

void step_share(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick,
                bool keep_u, Isa isa, std::vector<std::int32_t>& fired) {
  const std::int64_t size = share.size();
  if (keep_u) share.u.resize(static_cast<std::size_t>(size));
  with_model(population, [&](auto model) {
    using Model = KernelModel<decltype(model)>;
    alignas(64) float u[segment];
    alignas(64) float distance[segment];
    alignas(64) std::uint8_t spiked[segment];
    alignas(64) std::uint8_t changed[segment];
    const float scale = std::ldexp(1.0f, -population.scale_log2);
    for (std::int64_t begin = 0; begin < size; begin += segment) {
      const std::int64_t count = std::min(segment, size - begin);
      float* keep = keep_u ? share.u.data() + begin : u;
      const auto run = [&](auto shared) {
        constexpr bool Shared = decltype(shared)::value;
        run_kernel(
            StepKernel<Model, Shared>{share.state.data() + begin, size, share.input.data() + begin,
                                      scale,
                                      population.coeffs.data() + (Shared ? 0 : share.begin + begin),
                                      population.size, count, keep, distance, spiked, changed},
            isa);
      };
      population.shared ? run(std::true_type{}) : run(std::false_type{});
      std::int64_t changes = 0;
      for (std::int64_t j = 0; j < count; ++j) changes += changed[j];
      share.membrane_updates += static_cast<std::uint64_t>(tick == 0 ? count : changes);
      for (std::int64_t j = 0; j < count; ++j) {
        if (spiked[j] != 0) fired.push_back(static_cast<std::int32_t>(share.begin + begin + j));
      }
    }
  });
  share.stepped += static_cast<std::uint64_t>(size);
  if (share.base.empty()) {
    std::fill(share.input.begin(), share.input.end(), 0);
  } else {
    std::copy(share.base.begin(), share.base.end(), share.input.begin());
  }
}

void touch_share(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick,
                 std::vector<std::int32_t>& fired) {
  if (share.events == 0) return;
  const float scale = std::ldexp(1.0f, -population.scale_log2);
  with_model(population, [&](auto model) {
    using Model = decltype(model);
    if constexpr (HasJump<Model>) {
      for (std::size_t w = 0; w < share.has_event.size(); ++w) {
        for (std::uint64_t left = share.has_event[w]; left != 0; left &= left - 1) {
          const auto j = static_cast<std::int64_t>(w * 64) + std::countr_zero(left);
          const auto at = static_cast<std::size_t>(j);
          catch_up_neuron<Model>(population, share, j, tick);
          StateOf<Model> state = lanes::load<StateOf<Model>>(share.state.data(), share.size(), j);
          const CoeffsOf<Model> coeffs = coeffs_of<Model>(population, share.begin + j);
          const float before = state.u;
          const float distance =
              Model::integrate(state, coeffs, static_cast<float>(share.input[at]) * scale);
          const bool spike = distance >= 0.0f;
          Model::fire(state, coeffs, spike ? 1.0f : 0.0f);
          share.membrane_updates += tick == 0 || state.u != before ? 1 : 0;
          lanes::store(state, share.state.data(), share.size(), j);
          share.updated[at] = tick + 1;
          share.input[at] = 0;
          ++share.touched;
          if (spike) fired.push_back(static_cast<std::int32_t>(share.begin + j));
        }
        share.has_event[w] = 0;
      }
    }
  });
}

void catch_up(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick) {
  if (share.current) return;
  with_model(population, [&](auto model) {
    using Model = decltype(model);
    if constexpr (HasJump<Model>) {
      for (std::int64_t j = 0; j < share.size(); ++j)
        catch_up_neuron<Model>(population, share, j, tick);
    }
  });
}

}  // namespace snn

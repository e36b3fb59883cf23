// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "snn/math/isa.hpp"
#include "snn/math/lanes.hpp"
#include "snn/math/models.hpp"

/// The loops over neurons of one model, as pointers to functions: an engine is written once for all
/// models, those of a user's program too. Arrays are [field][neuron]; inputs are [port][neuron].
namespace snn {

/// Largest number of receptor ports of a model.
inline constexpr int most_ports = 8;

/// Inputs are sums of weights: whole numbers times a scale, or, in double, the sums themselves.
template <class Real>
using SumOf = std::conditional_t<std::is_same_v<Real, float>, std::int32_t, double>;

/// Up to `most` consecutive neurons and what a tick does with them.
template <class Real>
struct NeuronRange {
  static constexpr std::int64_t most = 256;
  Real* state;
  std::int64_t stride;  ///< between fields
  const SumOf<Real>* input;
  std::int64_t input_stride;  ///< between ports
  const Real* scale;          ///< [port]
  const Real* coeffs;
  std::int64_t coeff_stride;  ///< between fields; 0: all neurons share one set
  std::int64_t count;
  Real* u;                             ///< out: membranes before the reset
  std::int32_t* fired;                 ///< out: 1 or 0
  std::int64_t spikes = 0, moved = 0;  ///< out; moved: membranes that changed
};

/// What a touched neuron did.
struct Touched {
  bool spike;
  std::int64_t moved;  ///< ticks in which its membrane changed
};

/// One neuron and the ticks before this one that it has not done.
template <class Real>
struct LateNeuron {
  Real* state;
  std::int64_t stride;
  const Real* coeffs;
  std::int64_t coeff_stride;  ///< 0: one set, `coeffs` points to it
  std::int64_t quiet;         ///< ticks without input
  bool since_start;           ///< the first of them is tick 0, whose membranes all count as changed
};

/// Consecutive neurons into whose coefficients a current is put.
template <class Real>
struct Injection {
  const Real* coeffs;
  std::int64_t coeff_stride;  ///< between fields; 0: one set, `coeffs` points to it
  const Real* current;        ///< [neuron], in the unit of the model's i_offset
  std::int64_t count;
  Real* injected;       ///< out: [field][neuron]
  std::int64_t stride;  ///< between its fields
};

struct NeuronLoops {
  std::string_view name;
  int state_fields, coeff_fields, ports;
  bool has_jump;  ///< quiet ticks can be made up for later
  void (*step)(NeuronRange<float>&, Isa);
  void (*step_double)(NeuronRange<double>&);
  /// Makes up for quiet ticks; returns in how many the membrane changed. Null without has_jump.
  std::int64_t (*catch_up)(const LateNeuron<float>&);
  /// Whether it may spike in a quiet tick to come, as its membrane is above the threshold (subtract
  /// leaves it there, a threshold falls). Null without has_jump.
  bool (*may_spike)(const LateNeuron<float>&);
  /// Coefficients with more constant current. Null if the model takes none.
  void (*inject)(const Injection<float>&, Isa);
  void (*inject_double)(const Injection<double>&);
};

namespace detail {

template <class Model, class Real>
using StateOf = typename Model::template State<Real>;
template <class Model, class Real>
using CoeffsOf = typename Model::template Coeffs<Real>;

/// One pass over the arrays of a state: what bounds it is how fast they are read and written.
template <class Model, class Real, bool Shared>
struct StepKernel {
  NeuronRange<Real>* range;
  /// Read here, outside of the loop's function: gcc does not see through the conversion of what may
  /// hold arrays, and would not vectorise.
  CoeffsOf<Model, Real> shared;

  explicit StepKernel(NeuronRange<Real>& r)
      : range(&r), shared(lanes::load<CoeffsOf<Model, Real>>(r.coeffs, 1, 0)) {}

  void operator()() const {
    const NeuronRange<Real> r = *range;
    Real* __restrict state = r.state;
    Real* __restrict u = r.u;
    std::int32_t* __restrict fired = r.fired;
    const Real* __restrict coeffs = r.coeffs;
    const CoeffsOf<Model, Real> one = shared;
    const auto coeffs_of = [&](std::int64_t j) -> decltype(auto) {
      if constexpr (Shared) {
        return (one);
      } else {
        return lanes::load<CoeffsOf<Model, Real>>(coeffs, r.coeff_stride, j);
      }
    };
    // The first two ports as values: a loop that looked them up in memory would not vectorise.
    constexpr bool several = receptors_of < Model >> 1;
    const SumOf<Real>* __restrict first = r.input;
    const SumOf<Real>* __restrict second = r.input + (several ? r.input_stride : 0);
    const Real first_scale = r.scale[0], second_scale = r.scale[several ? 1 : 0];
    std::int32_t spikes = 0, moved = 0;
    // Neurons do not touch each other. Without being told, compilers would check at run time that
    // no two arrays of the state overlap, and give up where there are more than a few.
#if defined(__clang__)
#pragma clang diagnostic push  // a model that it cannot vectorise is slow, not wrong
#pragma clang diagnostic ignored "-Wpass-failed"
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
    for (std::int64_t j = 0; j < r.count; ++j) {
      auto s = lanes::load<StateOf<Model, Real>>(state, r.stride, j);
      const auto& c = coeffs_of(j);
      const Real before = s.u;
      InputOf<Model, Real> input;
      if constexpr (receptors_of<Model> == 1) {
        input = static_cast<Real>(first[j]) * first_scale;
      } else {
        input[0] = static_cast<Real>(first[j]) * first_scale;
        input[1] = static_cast<Real>(second[j]) * second_scale;
        for (int port = 2; port < receptors_of<Model>; ++port)
          input[static_cast<std::size_t>(port)] =
              static_cast<Real>(r.input[port * r.input_stride + j]) * r.scale[port];
      }
      // A number and not a bool, of which gcc would make a branch.
      const std::int32_t spike = Model::integrate(s, c, input) >= Real(0) ? 1 : 0;
      u[j] = s.u;
      Model::fire(s, c, static_cast<Real>(spike));
      fired[j] = spike;
      spikes += spike;
      moved += s.u != before ? 1 : 0;
      lanes::store(s, state, r.stride, j);
    }
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
    range->spikes = spikes;
    range->moved = moved;
  }
};

template <class Model>
void step(NeuronRange<float>& range, Isa isa) {
  range.coeff_stride == 0 ? run_kernel(StepKernel<Model, float, true>(range), isa)
                          : run_kernel(StepKernel<Model, float, false>(range), isa);
}
template <class Model>
void step_double(NeuronRange<double>& range) {
  range.coeff_stride == 0 ? StepKernel<Model, double, true>(range)()
                          : StepKernel<Model, double, false>(range)();
}

/// Quiet ticks of one neuron; returns how many change the membrane.
template <class Model>
std::int64_t be_quiet(StateOf<Model, float>& state, const CoeffsOf<Model, float>& coeffs,
                      std::int64_t ticks) {
  std::int64_t moved = 0;
  while (ticks > 0) {
    const auto before = state;
    Model::jump(state, coeffs, 1);
    --ticks;
    if (state.u != before.u) {
      ++moved;
      continue;
    }
    // The membrane has come to rest (or is held): count the held ticks, then nothing changes any
    // more.
    if constexpr (requires { state.refractory; }) {
      if (before.refractory > 0.0f) continue;
    }
    Model::jump(state, coeffs, ticks);
    break;
  }
  return moved;
}

template <class Model>
std::int64_t catch_up(const LateNeuron<float>& late) {
  auto state = lanes::load<StateOf<Model, float>>(late.state, late.stride, 0);
  const auto coeffs = lanes::load<CoeffsOf<Model, float>>(
      late.coeffs, late.coeff_stride == 0 ? 1 : late.coeff_stride, 0);
  std::int64_t moved = 0, quiet = late.quiet;
  if (late.since_start && quiet > 0) {
    be_quiet<Model>(state, coeffs, 1);
    moved = 1;
    --quiet;
  }
  moved += be_quiet<Model>(state, coeffs, quiet);
  lanes::store(state, late.state, late.stride, 0);
  return moved;
}

/// A membrane without input only decays: what could spike later can now, were it neither held nor
/// adapted.
template <class Model>
bool may_spike(const LateNeuron<float>& late) {
  auto state = lanes::load<StateOf<Model, float>>(late.state, late.stride, 0);
  const auto coeffs = lanes::load<CoeffsOf<Model, float>>(
      late.coeffs, late.coeff_stride == 0 ? 1 : late.coeff_stride, 0);
  if constexpr (requires { state.refractory; }) state.refractory = 0;
  if constexpr (requires { state.a; }) state.a = 0;
  return Model::integrate(state, coeffs, InputOf<Model, float>{}) >= 0.0f;
}

template <class Model, class Real>
struct InjectKernel {
  const Injection<Real>* injection;

  void operator()() const {
    const Injection<Real> in = *injection;
    const Real* __restrict coeffs = in.coeffs;
    const Real* __restrict current = in.current;
    Real* __restrict injected = in.injected;
    const bool shared = in.coeff_stride == 0;
    const auto one = lanes::load<CoeffsOf<Model, Real>>(coeffs, shared ? 1 : in.coeff_stride, 0);
    if (shared) {
      for (std::int64_t j = 0; j < in.count; ++j)
        lanes::store(Model::inject(one, current[j]), injected, in.stride, j);
    } else {
      for (std::int64_t j = 0; j < in.count; ++j) {
        const auto own = lanes::load<CoeffsOf<Model, Real>>(coeffs, in.coeff_stride, j);
        lanes::store(Model::inject(own, current[j]), injected, in.stride, j);
      }
    }
  }
};

template <class Model>
void inject(const Injection<float>& injection, Isa isa) {
  run_kernel(InjectKernel<Model, float>{&injection}, isa);
}
template <class Model>
void inject_double(const Injection<double>& injection) {
  InjectKernel<Model, double>{&injection}();
}

/// A model whose steps another one's give, bit for bit.
template <class Model>
using KernelModel = std::conditional_t<std::is_same_v<Model, If>, Lif, Model>;

template <class Model>
constexpr NeuronLoops make_loops() {
  static_assert(receptors_of<Model> <= most_ports);
  NeuronLoops loops{.name = Model::name,
                    .state_fields = lanes::fields<StateOf<Model, float>, float>,
                    .coeff_fields = lanes::fields<CoeffsOf<Model, float>, float>,
                    .ports = receptors_of<Model>,
                    .has_jump = HasJump<Model>,
                    .step = step<KernelModel<Model>>,
                    .step_double = step_double<KernelModel<Model>>,
                    .catch_up = nullptr,
                    .may_spike = nullptr,
                    .inject = nullptr,
                    .inject_double = nullptr};
  if constexpr (HasJump<Model>) {
    loops.catch_up = catch_up<Model>;
    loops.may_spike = may_spike<Model>;
  }
  if constexpr (HasInjection<Model>) {
    loops.inject = inject<Model>;
    loops.inject_double = inject_double<Model>;
  }
  return loops;
}

}  // namespace detail

template <class Model>
inline constexpr NeuronLoops loops_of = detail::make_loops<Model>();

}  // namespace snn

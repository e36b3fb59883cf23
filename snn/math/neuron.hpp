// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "snn/math/host_device.hpp"
#include "snn/math/receptors.hpp"

/// What every neuron model has in common. A model is one struct: its public fields are the user's
/// parameters (doubles, with units), and nested in it are
///   Coeffs<Real>  what a step needs, derived once on the host in double (every exp() is there);
///   State<Real>   what evolves; the value-initialised state is the model at rest, or where it is
///                 customary to start a model that has none;
///   derive()      parameters and dt -> Coeffs;
///   integrate()   one tick up to the threshold; returns the distance u - threshold;
///   fire()        what a spike (0 or 1) does to the state.
/// A model may also have
///   receptors, receptor_names  its ports, if there is more than one, see receptors.hpp;
///   origin()      what a state of zeros means, see origin_of();
///   inject()      coefficients with more constant current, see HasInjection;
///   adjoint()     the reverse of integrate() and fire(), for training, see TrainableModel;
///   net_input()   of a trainable model that is not linear in its membrane, see HasNetInput.
/// Coeffs and State hold only fields of type Real and arrays of them, so that a backend can lay
/// them out as arrays; u, the membrane, is the first field of State.
/// Steps use + - * / and comparisons only, and fast_exp() of snn/math/exp.hpp, which is made of
/// them: the same bits on every instruction set (docs/semantics.md).
namespace snn {

/// How decays are derived from time constants. `exact`: exp(-dt/tau). `euler`: 1 - dt/tau.
enum class Scheme : std::uint8_t { exact, euler };

/// What a spike does to the membrane: set it to v_reset_mv, or subtract threshold minus reset.
enum class Reset : std::uint8_t { to_value, subtract };

/// How an input enters the membrane. `jump`: one unit of input moves it by 1 mV (delta synapse).
/// `current`: the input is R*I in mV, held for the tick: it enters with 1 - decay.
enum class Input : std::uint8_t { jump, current };

/// What a population hands to its projections.
enum class Output : std::uint8_t { spikes, graded, none };

/// Distance reported while a neuron may not fire (refractory, or a readout): every surrogate is 0.
template <class Real>
inline constexpr Real never = -std::numeric_limits<Real>::infinity();

/// Decay factor of one tick.
inline double decay_factor(double tau_ms, double dt_ms, Scheme scheme) {
  return scheme == Scheme::exact ? std::exp(-dt_ms / tau_ms) : 1.0 - dt_ms / tau_ms;
}

/// Gradients of the loss with respect to the learnable coefficients of one neuron.
template <class Real>
struct CoeffGradient {
  Real decay{};      ///< dL/d decay of the membrane, with gain and drive where they follow from it
  Real threshold{};  ///< dL/d threshold
};

/// What the adjoint of one tick is told.
template <class Real>
struct AdjointInput {
  Real u{};                 ///< membrane after integrate(), before fire()
  Real u_before{};          ///< membrane before integrate()
  Real net_input{};         ///< of a model that has it
  Real spike{};             ///< 0 or 1 (or in between in a smoothed network)
  Real slope{};             ///< surrogate derivative at the distance integrate() returned
  Real d_spike{};           ///< dL/d output, from later layers, later ticks and the loss
  Real d_membrane{};        ///< dL/d membrane before the reset, from a loss on membranes
  bool refractory{};        ///< the neuron was held in this tick
  bool detach_reset{true};  ///< no gradient through the reset
};

/// A model with more than one port names them, in Model::receptor_names.
template <class Model>
concept NamesItsReceptors = receptors_of<Model>
== 1 || (receptors_of<Model> > 1 &&
         Model::receptor_names.size() == static_cast<std::size_t>(receptors_of<Model>));

template <class Model>
concept NeuronModel = NamesItsReceptors<Model> &&
    requires(const Model& model, typename Model::template State<float>& state,
             const typename Model::template Coeffs<float>& coeffs,
             const InputOf<Model, float>& input) {
  { Model::name } -> std::convertible_to<std::string_view>;
  { Model::output } -> std::convertible_to<Output>;
  { model.template derive<float>(1.0) } -> std::same_as<typename Model::template Coeffs<float>>;
  { Model::integrate(state, coeffs, input) } -> std::same_as<float>;
  {Model::fire(state, coeffs, 1.0f)};
};

/// A model that can be trained by gradients: it has one port, and the reverse of its tick.
template <class Model>
concept TrainableModel = NeuronModel<Model> && receptors_of<Model>
== 1 && requires(typename Model::template State<float>& state,
                 const typename Model::template Coeffs<float>& coeffs,
                 const AdjointInput<float>& in, CoeffGradient<float>& gradient) {
  { Model::adjoint(state, coeffs, in, gradient) } -> std::same_as<float>;
};

/// inject(coeffs, current): the coefficients with that much more constant current, in the unit of
/// the model's i_offset field. A current that changes over time is injected anew when it does, into
/// the coefficients without it.
template <class Model>
concept HasInjection = NeuronModel<Model> &&
    requires(const typename Model::template Coeffs<float>& coeffs) {
  { Model::inject(coeffs, 1.0f) } -> std::same_as<typename Model::template Coeffs<float>>;
};

/// A trainable model that is not linear in its membrane: its adjoint takes the tick again, from the
/// membrane before it and from net_input() of the state before it, which training keeps.
template <class Model>
concept HasNetInput = requires(const typename Model::template State<float>& state,
                               const typename Model::template Coeffs<float>& coeffs) {
  { Model::net_input(state, coeffs, 1.0f) } -> std::same_as<float>;
};

/// The potential that State counts from: a parameter of most models, a consequence of others.
template <class Model>
requires requires(const Model& model) {
  model.v_rest_mv;
}
double resting_potential(const Model& model) {
  return model.v_rest_mv;
}
template <class Model>
requires requires(const Model& model) {
  model.rest_mv();
}
double resting_potential(const Model& model) {
  return model.rest_mv();
}

/// What a state of zeros means in the user's terms: the resting potential, and of models that have
/// origin() other variables that are kept relative to rest.
template <class Model>
typename Model::template State<double> origin_of(const Model& model) {
  if constexpr (requires { model.origin(); }) {
    return model.origin();
  } else {
    typename Model::template State<double> origin{};
    if constexpr (requires { resting_potential(model); }) origin.u = resting_potential(model);
    return origin;
  }
}

/// One whole tick: integrate, compare (a spike when the distance is >= 0), fire.
template <class Model, std::floating_point Real>
SNN_HD inline bool step(typename Model::template State<Real>& state,
                        const typename Model::template Coeffs<Real>& coeffs, Real input) {
  const bool spiked = Model::integrate(state, coeffs, input) >= Real(0);
  Model::fire(state, coeffs, spiked ? Real(1) : Real(0));
  return spiked;
}
template <class Model, std::floating_point Real, std::size_t Ports>
SNN_HD inline bool step(typename Model::template State<Real>& state,
                        const typename Model::template Coeffs<Real>& coeffs,
                        const std::array<Real, Ports>& input) {
  const bool spiked = Model::integrate(state, coeffs, input) >= Real(0);
  Model::fire(state, coeffs, spiked ? Real(1) : Real(0));
  return spiked;
}

/// Number of Reals in a Coeffs or State struct: they hold nothing else.
template <template <class> class Struct>
inline constexpr int field_count = static_cast<int>(sizeof(Struct<float>) / sizeof(float));

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "snn/math/adaptive_lif.hpp"
#include "snn/math/adex.hpp"
#include "snn/math/cuba_lif.hpp"
#include "snn/math/hodgkin_huxley.hpp"
#include "snn/math/integrate_and_fire.hpp"
#include "snn/math/izhikevich.hpp"
#include "snn/math/leaky_integrator.hpp"
#include "snn/math/lif.hpp"
#include "snn/math/lif_cond_exp.hpp"
#include "snn/math/lif_curr_alpha.hpp"
#include "snn/math/lif_curr_exp.hpp"
#include "snn/math/relu.hpp"

namespace snn {

template <NeuronModel... Models>
struct ModelList {};

/// The one list of neuron models. Variants, loops, kernels, bindings and tests follow from it.
using NeuronModels =
    ModelList<If, Lif, CubaLif, AdaptiveLif, Izhikevich, LifCurrExp<1>, LifCurrExp<2>,
              LifCurrAlpha<1>, LifCurrAlpha<2>, LifCondExp, AdEx, HodgkinHuxley, Li, Relu>;

/// Wrap<Model>... of every model as alternatives of one variant, e.g. variant_of<std::vector>.
template <template <class...> class Wrap, class List = NeuronModels>
struct variant_of_impl;
template <template <class...> class Wrap, class... Models>
struct variant_of_impl<Wrap, ModelList<Models...>> {
  using type = std::variant<Wrap<Models>...>;
};
template <template <class...> class Wrap>
using variant_of = typename variant_of_impl<Wrap>::type;

/// A model that a population need not touch in ticks without input.
template <class Model>
concept HasJump = requires(typename Model::template State<float>& state,
                           const typename Model::template Coeffs<float>& coeffs) {
  Model::jump(state, coeffs, std::int64_t{1});
};

}  // namespace snn

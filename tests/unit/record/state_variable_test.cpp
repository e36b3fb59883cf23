// SPDX-License-Identifier: Apache-2.0
#include "snn/record/state_variable.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/config_error.hpp"

namespace snn {
namespace {

/// A state that nobody named.
template <class Real>
struct Plain {
  Real u{}, first{};
  std::array<Real, 3> many{};
  Real last{};
};

TEST(StateVariable, IsTheFieldItIsMadeFrom) {
  const StateVariable w = &AdEx::State<float>::w;
  EXPECT_EQ(w.field(), 2);
  EXPECT_EQ(w.name(), "w");
  EXPECT_EQ(w.unit(), "pA");
  EXPECT_TRUE(w.in(state_layout<AdEx::State<float>>()));
  EXPECT_FALSE(w.in(state_layout<Lif::State<float>>()));
  const StateVariable inhibition{&AdEx::State<float>::g, 1};
  EXPECT_EQ(inhibition.field(), 4);
  EXPECT_EQ(inhibition.name(), "g_inhibitory");
  EXPECT_EQ(inhibition.unit(), "nS");
  EXPECT_EQ(StateVariable(&LifCurrAlpha<1>::State<float>::r).field(), 3);
  EXPECT_EQ(StateVariable(&LifCurrAlpha<2>::State<float>::r, 0).name(), "r_excitatory");
}

TEST(StateVariable, IsTheMembraneOfAnyModelUnlessTold) {
  const StateVariable any;
  const StateVariable one = &HodgkinHuxley::State<float>::u;
  for (const StateVariable& membrane : {any, one}) {
    EXPECT_EQ(membrane.field(), 0);
    EXPECT_EQ(membrane.name(), "v");
    EXPECT_EQ(membrane.unit(), "mV");
    EXPECT_TRUE(membrane.in(state_layout<HodgkinHuxley::State<float>>()));
  }
  EXPECT_TRUE(any.in(state_layout<Lif::State<float>>()));
  EXPECT_FALSE(one.in(state_layout<Lif::State<float>>()));
}

TEST(StateVariable, OfANameIsLookedUp) {
  const StateVariable named = "g_inhibitory";
  EXPECT_EQ(named.field(), -1);
  const auto found = named.in(state_layout<AdEx::State<float>>());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->field(), 4);
  EXPECT_EQ(found->name(), "g_inhibitory");
  EXPECT_EQ(found->unit(), "nS");
  EXPECT_EQ(named.in(state_layout<HodgkinHuxley::State<float>>())->field(), 6);
  EXPECT_FALSE(named.in(state_layout<Lif::State<float>>()));
  EXPECT_FALSE(StateVariable("").in(state_layout<Lif::State<float>>()));
  EXPECT_EQ(StateVariable("v").in(state_layout<Plain<float>>())->field(), 0);
  EXPECT_EQ(StateVariable("v").in(state_layout<Relu::State<float>>())->field(), 0);
  EXPECT_EQ(StateVariable("variable 5").in(state_layout<Plain<float>>())->field(), 5);
}

TEST(StateVariable, OfAStateWithoutNamesHasANumber) {
  EXPECT_EQ(StateVariable(&Plain<float>::u).name(), "v");
  EXPECT_EQ(StateVariable(&Plain<float>::u).unit(), "mV");
  EXPECT_EQ(StateVariable(&Plain<float>::first).field(), 1);
  EXPECT_EQ(StateVariable(&Plain<float>::many, 2).field(), 4);
  EXPECT_EQ(StateVariable(&Plain<float>::last).name(), "variable 5");
  EXPECT_EQ(StateVariable(&Plain<float>::last).unit(), "");
}

TEST(StateVariable, RefusesAPortThatIsNot) {
  support::expect_config_error([] { StateVariable(&AdEx::State<float>::g, 2); },
                               {"state variable", "port", "2", "0 .. 1"});
}

template <class Model>
void expect_names() {
  using State = typename Model::template State<float>;
  std::set<std::string_view> names;
  for (const VariableName& variable : variable_names<State>) {
    EXPECT_FALSE(variable.unit.empty()) << Model::name << ", " << variable.name;
    names.insert(variable.name);
  }
  EXPECT_EQ(names.size(), (lanes::fields<State, float>)) << Model::name;
}
template <class... Models>
void expect_names_of(ModelList<Models...>) {
  (expect_names<Models>(), ...);
}

TEST(StateVariable, OfAListedModelHasANameAndAUnit) {
  expect_names_of(NeuronModels{});
}

}  // namespace
}  // namespace snn

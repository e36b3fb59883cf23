// SPDX-License-Identifier: Apache-2.0
#include "snn/math/models.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "snn/math/lanes.hpp"

namespace snn {
namespace {

static_assert(HasJump<If> && HasJump<Lif> && HasJump<AdaptiveLif> && HasJump<Li>);
static_assert(!HasJump<CubaLif> && !HasJump<Izhikevich> && !HasJump<Relu>);
static_assert(HasNetInput<Izhikevich> && !HasNetInput<Lif> && !HasNetInput<AdaptiveLif>);
static_assert(Lif::output == Output::spikes && Relu::output == Output::graded);
static_assert(Li::output == Output::none);

/// A model without adjoint can be simulated, but not trained.
struct Untrainable {
  static constexpr std::string_view name = "Untrainable";
  static constexpr Output output = Output::spikes;
  template <class Real>
  using Coeffs = Lif::Coeffs<Real>;
  template <class Real>
  using State = Lif::State<Real>;
  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return Lif{}.derive<Real>(dt_ms);
  }
  template <class Real>
  static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    return Lif::integrate(s, c, x);
  }
  template <class Real>
  static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    Lif::fire(s, c, spike);
  }
};
static_assert(NeuronModel<Untrainable> && !TrainableModel<Untrainable>);

/// Two ports, of which one has no name.
struct HalfNamed : LifCondExp {
  static constexpr std::array<std::string_view, 1> receptor_names{"excitatory"};
};
static_assert(!NeuronModel<HalfNamed>);

static_assert(receptors_of<Lif> == 1 && std::is_same_v<InputOf<Lif, float>, float>);
static_assert(receptors_of<LifCurrExp<1>> == 1 && receptor_names_of<LifCurrExp<1>>[0] == "input");
static_assert(receptors_of<LifCurrExp<2>> == 2 &&
              std::is_same_v<InputOf<LifCurrExp<2>, float>, std::array<float, 2>>);
static_assert(receptor_names_of<AdEx>[0] == "excitatory" &&
              receptor_names_of<AdEx>[1] == "inhibitory");
static_assert(!TrainableModel<LifCurrExp<1>> && !TrainableModel<LifCondExp>);

template <class Model>
class Models : public testing::Test {};
template <class List>
struct AsTypes;
template <class... All>
struct AsTypes<ModelList<All...>> {
  using type = testing::Types<All...>;
};
using All = AsTypes<NeuronModels>::type;
TYPED_TEST_SUITE(Models, All);

TYPED_TEST(Models, HoldNothingButReals) {
  using Coeffs = typename TypeParam::template Coeffs<double>;
  using State = typename TypeParam::template State<double>;
  EXPECT_EQ(sizeof(Coeffs), 2 * sizeof(typename TypeParam::template Coeffs<float>));
  EXPECT_EQ(sizeof(State), 2 * sizeof(typename TypeParam::template State<float>));
}

TYPED_TEST(Models, SurviveBeingKeptAsArrays) {
  using Coeffs = typename TypeParam::template Coeffs<float>;
  constexpr std::size_t fields = lanes::fields<Coeffs, float>;
  std::vector<float> arrays(fields * 3);
  const Coeffs coeffs = TypeParam{}.template derive<float>(1.0);
  lanes::store(coeffs, arrays.data(), 3, 1);
  const auto back = std::bit_cast<std::array<float, fields>>(
      lanes::load<Coeffs>(static_cast<const float*>(arrays.data()), 3, 1));
  EXPECT_EQ(back, (std::bit_cast<std::array<float, fields>>(coeffs)));
  for (std::size_t f = 0; f < fields; ++f) EXPECT_EQ(arrays[3 * f + 1], back[f]);
}

TYPED_TEST(Models, RestWithoutInput) {
  if (std::is_same_v<TypeParam, AdEx> || std::is_same_v<TypeParam, HodgkinHuxley>)
    GTEST_SKIP() << "starts where it does not rest";
  const auto coeffs = TypeParam{}.template derive<float>(1.0);
  typename TypeParam::template State<float> state{};
  for (int t = 0; t < 100; ++t)
    EXPECT_FALSE(snn::step<TypeParam>(state, coeffs, InputOf<TypeParam, float>{}));
  EXPECT_EQ(state.u, 0.0f);
}

template <class... Each>
std::set<std::string> names(ModelList<Each...>) {
  return {std::string(Each::name)...};
}
TEST(ModelList, NamesAreTheirOwn) {
  EXPECT_EQ(names(NeuronModels{}),
            (std::set<std::string>{"If", "Lif", "CubaLif", "AdaptiveLif", "Izhikevich", "Li",
                                   "Relu", "LifCurrExp", "LifCurrExp2", "LifCurrAlpha",
                                   "LifCurrAlpha2", "LifCondExp", "AdEx", "HodgkinHuxley"}));
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/math/adex.hpp"
#include "snn/math/hodgkin_huxley.hpp"
#include "snn/math/lif_cond_exp.hpp"
#include "snn/math/lif_curr_alpha.hpp"
#include "snn/math/lif_curr_exp.hpp"
#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

static_assert(!HasInjection<If> && !HasInjection<Li> && !HasInjection<Relu>);

/// A current that is injected is one that the model has as its offset: same membrane over 200 ms.
template <class Model>
void expect_offset(Model model, double Model::*offset, double current, double mv = 1e-10) {
  SCOPED_TRACE(Model::name);
  test::Neuron<Model> injected(model, 0.1);
  model.*offset = current;
  test::Neuron<Model> has(model, 0.1);
  model.*offset = current / 4;
  injected.coeffs = Model::inject(Model::inject(injected.coeffs, current / 2), current / 4);
  test::Neuron<Model> quarter(model, 0.1);
  injected.coeffs = Model::inject(injected.coeffs, current / 4);
  quarter.coeffs = Model::inject(quarter.coeffs, current * 3 / 4);
  int spikes = 0;
  for (int t = 0; t < 2000; ++t) {
    const bool spike = has.step({});
    ASSERT_EQ(injected.step({}), spike) << t;
    ASSERT_EQ(quarter.step({}), spike) << t;
    ASSERT_NEAR(injected.state.u, has.state.u, mv) << t;
    ASSERT_NEAR(quarter.state.u, has.state.u, mv) << t;
    spikes += spike;
  }
  EXPECT_GT(spikes, 2);
}

TEST(Injection, IsAnOffset) {
  expect_offset(Lif{}, &Lif::i_offset_mv, 20);
  expect_offset(Lif{.scheme = Scheme::euler}, &Lif::i_offset_mv, 20);
  expect_offset(CubaLif{}, &CubaLif::i_offset_mv, 20);
  expect_offset(AdaptiveLif{}, &AdaptiveLif::i_offset_mv, 25);
  // Rounding grows by some 1e4 on the way to each spike.
  expect_offset(Izhikevich{}, &Izhikevich::i_offset_mv_per_ms, 10, 1e-3);
  expect_offset(LifCurrExp<1>{}, &LifCurrExp<1>::i_offset_pa, 500);
  expect_offset(LifCurrExp<2>{}, &LifCurrExp<2>::i_offset_pa, 500);
  expect_offset(LifCurrAlpha<1>{}, &LifCurrAlpha<1>::i_offset_pa, 500);
  expect_offset(LifCurrAlpha<2>{}, &LifCurrAlpha<2>::i_offset_pa, 500);
  expect_offset(LifCondExp{}, &LifCondExp::i_offset_pa, 200);
  expect_offset(AdEx{}, &AdEx::i_offset_pa, 1000, 1e-3);
  expect_offset(HodgkinHuxley{}, &HodgkinHuxley::i_offset_pa, 300, 1e-6);
}

/// In float, too, u = decay u + drive has its fixed point at the current, though 1 - decay is
/// small.
TEST(Injection, FixedPointIsTheCurrentInFloat) {
  for (const double tau : {10.0, 20.0, 500.0, 10000.0}) {
    const auto c = Lif::inject(Lif{.tau_m_ms = tau}.derive<float>(0.1), 14.0f);
    EXPECT_NEAR(double(c.drive) / (1 - double(c.decay)), 14, 14 * 6e-8) << tau;
  }
}

}  // namespace
}  // namespace snn

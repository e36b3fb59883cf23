// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/carbon/carbon_choice.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

struct CarbonChoices : testing::Test {
  CarbonChoices() { ::unsetenv("SNN_CARBON_REGION"); }
  ~CarbonChoices() override { ::unsetenv("SNN_CARBON_REGION"); }
};

TEST_F(CarbonChoices, AnOptionWinsOverTheEnvironmentAndThatOverTheWorld) {
  EXPECT_EQ(choose_carbon("", 1).grid.code, "WORLD");
  EXPECT_EQ(choose_carbon("", 1).chosen_by, "default");
  ::setenv("SNN_CARBON_REGION", "FRA", 1);
  EXPECT_EQ(choose_carbon("", 1).grid.code, "FRA");
  EXPECT_EQ(choose_carbon("", 1).chosen_by, "SNN_CARBON_REGION");
  EXPECT_EQ(choose_carbon("DEU", 1).grid.code, "DEU");
  EXPECT_EQ(choose_carbon("DEU", 1).chosen_by, "option");
}

TEST_F(CarbonChoices, ANumberIsAnIntensityOfTheUsers) {
  const CarbonChoice own = choose_carbon("56.5", 1.2);
  EXPECT_EQ(own.grid.g_per_kwh, 56.5);
  EXPECT_EQ(own.grid.code, "own");
  EXPECT_DOUBLE_EQ(own.grams(MeasuredJoules(3.6e6)).value(), 56.5 * 1.2);
}

TEST_F(CarbonChoices, TextHasTheIntensityAndThePue) {
  EXPECT_EQ(choose_carbon("FRA", 1).text(), "41.44 g per kWh (FRA, 2025)");
  EXPECT_EQ(choose_carbon("100", 1.58).text(), "100 g per kWh (own) and a PUE of 1.58");
}

TEST_F(CarbonChoices, MistakesAreNamed) {
  for (const char* wrong : {"XXX", "-5", "nan", "12x"})
    EXPECT_THROW(choose_carbon(wrong, 1), ConfigError) << wrong;
  ::setenv("SNN_CARBON_REGION", "nowhere", 1);
  EXPECT_THROW(choose_carbon("", 1), ConfigError);
}

}  // namespace
}  // namespace snn

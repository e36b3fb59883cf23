// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/carbon/carbon.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <set>

#include "snn/energy/carbon/published_trainings.hpp"
#include "snn/model/errors.hpp"

namespace {

using namespace snn;

TEST(Carbon, ArithmeticOfStrubellEtAl) {
  // Strubell, Ganesh, McCallum, ACL 2019: 1.58 x 1,515.43 W x 274,120 h = 656,347 kWh, at 0.954 lb
  // per kWh 626,155 lb.
  const double joules = 1.58 * 1515.43 * 274'120 * 3600;
  constexpr double g_per_lb = 453.59237;
  const GridIntensity epa{"EPA", "United States", 0.954 * g_per_lb, 2018, "", ""};
  EXPECT_NEAR(co2e(MeasuredJoules(joules), epa).value() / g_per_lb, 626'155, 1);
  EXPECT_NEAR(joules / 3.6e6, 656'347, 1);
}

TEST(Carbon, OneKilowattHour) {
  EXPECT_DOUBLE_EQ(co2e(ModelledJoules(3.6e6), grid_intensity("FRA")).value(), 41.44);
  EXPECT_DOUBLE_EQ(co2e(ModelledJoules(0), grid_intensity("FRA")).value(), 0);
}

TEST(Carbon, ValuesOfTheSource) {
  // Our World in Data, "Carbon intensity of electricity", as of 2026-04-29.
  struct Row {
    const char* code;
    double g_per_kwh;
    int year;
  };
  for (const Row& row :
       {Row{"WORLD", 458.29, 2025}, Row{"USA", 384.40, 2025}, Row{"DEU", 329.65, 2025},
        Row{"CHE", 39.22, 2025}, Row{"CHN", 525.34, 2025}, Row{"IND", 670.13, 2025},
        Row{"SWE", 35.26, 2025}, Row{"POL", 588.60, 2025}, Row{"ISL", 27.82, 2024},
        Row{"SAU", 691.95, 2024}, Row{"UKR", 250.47, 2022}, Row{"KEN", 95.44, 2025}}) {
    const GridIntensity grid = grid_intensity(row.code);
    EXPECT_EQ(grid.code, row.code);
    EXPECT_EQ(grid.g_per_kwh, row.g_per_kwh) << row.code;
    EXPECT_EQ(grid.year, row.year) << row.code;
    EXPECT_EQ(grid.retrieved, "2026-04-29");
    EXPECT_NE(grid.source.find("Ember (2026), processed by Our World in Data"), std::string::npos);
    EXPECT_NE(grid.source.find("CC BY 4.0"), std::string::npos);
  }
}

TEST(Carbon, EveryRowIsPlausible) {
  std::set<std::pair<std::string, int>> rows;
  std::set<std::string> codes;
  for (const GridIntensity& grid : grid_intensities()) {
    codes.insert(grid.code);
    EXPECT_TRUE(rows.insert({grid.code, grid.year}).second) << grid.code << " twice";
    EXPECT_FALSE(grid.country.empty()) << grid.code;
    EXPECT_TRUE(grid.code == "WORLD" || grid.code.size() == 3) << grid.code;
    for (const char letter : grid.code) EXPECT_TRUE(std::isupper(letter)) << grid.code;
    EXPECT_GT(grid.g_per_kwh, 0) << grid.code;
    EXPECT_LT(grid.g_per_kwh, 1000) << grid.code;
    EXPECT_GE(grid.year, 2022) << grid.code;
  }
  EXPECT_EQ(codes.size(), 57u);
}

TEST(Carbon, ADataCentreTakesMoreThanItsMachines) {
  const GridIntensity grid = own_intensity(100);
  EXPECT_DOUBLE_EQ(co2e(MeasuredJoules(3.6e6), grid, 1.58).value(), 158);
  EXPECT_EQ(grid.code, "own");
  EXPECT_THROW(own_intensity(-1), ConfigError);
  EXPECT_THROW(own_intensity(std::nan("")), ConfigError);
}

TEST(Carbon, PublishedTrainingsAgreeWithTheirOwnFormula) {
  // CO2e = 0.954 lb per kWh; the paper rounds both.
  for (const PublishedTraining& training : published_trainings())
    EXPECT_NEAR(training.co2e_lb, 0.954 * training.kwh, 0.6 + 0.0005 * training.co2e_lb)
        << training.model;
  const PublishedTraining& search = published_trainings().back();
  EXPECT_NEAR(search.co2e_lb * grams_per_pound * 1e-6, 284, 0.5);  // t
  EXPECT_NEAR(284 / search.corrected_t, 88, 1);                    // Patterson et al. 2021
}

TEST(Carbon, AnUnknownCodeListsTheCodes) {
  for (const char* code : {"XXX", "", "fra", "FR"}) {
    try {
      grid_intensity(code);
      FAIL() << code;
    } catch (const ConfigError& error) {
      EXPECT_EQ(error.field, "country");
      EXPECT_EQ(error.value, code);
      for (const GridIntensity& grid : grid_intensities())
        EXPECT_NE(error.allowed.find(grid.code), std::string::npos) << grid.code;
    }
  }
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/results.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/cli/contests.hpp"

namespace snn::cli {
namespace {

using Json = nlohmann::json;

TEST(Results, WhatWasMeasuredIsThereWithItsCarbon) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  test::measure(c, 2e-6, 1e-6, 3e-6);
  c.spiking.training->measured.whole = test::measured(7.2e6);  // 2 kWh
  c.carbon = {own_intensity(300), 1.5, "option"};
  const Json json = Json::parse(results_json(c));
  const Json& energy = json["spiking"]["energy"];
  EXPECT_NEAR(energy["measured"]["joules"].get<double>(), 3e-6, 1e-18);
  EXPECT_EQ(energy["measured"]["counter"], "a counter");
  EXPECT_EQ(energy["measured"]["trials"], 10);
  EXPECT_FALSE(energy.contains("unavailable"));
  EXPECT_EQ(json["measurement"]["trials"].size(), 10u);
  EXPECT_NEAR(json["verdict"]["measured_ratio"]["against_dense"]["total"]["ratio"].get<double>(),
              1.5, 1e-12);
  const Json& training = json["spiking"]["training"]["energy"]["measured"];
  EXPECT_DOUBLE_EQ(training["kwh"].get<double>(), 2.0);
  EXPECT_DOUBLE_EQ(training["co2e_g"].get<double>(), 900.0);
  EXPECT_EQ(json["grid"]["pue"], 1.5);
  EXPECT_EQ(json["grid"]["chosen_by"], "option");
}

TEST(Results, WhatWasNotMeasuredHasAReasonAndNoCarbon) {
  const Json json = Json::parse(results_json(test::contest(test::counts(0, 1000, 50))));
  for (const char* model : {"spiking", "dense", "quantised"}) {
    for (const Json& energy : {json[model]["energy"], json[model]["training"]["energy"],
                               json[model]["training"]["to_target"]["energy"]}) {
      EXPECT_FALSE(energy.contains("measured")) << model;
      EXPECT_EQ(energy["unavailable"]["reason"], "no counter") << model;
      EXPECT_EQ(energy["unavailable"]["fix"], "another machine");
    }
    EXPECT_TRUE(json[model]["training"]["per_epoch"]["measured_joules"][0].is_null());
  }
  EXPECT_EQ(json["measurement"]["unavailable"]["reason"], "no counter");
}

TEST(Results, AnOpponentOfAFileHasNoTraining) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  ModelResult user;
  user.label = "mine";
  user.counts = test::counts(500, 0, 0);
  c.users = {user};
  const Json mine = Json::parse(results_json(c))["users"][0];
  EXPECT_FALSE(mine.contains("training"));
  EXPECT_TRUE(mine["accuracy"].is_null());
  EXPECT_TRUE(mine["energy"]["unavailable"]["reason"].is_string());
}

TEST(Results, CountsAndModelsAreThoseOfTheContest) {
  Contest c = test::contest(test::counts(200, 1000, 50, true));
  c.spiking.training->seconds = 6;
  c.spiking.training->epochs.resize(4);
  c.spiking.training->operations.backward.acs = 77;
  c.quantised.bits = 4;
  const Json json = Json::parse(results_json(c));
  const Json& spiking = json["spiking"];
  EXPECT_EQ(spiking["counts"]["macs_effective"], 200);
  EXPECT_EQ(spiking["counts"]["acs_effective"], 1000);
  EXPECT_EQ(spiking["counts"]["spikes"], 50);
  EXPECT_EQ(spiking["counts"]["layers"].size(), 3u);
  EXPECT_EQ(spiking["training"]["seconds_per_epoch"], 1.5);
  EXPECT_EQ(spiking["training"]["operations"]["backward"]["acs"], 77);
  EXPECT_FALSE(spiking.contains("bits"));
  EXPECT_EQ(json["quantised"]["bits"], 4);
  // 4.6 pJ a MAC, 0.9 pJ an AC; held, the MACs of ten ticks are done once.
  const auto joules = [&](const std::string& name) {
    for (const Json& entry : spiking["energy"]["modelled"]) {
      if (entry["model"] == name) return entry["joules_per_inference"].get<double>();
    }
    return -1.0;
  };
  EXPECT_NEAR(joules("45nm-compute-fp32"), (200 * 4.6 + 1000 * 0.9) * 1e-12, 1e-21);
  EXPECT_NEAR(joules("45nm-compute-int8"), (200 * 0.23 + 1000 * 0.03) * 1e-12, 1e-21);
  EXPECT_NEAR(joules("45nm-compute-fp32-held-input"), (20 * 4.6 + 1000 * 0.9) * 1e-12, 1e-21);
  EXPECT_NEAR(json["verdict"]["break_even"]["fp32_against_dense"]["energy_ratio"].get<double>(),
              (200 * 4.6 + 1000 * 0.9) / 4600, 1e-12);
}

TEST(Results, AreWrittenWhole) {
  const support::TemporaryFolder folder;
  const Contest c = test::contest(test::counts(0, 1000, 50));
  write_results(folder.path() / "r.json", c);
  std::ifstream file(folder.path() / "r.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, results_json(c));
}

TEST(EvaluationReport, HasAnAccuracyOnlyIfThereIsOne) {
  const RawCounts raw = test::counts(0, 1000, 50);
  EXPECT_FALSE(Json::parse(evaluation_json({"net", raw, {}}, {})).contains("accuracy"));
  EXPECT_EQ(Json::parse(evaluation_json({"net", raw, 0.0}, {}))["accuracy"], 0);
}

}  // namespace
}  // namespace snn::cli

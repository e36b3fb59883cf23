// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_doctor.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"

namespace snn::cli {
namespace {

/// A meter as the doctor found it.
MeterExamined found(const char* name, bool readable) {
  MeterExamined meter;
  meter.status.name = name;
  meter.status.kind = MeterKind::rapl;
  meter.status.readable = readable;
  if (readable) {
    meter.interval_s = 0.02;
    meter.status.domains = {{"package-0", "", true, "the whole package"},
                            {"core", "package-0", false, "inside the package"}};
  } else {
    meter.status.reason = "no permission";
    meter.status.fix = "sudo chmod";
  }
  return meter;
}

TEST(Doctor, JsonHasNameReasonFixAndInterval) {
  const auto json =
      nlohmann::json::parse(doctor_text({found("one", true), found("two", false)}, true));
  ASSERT_EQ(json["meters"].size(), 2u);
  EXPECT_EQ(json["meters"][0]["name"], "one");
  EXPECT_EQ(json["meters"][0]["readable"], true);
  EXPECT_EQ(json["meters"][0]["interval_ms"], 20.0);
  EXPECT_EQ(json["meters"][0]["domains"][1]["inside"], "package-0");
  EXPECT_EQ(json["meters"][0]["domains"][1]["counted"], false);
  EXPECT_EQ(json["meters"][1]["readable"], false);
  EXPECT_EQ(json["meters"][1]["reason"], "no permission");
  EXPECT_EQ(json["meters"][1]["fix"], "sudo chmod");
  EXPECT_TRUE(json["meters"][1]["interval_ms"].is_null());
}

TEST(Doctor, TextSaysHowToGoOn) {
  const std::string good = doctor_text({found("one", true)}, false);
  EXPECT_NE(good.find("one (--meter rapl): readable, moves every 20.0 ms"), std::string::npos);
  EXPECT_NE(good.find("core, inside package-0: not counted"), std::string::npos);
  EXPECT_NE(good.find("snn energy measure -- COMMAND"), std::string::npos);
  const std::string bad = doctor_text({found("two", false)}, false);
  EXPECT_NE(bad.find("unavailable: no permission\n  to fix it: sudo chmod"), std::string::npos);
  EXPECT_NE(bad.find("Nothing can be measured here"), std::string::npos);
}

TEST(Doctor, AMachineWithoutSensorsHasAReasonForEachKind) {
  const support::TemporaryFolder folder;
  MeterHost host;
  host.root = folder.path();
  for (const MeterExamined& meter : examine_meters(host)) {
    if (meter.status.kind == MeterKind::nvml || meter.status.kind == MeterKind::amd)
      continue;  // libraries of the real machine
    EXPECT_FALSE(meter.status.readable) << meter.status.name;
    EXPECT_FALSE(meter.status.reason.empty()) << meter.status.name;
    EXPECT_TRUE(std::holds_alternative<Unavailable>(meter.interval_s));
  }
}

}  // namespace
}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/energy/meters/faults.hpp"

namespace {

using namespace faults;

std::vector<Fault> all_faults() {
  std::vector<Fault> all;
  for (auto part : {rapl_faults, perf_faults, nvml_faults, amd_faults, jetson_faults,
                    external_faults, choice_faults}) {
    for (Fault& fault : part()) all.push_back(std::move(fault));
  }
  return all;
}

TEST(SensorFaults, GiveAReasonThatNamesTheCauseAndNeverANumber) {
  const auto all = all_faults();
  EXPECT_GE(all.size(), 35u);
  std::set<std::string> names;
  for (const Fault& fault : all) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name << " is there twice";
    const snn::MeasuredEnergy energy = fault.run();
    const auto* why = std::get_if<snn::Unavailable>(&energy);
    ASSERT_NE(why, nullptr) << fault.name << " gave "
                            << std::get<snn::Measured>(energy).joules.value() << " J";
    EXPECT_NE(why->reason.find(fault.cause), std::string::npos)
        << fault.name << ": \"" << why->reason << "\" does not say \"" << fault.cause << "\"";
  }
}

}  // namespace

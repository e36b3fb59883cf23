// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_amd_smi.hpp"

/// The AMD meter on a library of the test's own.
namespace {

using namespace snn;
using support::FakeAmdSmi;

class AmdMeterTest : public ::testing::Test {
 protected:
  Unavailable refusal(int device = 0, double kernel_w = 100) {
    const auto made = make_amd_meter(device, amd_.host(machine_, kernel_w));
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr ? *why : Unavailable{"available", ""};
  }
  support::FakeMachine machine_;
  FakeAmdSmi amd_;
};

TEST_F(AmdMeterTest, MultipliesTheAccumulatorByItsResolution) {
  amd_.energy.start_j = 0;
  {
    const auto meter = std::get<0>(make_amd_meter(0, amd_.host(machine_)));
    EXPECT_EQ(meter->name(), "AMD SMI energy of device 0 at 0000:03:00.0");
    EXPECT_NEAR(meter->resolution_j(), 15.3e-6, 1e-11);
    EXPECT_NEAR(machine_.now_s, 0.5, 1e-9);  // the check
    EXPECT_NEAR(std::get<double>(meter->read()), 50, 2e-5);
    machine_.advance(2);
    EXPECT_NEAR(std::get<double>(meter->read()), 250, 2e-5);
    EXPECT_EQ(amd_.closed, 0);
  }
  EXPECT_EQ(amd_.opened, 1);
  EXPECT_EQ(amd_.closed, 1);
}

TEST_F(AmdMeterTest, RefusesACounterThatDisagreesWithTheKernelsPower) {
  // 100 W counted: |100 - P| <= P / 2 + 5 holds for P from 63.3 to 210 W.
  EXPECT_EQ(refusal(0, 63.4).reason, "available");
  EXPECT_EQ(refusal(0, 209.9).reason, "available");
  EXPECT_EQ(refusal(0, 63.2).reason,
            "AMD SMI: the counter of device 0 at 0000:03:00.0 rose by 100 W, but the kernel reads "
            "63.2 W");
  EXPECT_NE(refusal(0, 210.1).reason.find("but the kernel reads"), std::string::npos);
  EXPECT_NE(refusal(0, 210.1).fix.find("issue 38"), std::string::npos);
  amd_.energy.freezes_s = 0;
  EXPECT_NE(refusal().reason.find("rose by 0 W"), std::string::npos);
  EXPECT_EQ(amd_.opened, amd_.closed);
}

TEST_F(AmdMeterTest, RefusesTheSecondDieOfACard) {
  const Unavailable why = refusal(1);
  EXPECT_EQ(why.reason,
            "AMD SMI: the counter of device 1 at 0000:04:00.0 stays at 0, as that of the second "
            "die of a card does");
  EXPECT_NE(why.fix.find("choose the device of the first die"), std::string::npos);
}

TEST_F(AmdMeterTest, RefusesACounterThatCannotBeChecked) {
  const MeterHost host = amd_.host(machine_);
  machine_.remove("sys/bus/pci/devices/0000:03:00.0");
  EXPECT_NE(std::get<Unavailable>(make_amd_meter(0, host)).reason.find("cannot be checked"),
            std::string::npos);
}

TEST_F(AmdMeterTest, NeedsALibraryOfRocm63) {
  for (const auto& [major, minor, enough] :
       {std::tuple{23u, 9u, false}, {24u, 6u, false}, {24u, 7u, true}, {25u, 0u, true}}) {
    amd_.major = major;
    amd_.minor = minor;
    EXPECT_EQ(refusal().reason == "available", enough) << major << "." << minor;
  }
  amd_.major = 24;
  amd_.minor = 6;
  EXPECT_EQ(refusal().fix, "install amd-smi-lib of ROCm 6.3 or later");
}

TEST_F(AmdMeterTest, SaysWhichCallFailedAndWhy) {
  const std::tuple<unsigned FakeAmdSmi::*, unsigned, const char*> cases[] = {
      {&FakeAmdSmi::init_code, amd_smi_driver_not_loaded,
       "AMD SMI: initialisation: the driver is not loaded (code 34)"},
      {&FakeAmdSmi::version_code, 1, "AMD SMI: version: failed (code 1)"},
      {&FakeAmdSmi::devices_code, amd_smi_no_permission,
       "AMD SMI: device list: no permission (code 10)"},
      {&FakeAmdSmi::address_code, 1, "AMD SMI: address of device 0: failed (code 1)"},
      {&FakeAmdSmi::energy_code, amd_smi_not_supported,
       "AMD SMI: energy of device 0 at 0000:03:00.0: not supported by this device (code 2)"}};
  for (const auto& [call, code, reason] : cases) {
    amd_ = {};
    amd_.*call = code;
    EXPECT_EQ(refusal().reason, reason);
    EXPECT_FALSE(refusal().fix.empty());
    EXPECT_EQ(amd_.opened, amd_.closed);
  }
  amd_ = {};
  EXPECT_EQ(refusal(2).reason, "AMD SMI: no device 2; there are 2");
  EXPECT_EQ(refusal(-1).reason, "AMD SMI: no device -1; there are 2");
}

TEST_F(AmdMeterTest, RefusesAResolutionThatIsNone) {
  for (const float step : {0.0F, -1.0F, std::numeric_limits<float>::infinity(),
                           std::numeric_limits<float>::quiet_NaN()}) {
    amd_.step_uj = step;
    EXPECT_NE(refusal().reason.find("has a step of"), std::string::npos) << step;
  }
}

TEST_F(AmdMeterTest, AfterARestartThePastDoesNotMatter) {
  const auto meter = std::get<0>(make_amd_meter(0, amd_.host(machine_)));
  amd_.energy.resets_s = 5;
  machine_.advance(5);
  EXPECT_EQ(meter->read().index(), 1u);
  meter->restart();
  EXPECT_EQ(meter->read().index(), 0u);
}

TEST_F(AmdMeterTest, MeasuresAKnownPower) {
  const auto meter = std::get<0>(make_amd_meter(0, amd_.host(machine_)));
  const auto energy = measure(
      *meter, [&] { machine_.advance(0.25); }, machine_.options());
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.total_joules.value(), 100 * measured.window_s, measured.quantisation_j);
}

TEST_F(AmdMeterTest, OfThisMachineIsReadableOrSaysWhyNot) {
  const auto made = make_amd_meter();
  if (const auto* why = std::get_if<Unavailable>(&made)) {
    EXPECT_FALSE(why->reason.empty());
  }
}

}  // namespace

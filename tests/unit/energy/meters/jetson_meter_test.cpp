// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_machine.hpp"

/// The Jetson meter on made-up trees of the INA3221's drivers.
namespace {

using namespace snn;

const std::string hwmon = "sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon3/";
const std::string iio = "sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/";

class JetsonMeterTest : public ::testing::Test {
 protected:
  /// As an Orin NX shows itself under JetPack 5.
  void orin(int millivolts, int milliamperes) {
    machine_.write(hwmon + "in1_label", "VDD_IN");
    machine_.write(hwmon + "in1_input", std::to_string(millivolts));
    machine_.write(hwmon + "curr1_input", std::to_string(milliamperes));
    machine_.write(hwmon + "in2_label", "VDD_CPU_GPU_CV");
    machine_.write(hwmon + "in2_input", "5000");
    machine_.write(hwmon + "curr2_input", "300");
  }
  Unavailable refusal() {
    const auto made = make_jetson_meter(machine_.host());
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr ? *why : Unavailable{"available", ""};
  }
  double joules_after(Meter& meter, int samples) {
    for (int sample = 0; sample < samples; ++sample) {
      machine_.advance(0.02);
      meter.read();
    }
    return std::get<double>(meter.read());
  }
  support::FakeMachine machine_;
};

TEST_F(JetsonMeterTest, IntegratesVoltageTimesCurrentOfTheInput) {
  orin(5000, 1200);
  const auto meter = std::get<0>(make_jetson_meter(machine_.host()));
  EXPECT_EQ(meter->name(), "Jetson power of VDD_IN, sampled every 0.02 s and integrated");
  EXPECT_NEAR(joules_after(*meter, 100), 6 * 2, 1e-9);
  orin(5000, 2400);  // the sample in between is the mean of both
  EXPECT_NEAR(joules_after(*meter, 1), 12 + 9 * 0.02, 1e-9);
  EXPECT_NEAR(joules_after(*meter, 50), 12 + 9 * 0.02 + 12, 1e-9);
  const auto domains = meter->covers();
  ASSERT_EQ(domains.size(), 2u);
  EXPECT_TRUE(domains[0].counted);
  EXPECT_FALSE(domains[1].counted);
}

TEST_F(JetsonMeterTest, TakesPowerWhereTheDriverGivesIt) {
  machine_.write(iio + "rail_name_0", "POM_5V_IN");
  machine_.write(iio + "in_power0_input", "2500");
  machine_.write(iio + "rail_name_1", "POM_5V_GPU");
  machine_.write(iio + "in_power1_input", "100");
  const auto meter = std::get<0>(make_jetson_meter(machine_.host()));
  EXPECT_NEAR(joules_after(*meter, 100), 2.5 * 2, 1e-9);
}

TEST_F(JetsonMeterTest, MeasuresAKnownPower) {
  orin(5000, 1200);
  const auto meter = std::get<0>(make_jetson_meter(machine_.host()));
  const auto energy = measure(
      *meter, [&] { machine_.advance(0.25); }, machine_.options());
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.total_joules.value(), 6 * measured.window_s, 1e-3);
}

TEST_F(JetsonMeterTest, RefusesABoardWithoutAMonitorOfItsInput) {
  EXPECT_NE(refusal().reason.find("no INA3221 power monitor"), std::string::npos);
  machine_.write(hwmon + "in1_label", "VDD_GPU_SOC");
  machine_.write(hwmon + "in2_label", "VIN_SYS_5V0");
  const Unavailable why = refusal();
  EXPECT_NE(why.reason.find("there are VDD_GPU_SOC, VIN_SYS_5V0"), std::string::npos) << why.reason;
  EXPECT_NE(why.fix.find("external meter"), std::string::npos);
}

TEST_F(JetsonMeterTest, RefusesWhatIsNoNumberOrNoPower) {
  orin(5000, 1200);
  machine_.write(hwmon + "curr1_input", "-3");
  EXPECT_NE(refusal().reason.find("curr1_input"), std::string::npos);
  orin(5000, 1200);
  machine_.fail(hwmon + "in1_input", EACCES);
  EXPECT_NE(refusal().reason.find("no permission"), std::string::npos);
  EXPECT_NE(refusal().fix.find("sudo chmod a+r"), std::string::npos);
}

TEST_F(JetsonMeterTest, RefusesMorePowerThanAModuleTakes) {
  orin(19000, 20000);
  EXPECT_NE(refusal().reason.find("reads 380 W, where 0 to 200 W is possible"), std::string::npos)
      << refusal().reason;
}

}  // namespace

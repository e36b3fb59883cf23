// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/meters/power_integrator.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "tests/support/fake_machine.hpp"

namespace {

using namespace snn;

class PowerIntegratorTest : public ::testing::Test {
 protected:
  PowerSensor sensor() {
    PowerSensor sensor;
    sensor.name = "sensor";
    sensor.power_w = [this] { return power_; };
    sensor.resolution_w = 0.5;
    sensor.limit_w = 100;
    return sensor;
  }
  std::unique_ptr<Meter> meter() {
    return std::get<0>(make_power_integrator(sensor(), machine_.host()));
  }
  static std::string reason(Meter& meter) {
    const auto reading = meter.read();
    const auto* why = std::get_if<Unavailable>(&reading);
    return why != nullptr ? why->reason : "readable";
  }
  support::FakeMachine machine_;
  std::variant<double, Unavailable> power_ = 10.0;
};

TEST_F(PowerIntegratorTest, IsExactForPowerThatIsLinearInTime) {
  power_ = 0.0;
  const auto meter = this->meter();
  EXPECT_DOUBLE_EQ(meter->resolution_j(), 0.5 * 0.02);
  for (int step = 1; step <= 100; ++step) {
    machine_.advance(0.05);
    power_ = 4 * machine_.now_s;
    meter->read();
  }
  EXPECT_NEAR(std::get<double>(meter->read()), 2 * 5.0 * 5.0, 1e-9);  // integral of 4 t
}

TEST_F(PowerIntegratorTest, DoesNotBridgeAGap) {
  const auto meter = this->meter();
  machine_.advance(0.9);
  EXPECT_NEAR(std::get<double>(meter->read()), 9, 1e-9);
  machine_.advance(1.1);
  EXPECT_EQ(reason(*meter), "sensor was not sampled for 1.1 s: the energy of the gap is not known");
  machine_.advance(0.01);
  EXPECT_NE(reason(*meter), "readable");  // not forgotten
  meter->restart();
  machine_.advance(0.1);
  EXPECT_EQ(reason(*meter), "readable");
}

TEST_F(PowerIntegratorTest, RefusesImpossiblePower) {
  for (const double watts : {-0.1, 100.1, std::nan(""), HUGE_VAL}) {
    power_ = 10.0;
    const auto meter = this->meter();
    power_ = watts;
    EXPECT_NE(reason(*meter).find("W, where 0 to 100 W is possible"), std::string::npos) << watts;
    power_ = 10.0;
    EXPECT_NE(reason(*meter), "readable");
  }
}

TEST_F(PowerIntegratorTest, PassesOnWhyASampleFailed) {
  const auto meter = this->meter();
  power_ = Unavailable{"lost", "look for it"};
  EXPECT_EQ(reason(*meter), "lost");
  power_ = 10.0;
  EXPECT_EQ(reason(*meter), "lost");
  power_ = Unavailable{"never there", ""};
  const auto made = make_power_integrator(sensor(), machine_.host());
  EXPECT_EQ(std::get<Unavailable>(made).reason, "never there");
}

TEST_F(PowerIntegratorTest, SamplesOnAThreadOfItsOwn) {
  std::atomic<int> samples = 0;
  PowerSensor sensor = this->sensor();
  sensor.interval_s = 1e-4;
  sensor.power_w = [&samples] {
    ++samples;
    return std::variant<double, Unavailable>(10.0);
  };
  MeterHost host;  // real time, for a moment
  const auto meter = std::get<0>(make_power_integrator(std::move(sensor), host));
  for (int tries = 0; tries < 5000 && samples < 3; ++tries) sleep_seconds(1e-3);
  EXPECT_GE(samples, 3);
}

}  // namespace

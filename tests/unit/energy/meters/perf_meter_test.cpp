// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_perf.hpp"

/// The perf_event meter on events and counters of the test's own.
namespace {

using namespace snn;
using support::CounterTrace;
using support::FakePerf;

class PerfMeterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    FakePerf::describe_unit(machine_, "0,18");
    FakePerf::describe(machine_, "energy-pkg", "0x02");
    FakePerf::describe(machine_, "energy-ram", "0x03");
    FakePerf::describe(machine_, "energy-cores", "0x01");
    FakePerf::describe(machine_, "energy-psys", "0x05");
    perf_.counters = {{{2, 0}, {.power_w = 100}},
                      {{2, 18}, {.power_w = 50}},
                      {{3, 0}, {.power_w = 8}},
                      {{3, 18}, {.power_w = 4}}};
  }
  MeterHost host() {
    MeterHost host = machine_.host();
    host.open_perf = perf_.opener(machine_);
    return host;
  }
  Unavailable refusal() {
    const auto made = make_perf_meter(host());
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr ? *why : Unavailable{"available", ""};
  }
  static std::string reason(Meter& meter) {
    const auto reading = meter.read();
    const auto* why = std::get_if<Unavailable>(&reading);
    return why != nullptr ? why->reason : "readable";
  }
  static std::string file(const std::string& name) {
    return "sys/bus/event_source/devices/power/" + name;
  }
  support::FakeMachine machine_;
  FakePerf perf_;
};

TEST_F(PerfMeterTest, AddsPackagesAndMemoryOfAllSockets) {
  {
    const auto meter = std::get<0>(make_perf_meter(host()));
    EXPECT_EQ(meter->name(),
              "RAPL energy-pkg of CPU 0 + energy-pkg of CPU 18 + energy-ram of CPU 0 + energy-ram "
              "of CPU 18 (perf_event)");
    EXPECT_DOUBLE_EQ(meter->resolution_j(), 0x1p-32);
    EXPECT_EQ(perf_.open, 4);
    EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 0);
    machine_.advance(1);
    EXPECT_NEAR(std::get<double>(meter->read()), 162, 1e-6);
    machine_.advance(1);
    EXPECT_NEAR(std::get<double>(meter->read()), 324, 1e-6);
    const auto domains = meter->covers();
    ASSERT_EQ(domains.size(), 6u);
    for (std::size_t d = 0; d < 4; ++d) EXPECT_TRUE(domains[d].counted);
    EXPECT_EQ(domains[4].name, "energy-cores");
    EXPECT_EQ(domains[4].inside, "energy-pkg");
    EXPECT_FALSE(domains[4].counted);
    EXPECT_EQ(domains[5].name, "energy-psys");
    EXPECT_FALSE(domains[5].counted);
  }
  EXPECT_EQ(perf_.open, 0);
}

TEST_F(PerfMeterTest, DoesWithoutMemory) {
  machine_.remove(file("events/energy-ram"));
  machine_.write(file("cpumask"), "0");
  const auto meter = std::get<0>(make_perf_meter(host()));
  EXPECT_EQ(meter->name(), "RAPL energy-pkg of CPU 0 (perf_event)");
}

TEST_F(PerfMeterTest, UnderstandsMasksOfCpus) {
  machine_.remove(file("events/energy-ram"));
  perf_.counters = {{{2, 0}, {}}, {{2, 1}, {}}, {{2, 2}, {}}, {{2, 64}, {}}};
  machine_.write(file("cpumask"), "0-2,64");
  EXPECT_EQ(std::get<0>(make_perf_meter(host()))->covers().size(), 6u);
  for (const char* mask : {"", "a", "1,", "2-1", "-1", "0x1", "0--1", "0-99999999"}) {
    machine_.write(file("cpumask"), mask);
    const std::string why = refusal().reason;
    // "1," is one CPU and an end: taken, but there is no such counter.
    EXPECT_NE(why.find(std::string(mask) == "1," ? "available" : "cpumask says"), std::string::npos)
        << mask << ": " << why;
  }
}

TEST_F(PerfMeterTest, SaysHowToGetPermission) {
  perf_.open_error = EACCES;
  const Unavailable why = refusal();
  EXPECT_EQ(why.reason,
            "perf: no permission to open energy-pkg of CPU 0: kernel.perf_event_paranoid is 2, and "
            "counters of a whole CPU need 0 or less, or CAP_PERFMON");
  EXPECT_EQ(why.fix.rfind("sudo sysctl kernel.perf_event_paranoid=0", 0), 0u);
  EXPECT_NE(why.fix.find("sudo setcap cap_perfmon+ep "), std::string::npos);
}

TEST_F(PerfMeterTest, RefusesEventsItDoesNotUnderstand) {
  const std::pair<const char*, const char*> garbage[] = {
      {"events/energy-pkg", "event=2"},        {"events/energy-pkg", "umask=0x02"},
      {"events/energy-pkg.unit", "Watts"},     {"events/energy-pkg.unit", ""},
      {"events/energy-pkg.scale", "-1"},       {"events/energy-pkg.scale", "1e-10 J"},
      {"events/energy-ram.scale", "infinity"}, {"type", "power"}};
  for (const auto& [name, text] : garbage) {
    SetUp();
    machine_.write(file(name), text);
    EXPECT_NE(refusal().reason.find(name), std::string::npos) << name << ": " << refusal().reason;
  }
  SetUp();
  machine_.remove(file("events/energy-pkg"));
  EXPECT_NE(refusal().reason.find("has no energy-pkg"), std::string::npos);
  machine_.remove(file(""));
  EXPECT_NE(refusal().reason.find("no energy events"), std::string::npos);
  EXPECT_NE(refusal().fix.find("sudo modprobe"), std::string::npos);
}

TEST_F(PerfMeterTest, SaysWhyAReadingFails) {
  const auto meter = std::get<0>(make_perf_meter(host()));
  perf_.read_error = ENODEV;  // the CPU went offline
  EXPECT_EQ(reason(*meter), "perf: energy-pkg of CPU 0 cannot be read: No such device");
}

TEST_F(PerfMeterTest, ReadsOnAfterARestart) {
  const auto meter = std::get<0>(make_perf_meter(host()));
  machine_.advance(100);
  EXPECT_NEAR(std::get<double>(meter->read()), 16200, 1e-3);
  meter->restart();
  EXPECT_EQ(std::get<double>(meter->read()), 0);
  machine_.advance(1);
  EXPECT_NEAR(std::get<double>(meter->read()), 162, 1e-6);
}

TEST_F(PerfMeterTest, MeasuresAKnownPower) {
  const auto meter = std::get<0>(make_perf_meter(host()));
  const auto energy = measure(
      *meter, [&] { machine_.advance(0.25); }, machine_.options());
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.total_joules.value(), 162 * measured.window_s, measured.quantisation_j);
}

TEST_F(PerfMeterTest, OfThisMachineIsReadableOrSaysWhyNot) {
  const auto made = make_perf_meter();
  if (const auto* why = std::get_if<Unavailable>(&made)) {
    EXPECT_FALSE(why->reason.empty());
  } else {
    EXPECT_GE(std::get<double>(std::get<0>(made)->read()), 0);
  }
}

/// A counter that every machine has, so that the system call itself is tested where it is allowed.
TEST(PerfCounter, OfTheRealKernelOpensOrGivesAnErrno) {
  const PerfCounter counter = open_perf_counter({.type = 1, .config = 0, .cpu = 0});  // cpu-clock
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  if (counter.error != 0) {
    EXPECT_FALSE(counter.read);
  } else {
    ASSERT_EQ(counter.read(first), 0);
    ASSERT_EQ(counter.read(second), 0);
    EXPECT_GE(second, first);
  }
  EXPECT_NE(open_perf_counter({.type = 1, .config = 0, .cpu = 1 << 20}).error, 0);
}

}  // namespace

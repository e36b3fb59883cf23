// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_amd_smi.hpp"
#include "tests/support/fake_nvml.hpp"
#include "tests/support/fake_perf.hpp"

namespace {

using namespace snn;
using support::FakePerf;

/// What other code derives from Meter needs no more than this.
struct Plain : Meter {
  std::string name() const override { return "plain"; }
  double resolution_j() const override { return 1; }
  std::variant<double, Unavailable> read() override { return 0.0; }
};

class OpenMeter : public ::testing::Test {
 protected:
  void with_perf() {
    FakePerf::describe_unit(machine_, "0");
    FakePerf::describe(machine_, "energy-pkg", "0x02");
    perf_.counters = {{{2, 0}, {}}};
    host_.open_perf = perf_.opener(machine_);
  }
  std::string name_of_opened(MeterKind kind) {
    const auto opened = open_meter({.kind = kind}, host_);
    const auto* meter = std::get_if<std::unique_ptr<Meter>>(&opened);
    return meter != nullptr ? (*meter)->name() : std::get<Unavailable>(opened).reason;
  }
  support::FakeMachine machine_;
  FakePerf perf_;
  support::FakeNvml nvml_;
  support::FakeAmdSmi amd_;
  MeterHost host_ = machine_.host();
};

TEST_F(OpenMeter, AutomaticTakesPerfThenPowercap) {
  const auto none = open_meter({}, host_);
  const auto& why = std::get<Unavailable>(none);
  EXPECT_EQ(why.reason.rfind("no meter of the CPU: perf: no energy events", 0), 0u);
  EXPECT_NE(why.reason.find("; powercap: no RAPL package zone"), std::string::npos);
  EXPECT_NE(why.fix.find("; or: "), std::string::npos);
  machine_.rapl_zone("intel-rapl:0", "package-0", {});
  EXPECT_EQ(name_of_opened(MeterKind::automatic), "RAPL package-0 (powercap)");
  with_perf();
  EXPECT_EQ(name_of_opened(MeterKind::automatic), "RAPL energy-pkg of CPU 0 (perf_event)");
  perf_.open_error = EACCES;
  EXPECT_EQ(name_of_opened(MeterKind::automatic), "RAPL package-0 (powercap)");
}

TEST_F(OpenMeter, OpensWhatWasChosen) {
  machine_.rapl_zone("intel-rapl:0", "package-0", {});
  with_perf();
  host_.nvml = nvml_.library(machine_);
  host_.amd_smi = amd_.host(machine_).amd_smi;
  EXPECT_EQ(name_of_opened(MeterKind::rapl), "RAPL package-0 (powercap)");
  EXPECT_EQ(name_of_opened(MeterKind::perf), "RAPL energy-pkg of CPU 0 (perf_event)");
  EXPECT_EQ(name_of_opened(MeterKind::nvml), "NVML total energy of first");
  EXPECT_EQ(name_of_opened(MeterKind::amd), "AMD SMI energy of device 0 at 0000:03:00.0");
  EXPECT_EQ(name_of_opened(MeterKind::none), "measuring is turned off");
  const auto second = open_meter({.kind = MeterKind::nvml, .device = 1}, host_);
  EXPECT_EQ(std::get<0>(second)->name(), "NVML total energy of second");
  nvml_.processes = {5};
  EXPECT_EQ(name_of_opened(MeterKind::nvml), "NVML: first is shared: process 5 computes on it too");
  EXPECT_EQ(open_meter({.kind = MeterKind::nvml, .allow_shared = true}, host_).index(), 0u);
  machine_.write("meter.txt", "1 2");
  EXPECT_EQ(
      open_meter({.kind = MeterKind::external, .path = machine_.path("meter.txt")}, host_).index(),
      0u);
}

TEST_F(OpenMeter, ListsAllKindsWithReasonsAndDomains) {
  machine_.rapl_zone("intel-rapl:0", "package-0", {});
  machine_.rapl_zone("intel-rapl:0:0", "core", {});
  machine_.fail("sys/class/powercap/intel-rapl:0/energy_uj", EACCES);
  host_.nvml = nvml_.library(machine_);
  nvml_.mig_code = 0;
  host_.amd_smi = amd_.host(machine_).amd_smi;
  const auto list = list_meters(host_);
  const std::vector<std::pair<MeterKind, bool>> expected = {
      {MeterKind::rapl, false},    {MeterKind::perf, false}, {MeterKind::nvml, true},
      {MeterKind::nvml, true},     {MeterKind::amd, true},   {MeterKind::jetson, false},
      {MeterKind::external, false}};
  ASSERT_EQ(list.size(), expected.size());
  for (std::size_t m = 0; m < list.size(); ++m) {
    EXPECT_EQ(std::pair(list[m].kind, list[m].readable), expected[m]) << list[m].reason;
    EXPECT_EQ(list[m].readable, list[m].reason.empty());
    EXPECT_FALSE(list[m].name.empty());
  }
  ASSERT_EQ(list[0].domains.size(), 2u);  // known without the permission to read them
  EXPECT_TRUE(list[0].domains[0].counted);
  EXPECT_EQ(list[0].domains[1].inside, "package-0");
  EXPECT_EQ(list[3].name, "NVML total energy of second");
  EXPECT_EQ(nvml_.opened, nvml_.closed);
}

TEST_F(OpenMeter, NamesKinds) {
  EXPECT_EQ(name_of(MeterKind::automatic), "automatic");
  EXPECT_EQ(name_of(MeterKind::external), "external");
  EXPECT_EQ(name_of(MeterKind::none), "none");
}

TEST_F(OpenMeter, AMeterNeedsThreeFunctions) {
  Plain plain;
  plain.restart();
  EXPECT_TRUE(plain.covers().empty());
}

TEST_F(OpenMeter, OfThisMachineListsSomethingForAllKinds) {
  for (const MeterStatus& meter : list_meters()) EXPECT_EQ(meter.readable, meter.reason.empty());
}

}  // namespace

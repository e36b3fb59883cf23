// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_machine.hpp"

/// The powercap meter on made-up trees of /sys/class/powercap.
namespace {

using namespace snn;
namespace fs = std::filesystem;

constexpr std::uint64_t range_uj = 262'143'328'850;  // what many Intel machines report

class RaplMeter : public ::testing::Test {
 protected:
  static std::string file_of(const std::string& zone, const std::string& file) {
    return "sys/class/powercap/" + zone + "/" + file;
  }
  void write(const std::string& zone, const std::string& file, const std::string& text) {
    machine_.write(file_of(zone, file), text);
  }
  void zone(const std::string& id, const std::string& name, std::uint64_t uj) {
    write(id, "name", name);
    write(id, "max_energy_range_uj", std::to_string(range_uj));
    write(id, "energy_uj", std::to_string(uj));
  }
  /// A reading that much later.
  void set(const std::string& id, std::uint64_t uj, double seconds = 1) {
    write(id, "energy_uj", std::to_string(uj));
    machine_.advance(seconds);
  }
  fs::path folder_of(const std::string& zone) const {
    return machine_.path("sys/class/powercap/" + zone);
  }

  std::unique_ptr<Meter> meter() {
    auto made = make_rapl_meter(machine_.host());
    if (auto* why = std::get_if<Unavailable>(&made)) {
      ADD_FAILURE() << why->reason;
      return nullptr;
    }
    return std::get<std::unique_ptr<Meter>>(std::move(made));
  }
  Unavailable refusal() {
    auto made = make_rapl_meter(machine_.host());
    if (auto* why = std::get_if<Unavailable>(&made)) return *why;
    ADD_FAILURE() << "a meter was made";
    return {};
  }
  static double joules(Meter& meter) {
    const auto reading = meter.read();
    if (const auto* why = std::get_if<Unavailable>(&reading)) {
      ADD_FAILURE() << why->reason;
      return -1;
    }
    return std::get<double>(reading);
  }
  static std::string reason(Meter& meter) {
    const auto reading = meter.read();
    const auto* why = std::get_if<Unavailable>(&reading);
    return why != nullptr ? why->reason : "readable";
  }

  support::FakeMachine machine_;
};

TEST_F(RaplMeter, AddsPackageAndDramButNothingElse) {
  zone("intel-rapl:0", "package-0", 1'000'000);
  zone("intel-rapl:0:0", "core", 5);
  zone("intel-rapl:0:1", "uncore", 5);
  zone("intel-rapl:0:2", "dram", 7'000'000);
  zone("intel-rapl:1", "psys", 5);
  zone("intel-rapl-mmio:0", "package-0", 5);  // the same package seen another way
  fs::create_directories(folder_of("intel-rapl"));
  fs::create_directories(folder_of("dtpm"));
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  EXPECT_EQ(meter->name(), "RAPL package-0 + dram of 0 (powercap)");
  EXPECT_DOUBLE_EQ(meter->resolution_j(), 1e-6);
  EXPECT_DOUBLE_EQ(joules(*meter), 0.0);
  for (const char* ignored :
       {"intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:1", "intel-rapl-mmio:0"}) {
    set(ignored, 90'000'000, 0.1);
  }
  EXPECT_DOUBLE_EQ(joules(*meter), 0.0);
  set("intel-rapl:0", 3'500'000, 0.2);
  EXPECT_DOUBLE_EQ(joules(*meter), 2.5);
  set("intel-rapl:0:2", 7'250'000, 0.2);
  EXPECT_DOUBLE_EQ(joules(*meter), 2.75);
}

TEST_F(RaplMeter, AddsSockets) {
  zone("intel-rapl:0", "package-0", 1);
  zone("intel-rapl:0:0", "dram", 1);
  zone("intel-rapl:1", "package-1", 1);
  zone("intel-rapl:1:0", "dram", 1);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 1'000'001, 10);
  set("intel-rapl:0:0", 20'000'001);
  set("intel-rapl:1", 300'000'001);
  set("intel-rapl:1:0", 4'000'000'001);
  EXPECT_DOUBLE_EQ(joules(*meter), 4321.0);
  EXPECT_EQ(meter->name(), "RAPL package-0 + dram of 0 + package-1 + dram of 1 (powercap)");
}

TEST_F(RaplMeter, CountsAPackageThatIsListedTwiceOnce) {
  zone("intel-rapl:0", "package-0", 1);
  zone("intel-rapl:0:0", "dram", 1);
  zone("intel-rapl:1", "package-0", 999);
  zone("intel-rapl:1:0", "dram", 999);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  EXPECT_EQ(meter->covers()[2].why, "listed before, as intel-rapl:0");
  EXPECT_EQ(meter->name(), "RAPL package-0 + dram of 0 (powercap)");
  for (const char* id : {"intel-rapl:0", "intel-rapl:1"}) set(id, 68'000'001);
  for (const char* id : {"intel-rapl:0:0", "intel-rapl:1:0"}) set(id, 2'000'001);
  EXPECT_DOUBLE_EQ(joules(*meter), 70.0);
}

TEST_F(RaplMeter, AddsTheDiesOfAPackageIfTheirCountersDiffer) {
  zone("intel-rapl:0", "package-0-die-0", 0);
  zone("intel-rapl:1", "package-0-die-1", 5'000'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 1'000'000);
  set("intel-rapl:1", 7'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 3.0);
}

/// 68 J + 68 J on some many-die CPUs: every die shows the package's counter.
TEST_F(RaplMeter, CountsDiesThatShowOneCounterOnce) {
  zone("intel-rapl:0", "package-0-die-0", 17'000'000);
  zone("intel-rapl:1", "package-0-die-1", 17'000'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  for (const char* id : {"intel-rapl:0", "intel-rapl:1"}) set(id, 85'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 68.0);
  EXPECT_EQ(meter->covers()[1].why, "the same counter as package-0-die-0, seen twice");
}

TEST_F(RaplMeter, TwoSocketsAreTwoCountersWhateverTheyShow) {
  zone("intel-rapl:0", "package-0", 17'000'000);
  zone("intel-rapl:1", "package-1", 17'000'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  for (const char* id : {"intel-rapl:0", "intel-rapl:1"}) set(id, 20'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 6.0);
}

TEST_F(RaplMeter, SaysOfEveryZoneWhetherItIsCountedAndWhy) {
  zone("intel-rapl:0", "package-0", 1);
  zone("intel-rapl:0:0", "core", 1);
  zone("intel-rapl:0:1", "dram", 1);
  zone("intel-rapl:0:2", "uncore", 1);
  zone("intel-rapl:1", "psys", 1);
  zone("intel-rapl:2", "package-1", 1);
  zone("intel-rapl:2:0", "dram", 0);
  zone("intel-rapl:3", "psys", 1);
  const auto domains = meter()->covers();
  const std::vector<std::tuple<std::string, std::string, bool>> expected = {
      {"package-0", "", true},        {"core", "package-0", false}, {"dram of 0", "", true},
      {"uncore", "package-0", false}, {"psys", "", false},          {"package-1", "", true},
      {"dram of 2", "", false},       {"psys", "", false}};
  ASSERT_EQ(domains.size(), expected.size());
  for (std::size_t d = 0; d < expected.size(); ++d) {
    EXPECT_EQ(std::tuple(domains[d].name, domains[d].inside, domains[d].counted), expected[d]);
    EXPECT_FALSE(domains[d].why.empty());
  }
  EXPECT_EQ(domains[4].why, "contains the packages, which are counted");
  EXPECT_EQ(domains[6].why, "its counter stands at 0: this machine does not count it");
}

TEST_F(RaplMeter, FollowsACounterThatWraps) {
  zone("intel-rapl:0", "package-0", range_uj - 1'500'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 500'000);
  EXPECT_NEAR(joules(*meter), 2.0, 1e-9);
  set("intel-rapl:0", 1'000'000'000, 2);
  EXPECT_NEAR(joules(*meter), 1001.5, 1e-6);
}

TEST_F(RaplMeter, TheEdgeOfItsRangeIsNoWrapOfItsOwn) {
  zone("intel-rapl:0", "package-0", range_uj - 2'000'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", range_uj);  // up to the edge ...
  EXPECT_NEAR(joules(*meter), 2.0, 1e-9);
  set("intel-rapl:0", 0);  // ... and over it: range and 0 are one point
  EXPECT_NEAR(joules(*meter), 2.0, 1e-9);
  set("intel-rapl:0", 1'000'000);
  EXPECT_NEAR(joules(*meter), 3.0, 1e-9);
}

TEST_F(RaplMeter, DoesNotTakeAResetForAWrap) {
  zone("intel-rapl:0", "package-0", 9'000'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 10'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 1.0);
  set("intel-rapl:0", 2);
  EXPECT_EQ(reason(*meter), "RAPL package-0 went back: it was reset");
  // Near the top of the range it could be either, were the step not too large for the time.
  zone("intel-rapl:0", "package-0", range_uj - 1'000'000'000);
  const auto near = this->meter();
  set("intel-rapl:0", 600'000'000, 1);  // 1600 J in 1 s
  EXPECT_EQ(reason(*near), "RAPL package-0 went back: it was reset");
}

TEST_F(RaplMeter, RefusesAReadingThatComesTooLate) {
  zone("intel-rapl:0", "package-0", 1);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 2, 262.1);  // 262.1 s at 1 kW are not quite the range
  EXPECT_NEAR(joules(*meter), 1e-6, 1e-12);
  set("intel-rapl:0", 3, 262.2);
  EXPECT_EQ(reason(*meter),
            "RAPL package-0 was not read for 262.2 s: at up to 1000 W it may have wrapped more "
            "than once");
  meter->restart();  // what happened in between does not matter then
  set("intel-rapl:0", 1'000'003);
  EXPECT_NEAR(joules(*meter), 1.000001, 1e-9);
}

TEST_F(RaplMeter, TakesTheZonesOwnLimitOfPower) {
  zone("intel-rapl:0", "package-0", 1);
  write("intel-rapl:0", "constraint_0_max_power_uw", "95000000");
  write("intel-rapl:0", "constraint_1_max_power_uw", "125000000");
  write("intel-rapl:0", "constraint_2_max_power_uw", "0");
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 700'000'000, 1);  // 4 x 125 W for 1 s and the half second of slack: 750 J
  EXPECT_NEAR(joules(*meter), 700, 1e-3);
  set("intel-rapl:0", 1'500'000'000, 1);
  EXPECT_EQ(reason(*meter), "RAPL package-0 jumped by 800 J in 1 s: more than 500 W can give");
}

TEST_F(RaplMeter, SeesOneZoneOfSeveralFreeze) {
  zone("intel-rapl:0", "package-0", 1);
  zone("intel-rapl:1", "package-1", 1);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  for (std::uint64_t step = 1; step <= 2; ++step) {
    set("intel-rapl:0", step * 1'000'000, 0.5);
    EXPECT_NEAR(joules(*meter), static_cast<double>(step), 1e-5);
  }
  set("intel-rapl:0", 3'000'000, 0.5);
  EXPECT_EQ(reason(*meter), "RAPL package-1 did not move for 1.5 s: the counter is frozen");
}

TEST_F(RaplMeter, ACounterBeyondItsRangeIsNone) {
  zone("intel-rapl:0", "package-0", 50);
  write("intel-rapl:0", "max_energy_range_uj", "100");
  write("intel-rapl:0", "constraint_0_max_power_uw", "1");
  set("intel-rapl:0", 200);
  EXPECT_EQ(refusal().reason, "RAPL package-0 reads 200 uJ, beyond its range of 100 uJ");
  set("intel-rapl:0", 50);
  const auto meter = this->meter();
  set("intel-rapl:0", 101);
  EXPECT_EQ(reason(*meter), "RAPL package-0 reads 101 uJ, beyond its range of 100 uJ");
}

TEST_F(RaplMeter, SaysWhatAMachineWithoutPowercapNeeds) {
  const Unavailable none = refusal();
  EXPECT_NE(none.reason.find("no RAPL package zone under"), std::string::npos);
  EXPECT_NE(none.fix.find("sudo modprobe intel_rapl_msr"), std::string::npos);
  zone("intel-rapl:0", "psys", 1);  // neither psys nor dram alone is a package
  zone("intel-rapl:0:0", "dram", 1);
  EXPECT_NE(refusal().reason.find("no RAPL package zone under"), std::string::npos);
}

TEST_F(RaplMeter, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "12a", "-5", "1.5", " 7", "99999999999999999999", "0x10", "twelve",
                           "7\n8", "00000000000000000000000000000000000000001"}) {
    zone("intel-rapl:0", "package-0", 0);
    write("intel-rapl:0", "energy_uj", text);
    EXPECT_NE(refusal().reason.find("cannot read a number from"), std::string::npos) << text;
    zone("intel-rapl:0", "package-0", 0);
    write("intel-rapl:0", "max_energy_range_uj", text);
    EXPECT_NE(refusal().reason.find("max_energy_range_uj"), std::string::npos) << text;
  }
}

TEST_F(RaplMeter, RefusesWhatCannotBeRead) {
  zone("intel-rapl:0", "package-0", 0);
  fs::remove(folder_of("intel-rapl:0") / "energy_uj");
  fs::create_directory(folder_of("intel-rapl:0") / "energy_uj");
  EXPECT_NE(refusal().reason.find("cannot read a number from"), std::string::npos);
  fs::remove(folder_of("intel-rapl:0") / "energy_uj");
  EXPECT_NE(refusal().reason.find("it is gone"), std::string::npos);
}

TEST_F(RaplMeter, AZoneThatVanishesMakesTheReadingUnavailable) {
  zone("intel-rapl:0", "package-0", 1);
  zone("intel-rapl:1", "package-1", 1);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 1'000'001);
  EXPECT_DOUBLE_EQ(joules(*meter), 1.0);
  fs::remove_all(folder_of("intel-rapl:1"));
  EXPECT_NE(reason(*meter).find("it is gone"), std::string::npos);
}

/// Whether `check` holds for a user who is not root. Runs in a process of its own.
template <class Check>
void as_nobody(const Check& check) {
  constexpr uid_t nobody = 65534;
  if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) ::_exit(2);
  ::_exit(check() ? 0 : 1);
}

TEST_F(RaplMeter, NamesTheCommandThatGivesPermission) {
  ::testing::FLAGS_gtest_death_test_style = "fast";
  zone("intel-rapl:0", "package-0", 0);
  zone("intel-rapl:0:0", "core", 0);
  // Since CVE-2020-8694 the kernel lets root alone read it.
  fs::permissions(folder_of("intel-rapl:0") / "energy_uj", fs::perms::none);
  fs::permissions(machine_.root(), fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
  const auto told = [&] {
    const auto made = make_rapl_meter(machine_.host());
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr &&
           why->reason ==
               "no permission to read " + (folder_of("intel-rapl:0") / "energy_uj").string() &&
           why->fix.rfind("sudo chmod -R a+r /sys/class/powercap/intel-rapl/", 0) == 0;
  };
  EXPECT_EXIT(as_nobody(told), ::testing::ExitedWithCode(0), "");
  const auto listed = [&] {
    const MeterStatus rapl = list_meters(machine_.host()).front();
    return !rapl.readable && rapl.reason.find("no permission") != std::string::npos &&
           !rapl.fix.empty() && rapl.domains.size() == 2;
  };
  EXPECT_EXIT(as_nobody(listed), ::testing::ExitedWithCode(0), "");
}

TEST_F(RaplMeter, PermissionLostInMidRunMakesTheReadingUnavailable) {
  ::testing::FLAGS_gtest_death_test_style = "fast";
  zone("intel-rapl:0", "package-0", 0);
  fs::permissions(machine_.root(), fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  fs::permissions(folder_of("intel-rapl:0") / "energy_uj", fs::perms::none);
  EXPECT_EXIT(as_nobody([&] { return reason(*meter).rfind("no permission to read", 0) == 0; }),
              ::testing::ExitedWithCode(0), "");
}

TEST_F(RaplMeter, MeasuresAKnownPowerOverWraps) {
  support::CounterTrace trace{.power_w = 150, .interval_s = 0.001, .start_j = 65'000};
  trace.range_j = 65'532.6;  // as of machines with 15.3 uJ units: wraps every 7 minutes
  machine_.rapl_zone("intel-rapl:0", "package-0", trace);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  const auto energy = measure_once(
      *meter,
      [&] {
        for (int step = 0; step < 1000; ++step) {
          machine_.advance(1);
          meter->read();
        }
      },
      machine_.options());
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  EXPECT_NEAR(std::get<Measured>(energy).joules.value(), 150'000, 1);
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "snn/energy/meters/meter.hpp"
#include "tests/support/temporary_folder.hpp"

/// The powercap meter on made-up trees of /sys/class/powercap.
namespace {

using namespace snn;
namespace fs = std::filesystem;

constexpr std::uint64_t range_uj = 262'143'328'850;  // what many Intel machines report

class RaplMeter : public ::testing::Test {
 protected:
  void write(const std::string& zone, const std::string& file, const std::string& text) {
    fs::create_directories(folder_of(zone));
    std::ofstream(folder_of(zone) / file) << text << '\n';
  }
  void zone(const std::string& id, const std::string& name, std::uint64_t uj) {
    write(id, "name", name);
    write(id, "max_energy_range_uj", std::to_string(range_uj));
    write(id, "energy_uj", std::to_string(uj));
  }
  void set(const std::string& id, std::uint64_t uj) { write(id, "energy_uj", std::to_string(uj)); }
  fs::path folder_of(const std::string& zone) const {
    return tree_.path() / "sys/class/powercap" / zone;
  }

  std::unique_ptr<Meter> meter() const {
    auto made = make_rapl_meter(tree_.path());
    if (auto* why = std::get_if<Unavailable>(&made)) {
      ADD_FAILURE() << why->reason;
      return nullptr;
    }
    return std::get<std::unique_ptr<Meter>>(std::move(made));
  }
  Unavailable refusal() const {
    auto made = make_rapl_meter(tree_.path());
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

  support::TemporaryFolder tree_;
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
    set(ignored, 90'000'000);
  }
  EXPECT_DOUBLE_EQ(joules(*meter), 0.0);
  set("intel-rapl:0", 3'500'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 2.5);
  set("intel-rapl:0:2", 7'250'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 2.75);
}

TEST_F(RaplMeter, AddsSockets) {
  zone("intel-rapl:0", "package-0", 0);
  zone("intel-rapl:0:0", "dram", 0);
  zone("intel-rapl:1", "package-1", 0);
  zone("intel-rapl:1:0", "dram", 0);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 1'000'000);
  set("intel-rapl:0:0", 20'000'000);
  set("intel-rapl:1", 300'000'000);
  set("intel-rapl:1:0", 4'000'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 4321.0);
  EXPECT_EQ(meter->name(), "RAPL package-0 + dram of 0 + package-1 + dram of 1 (powercap)");
}

TEST_F(RaplMeter, CountsAPackageThatIsListedTwiceOnce) {
  zone("intel-rapl:0", "package-0", 0);
  zone("intel-rapl:0:0", "dram", 0);
  zone("intel-rapl:1", "package-0", 0);
  zone("intel-rapl:1:0", "dram", 0);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  EXPECT_EQ(meter->name(), "RAPL package-0 + dram of 0 (powercap)");
  for (const char* id : {"intel-rapl:0", "intel-rapl:1"}) set(id, 68'000'000);
  for (const char* id : {"intel-rapl:0:0", "intel-rapl:1:0"}) set(id, 2'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 70.0);
}

TEST_F(RaplMeter, AddsTheDiesOfAPackage) {
  zone("intel-rapl:0", "package-0-die-0", 0);
  zone("intel-rapl:1", "package-0-die-1", 0);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 1'000'000);
  set("intel-rapl:1", 2'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 3.0);
}

TEST_F(RaplMeter, FollowsACounterThatWraps) {
  zone("intel-rapl:0", "package-0", range_uj - 1'500'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 500'000);
  EXPECT_NEAR(joules(*meter), 2.0, 1e-9);
  set("intel-rapl:0", range_uj);  // up to the edge ...
  EXPECT_NEAR(joules(*meter), 2.0 + static_cast<double>(range_uj - 500'000) * 1e-6, 1e-6);
  set("intel-rapl:0", 0);  // ... and over it: range and 0 are one point
  const double edge = joules(*meter);
  EXPECT_NEAR(edge, 2.0 + static_cast<double>(range_uj - 500'000) * 1e-6, 1e-6);
  set("intel-rapl:0", 1'000'000);
  EXPECT_NEAR(joules(*meter), edge + 1.0, 1e-6);
}

TEST_F(RaplMeter, DoesNotTakeAResetForAWrap) {
  zone("intel-rapl:0", "package-0", 9'000'000);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 10'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 1.0);
  set("intel-rapl:0", 2);
  EXPECT_EQ(reason(*meter), "RAPL package-0 went back: it was reset");
}

TEST_F(RaplMeter, ACounterBeyondItsRangeCannotWrap) {
  zone("intel-rapl:0", "package-0", 0);
  write("intel-rapl:0", "max_energy_range_uj", "100");
  set("intel-rapl:0", 200);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 50);
  EXPECT_EQ(reason(*meter), "RAPL package-0 went back: it was reset");
}

TEST_F(RaplMeter, SaysWhatAMachineWithoutPowercapNeeds) {
  const Unavailable none = refusal();
  EXPECT_NE(none.reason.find("no RAPL package zone under"), std::string::npos);
  EXPECT_NE(none.fix.find("sudo modprobe intel_rapl_msr"), std::string::npos);
  zone("intel-rapl:0", "psys", 0);  // neither psys nor dram alone is a package
  zone("intel-rapl:0:0", "dram", 0);
  EXPECT_NE(refusal().reason.find("no RAPL package zone under"), std::string::npos);
}

TEST_F(RaplMeter, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", "12a", "-5", "1.5", " 7", "99999999999999999999", "0x10", "twelve"}) {
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
  EXPECT_NE(refusal().reason.find("cannot read a number from"), std::string::npos);
}

TEST_F(RaplMeter, AZoneThatVanishesMakesTheReadingUnavailable) {
  zone("intel-rapl:0", "package-0", 0);
  zone("intel-rapl:1", "package-1", 0);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  set("intel-rapl:0", 1'000'000);
  EXPECT_DOUBLE_EQ(joules(*meter), 1.0);
  fs::remove_all(folder_of("intel-rapl:1"));
  EXPECT_NE(reason(*meter).find("cannot read a number from"), std::string::npos);
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
  // Since CVE-2020-8694 the kernel lets root alone read it.
  fs::permissions(folder_of("intel-rapl:0") / "energy_uj", fs::perms::none);
  fs::permissions(tree_.path(), fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
  const auto told = [&] {
    const auto made = make_rapl_meter(tree_.path());
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr &&
           why->reason ==
               "no permission to read " + (folder_of("intel-rapl:0") / "energy_uj").string() &&
           why->fix.rfind("sudo chmod -R a+r /sys/class/powercap/intel-rapl/", 0) == 0;
  };
  EXPECT_EXIT(as_nobody(told), ::testing::ExitedWithCode(0), "");
  const auto listed = [&] {
    const MeterStatus rapl = list_meters(tree_.path()).front();
    return !rapl.readable && rapl.reason.find("no permission") != std::string::npos &&
           !rapl.fix.empty();
  };
  EXPECT_EXIT(as_nobody(listed), ::testing::ExitedWithCode(0), "");
}

TEST_F(RaplMeter, PermissionLostInMidRunMakesTheReadingUnavailable) {
  ::testing::FLAGS_gtest_death_test_style = "fast";
  zone("intel-rapl:0", "package-0", 0);
  fs::permissions(tree_.path(), fs::perms::others_read | fs::perms::others_exec,
                  fs::perm_options::add);
  const auto meter = this->meter();
  ASSERT_NE(meter, nullptr);
  fs::permissions(folder_of("intel-rapl:0") / "energy_uj", fs::perms::none);
  EXPECT_EXIT(as_nobody([&] { return reason(*meter).rfind("no permission to read", 0) == 0; }),
              ::testing::ExitedWithCode(0), "");
}

TEST_F(RaplMeter, IsListedWithWhatItReads) {
  zone("intel-rapl:0", "package-0", 0);
  const auto meters = list_meters(tree_.path());
  ASSERT_EQ(meters.size(), 2u);
  EXPECT_TRUE(meters[0].readable);
  EXPECT_EQ(meters[0].name, "RAPL package-0 (powercap)");
  EXPECT_EQ(meters[0].reason, "");
  EXPECT_NE(meters[1].name.find("NVML"), std::string::npos);
  EXPECT_EQ(meters[1].readable, meters[1].reason.empty());
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/nvml_library.hpp"
#include "snn/energy/protocol/measure.hpp"

/// The NVML meter on a library of the test's own.
namespace {

using namespace snn;

constexpr int not_supported = 3, no_permission = 4, driver_not_loaded = 9, gpu_is_lost = 15;

/// What the library does; the defaults are a machine with two sound devices.
struct Driver {
  int init_code = 0, count_code = 0, handle_code = 0, name_code = 0, energy_code = 0;
  int mig_code = not_supported;
  unsigned mig = 0;
  unsigned long long millijoules = 5'000;
  int opened = 0, closed = 0;
  int devices[2] = {};

  std::shared_ptr<NvmlLibrary> library() {
    auto library = std::make_shared<NvmlLibrary>();
    library->init = [this] {
      opened += init_code == 0 ? 1 : 0;
      return init_code;
    };
    library->shutdown = [this] {
      ++closed;
      return 0;
    };
    library->device_count = [this](unsigned* count) {
      *count = 2;
      return count_code;
    };
    library->device_handle = [this](unsigned index, void** device) {
      *device = &devices[index];
      return handle_code;
    };
    library->device_name = [this](void* device, std::string& name) {
      if (name_code == 0) name = device == &devices[1] ? "second" : "first";
      return name_code;
    };
    library->total_energy = [this](void*, unsigned long long* mj) {
      *mj = millijoules;
      return energy_code;
    };
    library->mig_mode = [this](void*, unsigned* current) {
      *current = mig;
      return mig_code;
    };
    library->error_string = [](int code) { return "error " + std::to_string(code); };
    return library;
  }
};

std::string reason_of(Driver& driver, int device = 0) {
  const auto made = make_nvml_meter(device, driver.library());
  const auto* why = std::get_if<Unavailable>(&made);
  return why != nullptr ? why->reason : "available";
}

std::unique_ptr<Meter> meter_of(Driver& driver, int device = 0) {
  return std::get<std::unique_ptr<Meter>>(make_nvml_meter(device, driver.library()));
}

TEST(NvmlMeter, ReadsMillijoules) {
  Driver driver;
  {
    const auto meter = meter_of(driver, 1);
    EXPECT_EQ(meter->name(), "NVML total energy of second");
    EXPECT_DOUBLE_EQ(meter->resolution_j(), 1e-3);
    EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 5.0);
    driver.millijoules = 7'250;
    EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 7.25);
    EXPECT_EQ(driver.closed, 0);
  }
  EXPECT_EQ(driver.opened, 1);
  EXPECT_EQ(driver.closed, 1);
}

TEST(NvmlMeter, DoesWithoutAName) {
  Driver driver{.name_code = not_supported};
  EXPECT_EQ(meter_of(driver, 1)->name(), "NVML total energy of device 1");
}

TEST(NvmlMeter, SaysWhichCallFailedAndWhy) {
  Driver no_driver{.init_code = driver_not_loaded};
  EXPECT_EQ(reason_of(no_driver), "NVML: initialisation: error 9");
  EXPECT_EQ(no_driver.closed, 0);
  Driver uncounted{.count_code = no_permission};
  EXPECT_EQ(reason_of(uncounted), "NVML: device count: error 4");
  Driver unopened{.handle_code = no_permission};
  EXPECT_EQ(reason_of(unopened), "NVML: device 0: error 4");
  Driver unreadable{.energy_code = no_permission};
  EXPECT_EQ(reason_of(unreadable), "NVML: total energy of first: error 4");
  Driver old{.energy_code = not_supported};
  EXPECT_EQ(reason_of(old), "NVML: total energy of first: error 3");
  for (const Driver* driver : {&uncounted, &unopened, &unreadable, &old}) {
    EXPECT_EQ(driver->opened, 1);
    EXPECT_EQ(driver->closed, 1);
  }
}

TEST(NvmlMeter, SaysWhatWouldHelp) {
  Driver old{.energy_code = not_supported};
  EXPECT_EQ(std::get<Unavailable>(make_nvml_meter(0, old.library())).fix,
            "a GPU of the Volta generation or later");
  Driver no_driver{.init_code = driver_not_loaded};
  EXPECT_EQ(std::get<Unavailable>(make_nvml_meter(0, no_driver.library())).fix,
            "check that nvidia-smi works");
}

TEST(NvmlMeter, RefusesDevicesThatAreNotThere) {
  Driver driver;
  EXPECT_EQ(reason_of(driver, 2), "NVML: no device 2; there are 2");
  EXPECT_EQ(reason_of(driver, -1), "NVML: no device -1; there are 2");
  EXPECT_EQ(driver.opened, driver.closed);
}

TEST(NvmlMeter, RefusesADeviceCutIntoInstances) {
  Driver cut{.mig_code = 0, .mig = 1};
  EXPECT_EQ(reason_of(cut),
            "NVML: first is cut into MIG instances: its counter is the whole device's");
  EXPECT_EQ(cut.opened, cut.closed);
  Driver whole{.mig_code = 0, .mig = 0};
  EXPECT_EQ(reason_of(whole), "available");
}

TEST(NvmlMeter, ADeviceThatIsLostMakesTheReadingUnavailable) {
  Driver driver;
  const auto meter = meter_of(driver);
  driver.energy_code = gpu_is_lost;
  EXPECT_EQ(std::get<Unavailable>(meter->read()).reason, "NVML total energy of first: error 15");
}

TEST(NvmlMeter, ADriverThatIsReloadedMakesTheMeasurementUnavailable) {
  Driver driver;
  const auto meter = meter_of(driver);
  double now = 0;
  MeasureOptions options;
  options.clock = {.now_s = [&] { return now; },
                   .wait =
                       [&](double) {
                         now += 0.01;
                         driver.millijoules += 100;
                       }};
  const MeasuredEnergy energy = measure(
      *meter,
      [&] {
        now += 1;
        driver.millijoules = 20;  // counts from the load of the driver
      },
      options);
  EXPECT_EQ(std::get<Unavailable>(energy).reason,
            "NVML total energy of first went back: it was reset");
}

TEST(NvmlMeter, OfThisMachineIsReadableOrSaysWhyNot) {
  const auto made = make_nvml_meter();
  if (const auto* why = std::get_if<Unavailable>(&made)) {
    EXPECT_FALSE(why->reason.empty());
  } else {
    EXPECT_GE(std::get<double>(std::get<std::unique_ptr<Meter>>(made)->read()), 0);
  }
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_nvml.hpp"

/// The NVML meter on a library of the test's own.
namespace {

using namespace snn;
using support::FakeMachine;
using support::FakeNvml;

constexpr int other_error = 999;

class NvmlMeterTest : public ::testing::Test {
 protected:
  Unavailable refusal(int device = 0, bool shared = false) {
    const auto made = make_nvml_meter(device, shared, nvml_.host(machine_));
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr ? *why : Unavailable{"available", ""};
  }
  std::unique_ptr<Meter> meter(int device = 0, bool shared = false) {
    return std::get<0>(make_nvml_meter(device, shared, nvml_.host(machine_)));
  }
  static std::string reason(Meter& meter) {
    const auto reading = meter.read();
    const auto* why = std::get_if<Unavailable>(&reading);
    return why != nullptr ? why->reason : "readable";
  }
  FakeMachine machine_;
  FakeNvml nvml_;
};

TEST_F(NvmlMeterTest, ReadsMillijoules) {
  nvml_.energy.start_j = 5;
  {
    const auto meter = this->meter(1);
    EXPECT_EQ(meter->name(), "NVML total energy of second");
    EXPECT_DOUBLE_EQ(meter->resolution_j(), 1e-3);
    EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 5.0);
    machine_.advance(0.25);
    EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 25.0);
    EXPECT_EQ(nvml_.closed, 0);
    ASSERT_EQ(meter->covers().size(), 1u);
    EXPECT_TRUE(meter->covers()[0].counted);
  }
  EXPECT_EQ(nvml_.opened, 1);
  EXPECT_EQ(nvml_.closed, 1);
}

TEST_F(NvmlMeterTest, DoesWithoutAName) {
  nvml_.name_code = nvml_not_supported;
  EXPECT_EQ(meter(1)->name(), "NVML total energy of device 1");
}

TEST_F(NvmlMeterTest, SaysWhichCallFailedWhyAndWhatWouldHelp) {
  struct Case {
    int FakeNvml::*call;
    int code;
    const char* reason;
    const char* fix;
  };
  const Case cases[] = {
      {&FakeNvml::init_code, nvml_driver_not_loaded,
       "NVML: initialisation: the driver is not loaded (code 9: error 9)",
       "sudo modprobe nvidia; then check that nvidia-smi works"},
      {&FakeNvml::init_code, nvml_version_mismatch,
       "NVML: initialisation: library and kernel driver are of different versions (code 18: error "
       "18)",
       "reboot, or reload the nvidia kernel module"},
      {&FakeNvml::count_code, nvml_no_permission,
       "NVML: device count: no permission (code 4: error 4)",
       "run as a user who may open /dev/nvidia*; in a container, pass the device through"},
      {&FakeNvml::handle_code, nvml_gpu_is_lost,
       "NVML: device 0: the GPU is lost: it fell off the bus (code 15: error 15)",
       "reboot, or sudo nvidia-smi --gpu-reset"},
      {&FakeNvml::handle_code, nvml_reset_required,
       "NVML: device 0: the GPU must be reset (code 16: error 16)", "sudo nvidia-smi --gpu-reset"},
      {&FakeNvml::energy_code, nvml_no_permission,
       "NVML: total energy of first: no permission (code 4: error 4)",
       "run as a user who may open /dev/nvidia*; in a container, pass the device through"},
      {&FakeNvml::energy_code, nvml_function_not_found,
       "NVML: total energy of first: the library lacks the function: the driver is too old (code "
       "13: error 13)",
       "install a driver of 2018 or later"},
      {&FakeNvml::energy_code, other_error,
       "NVML: total energy of first: failed (code 999: error 999)", "check that nvidia-smi works"},
      {&FakeNvml::process_code, nvml_no_permission,
       "NVML: processes of first: no permission (code 4: error 4); others may be using it",
       "allow a shared device"},
  };
  for (const Case& fault : cases) {
    nvml_ = {};
    nvml_.*fault.call = fault.code;
    const Unavailable why = refusal();
    EXPECT_EQ(why.reason, fault.reason);
    EXPECT_EQ(why.fix, fault.fix);
    EXPECT_EQ(nvml_.opened, nvml_.closed) << fault.reason;
  }
}

TEST_F(NvmlMeterTest, NeedsALibraryWithItsFunctions) {
  MeterHost host = nvml_.host(machine_);
  host.nvml->device_handle = nullptr;
  const auto made = make_nvml_meter(0, false, host);
  EXPECT_EQ(std::get<Unavailable>(made).reason,
            "NVML: libnvidia-ml.so.1 lacks functions: the driver is too old");
  host = nvml_.host(machine_);
  host.nvml->total_energy = nullptr;
  EXPECT_NE(
      std::get<Unavailable>(make_nvml_meter(0, false, host)).reason.find("lacks the function"),
      std::string::npos);
  EXPECT_EQ(nvml_.opened, nvml_.closed);
}

TEST_F(NvmlMeterTest, IntegratesThePowerOfDevicesWithoutACounter) {
  nvml_.energy_code = nvml_not_supported;
  const auto meter = this->meter();
  EXPECT_EQ(meter->name(), "NVML power of first, sampled every 0.02 s and integrated");
  EXPECT_NE(meter->covers()[0].why.find("shorter peaks are missed"), std::string::npos);
  for (int sample = 0; sample < 100; ++sample) {
    machine_.advance(0.02);
    meter->read();
  }
  EXPECT_NEAR(std::get<double>(meter->read()), 2 * 60, 1e-9);
  nvml_.power_code = nvml_gpu_is_lost;
  machine_.advance(0.02);
  EXPECT_EQ(reason(*meter),
            "NVML: power of first: the GPU is lost: it fell off the bus (code 15: error 15)");
}

TEST_F(NvmlMeterTest, NeedsACounterOrPower) {
  nvml_.energy_code = nvml_.power_code = nvml_not_supported;
  const Unavailable why = refusal();
  EXPECT_EQ(why.reason,
            "NVML: total energy of first: not supported by this device (code 3: error 3)");
  EXPECT_EQ(why.fix, "a GPU of the Volta generation or later");
}

TEST_F(NvmlMeterTest, RefusesDevicesThatAreNotThere) {
  EXPECT_EQ(refusal(2).reason, "NVML: no device 2; there are 2");
  EXPECT_EQ(refusal(-1).reason, "NVML: no device -1; there are 2");
  EXPECT_EQ(nvml_.opened, nvml_.closed);
}

TEST_F(NvmlMeterTest, RefusesADeviceCutIntoInstances) {
  nvml_.mig_code = 0;
  nvml_.mig = 1;
  EXPECT_EQ(refusal().reason,
            "NVML: first is cut into MIG instances: its counter is the whole device's");
  EXPECT_EQ(nvml_.opened, nvml_.closed);
  nvml_.mig = 0;
  EXPECT_EQ(refusal().reason, "available");
}

TEST_F(NvmlMeterTest, RefusesADeviceThatOthersUseUnlessAllowed) {
  nvml_.processes = {1000};  // this one
  EXPECT_EQ(refusal().reason, "available");
  nvml_.processes = {1000, 77};
  EXPECT_EQ(refusal().reason, "NVML: first is shared: process 77 computes on it too");
  EXPECT_EQ(refusal(0, true).reason, "available");
  nvml_.process_code = nvml_not_supported;
  EXPECT_EQ(refusal(0, true).reason, "available");
}

TEST_F(NvmlMeterTest, LooksForOthersWhileItMeasures) {
  nvml_.shared_from_s = 3;
  const auto meter = this->meter();
  machine_.advance(2);
  EXPECT_EQ(reason(*meter), "readable");
  machine_.advance(0.9);
  EXPECT_EQ(reason(*meter), "readable");
  machine_.advance(0.2);
  EXPECT_EQ(reason(*meter), "NVML: first is shared: process 4242 computes on it too");
}

TEST_F(NvmlMeterTest, AfterARestartThePastDoesNotMatter) {
  const auto meter = this->meter();
  nvml_.energy.resets_s = 10;
  machine_.advance(60);
  EXPECT_EQ(reason(*meter), "readable");  // more than before the reset: cannot be told
  nvml_.energy.resets_s = 70;
  machine_.advance(11);
  EXPECT_EQ(reason(*meter), "NVML total energy of first went back: it was reset");
  meter->restart();
  EXPECT_EQ(reason(*meter), "readable");
  machine_.advance(1);
  EXPECT_EQ(reason(*meter), "readable");
}

TEST_F(NvmlMeterTest, CountsDevices) {
  EXPECT_EQ(count_nvml_devices(nvml_.host(machine_)), 2);
  nvml_.init_code = nvml_driver_not_loaded;
  EXPECT_EQ(count_nvml_devices(nvml_.host(machine_)), 0);
  EXPECT_EQ(nvml_.opened, nvml_.closed);
}

TEST_F(NvmlMeterTest, FindsADeviceByItsAddress) {
  const MeterHost host = nvml_.host(machine_);
  const MeterChoice choice{.kind = MeterKind::nvml, .device = 0, .pci_bus = "0000:c3:00.0"};
  EXPECT_EQ(std::get<0>(open_meter(choice, host))->name(), "NVML total energy of second");
  EXPECT_NE(std::get<Unavailable>(make_nvml_meter("0000:00:00.0", false, host))
                .reason.find("device at PCI address 0000:00:00.0"),
            std::string::npos);
  host.nvml->device_at = nullptr;
  EXPECT_NE(std::get<Unavailable>(open_meter(choice, host)).fix, "");
}

TEST_F(NvmlMeterTest, MeasuresAKnownPower) {
  const auto meter = this->meter();
  const auto energy = measure(
      *meter, [&] { machine_.advance(0.25); }, machine_.options());
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.total_joules.value(), 100 * measured.window_s, measured.quantisation_j);
}

TEST_F(NvmlMeterTest, MeasuresAKnownPowerBySampling) {
  nvml_.energy_code = nvml_not_supported;
  const auto meter = this->meter();
  const auto energy = measure(
      *meter, [&] { machine_.advance(0.25); }, machine_.options());
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.total_joules.value(), 60 * measured.window_s, 1e-2);
}

TEST_F(NvmlMeterTest, OfThisMachineIsReadableOrSaysWhyNot) {
  const auto made = make_nvml_meter();
  if (const auto* why = std::get_if<Unavailable>(&made)) {
    EXPECT_FALSE(why->reason.empty());
  } else {
    EXPECT_GE(std::get<double>(std::get<0>(made)->read()), 0);
  }
}

}  // namespace

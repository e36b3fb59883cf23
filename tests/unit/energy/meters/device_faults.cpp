// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_amd_smi.hpp"
#include "tests/support/fake_nvml.hpp"
#include "tests/unit/energy/meters/faults.hpp"

namespace faults {
namespace {

using namespace snn;
using support::FakeAmdSmi;
using support::FakeMachine;
using support::FakeNvml;

/// A sound device, to which `spoil` does something.
std::function<MeasuredEnergy()> nvidia(const std::function<void(FakeNvml&)>& spoil,
                                       int device = 0) {
  return [=] {
    FakeMachine machine;
    FakeNvml nvml;
    spoil(nvml);
    return measured(make_nvml_meter(device, false, nvml.host(machine)), machine);
  };
}

/// A device before Volta, which gives power and no energy.
std::function<MeasuredEnergy()> old_nvidia(const std::function<void(FakeNvml&)>& spoil,
                                           double job_s = 5) {
  return [=] {
    FakeMachine machine;
    FakeNvml nvml;
    nvml.energy_code = nvml_not_supported;
    spoil(nvml);
    return measured_once(make_nvml_meter(0, false, nvml.host(machine)), machine, job_s);
  };
}

MeasuredEnergy nvml_lacks_a_function() {
  FakeMachine machine;
  FakeNvml nvml;
  const MeterHost host = nvml.host(machine);
  host.nvml->total_energy = nullptr;
  return measured(make_nvml_meter(0, false, host), machine);
}

std::function<MeasuredEnergy()> amd(const std::function<void(FakeAmdSmi&)>& spoil, int device = 0) {
  return [=] {
    FakeMachine machine;
    FakeAmdSmi smi;
    spoil(smi);
    return measured(make_amd_meter(device, smi.host(machine)), machine);
  };
}

const std::string hwmon = "sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon3/";

std::function<MeasuredEnergy()> jetson(const std::function<void(FakeMachine&)>& spoil) {
  return [=] {
    FakeMachine machine;
    machine.write(hwmon + "in1_label", "VDD_IN");
    machine.write(hwmon + "in1_input", "5000");
    machine.write(hwmon + "curr1_input", "1200");
    spoil(machine);
    return measured(make_jetson_meter(machine.host()), machine);
  };
}

}  // namespace

std::vector<Fault> nvml_faults() {
  const auto from_mid_run = [](int code) {
    return nvidia([=](FakeNvml& nvml) {
      nvml.energy_code = code;
      nvml.energy_fails_s = mid_run_s;
    });
  };
  return {
      {"nvml: driver not loaded", "the driver is not loaded",
       nvidia([](FakeNvml& nvml) { nvml.init_code = nvml_driver_not_loaded; })},
      {"nvml: wrong version", "of different versions",
       nvidia([](FakeNvml& nvml) { nvml.init_code = nvml_version_mismatch; })},
      {"nvml: initialisation fails", "initialisation: failed (code 999",
       nvidia([](FakeNvml& nvml) { nvml.init_code = 999; })},
      {"nvml: lacks a function", "lacks the function", nvml_lacks_a_function},
      {"nvml: function not found", "lacks the function",
       nvidia([](FakeNvml& nvml) { nvml.energy_code = nvml_function_not_found; })},
      {"nvml: no permission", "no permission",
       nvidia([](FakeNvml& nvml) { nvml.handle_code = nvml_no_permission; })},
      {"nvml: neither energy nor power", "not supported by this device",
       nvidia([](FakeNvml& nvml) { nvml.energy_code = nvml.power_code = nvml_not_supported; })},
      {"nvml: MIG", "cut into MIG instances", nvidia([](FakeNvml& nvml) {
         nvml.mig_code = 0;
         nvml.mig = 1;
       })},
      {"nvml: no such device", "no device 7; there are 2", nvidia([](FakeNvml&) {}, 7)},
      {"nvml: two processes", "is shared: process 77", nvidia([](FakeNvml& nvml) {
         nvml.processes = {1000, 77};
       })},
      {"nvml: another process comes", "is shared: process 4242",
       nvidia([](FakeNvml& nvml) { nvml.shared_from_s = mid_run_s; })},
      {"nvml: processes not told", "others may be using it",
       nvidia([](FakeNvml& nvml) { nvml.process_code = nvml_not_supported; })},
      {"nvml: lost", "the GPU is lost", from_mid_run(nvml_gpu_is_lost)},
      {"nvml: reset required", "must be reset", from_mid_run(nvml_reset_required)},
      {"nvml: permission lost", "no permission", from_mid_run(nvml_no_permission)},
      {"nvml: driver reloaded", "went back: it was reset",
       nvidia([](FakeNvml& nvml) { nvml.energy.resets_s = mid_run_s; })},
      {"nvml: freezes", "did not move",
       nvidia([](FakeNvml& nvml) { nvml.energy.freezes_s = mid_run_s; })},
      {"nvml: jumps", "jumped by", nvidia([](FakeNvml& nvml) { nvml.energy.jumps_s = mid_run_s; })},
      {"nvml: too slow for the window", "is needed",
       nvidia([](FakeNvml& nvml) { nvml.energy.interval_s = 1.5; })},
      {"nvml power: not sampled", "was not sampled for", old_nvidia([](FakeNvml&) {})},
      {"nvml power: lost", "the GPU is lost",
       old_nvidia(
           [](FakeNvml& nvml) {
             nvml.power_code = nvml_gpu_is_lost;
             nvml.power_fails_s = 0.2;
           },
           0.9)},
      {"nvml power: impossible", "reads 70000 W",
       old_nvidia([](FakeNvml& nvml) { nvml.watts = 70'000; })},
  };
}

std::vector<Fault> amd_faults() {
  return {
      {"amd: driver not loaded", "the driver is not loaded",
       amd([](FakeAmdSmi& smi) { smi.init_code = amd_smi_driver_not_loaded; })},
      {"amd: too old", "version 24.6 is too old", amd([](FakeAmdSmi& smi) {
         smi.major = 24;
         smi.minor = 6;
       })},
      {"amd: virtual machine", "not supported by this device",
       amd([](FakeAmdSmi& smi) { smi.energy_code = amd_smi_not_supported; })},
      {"amd: second die", "stays at 0", amd([](FakeAmdSmi&) {}, 1)},
      // Read twice on a busy MI100 with ROCm 6.0.2: the accumulator stood at 8152136 of 15.3 uJ.
      {"amd: recorded on an MI100", "rose by 0 W", amd([](FakeAmdSmi& smi) {
         smi.energy.recorded = {{0, 8152136 * 15.3e-6}, {60, 8152136 * 15.3e-6}};
       })},
      {"amd: off by a factor", "but the kernel reads 100 W",
       amd([](FakeAmdSmi& smi) { smi.energy.power_w = 300; })},
      {"amd: resolution is 0", "has a step of 0 uJ", amd([](FakeAmdSmi& smi) { smi.step_uj = 0; })},
      {"amd: goes back", "went back: it was reset",
       amd([](FakeAmdSmi& smi) { smi.energy.resets_s = mid_run_s; })},
      {"amd: permission lost", "no permission", amd([](FakeAmdSmi& smi) {
         smi.energy_code = amd_smi_no_permission;
         smi.energy_fails_s = mid_run_s;
       })},
      {"amd: freezes", "did not move",
       amd([](FakeAmdSmi& smi) { smi.energy.freezes_s = mid_run_s; })},
      {"amd: jumps", "jumped by", amd([](FakeAmdSmi& smi) { smi.energy.jumps_s = mid_run_s; })},
  };
}

std::vector<Fault> jetson_faults() {
  return {
      {"jetson: no monitor", "no INA3221 power monitor",
       jetson([](FakeMachine& machine) { machine.remove("sys/bus/i2c"); })},
      {"jetson: no rail of the input", "there are VDD_GPU_SOC",
       jetson([](FakeMachine& machine) { machine.write(hwmon + "in1_label", "VDD_GPU_SOC"); })},
      {"jetson: permission lost", "no permission to read", jetson([](FakeMachine& machine) {
         machine.fail(hwmon + "curr1_input", EACCES, mid_run_s);
       })},
      {"jetson: garbage", "it says \"n/a\"",
       jetson([](FakeMachine& machine) { machine.say(hwmon + "in1_input", "n/a\n", mid_run_s); })},
      {"jetson: bus error", "Remote I/O error", jetson([](FakeMachine& machine) {
         machine.fail(hwmon + "in1_input", EREMOTEIO, mid_run_s);
       })},
      {"jetson: impossible power", "reads 600 W", jetson([](FakeMachine& machine) {
         machine.say(hwmon + "curr1_input", "120000\n", mid_run_s);
       })},
  };
}

}  // namespace faults

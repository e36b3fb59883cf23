// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "snn/energy/meters/nvml_library.hpp"
#include "tests/support/fake_machine.hpp"

namespace support {

/// NVIDIA's library on a machine with two devices; the defaults are sound.
struct FakeNvml {
  int init_code = 0, count_code = 0, handle_code = 0, name_code = 0;
  int energy_code = 0, power_code = 0, process_code = 0;
  double energy_fails_s = 0, power_fails_s = 0;  ///< from when on the codes hold
  int mig_code = snn::nvml_not_supported;
  unsigned mig = 0;
  CounterTrace energy{.interval_s = 0.1};
  double watts = 60;
  std::vector<unsigned> processes;
  double shared_from_s = never;  ///< then process 4242 uses the device too
  int opened = 0, closed = 0;
  int devices[2] = {};

  std::shared_ptr<snn::NvmlLibrary> library(FakeMachine& machine) {
    auto library = std::make_shared<snn::NvmlLibrary>();
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
    library->device_at = [this](const char* pci_bus, void** device) {
      *device = &devices[1];
      return std::string(pci_bus) == "0000:c3:00.0" ? handle_code : snn::nvml_not_supported;
    };
    library->device_name = [this](void* device, std::string& name) {
      if (name_code == 0) name = device == &devices[1] ? "second" : "first";
      return name_code;
    };
    library->total_energy = [this, &machine](void*, unsigned long long* mj) {
      *mj = static_cast<unsigned long long>(energy.joules(machine.now_s) * 1e3 + 0.5);
      return machine.now_s >= energy_fails_s ? energy_code : 0;
    };
    library->power_usage = [this, &machine](void*, unsigned* mw) {
      *mw = static_cast<unsigned>(watts * 1e3);
      return machine.now_s >= power_fails_s ? power_code : 0;
    };
    library->mig_mode = [this](void*, unsigned* current) {
      *current = mig;
      return mig_code;
    };
    library->compute_processes = [this, &machine](void*, std::vector<unsigned>& ids) {
      ids = processes;
      if (machine.now_s >= shared_from_s) ids.push_back(4242);
      return process_code;
    };
    library->error_string = [](int code) { return "error " + std::to_string(code); };
    return library;
  }
  snn::MeterHost host(FakeMachine& machine) {
    snn::MeterHost host = machine.host();
    host.nvml = library(machine);
    return host;
  }
};

}  // namespace support

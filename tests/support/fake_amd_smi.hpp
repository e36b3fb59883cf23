// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "snn/energy/meters/amd_smi_library.hpp"
#include "tests/support/fake_machine.hpp"

namespace support {

/// AMD's library on a machine with a card of two dies, of which the second counts nothing.
struct FakeAmdSmi {
  static constexpr float resolution_uj = 15.3F;

  unsigned init_code = 0, version_code = 0, devices_code = 0, energy_code = 0, address_code = 0;
  double energy_fails_s = 0;
  unsigned major = 26, minor = 0;
  float step_uj = resolution_uj;
  CounterTrace energy{.interval_s = 0.001};
  int opened = 0, closed = 0;
  int dies[2] = {};

  std::shared_ptr<snn::AmdSmiLibrary> library(FakeMachine& machine) {
    auto library = std::make_shared<snn::AmdSmiLibrary>();
    library->init = [this] {
      opened += init_code == 0 ? 1 : 0;
      return init_code;
    };
    library->shutdown = [this] {
      ++closed;
      return 0u;
    };
    library->version = [this](unsigned& a, unsigned& b) {
      a = major;
      b = minor;
      return version_code;
    };
    library->devices = [this](std::vector<void*>& gpus) {
      gpus = {&dies[0], &dies[1]};
      return devices_code;
    };
    library->energy_count = [this, &machine](void* gpu, std::uint64_t& count, float& step) {
      const double joules = gpu == &dies[0] ? energy.joules(machine.now_s) : 0;
      count = static_cast<std::uint64_t>(joules * 1e6 / static_cast<double>(resolution_uj));
      step = step_uj;
      return machine.now_s >= energy_fails_s ? energy_code : 0u;
    };
    library->pci_address = [this](void* gpu, std::string& address) {
      address = gpu == &dies[0] ? "0000:03:00.0" : "0000:04:00.0";
      return address_code;
    };
    return library;
  }
  /// With the kernel's power of both dies.
  snn::MeterHost host(FakeMachine& machine, double kernel_w = 100) {
    const std::string power = std::to_string(static_cast<long>(kernel_w * 1e6));
    machine.write("sys/bus/pci/devices/0000:03:00.0/hwmon/hwmon1/power1_average", power);
    machine.write("sys/bus/pci/devices/0000:04:00.0/hwmon/hwmon2/power1_average", "0");
    snn::MeterHost host = machine.host();
    host.amd_smi = library(machine);
    return host;
  }
};

}  // namespace support

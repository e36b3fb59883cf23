// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "snn/energy/meters/amd_smi_library.hpp"
#include "snn/energy/meters/meter_files.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/meters/step_guard.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

constexpr double device_limit_w = 3000;
constexpr double frozen_after_s = 2;
constexpr double check_s = 0.5;
constexpr int check_samples = 10;
// The check is to find counters that are off by a factor, not by the few percent of two sensors.
constexpr double check_share = 0.5, check_floor_w = 5;

Unavailable amd_failed(const std::string& what, unsigned code) {
  const std::string before = "AMD SMI: " + what + ": ";
  const std::string after = " (code " + std::to_string(code) + ")";
  switch (code) {
    case amd_smi_not_supported:
      return {before + "not supported by this device" + after,
              "a GPU that counts its energy; not in a virtual machine"};
    case amd_smi_no_permission:
      return {before + "no permission" + after,
              "sudo usermod -a -G render,video $USER  (then log in again)"};
    case amd_smi_driver_not_loaded:
      return {before + "the driver is not loaded" + after, "sudo modprobe amdgpu"};
    default:
      return {before + "failed" + after, "check that amd-smi works"};
  }
}

/// One GPU of an initialised library.
class AmdDevice {
 public:
  AmdDevice(std::shared_ptr<AmdSmiLibrary> library, void* gpu, std::string name)
      : library_(std::move(library)), gpu_(gpu), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  double resolution_j() const { return resolution_j_; }
  std::variant<double, Unavailable> energy_j() {
    std::uint64_t accumulator = 0;
    float resolution_uj = 0;
    if (const unsigned code = library_->energy_count(gpu_, accumulator, resolution_uj);
        code != amd_smi_success) {
      return amd_failed("energy of " + name_, code);
    }
    if (!(resolution_uj > 0) || !std::isfinite(resolution_uj)) {
      return Unavailable{"AMD SMI: the counter of " + name_ + " has a step of " +
                             short_number(static_cast<double>(resolution_uj)) + " uJ",
                         ""};
    }
    resolution_j_ = static_cast<double>(resolution_uj) * 1e-6;
    return static_cast<double>(accumulator) * resolution_j_;
  }

 private:
  std::shared_ptr<AmdSmiLibrary> library_;
  void* gpu_;
  std::string name_;
  double resolution_j_ = 0;
};

class AmdMeter : public Meter {
 public:
  AmdMeter(AmdDevice device, const MeterHost& host, double joules)
      : device_(std::move(device)),
        host_(host),
        guard_(name(), device_limit_w, frozen_after_s, joules, host.now_s()) {}

  std::string name() const override { return "AMD SMI energy of " + device_.name(); }
  double resolution_j() const override { return device_.resolution_j(); }
  std::vector<MeterDomain> covers() const override {
    return {{device_.name(), "", true, "the whole device, all processes included"}};
  }
  std::variant<double, Unavailable> read() override {
    auto joules = device_.energy_j();
    if (const double* read = std::get_if<double>(&joules)) {
      if (auto why = guard_.next(*read, host_.now_s())) return *why;
    }
    return joules;
  }

  void restart() override {
    const auto joules = device_.energy_j();
    if (const double* read = std::get_if<double>(&joules)) guard_.restart(*read, host_.now_s());
  }

 private:
  AmdDevice device_;
  MeterHost host_;
  StepGuard guard_;
};

/// The kernel's own reading of the device's power: one source besides the library.
std::optional<double> kernel_power_w(const MeterHost& host, const std::string& pci) {
  for (const fs::path& folder : folder_entries(host.root / "sys/bus/pci/devices" / pci / "hwmon")) {
    for (const char* file : {"power1_average", "power1_input"}) {
      if (const auto uw = optional_number(host, folder / file))
        return static_cast<double>(*uw) * 1e-6;
    }
  }
  return std::nullopt;
}

/// Half a second of the counter against the kernel's power. Counters of some devices and drivers
/// stand still or run at a wrong rate (ROCm/amdsmi issue 38).
std::optional<Unavailable> disagrees(AmdDevice& device, const MeterHost& host,
                                     const std::string& pci) {
  const std::string fix = "a newer driver, or a reboot; see issue 38 of ROCm/amdsmi";
  const auto first = device.energy_j();
  if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
  const double start_s = host.now_s();
  double power_w = 0;
  for (int s = 0; s < check_samples; ++s) {
    host.wait(check_s / check_samples);
    const auto now_w = kernel_power_w(host, pci);
    if (!now_w) {
      return Unavailable{"AMD SMI: the counter of " + device.name() +
                             " cannot be checked: the kernel gives no power of " + pci,
                         "on a card with two dies, choose the device of the first"};
    }
    power_w += *now_w / check_samples;
  }
  const auto last = device.energy_j();
  if (const auto* why = std::get_if<Unavailable>(&last)) return *why;
  const double joules = std::get<double>(last) - std::get<double>(first);
  if (std::get<double>(last) == 0) {
    return Unavailable{"AMD SMI: the counter of " + device.name() +
                           " stays at 0, as that of the second die of a card does",
                       "choose the device of the first die: its counter is the whole card's"};
  }
  const double counted_w = joules / (host.now_s() - start_s);
  if (!(std::abs(counted_w - power_w) <= check_share * power_w + check_floor_w)) {
    return Unavailable{"AMD SMI: the counter of " + device.name() + " rose by " +
                           short_number(counted_w) + " W, but the kernel reads " +
                           short_number(power_w) + " W",
                       fix};
  }
  return std::nullopt;
}

std::variant<std::shared_ptr<AmdSmiLibrary>, Unavailable> initialised(
    const std::shared_ptr<AmdSmiLibrary>& library) {
  if (const unsigned code = library->init(); code != amd_smi_success)
    return amd_failed("initialisation", code);
  std::shared_ptr<AmdSmiLibrary> open(library.get(),
                                      [library](AmdSmiLibrary* l) { l->shutdown(); });
  unsigned major = 0;
  unsigned minor = 0;
  if (const unsigned code = open->version(major, minor); code != amd_smi_success)
    return amd_failed("version", code);
  if (major < 24 || (major == 24 && minor < 7)) {
    return Unavailable{"AMD SMI: version " + std::to_string(major) + "." + std::to_string(minor) +
                           " is too old: its energy counter cannot be trusted",
                       "install amd-smi-lib of ROCm 6.3 or later"};
  }
  return open;
}

}  // namespace

OpenedMeter make_amd_meter(int device, const MeterHost& host) {
  auto found = host.amd_smi
                   ? std::variant<std::shared_ptr<AmdSmiLibrary>, Unavailable>(host.amd_smi)
                   : load_amd_smi();
  if (auto* why = std::get_if<Unavailable>(&found)) return *why;
  auto ready = initialised(std::get<0>(found));
  if (auto* why = std::get_if<Unavailable>(&ready)) return *why;
  const auto& library = std::get<0>(ready);
  std::vector<void*> gpus;
  if (const unsigned code = library->devices(gpus); code != amd_smi_success)
    return amd_failed("device list", code);
  if (device < 0 || static_cast<std::size_t>(device) >= gpus.size()) {
    return Unavailable{"AMD SMI: no device " + std::to_string(device) + "; there are " +
                           std::to_string(gpus.size()),
                       ""};
  }
  void* gpu = gpus[static_cast<std::size_t>(device)];
  std::string pci;
  if (const unsigned code = library->pci_address(gpu, pci); code != amd_smi_success)
    return amd_failed("address of device " + std::to_string(device), code);
  AmdDevice opened(library, gpu, "device " + std::to_string(device) + " at " + pci);
  if (auto why = disagrees(opened, host, pci)) return *why;
  const auto joules = opened.energy_j();
  if (const auto* why = std::get_if<Unavailable>(&joules)) return *why;
  return std::make_unique<AmdMeter>(std::move(opened), host, std::get<double>(joules));
}

}  // namespace snn

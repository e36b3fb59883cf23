// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "snn/energy/meters/meter_files.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/meters/nvml_library.hpp"
#include "snn/energy/meters/power_integrator.hpp"
#include "snn/energy/meters/step_guard.hpp"

namespace snn {
namespace {

constexpr double device_limit_w = 3000;
constexpr double frozen_after_s = 2;
constexpr double share_check_s = 1.0;  // asking takes the driver longer than reading the counter

struct Explained {
  const char* reason;
  const char* fix;
};

Explained explained(int code) {
  switch (code) {
    case nvml_not_supported:
      return {"not supported by this device", "a GPU of the Volta generation or later"};
    case nvml_no_permission:
      return {"no permission",
              "run as a user who may open /dev/nvidia*; in a container, pass the device through"};
    case nvml_driver_not_loaded:
      return {"the driver is not loaded", "sudo modprobe nvidia; then check that nvidia-smi works"};
    case nvml_function_not_found:
      return {"the library lacks the function: the driver is too old",
              "install a driver of 2018 or later"};
    case nvml_gpu_is_lost:
      return {"the GPU is lost: it fell off the bus", "reboot, or sudo nvidia-smi --gpu-reset"};
    case nvml_reset_required:
      return {"the GPU must be reset", "sudo nvidia-smi --gpu-reset"};
    case nvml_version_mismatch:
      return {"library and kernel driver are of different versions",
              "reboot, or reload the nvidia kernel module"};
    default:
      return {"failed", "check that nvidia-smi works"};
  }
}

Unavailable nvml_failed(const NvmlLibrary& library, const std::string& what, int code) {
  const Explained known = explained(code);
  const std::string own = library.error_string ? library.error_string(code) : "no message";
  return {
      "NVML: " + what + ": " + known.reason + " (code " + std::to_string(code) + ": " + own + ")",
      known.fix};
}

/// An initialised library and one device of it, shut down with the last copy.
class NvmlDevice {
 public:
  NvmlDevice(std::shared_ptr<NvmlLibrary> library, void* handle, std::string name, bool shared,
             int process)
      : library_(std::move(library)),
        handle_(handle),
        name_(std::move(name)),
        allow_shared_(shared),
        process_(process) {}

  const std::string& name() const { return name_; }

  std::variant<double, Unavailable> energy_j() const {
    unsigned long long millijoules = 0;
    const int code = library_->total_energy ? library_->total_energy(handle_, &millijoules)
                                            : nvml_function_not_found;
    if (code != nvml_success) return nvml_failed(*library_, "total energy of " + name_, code);
    return static_cast<double>(millijoules) * 1e-3;
  }
  std::variant<double, Unavailable> power_w() const {
    unsigned milliwatts = 0;
    const int code = library_->power_usage ? library_->power_usage(handle_, &milliwatts)
                                           : nvml_function_not_found;
    if (code != nvml_success) return nvml_failed(*library_, "power of " + name_, code);
    return static_cast<double>(milliwatts) * 1e-3;
  }
  bool counts_energy() const {
    unsigned long long unused = 0;
    return !library_->total_energy ||
           library_->total_energy(handle_, &unused) != nvml_not_supported;
  }
  bool gives_power() const { return library_->power_usage && power_w().index() == 0; }

  /// The counter is the whole device's: with other processes on it, it is not this one's.
  std::optional<Unavailable> others() const {
    if (allow_shared_) return std::nullopt;
    const std::string fix =
        "stop them, or allow a shared device; in a container this process may "
        "be listed under another number";
    std::vector<unsigned> ids;
    const int code = library_->compute_processes ? library_->compute_processes(handle_, ids)
                                                 : nvml_function_not_found;
    if (code != nvml_success) {
      Unavailable why = nvml_failed(*library_, "processes of " + name_, code);
      return Unavailable{why.reason + "; others may be using it", "allow a shared device"};
    }
    for (const unsigned id : ids) {
      if (id != static_cast<unsigned>(process_)) {
        return Unavailable{
            "NVML: " + name_ + " is shared: process " + std::to_string(id) + " computes on it too",
            fix};
      }
    }
    return std::nullopt;
  }

 private:
  std::shared_ptr<NvmlLibrary> library_;
  void* handle_;
  std::string name_;
  bool allow_shared_;
  int process_;
};

class NvmlMeter : public Meter {
 public:
  NvmlMeter(NvmlDevice device, const MeterHost& host, double joules)
      : device_(std::move(device)),
        host_(host),
        guard_(name(), device_limit_w, frozen_after_s, joules, host.now_s()),
        checked_s_(host.now_s()) {}

  std::string name() const override { return "NVML total energy of " + device_.name(); }
  double resolution_j() const override { return 1e-3; }
  std::vector<MeterDomain> covers() const override {
    return {{device_.name(), "", true, "the whole device with its memory, all processes included"}};
  }

  std::variant<double, Unavailable> read() override {
    const double now_s = host_.now_s();
    if (now_s - checked_s_ >= share_check_s) {
      if (auto why = device_.others()) return *why;
      checked_s_ = now_s;
    }
    auto joules = device_.energy_j();
    if (const double* read = std::get_if<double>(&joules)) {
      if (auto why = guard_.next(*read, now_s)) return *why;
    }
    return joules;
  }

  void restart() override {
    const auto joules = device_.energy_j();
    if (const double* read = std::get_if<double>(&joules)) guard_.restart(*read, host_.now_s());
  }

 private:
  NvmlDevice device_;
  MeterHost host_;
  StepGuard guard_;
  double checked_s_;
};

/// Power of a device without a counter of energy. What the sensor hides between its updates is not
/// in the sum.
PowerSensor power_sensor(const NvmlDevice& device, const MeterHost& host) {
  PowerSensor sensor;
  sensor.name = "NVML power of " + device.name();
  sensor.power_w = [device, host,
                    checked_s = host.now_s()]() mutable -> std::variant<double, Unavailable> {
    if (host.now_s() - checked_s >= share_check_s) {
      if (auto why = device.others()) return *why;
      checked_s = host.now_s();
    }
    return device.power_w();
  };
  sensor.resolution_w = 1e-3;
  sensor.limit_w = device_limit_w;
  sensor.domains = {{device.name(), "", true,
                     "the whole device; its sensor renews every 20 to 100 ms and averages over 10 "
                     "to 100 ms of that, so that shorter peaks are missed"}};
  return sensor;
}

/// Initialises the library; shuts it down when the last owner of the result is gone.
std::variant<std::shared_ptr<NvmlLibrary>, Unavailable> initialised(
    const std::shared_ptr<NvmlLibrary>& library) {
  if (!library->init || !library->shutdown || !library->device_count || !library->device_handle) {
    return Unavailable{"NVML: libnvidia-ml.so.1 lacks functions: the driver is too old",
                       "install a driver of 2018 or later"};
  }
  if (const int code = library->init(); code != nvml_success)
    return nvml_failed(*library, "initialisation", code);
  return std::shared_ptr<NvmlLibrary>(library.get(),
                                      [library](NvmlLibrary* open) { open->shutdown(); });
}

/// The library of the host, or the machine's, ready to be asked.
std::variant<std::shared_ptr<NvmlLibrary>, Unavailable> ready_library(const MeterHost& host) {
  if (host.nvml) return initialised(host.nvml);
  auto loaded = load_nvml();
  if (auto* why = std::get_if<Unavailable>(&loaded)) return *why;
  return initialised(std::get<0>(loaded));
}

/// The meter of a device of the library's; `called` where it does not tell a name.
OpenedMeter meter_of(const std::shared_ptr<NvmlLibrary>& library, void* handle, std::string called,
                     bool allow_shared, const MeterHost& host) {
  std::string name;
  if (!library->device_name || library->device_name(handle, name) != nvml_success || name.empty())
    name = std::move(called);
  unsigned mig = 0;
  if (library->mig_mode && library->mig_mode(handle, &mig) == nvml_success && mig != 0) {
    return Unavailable{
        "NVML: " + name + " is cut into MIG instances: its counter is the whole device's",
        "use a device without MIG"};
  }
  NvmlDevice opened(library, handle, name, allow_shared, host.process_id);
  if (auto why = opened.others()) return *why;
  if (!opened.counts_energy() && opened.gives_power())
    return make_power_integrator(power_sensor(opened, host), host);
  const auto joules = opened.energy_j();
  if (const auto* why = std::get_if<Unavailable>(&joules)) return *why;
  return std::make_unique<NvmlMeter>(std::move(opened), host, std::get<double>(joules));
}

}  // namespace

int count_nvml_devices(const MeterHost& host) {
  const auto ready = ready_library(host);
  unsigned count = 0;
  if (ready.index() != 0 || std::get<0>(ready)->device_count(&count) != nvml_success) return 0;
  return static_cast<int>(count);
}

OpenedMeter make_nvml_meter(int device, bool allow_shared, const MeterHost& host) {
  auto ready = ready_library(host);
  if (auto* why = std::get_if<Unavailable>(&ready)) return *why;
  const auto& library = std::get<0>(ready);
  unsigned count = 0;
  if (const int code = library->device_count(&count); code != nvml_success)
    return nvml_failed(*library, "device count", code);
  if (device < 0 || static_cast<unsigned>(device) >= count) {
    return Unavailable{
        "NVML: no device " + std::to_string(device) + "; there are " + std::to_string(count), ""};
  }
  void* handle = nullptr;
  if (const int code = library->device_handle(static_cast<unsigned>(device), &handle);
      code != nvml_success) {
    return nvml_failed(*library, "device " + std::to_string(device), code);
  }
  return meter_of(library, handle, "device " + std::to_string(device), allow_shared, host);
}

OpenedMeter make_nvml_meter(const std::string& pci_bus, bool allow_shared, const MeterHost& host) {
  auto ready = ready_library(host);
  if (auto* why = std::get_if<Unavailable>(&ready)) return *why;
  const auto& library = std::get<0>(ready);
  if (!library->device_at) {
    return Unavailable{"NVML: libnvidia-ml.so.1 does not find devices by their PCI address",
                       "install a newer driver, or choose the meter's device by its number"};
  }
  void* handle = nullptr;
  if (const int code = library->device_at(pci_bus.c_str(), &handle); code != nvml_success)
    return nvml_failed(*library, "device at PCI address " + pci_bus, code);
  return meter_of(library, handle, "device at " + pci_bus, allow_shared, host);
}

}  // namespace snn

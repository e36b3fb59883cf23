// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include "snn/energy/meters/meter.hpp"
#include "snn/energy/meters/nvml_library.hpp"

namespace snn {
namespace {

constexpr int not_supported = 3;

template <class Function>
Function* symbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library, name));
}

/// libnvidia-ml.so.1 of the driver, or why not. The handle stays open as long as the functions
/// live.
std::variant<std::shared_ptr<NvmlLibrary>, Unavailable> load_nvml() {
  void* handle = ::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return Unavailable{"libnvidia-ml.so.1 is not installed: no NVIDIA driver",
                       "install the NVIDIA driver on a machine with an NVIDIA GPU"};
  }
  const std::shared_ptr<void> keep(handle, [](void* h) { ::dlclose(h); });
  auto* init = symbol<int()>(handle, "nvmlInit_v2");
  auto* shutdown = symbol<int()>(handle, "nvmlShutdown");
  auto* count = symbol<int(unsigned*)>(handle, "nvmlDeviceGetCount_v2");
  auto* by_index = symbol<int(unsigned, void**)>(handle, "nvmlDeviceGetHandleByIndex_v2");
  auto* name = symbol<int(void*, char*, unsigned)>(handle, "nvmlDeviceGetName");
  auto* energy =
      symbol<int(void*, unsigned long long*)>(handle, "nvmlDeviceGetTotalEnergyConsumption");
  auto* mig = symbol<int(void*, unsigned*, unsigned*)>(handle, "nvmlDeviceGetMigMode");
  auto* error = symbol<const char*(int)>(handle, "nvmlErrorString");
  if (init == nullptr || shutdown == nullptr || count == nullptr || by_index == nullptr ||
      energy == nullptr || error == nullptr) {
    return Unavailable{"libnvidia-ml.so.1 lacks functions: the driver is too old",
                       "install a driver of 2017 or later"};
  }
  auto library = std::make_shared<NvmlLibrary>();
  library->init = [keep, init] { return init(); };
  library->shutdown = [keep, shutdown] { return shutdown(); };
  library->device_count = [count](unsigned* n) { return count(n); };
  library->device_handle = [by_index](unsigned index, void** device) {
    return by_index(index, device);
  };
  library->device_name = [name](void* device, std::string& out) {
    char text[96] = {};
    const int code = name == nullptr ? not_supported : name(device, text, sizeof text);
    out = text;
    return code;
  };
  library->total_energy = [energy](void* device, unsigned long long* mj) {
    return energy(device, mj);
  };
  library->mig_mode = [mig](void* device, unsigned* current) {
    unsigned pending = 0;
    return mig == nullptr ? not_supported : mig(device, current, &pending);
  };
  library->error_string = [error](int code) { return std::string(error(code)); };
  return library;
}

class NvmlMeter : public Meter {
 public:
  NvmlMeter(std::shared_ptr<NvmlLibrary> library, void* device, std::string name)
      : library_(std::move(library)), device_(device), name_(std::move(name)) {}
  ~NvmlMeter() override { library_->shutdown(); }
  NvmlMeter(const NvmlMeter&) = delete;
  NvmlMeter& operator=(const NvmlMeter&) = delete;

  std::string name() const override { return "NVML total energy of " + name_; }
  double resolution_j() const override { return 1e-3; }
  std::variant<double, Unavailable> read() override {
    unsigned long long millijoules = 0;
    if (const int code = library_->total_energy(device_, &millijoules); code != 0) {
      return Unavailable{"NVML total energy of " + name_ + ": " + library_->error_string(code), ""};
    }
    return static_cast<double>(millijoules) * 1e-3;
  }

 private:
  std::shared_ptr<NvmlLibrary> library_;
  void* device_;
  std::string name_;
};

}  // namespace

std::variant<std::unique_ptr<Meter>, Unavailable> make_nvml_meter(
    int device, std::shared_ptr<NvmlLibrary> library) {
  if (!library) {
    auto loaded = load_nvml();
    if (auto* why = std::get_if<Unavailable>(&loaded)) return *why;
    library = std::get<std::shared_ptr<NvmlLibrary>>(loaded);
  }
  const auto failed = [&](const std::string& what, int code, const std::string& fix) {
    return Unavailable{"NVML: " + what + ": " + library->error_string(code), fix};
  };
  if (const int code = library->init(); code != 0)
    return failed("initialisation", code, "check that nvidia-smi works");
  const auto refuse = [&](Unavailable why) {
    library->shutdown();
    return why;
  };
  unsigned count = 0;
  if (const int code = library->device_count(&count); code != 0)
    return refuse(failed("device count", code, ""));
  if (device < 0 || static_cast<unsigned>(device) >= count) {
    return refuse(
        {"NVML: no device " + std::to_string(device) + "; there are " + std::to_string(count), ""});
  }
  void* handle = nullptr;
  if (const int code = library->device_handle(static_cast<unsigned>(device), &handle); code != 0) {
    return refuse(failed("device " + std::to_string(device), code, ""));
  }
  std::string name;
  if (library->device_name(handle, name) != 0 || name.empty())
    name = "device " + std::to_string(device);
  unsigned mig = 0;
  if (library->mig_mode(handle, &mig) == 0 && mig != 0) {
    return refuse(
        {"NVML: " + name + " is cut into MIG instances: its counter is the whole device's",
         "use a device without MIG"});
  }
  unsigned long long unused = 0;
  if (const int code = library->total_energy(handle, &unused); code != 0) {
    return refuse(failed("total energy of " + name, code,
                         code == not_supported ? "a GPU of the Volta generation or later" : ""));
  }
  return std::make_unique<NvmlMeter>(std::move(library), handle, std::move(name));
}

}  // namespace snn

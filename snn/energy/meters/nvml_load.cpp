// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "snn/energy/meters/nvml_library.hpp"
#include "snn/model/shared_library.hpp"

namespace snn {
namespace {

/// Same layout as NVML's record of a process since its second version.
struct ProcessRecord {
  unsigned id = 0;
  unsigned long long memory = 0;
  unsigned gpu_instance = 0;
  unsigned compute_instance = 0;
};

/// The library stays open as long as functions of it live.
class NvmlSymbols {
 public:
  explicit NvmlSymbols(SharedLibrary library) : library_(std::move(library)) {}

  template <class Function>
  std::function<Function> get(const char* name) const {
    auto* function = library_.find<Function>(name);
    if (function == nullptr) return nullptr;
    return [keep = library_, function](auto... arguments) { return function(arguments...); };
  }

 private:
  SharedLibrary library_;
};

std::optional<SharedLibrary> opened(const std::string& file) {
  try {
    return SharedLibrary::open(cuda_library_files(file));
  } catch (const UnavailableError&) {
    return std::nullopt;
  }
}

using ProcessCall = std::function<int(void*, unsigned*, ProcessRecord*)>;

std::function<int(void*, std::vector<unsigned>&)> process_list(ProcessCall call) {
  if (!call) return nullptr;
  return [call = std::move(call)](void* device, std::vector<unsigned>& ids) {
    std::vector<ProcessRecord> records(64);
    int code = nvml_insufficient_size;
    unsigned count = 0;
    // More may start between two calls.
    for (int tries = 0; tries < 3 && code == nvml_insufficient_size; ++tries) {
      count = static_cast<unsigned>(records.size());
      code = call(device, &count, records.data());
      if (code == nvml_insufficient_size) records.resize(2 * static_cast<std::size_t>(count) + 64);
    }
    ids.clear();
    if (code != nvml_success) return code;
    for (unsigned r = 0; r < count; ++r) ids.push_back(records[r].id);
    return code;
  };
}

}  // namespace

std::variant<std::shared_ptr<NvmlLibrary>, Unavailable> load_nvml(const std::string& file) {
  const std::optional<SharedLibrary> found = opened(file);
  if (!found) {
    return Unavailable{file + " is not installed: no NVIDIA driver",
                       "install the NVIDIA driver on a machine with an NVIDIA GPU"};
  }
  const NvmlSymbols symbols(*found);
  auto library = std::make_shared<NvmlLibrary>();
  library->init = symbols.get<int()>("nvmlInit_v2");
  library->shutdown = symbols.get<int()>("nvmlShutdown");
  library->device_count = symbols.get<int(unsigned*)>("nvmlDeviceGetCount_v2");
  library->device_handle = symbols.get<int(unsigned, void**)>("nvmlDeviceGetHandleByIndex_v2");
  library->device_at = symbols.get<int(const char*, void**)>("nvmlDeviceGetHandleByPciBusId_v2");
  if (auto name = symbols.get<int(void*, char*, unsigned)>("nvmlDeviceGetName")) {
    library->device_name = [name](void* device, std::string& out) {
      char text[96] = {};
      const int code = name(device, text, sizeof text);
      out = text;
      return code;
    };
  }
  library->total_energy =
      symbols.get<int(void*, unsigned long long*)>("nvmlDeviceGetTotalEnergyConsumption");
  library->power_usage = symbols.get<int(void*, unsigned*)>("nvmlDeviceGetPowerUsage");
  if (auto mig = symbols.get<int(void*, unsigned*, unsigned*)>("nvmlDeviceGetMigMode")) {
    library->mig_mode = [mig](void* device, unsigned* current) {
      unsigned pending = 0;
      return mig(device, current, &pending);
    };
  }
  using Processes = int(void*, unsigned*, ProcessRecord*);
  auto processes = symbols.get<Processes>("nvmlDeviceGetComputeRunningProcesses_v3");
  if (!processes) processes = symbols.get<Processes>("nvmlDeviceGetComputeRunningProcesses_v2");
  library->compute_processes = process_list(std::move(processes));
  if (auto error = symbols.get<const char*(int)>("nvmlErrorString"))
    library->error_string = [error](int code) { return std::string(error(code)); };
  return library;
}

}  // namespace snn

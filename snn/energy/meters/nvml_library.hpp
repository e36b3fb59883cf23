// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/energy.hpp"

namespace snn {

/// NVML's return codes, as far as they are told apart.
enum NvmlCode : int {
  nvml_success = 0,
  nvml_not_supported = 3,
  nvml_no_permission = 4,
  nvml_insufficient_size = 7,
  nvml_driver_not_loaded = 9,
  nvml_function_not_found = 13,
  nvml_gpu_is_lost = 15,
  nvml_reset_required = 16,
  nvml_version_mismatch = 18,
};

/// The few calls of NVIDIA's management library that are used, as functions, so that tests can
/// stand in for it. All return NVML's codes. A function the library lacks is empty.
struct NvmlLibrary {
  std::function<int()> init;
  std::function<int()> shutdown;
  std::function<int(unsigned* count)> device_count;
  std::function<int(unsigned index, void** device)> device_handle;
  std::function<int(const char* pci_bus, void** device)> device_at;
  std::function<int(void* device, std::string& name)> device_name;
  std::function<int(void* device, unsigned long long* millijoules)> total_energy;
  std::function<int(void* device, unsigned* milliwatts)> power_usage;
  /// Whether the device is cut into MIG instances; an error code if the device has no such mode.
  std::function<int(void* device, unsigned* current)> mig_mode;
  /// Processes that compute on the device, this one included.
  std::function<int(void* device, std::vector<unsigned>& process_ids)> compute_processes;
  std::function<std::string(int code)> error_string;
};

/// The driver's library, or why not.
std::variant<std::shared_ptr<NvmlLibrary>, Unavailable> load_nvml(
    const std::string& file = "libnvidia-ml.so.1");

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace snn {

/// The few calls of NVIDIA's management library that are used, as functions, so that tests can
/// stand in for it. Return codes are NVML's: 0 success, 3 not supported, 4 no permission, 9 driver
/// not loaded.
struct NvmlLibrary {
  std::function<int()> init;
  std::function<int()> shutdown;
  std::function<int(unsigned* count)> device_count;
  std::function<int(unsigned index, void** device)> device_handle;
  std::function<int(void* device, std::string& name)> device_name;
  std::function<int(void* device, unsigned long long* millijoules)> total_energy;
  /// Whether the device is cut into MIG instances; an error code if the device has no such mode.
  std::function<int(void* device, unsigned* current)> mig_mode;
  std::function<std::string(int code)> error_string;
};

}  // namespace snn

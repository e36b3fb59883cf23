// SPDX-License-Identifier: Apache-2.0
#include "gpu_runtime.hpp"
#include "snn/backend/cuda.hpp"

namespace snn {
namespace {

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

CudaDevice describe(int number) {
  cudaDeviceProp found{};
  gpu::check(cudaGetDeviceProperties(&found, number), "describing CUDA device");
  char pci_bus[32] = {};
  gpu::check(cudaDeviceGetPCIBusId(pci_bus, sizeof pci_bus, number), "describing CUDA device");
  return {.number = number,
          .name = found.name,
          .pci_bus = pci_bus,
          .major = found.major,
          .minor = found.minor,
          .multiprocessors = found.multiProcessorCount,
          .memory_bytes = static_cast<std::int64_t>(found.totalGlobalMem),
          .l2_bytes = found.l2CacheSize};
}

}  // namespace

CudaReport cuda_report() {
  CudaReport report;
  report.built = true;
  report.toolkit = version_text(CUDART_VERSION);
  int driver = 0, count = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0)
    report.driver = version_text(driver);
  const cudaError_t error = cudaGetDeviceCount(&count);
  static_cast<void>(cudaGetLastError());
  if (report.driver.empty()) {
    report.unavailable = "no NVIDIA driver was found; install it, or use \"cpu\"";
  } else if (error == cudaErrorInsufficientDriver) {
    report.unavailable = "the NVIDIA driver supports CUDA " + report.driver + ", older than the " +
                         report.toolkit +
                         " that this build needs; update the driver, or use \"cpu\"";
  } else if (error != cudaSuccess) {
    report.unavailable = std::string("the CUDA driver says: ") + cudaGetErrorString(error);
  } else if (count == 0) {
    report.unavailable = "no CUDA device was found; CUDA_VISIBLE_DEVICES may hide it";
  }
  for (int i = 0; report.unavailable.empty() && i < count; ++i)
    report.devices.push_back(describe(i));
  return report;
}

}  // namespace snn

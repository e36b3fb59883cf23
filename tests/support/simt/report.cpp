// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <memory>

#include "snn/backend/cuda.hpp"
#include "snn/backend/cuda_memory.hpp"

namespace snn {
namespace {

const void* pointer_of(const CudaMemory& memory) {
  return reinterpret_cast<const void*>(memory.address);  // NOLINT
}

}  // namespace

CudaReport cuda_report() {
  CudaReport report;
  report.built = true;
  report.devices.push_back(
      {.number = 0, .name = "emulated", .pci_bus = "0000:00:00.0", .multiprocessors = 2});
  return report;
}

std::vector<CudaLibrary> cuda_libraries() {
  return {};
}

/// Memory of the emulated device is the host's.
int cuda_device_at(std::uintptr_t) {
  return 0;
}

void copy_to_host(const CudaMemory& from, std::span<std::byte> to) {
  std::memcpy(to.data(), pointer_of(from), std::min(from.bytes, to.size()));
}

std::shared_ptr<void> copy_on_device(const CudaMemory& from) {
  std::shared_ptr<std::byte[]> copy(new std::byte[from.bytes]);  // NOLINT
  std::memcpy(copy.get(), pointer_of(from), from.bytes);
  return {copy, copy.get()};
}

void wait_for(const CudaMemory&) {}

}  // namespace snn

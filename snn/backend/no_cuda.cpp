// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cuda.hpp"
#include "snn/backend/cuda_memory.hpp"
#include "snn/compile/row_builder.hpp"

/// A build without the CUDA backend.
namespace snn {

CudaReport cuda_report() {
  CudaReport report;
  report.unavailable =
      "this build of snn has no CUDA backend (it was built without nvcc, or with SNN_CUDA=OFF); "
      "\"cpu\" is available";
  return report;
}

std::vector<CudaLibrary> cuda_libraries() {
  return {};
}

std::unique_ptr<Backend> make_cuda_backend(int device, CompiledNetwork network,
                                           const BackendOptions& options) {
  (void)device, (void)network, (void)options;
  throw UnavailableError(cuda_report().unavailable);
}

int cuda_device_at(std::uintptr_t) {
  throw UnavailableError(cuda_report().unavailable);
}

void copy_to_host(const CudaMemory&, std::span<std::byte>) {
  throw UnavailableError(cuda_report().unavailable);
}

std::shared_ptr<void> copy_on_device(const CudaMemory&) {
  throw UnavailableError(cuda_report().unavailable);
}

void wait_for(const CudaMemory&) {
  throw UnavailableError(cuda_report().unavailable);
}

std::unique_ptr<RowBuilder> make_cuda_row_builder(int device) {
  (void)device;
  throw UnavailableError(cuda_report().unavailable);
}

}  // namespace snn

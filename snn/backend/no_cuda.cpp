// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cuda.hpp"
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

std::unique_ptr<RowBuilder> make_cuda_row_builder(int device) {
  (void)device;
  throw UnavailableError(cuda_report().unavailable);
}

}  // namespace snn

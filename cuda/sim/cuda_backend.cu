// SPDX-License-Identifier: Apache-2.0
#include "gpu_runtime.hpp"
#include "snn/backend/cuda.hpp"

namespace snn {

std::unique_ptr<Backend> make_cuda_backend(int device, CompiledNetwork network,
                                           const BackendOptions& options) {
  (void)device, (void)network, (void)options;
  throw UnavailableError("simulation on a CUDA device is being written");
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cuda.hpp"
#include "snn/train/training_engine.hpp"

/// Training of a build without the CUDA backend.
namespace snn {

std::unique_ptr<TrainingEngine<float>> make_cuda_engine(const Network& network, const Plan& plan,
                                                        const TrainOptions& options) {
  (void)network, (void)plan;
  cuda_device(options.device);  // says what is wrong
  throw UnavailableError(cuda_report().unavailable);
}

}  // namespace snn

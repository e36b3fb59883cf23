// SPDX-License-Identifier: Apache-2.0
#include "snn/train/engine.hpp"

namespace snn {

std::unique_ptr<TrainingEngine<float>> make_engine(const Network& network, const Plan& plan,
                                                   const TrainOptions& options) {
  if (options.device == "cpu") return std::make_unique<Engine<float>>(network, plan, options);
  return make_cuda_engine(network, plan, options);
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/train/loss.hpp"
#include "snn/train/plan.hpp"
#include "snn/train/product.hpp"
#include "snn/train/scan.hpp"

namespace snn {

/// What one population did in one shard; arrays are [tick][row][...], rows being samples.
template <class Real>
struct ShardPopulation {
  std::vector<Real> u;                ///< input, then membrane, then gradient of the input
  std::vector<Real> constant;         ///< [row][neuron] input of every tick: biases and held input
  std::vector<Real> state;            ///< [field][row][neuron]
  std::vector<Real> adjoint;          ///< the same for gradients
  std::vector<Real> input_sum;        ///< [row][neuron] sum over ticks of the input's gradient
  std::vector<std::uint64_t> spikes;  ///< [tick][row][word]
  std::vector<std::uint64_t> held;    ///< refractory neurons
  std::vector<Real> adaptation;       ///< [tick][row][neuron]
  std::vector<Real> output;           ///< graded outputs; of the source: [row][neuron]
  std::vector<Real> d_membrane;       ///< readout: gradient of the loss
  std::vector<Real> d_output;         ///< readout, [row][class]: gradient of each tick's output
  std::vector<Real> d_decay;          ///< [neuron]
  std::vector<Real> d_threshold;      ///< [neuron]
  std::uint64_t moved = 0;            ///< membranes that changed from tick to tick
};

/// What a thread lends to the shard it works on; nothing in it outlives a pass.
template <class Real>
struct Workspace {
  Scratch<Real> scratch;   ///< for products
  Scratch<Real> d_output;  ///< gradients that come from above, a chunk of ticks
  Scratch<Real> product;   ///< for delays per source
};

/// Operations of one pass, [projection] where they are synaptic.
struct PassWork {
  std::vector<Operations> forward, input_gradient;
  std::vector<std::uint64_t> bias_additions;
  std::uint64_t neuron_updates = 0, adjoint_updates = 0;
};

/// Some samples of a batch with all their buffers: the unit of work of one thread.
template <class Real>
struct Shard {
  int first = 0;  ///< sample of the batch that is row 0
  int rows = 0;
  int capacity = 0;
  std::vector<ShardPopulation<Real>> populations;
  std::vector<std::vector<std::uint64_t>>
      mixed_bits;  ///< per projection with delays per source: its input rows
  std::vector<std::vector<Real>> mixed_values;
  Workspace<Real>* work = nullptr;  ///< of the thread that runs the shard, during a pass
  LossValue loss;
  std::vector<Real> logits;  ///< [row][class] of the last pass
  PassWork work_done;
};

/// Allocates the buffers of a shard of up to `capacity` samples.
template <class Real>
void allocate(Shard<Real>& shard, const Network& network, const Plan& plan,
              const TrainOptions& options, int capacity);

}  // namespace snn

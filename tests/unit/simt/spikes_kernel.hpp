// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "gpu_runtime.hpp"

/// Kernels with all that a simulation's need (shared memory, barriers, warp calls, atomics), and
/// with one mistake in them, if asked: what checks the checker.
namespace emulation {

enum class Mutant {
  none,
  forgotten_barrier,  ///< after shared memory was written
  early_return,       ///< before barriers and warp calls
  ballot_in_branch,   ///< with a full mask
  off_by_one,         ///< past the end of device memory
  plain_add           ///< of several threads, to one value
};

constexpr unsigned all_lanes = 0xFFFFFFFFu;

/// Neurons decay, fire at 1 and are reset to 0. Ids of those that fire are appended to `ids`, those
/// of one block in order, and `count` is how many there are.
template <int block_size, Mutant mutant>
__global__ void __launch_bounds__(block_size)
    fire(float* membrane, float* input, unsigned neurons, unsigned* ids, unsigned* count) {
  constexpr int warps = block_size / 32;
  auto& base_of_warp = gpu::shared<unsigned[warps], struct BaseOfWarp>();
  auto& base_of_block = gpu::shared<unsigned, struct BaseOfBlock>();
  const unsigned i = blockIdx.x * block_size + threadIdx.x;
  const int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  const bool exists = mutant == Mutant::off_by_one ? i <= neurons : i < neurons;
  if (mutant == Mutant::early_return && !exists) return;
  bool fires = false;
  if (exists) {
    const float v = 0.5f * membrane[i] + input[i];
    fires = v >= 1.0f;
    membrane[i] = fires ? 0.0f : v;
    input[i] = 0.0f;
  }
  unsigned word = 0;
  if (mutant != Mutant::ballot_in_branch || fires) word = __ballot_sync(all_lanes, fires);
  if (lane == 0) base_of_warp[warp] = static_cast<unsigned>(__popc(word));
  if (mutant != Mutant::forgotten_barrier) __syncthreads();
  if (warp == 0) {
    const unsigned own = lane < warps ? base_of_warp[lane] : 0u;
    unsigned sum = own;
    for (unsigned distance = 1; distance < 32; distance *= 2) {
      const unsigned up = __shfl_up_sync(all_lanes, sum, distance);
      if (static_cast<unsigned>(lane) >= distance) sum += up;
    }
    if (lane < warps) base_of_warp[lane] = sum - own;
    if (lane == 31) base_of_block = sum != 0 ? atomicAdd(count, sum) : 0u;
  }
  __syncthreads();
  const unsigned before = static_cast<unsigned>(__popc(word & ((1u << lane) - 1u)));
  if (fires) ids[base_of_block + base_of_warp[warp] + before] = i;
}

/// A warp for each spike, which adds the spike's row of weights to the inputs of its targets.
template <int block_size, Mutant mutant>
__global__ void __launch_bounds__(block_size)
    deliver(const unsigned* ids, const unsigned* count, const unsigned* targets,
            const float* weights, unsigned fan_out, float* input) {
  const unsigned lane = threadIdx.x % 32, warps = gridDim.x * (block_size / 32);
  for (unsigned s = (blockIdx.x * block_size + threadIdx.x) / 32; s < *count; s += warps) {
    for (unsigned k = lane; k < fan_out; k += 32) {
      const unsigned synapse = ids[s] * fan_out + k;
      if (mutant == Mutant::plain_add)
        input[targets[synapse]] += weights[synapse];
      else
        atomicAdd(input + targets[synapse], weights[synapse]);
    }
  }
}

/// Every neuron has `fan_out` targets. Weights are multiples of 1/16, so that their sums are exact
/// in any order.
struct Network {
  Network(unsigned neurons_, unsigned fan_out_);

  unsigned neurons, fan_out;
  std::vector<unsigned> targets;
  std::vector<float> weights;
  std::vector<float> membrane, input;  ///< at the start
};

struct Outcome {
  std::vector<float> membrane, input;
  std::vector<std::vector<unsigned>> spikes;  ///< of each step, in ascending order

  bool operator==(const Outcome&) const = default;
};

/// With plain loops.
Outcome expected(const Network& network, int steps);

template <int block_size, Mutant mutant = Mutant::none>
Outcome emulated(const Network& network, int steps) {
  const gpu::Stream stream;
  const auto membrane = gpu::uploaded(stream, network.membrane);
  const auto input = gpu::uploaded(stream, network.input);
  const auto targets = gpu::uploaded(stream, network.targets);
  const auto weights = gpu::uploaded(stream, network.weights);
  const gpu::Buffer<unsigned> ids(network.neurons);
  Outcome outcome;
  for (int step = 0; step < steps; ++step) {
    const auto count = gpu::zeros<unsigned>(stream, 1);
    const unsigned blocks = (network.neurons + block_size - 1) / block_size;
    gpu::launch(stream, {.grid = blocks, .block = block_size}, fire<block_size, mutant>,
                membrane.data(), input.data(), network.neurons, ids.data(), count.data());
    gpu::launch(stream, {.grid = 3, .block = block_size}, deliver<block_size, mutant>, ids.data(),
                count.data(), targets.data(), weights.data(), network.fan_out, input.data());
    auto spikes = gpu::downloaded(stream, ids);
    spikes.resize(gpu::downloaded(stream, count).front());
    std::sort(spikes.begin(), spikes.end());
    outcome.spikes.push_back(spikes);
  }
  outcome.membrane = gpu::downloaded(stream, membrane);
  outcome.input = gpu::downloaded(stream, input);
  return outcome;
}

}  // namespace emulation

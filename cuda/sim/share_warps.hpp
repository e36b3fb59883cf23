// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/kernels.hpp"
#include "gpu_runtime.hpp"

/// Some populations fire ten times as often as others. If all arrivals had as many warps, most
/// would wait for a few that have several spikes to deliver one after the other.
namespace snn::cuda {

inline constexpr int share_threads = 256;

/// Ticks that tell how often a population fires.
inline constexpr int recent_ticks = 32;

/// Sums of all threads before this one, and of all. All threads of the block call.
struct BlockSums {
  std::uint32_t before, all;
};
template <class Tag>
__device__ inline BlockSums sum_over_block(std::uint32_t own) {
  auto& sums = gpu::shared<std::uint32_t[share_threads], Tag>();
  sums[threadIdx.x] = own;
  __syncthreads();
  BlockSums result{0, 0};
  for (unsigned t = 0; t < share_threads; ++t) {
    if (t < threadIdx.x) result.before += sums[t];
    result.all += sums[t];
  }
  return result;
}

inline __global__ void __launch_bounds__(share_threads)
    share_warps(NetworkView net, PersistentView work, int warps) {
  const int arrivals = work.arrival_count;
  const int stretch = (arrivals + share_threads - 1) / share_threads;
  const int begin = static_cast<int>(threadIdx.x) * stretch;
  const int end = begin + stretch < arrivals ? begin + stretch : arrivals;
  const std::int32_t slot = net.batch->slot;
  std::uint32_t own = 0;
  for (int a = begin; a < end; ++a) {
    const Arrival arrival = work.arrivals[a];
    const std::int32_t source = net.fan_outs[arrival.fan_out].source;
    std::uint32_t items = 0;
    for (int t = 1; t <= recent_ticks; ++t) {
      items += static_cast<std::uint32_t>(
                   net.counts[net.moved(slot, -t) * net.population_count + source]) *
               arrival.chunks;
    }
    items = items < 0xFFFFu ? items : 0xFFFFu;  // so that their sums have room
    work.rates[a] = items;
    own += items;
  }
  const std::uint32_t all = sum_over_block<struct Items>(own).all;
  // One warp for each, and what is left by their parts of all.
  const int left = warps - arrivals;
  const auto warps_of = [&](int a) -> std::uint32_t {
    if (left <= 0) return 1;
    if (all == 0) return 1 + static_cast<std::uint32_t>(left / arrivals);
    return 1 + static_cast<std::uint32_t>(static_cast<std::uint64_t>(left) * work.rates[a] / all);
  };
  std::uint32_t shares = 0;
  for (int a = begin; a < end; ++a) shares += warps_of(a);
  const BlockSums sums = sum_over_block<struct Shares>(shares);
  std::uint32_t at = sums.before;
  for (int a = begin; a < end; ++a) {
    const std::uint32_t each = warps_of(a);
    for (std::uint32_t i = 0; i < each && at + i < static_cast<std::uint32_t>(warps); ++i)
      work.shares[at + i] = {a, i, each};
    at += each;
  }
  for (auto w = static_cast<int>(sums.all + threadIdx.x); w < warps; w += share_threads)
    work.shares[w] = {-1, 0, 1};
}

}  // namespace snn::cuda

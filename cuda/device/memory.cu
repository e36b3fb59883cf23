// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gpu_runtime.hpp"
#include "snn/backend/cuda_memory.hpp"

namespace snn {
namespace {

/// 1 and 2 are CUDA's own handles of its two default streams.
cudaStream_t stream_of(const CudaMemory& memory) {
  return reinterpret_cast<cudaStream_t>(memory.stream);
}

void* pointer_of(std::uintptr_t address) {
  return reinterpret_cast<void*>(address);
}

}  // namespace

int cuda_device_at(std::uintptr_t address) {
  cudaPointerAttributes found{};
  const cudaError_t error = cudaPointerGetAttributes(&found, pointer_of(address));
  static_cast<void>(cudaGetLastError());
  if (error == cudaSuccess &&
      (found.type == cudaMemoryTypeDevice || found.type == cudaMemoryTypeManaged))
    return found.device;
  throw ConfigError("array", "address", std::to_string(address), "memory of a CUDA device");
}

void copy_to_host(const CudaMemory& from, std::span<std::byte> to) {
  const gpu::DeviceScope scope(from.device);
  const std::size_t bytes = std::min(from.bytes, to.size());
  if (bytes > 0)
    gpu::check(cudaMemcpyAsync(to.data(), pointer_of(from.address), bytes, cudaMemcpyDeviceToHost,
                               stream_of(from)),
               "copying from the CUDA device");
  wait_for(from);
}

std::shared_ptr<void> copy_on_device(const CudaMemory& from) {
  const gpu::DeviceScope scope(from.device);
  auto copy = std::make_shared<gpu::Buffer<std::byte>>(from.bytes);
  if (from.bytes > 0)
    gpu::check(cudaMemcpyAsync(copy->data(), pointer_of(from.address), from.bytes,
                               cudaMemcpyDeviceToDevice, stream_of(from)),
               "copying on the CUDA device");
  wait_for(from);
  return {copy, copy->data()};
}

void wait_for(const CudaMemory& memory) {
  const gpu::DeviceScope scope(memory.device);
  gpu::check(cudaStreamSynchronize(stream_of(memory)), "waiting for the CUDA device");
}

}  // namespace snn

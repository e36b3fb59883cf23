// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

/// Memory of CUDA devices as other libraries hand it over and take it: addresses and streams are
/// numbers. In builds without the CUDA backend the functions throw UnavailableError.
namespace snn {

/// Memory of a CUDA device, owned by somebody else.
struct CudaMemory {
  std::uintptr_t address = 0;
  std::size_t bytes = 0;
  int device = 0;  ///< as in "cuda:0"
  /// What works on it: a cudaStream_t, or 1 for the legacy default stream, 2 for the thread's.
  std::uintptr_t stream = 1;
};

/// The device whose memory lies at an address. ConfigError if there is none.
int cuda_device_at(std::uintptr_t address);

/// Copies all of it to the host, after what its stream was given before.
void copy_to_host(const CudaMemory& from, std::span<std::byte> to);

/// A copy on the same device, made when this returns; freed with the last pointer to it.
std::shared_ptr<void> copy_on_device(const CudaMemory& from);

/// Waits until all that its stream was given is done.
void wait_for(const CudaMemory& memory);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "snn/model/errors.hpp"

/// The few words that kernels and their host code need beside CUDA's own spelling. A second header
/// of this name, in tests/support/simt, gives all of it on the CPU for tests; the include path
/// chooses.
namespace gpu {

/// Throws UnavailableError that says what was tried.
inline void check(cudaError_t error, const std::string& what) {
  if (error == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // an error is told once
  throw snn::UnavailableError(what + ": " + cudaGetErrorString(error));
}

/// Bytes free on the current device.
inline std::size_t free_memory() {
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for free memory of the CUDA device");
  return free;
}

/// Memory of the current device. ResourceError if there is not as much.
inline void* allocate(std::size_t bytes) {
  void* data = nullptr;
  const cudaError_t error = cudaMalloc(&data, bytes);
  if (error == cudaErrorMemoryAllocation) {
    static_cast<void>(cudaGetLastError());
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for free memory of the CUDA device");
    throw snn::ResourceError(static_cast<std::int64_t>(bytes), static_cast<std::int64_t>(free),
                             "the CUDA device has " + std::to_string(free) + " bytes free of " +
                                 std::to_string(total) + ", and " + std::to_string(bytes) +
                                 " more are needed; make the network or the batch smaller");
  }
  check(error, "allocating " + std::to_string(bytes) + " bytes on the CUDA device");
  return data;
}

/// Shared memory of a block: gpu::shared<float[32], struct Sums>(). Each Tag names one array.
template <class Array, class Tag>
__device__ inline Array& shared() {
  __shared__ Array array;
  return array;
}
/// The block's dynamic shared memory.
template <class T>
__device__ inline T* dynamic_shared() {
  extern __shared__ __align__(16) unsigned char bytes[];
  return reinterpret_cast<T*>(bytes);
}
/// A meeting of all blocks of a cooperative launch in two halves, between which a thread may do
/// what nobody waits for. `count` starts at 0.
class GridMeeting {
 public:
  __device__ explicit GridMeeting(unsigned* count) : count_(count) {}

  /// What this block's threads wrote before it can be seen after wait().
  __device__ void arrive() {
    due_ += gridDim.x;
    __syncthreads();
    if (threadIdx.x != 0) return;
    __threadfence();
    atomicAdd(count_, 1u);
  }
  __device__ void wait() const {
    if (threadIdx.x == 0) {
      while (static_cast<int>(*static_cast<volatile unsigned*>(count_) - due_) < 0) {
      }
      __threadfence();
    }
    __syncthreads();
  }

 private:
  unsigned* count_;
  unsigned due_ = 0;
};

/// Calls of this thread go to a device while it lives.
class DeviceScope {
 public:
  explicit DeviceScope(int device) {
    check(cudaGetDevice(&before_), "asking for the current CUDA device");
    check(cudaSetDevice(device), "choosing CUDA device " + std::to_string(device));
  }
  ~DeviceScope() { static_cast<void>(cudaSetDevice(before_)); }
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  int before_ = 0;
};

/// Multiprocessors of the current device, which grids that stride over their work are sized by.
inline int multiprocessors() {
  int device = 0, count = 0;
  check(cudaGetDevice(&device), "asking for the current CUDA device");
  check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device),
        "counting multiprocessors");
  return count;
}

/// Blocks of a kernel that can be resident on the current device at once.
template <class... Parameters>
int resident_blocks(void (*kernel)(Parameters...), int threads, std::size_t shared_bytes) {
  int each = 0;
  check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, kernel, threads, shared_bytes),
        "asking how many blocks of a kernel fit");
  return each * multiprocessors();
}

/// Work in order of its submission.
class Stream {
 public:
  Stream() {
    check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a CUDA stream");
  }
  ~Stream() { static_cast<void>(cudaStreamDestroy(stream_)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void synchronize() const { check(cudaStreamSynchronize(stream_), "waiting for the CUDA device"); }
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

struct Config {
  dim3 grid{1}, block{1};
  std::size_t shared_bytes = 0;
  bool cooperative = false;
};

template <class... Parameters, class... Arguments>
void launch(const Stream& stream, const Config& config, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  cudaLaunchConfig_t launch{};
  launch.gridDim = config.grid;
  launch.blockDim = config.block;
  launch.dynamicSmemBytes = config.shared_bytes;
  launch.stream = stream.get();
  cudaLaunchAttribute cooperative{};
  cooperative.id = cudaLaunchAttributeCooperative;
  cooperative.val.cooperative = 1;
  if (config.cooperative) {
    launch.attrs = &cooperative;
    launch.numAttrs = 1;
  }
  check(cudaLaunchKernelEx(&launch, kernel, static_cast<Parameters>(arguments)...),
        "starting a CUDA kernel");
}

/// `count` Ts on the device, of no defined value until something is written.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count) : size_(count) {
    if (count > 0) data_ = static_cast<T*>(allocate(count * sizeof(T)));
  }
  ~Buffer() { static_cast<void>(cudaFree(data_)); }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// `count` Ts on the host that the device can write to.
template <class T>
class HostBuffer {
 public:
  HostBuffer() = default;
  explicit HostBuffer(std::size_t count) : size_(count) {
    if (count > 0)
      check(cudaHostAlloc(reinterpret_cast<void**>(&data_), count * sizeof(T), cudaHostAllocMapped),
            "allocating " + std::to_string(count * sizeof(T)) + " bytes that a device can write");
  }
  ~HostBuffer() { static_cast<void>(cudaFreeHost(data_)); }
  HostBuffer(HostBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  HostBuffer& operator=(HostBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<T> span() const { return {data_, size_}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A place in a stream that the host can wait for.
class Event {
 public:
  Event() {
    check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "creating a CUDA event");
  }
  ~Event() {
    if (event_ != nullptr) static_cast<void>(cudaEventDestroy(event_));
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(const Stream& stream) const {
    check(cudaEventRecord(event_, stream.get()), "recording a CUDA event");
  }
  void wait() const { check(cudaEventSynchronize(event_), "waiting for the CUDA device"); }

 private:
  cudaEvent_t event_ = nullptr;
};

/// Copies in order of the stream. The host's memory may be used again when an upload returns, and
/// holds a download when that returns.
template <class T>
void upload(const Stream& stream, T* to, std::span<const T> from) {
  if (from.empty()) return;
  check(cudaMemcpyAsync(to, from.data(), from.size_bytes(), cudaMemcpyHostToDevice, stream.get()),
        "copying to the CUDA device");
}
template <class T>
void download(const Stream& stream, std::span<T> to, const T* from) {
  if (!to.empty())
    check(cudaMemcpyAsync(to.data(), from, to.size_bytes(), cudaMemcpyDeviceToHost, stream.get()),
          "copying from the CUDA device");
  stream.synchronize();
}
template <class T>
void copy(const Stream& stream, T* to, const T* from, std::size_t count) {
  if (count > 0)
    check(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyDeviceToDevice, stream.get()),
          "copying on the CUDA device");
}
template <class T>
void clear(const Stream& stream, T* data, std::size_t count) {
  if (count > 0)
    check(cudaMemsetAsync(data, 0, count * sizeof(T), stream.get()), "clearing device memory");
}

template <class T>
Buffer<T> uploaded(const Stream& stream, std::span<const T> from) {
  Buffer<T> buffer(from.size());
  upload(stream, buffer.data(), from);
  return buffer;
}
template <class T>
Buffer<T> uploaded(const Stream& stream, const std::vector<T>& from) {
  return uploaded(stream, std::span<const T>(from));
}
template <class T>
Buffer<T> zeros(const Stream& stream, std::size_t count) {
  Buffer<T> buffer(count);
  clear(stream, buffer.data(), count);
  return buffer;
}
template <class T>
std::vector<T> downloaded(const Stream& stream, const Buffer<T>& buffer) {
  std::vector<T> host(buffer.size());
  download(stream, std::span<T>(host), buffer.data());
  return host;
}

/// Launches that are recorded once and then started together, which saves most of the time that
/// starting each takes.
class Graph {
 public:
  Graph(const Stream& stream, const std::function<void()>& launches) {
    cudaGraph_t graph = nullptr;
    check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal),
          "beginning a CUDA graph");
    try {
      launches();
    } catch (...) {
      static_cast<void>(cudaStreamEndCapture(stream.get(), &graph));
      if (graph != nullptr) static_cast<void>(cudaGraphDestroy(graph));
      throw;
    }
    check(cudaStreamEndCapture(stream.get(), &graph), "ending a CUDA graph");
    const cudaError_t error = cudaGraphInstantiate(&graph_, graph, 0);
    static_cast<void>(cudaGraphDestroy(graph));
    check(error, "building a CUDA graph");
  }
  ~Graph() { static_cast<void>(cudaGraphExecDestroy(graph_)); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  void launch(const Stream& stream) const {
    check(cudaGraphLaunch(graph_, stream.get()), "starting a CUDA graph");
  }

 private:
  cudaGraphExec_t graph_ = nullptr;
};

}  // namespace gpu

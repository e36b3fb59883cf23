// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "simt.hpp"
#include "snn/model/errors.hpp"

/// What cuda/runtime/gpu_runtime.hpp gives, on the CPU: launches run at once, device memory starts
/// as poison and has its exact size, so that AddressSanitizer sees what lies beyond.
namespace gpu {

template <class Array, class Tag>
inline Array& shared() {
  static const char tag = 0;
  return *static_cast<Array*>(simt::shared_memory(&tag, sizeof(Array)));
}
template <class T>
inline T* dynamic_shared() {
  return static_cast<T*>(simt::dynamic_shared_memory());
}
inline void grid_sync(simt::Location where = simt::Location::current()) {
  simt::grid_sync(where);
}

class GridMeeting {
 public:
  explicit GridMeeting(unsigned*) {}
  void arrive() const {}
  void wait(simt::Location where = simt::Location::current()) const { simt::grid_sync(where); }
};

class DeviceScope {
 public:
  explicit DeviceScope(int device) {
    if (device != 0) throw snn::UnavailableError("the emulation has one device, number 0");
  }
};

inline std::size_t free_memory() {
  return std::size_t{1} << 40;
}

inline int multiprocessors() {
  return simt::multiprocessors;
}

template <class... Parameters>
int resident_blocks(void (*)(Parameters...), int threads, std::size_t) {
  return 2048 / threads * multiprocessors();
}

class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  void synchronize() const { refuse_recording(); }
  const void* get() const { return this; }  ///< as CUDA's stream, only to be told from others

  /// Runs work now, or keeps it for the graph that is being recorded, with its arguments as they
  /// are.
  template <class Work>
  void submit(Work&& work) const {
    if (recorded_ == nullptr)
      work();
    else
      recorded_->emplace_back(std::forward<Work>(work));
  }
  /// Of what a graph cannot hold.
  void refuse_recording() const {
    if (recorded_ != nullptr)
      throw snn::UnavailableError("the host waits for the device while a graph is recorded");
  }

 private:
  friend class Graph;
  mutable std::vector<std::function<void()>>* recorded_ = nullptr;
};

struct Config {
  dim3 grid{1}, block{1};
  std::size_t shared_bytes = 0;
  bool cooperative = false;
};

template <class... Parameters, class... Arguments>
void launch(const Stream& stream, const Config& config, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  stream.submit(
      [config, kernel, parameters = std::make_tuple(static_cast<Parameters>(arguments)...)] {
        simt::run_grid(config.grid, config.block, config.shared_bytes, config.cooperative,
                       [&] { std::apply(kernel, parameters); });
      });
}

template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count) : size_(count) {
    if (count == 0) return;
    data_ = static_cast<T*>(::operator new (bytes(), std::align_val_t{256}));
    std::memset(static_cast<void*>(data_), 0xFF, bytes());
  }
  ~Buffer() { ::operator delete (data_, std::align_val_t{256}); }
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

template <class T>
class HostBuffer : public Buffer<T> {
 public:
  using Buffer<T>::Buffer;
  std::span<T> span() const { return {this->data(), this->size()}; }
};

class Event {
 public:
  void record(const Stream&) const {}
  void wait() const {}
};

template <class T>
void copy(const Stream& stream, T* to, const T* from, std::size_t count) {
  if (count == 0) return;
  stream.submit([=] { std::memcpy(static_cast<void*>(to), from, count * sizeof(T)); });
}
template <class T>
void upload(const Stream& stream, T* to, std::span<const T> from) {
  stream.refuse_recording();  // the host's memory may be another one by the next launch
  copy(stream, to, from.data(), from.size());
}
template <class T>
void download(const Stream& stream, std::span<T> to, const T* from) {
  stream.refuse_recording();
  copy(stream, to.data(), from, to.size());
}
template <class T>
void clear(const Stream& stream, T* data, std::size_t count) {
  if (count == 0) return;
  stream.submit([=] { std::memset(static_cast<void*>(data), 0, count * sizeof(T)); });
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

/// Launches with the arguments that they were recorded with: what the host would do otherwise the
/// next time does not reach them.
class Graph {
 public:
  template <class Launches>
  Graph(const Stream& stream, const Launches& launches) {
    stream.recorded_ = &nodes_;
    try {
      launches();
    } catch (...) {
      stream.recorded_ = nullptr;
      throw;
    }
    stream.recorded_ = nullptr;
  }
  void launch(const Stream&) const {
    for (const std::function<void()>& node : nodes_) node();
  }

 private:
  std::vector<std::function<void()>> nodes_;
};

}  // namespace gpu

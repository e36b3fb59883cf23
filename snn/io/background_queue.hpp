// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace snn {

/// Items that one thread hands to another, which consumes them in order. When `capacity` items
/// wait, push() waits too, so memory stays bounded. If consuming throws, later items are dropped
/// and the exception is thrown to the caller, at this and every later call. For one calling thread.
template <class Item>
class BackgroundQueue {
 public:
  BackgroundQueue(std::size_t capacity, std::function<void(Item&)> consume)
      : capacity_(capacity), consume_(std::move(consume)), thread_([this] { run(); }) {}

  /// Consumes what waits, and ends the thread.
  ~BackgroundQueue() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  BackgroundQueue(const BackgroundQueue&) = delete;
  BackgroundQueue& operator=(const BackgroundQueue&) = delete;

  /// Throws what consuming threw, if it did. Costs one load of memory.
  void check() {
    if (!failed_.load(std::memory_order_relaxed)) return;
    const std::lock_guard lock(mutex_);
    std::rethrow_exception(error_);
  }

  void push(Item item) {
    check();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return items_.size() < capacity_ || error_ != nullptr; });
    if (error_ != nullptr) std::rethrow_exception(error_);
    items_.push_back(std::move(item));
    lock.unlock();
    changed_.notify_all();
  }

  /// Returns when all items have been consumed.
  void wait_until_empty() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return items_.empty() || error_ != nullptr; });
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !items_.empty() || ending_; });
      if (items_.empty()) return;
      // It stays in the queue while it is consumed: references into a deque hold when others are
      // added behind it.
      Item& item = items_.front();
      if (error_ == nullptr) {
        lock.unlock();
        std::exception_ptr error;
        try {
          consume_(item);
        } catch (...) {
          error = std::current_exception();
        }
        lock.lock();
        error_ = error;
        failed_.store(error != nullptr, std::memory_order_relaxed);
      }
      items_.pop_front();
      changed_.notify_all();
    }
  }

  std::size_t capacity_;
  std::function<void(Item&)> consume_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::exception_ptr error_;  ///< of the first item that could not be consumed
  std::atomic<bool> failed_{false};
  bool ending_ = false;
  std::thread thread_;  ///< last, so that it starts when the rest is there
};

}  // namespace snn

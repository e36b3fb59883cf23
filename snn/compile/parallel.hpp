// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace snn {

/// Calls work(begin, end) for pieces of 0 .. count-1 on that many threads, in no order, and waits.
/// The first exception of any of them is thrown here.
template <class Work>
void parallel_pieces(int threads, std::int64_t count, std::int64_t piece, const Work& work) {
  std::atomic<std::int64_t> next{0};
  std::exception_ptr failure;
  std::mutex mutex;
  const auto run = [&] {
    try {
      for (std::int64_t begin = 0; (begin = next.fetch_add(piece)) < count;)
        work(begin, std::min(count, begin + piece));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::thread> others;
  const std::int64_t pieces = (count + piece - 1) / piece;
  for (int t = 1; t < threads && t < pieces; ++t) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace snn

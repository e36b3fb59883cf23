// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <exception>
#include <functional>

#include "python/bindings/interrupts.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {

/// Marks an object as running, for as long as it lives; a second one on the same object throws.
/// What runs without the GIL must not be touched by another thread or by its own callback.
class Busy {
 public:
  explicit Busy(std::atomic<bool>& flag) : flag_(&flag) {
    if (flag.exchange(true)) throw Error("it is running: wait until the run has ended");
  }
  ~Busy() { flag_->store(false); }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  std::atomic<bool>* flag_;
};

/// A Python callback and Ctrl-C as seen from a long run: `tell` is called now and then, from any
/// thread, and answers whether the run should go on. An exception of the callback ends the run and
/// is raised by finish(), as is KeyboardInterrupt.
class Watcher {
 public:
  explicit Watcher(pybind11::object callback) : callback_(std::move(callback)) {}

  /// `call(callback)` with the GIL held; its result False ends the run.
  template <class Call>
  bool tell(const Call& call) {
    if (stop_ || InterruptWatch::seen()) return false;
    if (callback_.is_none()) return true;
    const pybind11::gil_scoped_acquire gil;
    try {
      const pybind11::object answer = call(callback_);
      if (answer.is(pybind11::bool_(false))) stop_ = true;
    } catch (const pybind11::error_already_set&) {
      failed_ = std::current_exception();
      stop_ = true;
    }
    return !stop_;
  }

  /// Whether the run should go on, without asking the callback.
  bool going() const { return !stop_ && !InterruptWatch::seen(); }

  /// After the run, with the GIL.
  void finish() {
    interrupts_.hand_over();
    if (failed_) std::rethrow_exception(std::exchange(failed_, nullptr));
  }

 private:
  pybind11::object callback_;
  InterruptWatch interrupts_;
  std::exception_ptr failed_;
  bool stop_ = false;
};

}  // namespace snn::python

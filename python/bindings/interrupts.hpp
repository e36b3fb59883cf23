// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace snn::python {

/// While one lives, Ctrl-C is noted instead of handled, so that a run without the interpreter can
/// see it and end in order. Does nothing on threads other than Python's main one, where Python
/// would not handle it either, and where the program ignores the signal. Needs the GIL to be made.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  /// Whether it was pressed.
  static bool seen();

  /// Puts Python's handling back and lets it act on what was seen: usually KeyboardInterrupt, as a
  /// pybind11::error_already_set. Needs the GIL.
  void hand_over();

 private:
  void restore();

  bool active_ = false;
  struct sigaction before_ {};
};

}  // namespace snn::python

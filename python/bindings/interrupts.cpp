// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/interrupts.hpp"

#include <pybind11/pybind11.h>

namespace snn::python {
namespace {

namespace py = pybind11;

/// Set by the signal handler, which can reach nothing but file-scope state.
volatile std::sig_atomic_t interrupt_seen = 0;

extern "C" void note_interrupt(int) {
  interrupt_seen = 1;
}

bool on_main_thread() {
  const py::module_ threading = py::module_::import("threading");
  return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

}  // namespace

InterruptWatch::InterruptWatch() {
  if (!on_main_thread()) return;
  if (sigaction(SIGINT, nullptr, &before_) != 0 || before_.sa_handler == SIG_IGN ||
      before_.sa_handler == note_interrupt)
    return;
  struct sigaction ours {};
  ours.sa_handler = note_interrupt;
  sigemptyset(&ours.sa_mask);
  ours.sa_flags = SA_RESTART;
  interrupt_seen = 0;
  active_ = sigaction(SIGINT, &ours, nullptr) == 0;
}

InterruptWatch::~InterruptWatch() {
  restore();
}

bool InterruptWatch::seen() {
  return interrupt_seen != 0;
}

void InterruptWatch::restore() {
  if (active_) sigaction(SIGINT, &before_, nullptr);
  active_ = false;
}

void InterruptWatch::hand_over() {
  const bool pressed = active_ && interrupt_seen != 0;
  restore();
  interrupt_seen = 0;
  if (!pressed) return;
  PyErr_SetInterrupt();
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

}  // namespace snn::python

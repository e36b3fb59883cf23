// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <functional>

#include "snn/energy/protocol/measure.hpp"

/// Python functions as work that is measured, without the GIL between their calls: sensors may be
/// read, and other threads of Python run, while the protocol waits.
namespace snn::python {

/// Waits with Ctrl-C acted on within about 50 ms: then throws Python's error (KeyboardInterrupt).
/// Called without the GIL.
void interruptible_wait(double seconds);

/// Calls `call` with the GIL held. Its exception ends the measurement; Ctrl-C does after it, if it
/// is no Python code that would notice itself. `call` must outlive the function.
std::function<void()> python_work(const pybind11::object& call);

/// The system's clock, or a Python object with now_s() and wait(seconds).
MeasureClock python_clock(const pybind11::object& clock);

/// Options with clock and sync from Python (None: the system's, none).
MeasureOptions with_python(MeasureOptions options, const pybind11::object& clock,
                           const pybind11::object& sync);

}  // namespace snn::python

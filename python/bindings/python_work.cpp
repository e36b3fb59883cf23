// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/python_work.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

namespace snn::python {
namespace {

namespace py = pybind11;
using Seconds = std::chrono::duration<double>;

constexpr double longest_deaf_s = 0.05;  // to Ctrl-C

/// With the GIL.
void act_on_signals() {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

double real_now_s() {
  return Seconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Many short waits ask for signals as seldom as one long wait does: asking takes the GIL.
class SignalWait {
 public:
  void operator()(double seconds) {
    const double until = real_now_s() + seconds;
    for (double now = real_now_s(); now < until || now - asked_s_ > longest_deaf_s;
         now = real_now_s()) {
      if (now - asked_s_ > longest_deaf_s) {
        const py::gil_scoped_acquire gil;
        act_on_signals();
        asked_s_ = now;
      }
      std::this_thread::sleep_for(Seconds(std::clamp(until - real_now_s(), 0.0, longest_deaf_s)));
    }
  }

 private:
  double asked_s_ = real_now_s();
};

}  // namespace

void interruptible_wait(double seconds) {
  SignalWait wait;
  wait(seconds);
  const py::gil_scoped_acquire gil;
  act_on_signals();
}

std::function<void()> python_work(const py::object& call) {
  return [function = py::handle(call)] {
    const py::gil_scoped_acquire gil;
    function();
    act_on_signals();
  };
}

MeasureClock python_clock(const py::object& clock) {
  if (clock.is_none()) {
    MeasureClock real = system_clock();
    real.wait = [wait = std::make_shared<SignalWait>()](double seconds) { (*wait)(seconds); };
    return real;
  }
  const py::handle given(clock);
  return {[given] {
            const py::gil_scoped_acquire gil;
            return py::cast<double>(given.attr("now_s")());
          },
          [given](double seconds) {
            const py::gil_scoped_acquire gil;
            given.attr("wait")(seconds);
            act_on_signals();
          }};
}

MeasureOptions with_python(MeasureOptions options, const py::object& clock,
                           const py::object& sync) {
  options.clock = python_clock(clock);
  options.sync = sync.is_none() ? std::function<void()>() : python_work(sync);
  return options;
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/register.hpp"

/// The part of the Python package through which arrays cross, with a device whose memory is the
/// host's (tests/support/simt/report.cpp): what needs a device is tested without one.
PYBIND11_MODULE(_core, m) {
  pybind11::options options;
  options.disable_function_signatures();
  snn::python::register_errors(m);
  snn::python::register_arrays(m);
}

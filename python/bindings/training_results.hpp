// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

namespace snn::python {

/// EpochReport, TrainResult and Evaluation.
void register_training_results(pybind11::module_& m);

}  // namespace snn::python

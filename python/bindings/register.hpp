// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

/// One function per part of the library; each binds that part and nothing else. module.cpp calls
/// them in an order in which a type is bound before a default value or a signature names it.
namespace snn::python {

void register_errors(pybind11::module_& m);
void register_arrays(pybind11::module_& m);
void register_joules(pybind11::module_& m);
void register_counts(pybind11::module_& m);
void register_energy_models(pybind11::module_& m);
void register_carbon(pybind11::module_& m);
void register_meters(pybind11::module_& m);
void register_measuring(pybind11::module_& m);
void register_neurons(pybind11::module_& m);
void register_patterns(pybind11::module_& m);
void register_sources(pybind11::module_& m);
void register_plasticity(pybind11::module_& m);
void register_connectivity(pybind11::module_& m);
void register_equations(pybind11::module_& m);
void register_network(pybind11::module_& m);
void register_simulation(pybind11::module_& m);
void register_options(pybind11::module_& m);
void register_cuda(pybind11::module_& m);
void register_data(pybind11::module_& m);
void register_encode(pybind11::module_& m);
void register_training(pybind11::module_& m);
void register_bench(pybind11::module_& m);

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/register.hpp"
#include "snn/model/version.hpp"

PYBIND11_MODULE(_core, m) {
  using namespace snn::python;
  // Signatures are ours: they give the names, types and defaults of a struct's fields.
  pybind11::options options;
  options.disable_function_signatures();
  options.disable_enum_members_docstring();

  m.doc() = "The C++ library as Python sees it. Users import snn.";
  m.attr("__version__") = std::string(snn::version());
  register_errors(m);
  register_arrays(m);
  register_joules(m);
  register_counts(m);
  register_energy_models(m);
  register_carbon(m);
  register_meters(m);
  register_measuring(m);
  register_neurons(m);
  register_patterns(m);
  register_sources(m);
  register_plasticity(m);
  register_connectivity(m);
  register_equations(m);
  register_network(m);
  register_simulation(m);
  register_options(m);
  register_cuda(m);
  register_data(m);
  register_encode(m);
  register_training(m);
  register_bench(m);
}

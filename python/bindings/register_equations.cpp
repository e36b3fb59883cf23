// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include "python/bindings/register.hpp"
#include "python/bindings/values.hpp"
#include "snn/math/compiled_model.hpp"
#include "snn/model/custom_neurons.hpp"
#include "snn/model/errors.hpp"
#include "snn/model/version.hpp"

namespace snn::python {
namespace {

/// All compiled models look alike from here: the type says no more than that.
struct StateOfEquations {};

/// Loads it for as long as the process lives: networks and simulations point into it.
const CompiledModel* load_model(const std::filesystem::path& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw FileError(path.string(), "", dlerror());
  const auto refuse_library = [&](const std::string& what) {
    dlclose(library);  // or the same path would give the same library again
    throw FileError(path.string(), "", what);
  };
  void* symbol = dlsym(library, compiled_model_function);
  if (symbol == nullptr) refuse_library("is no compiled model");
  const CompiledModel* model = reinterpret_cast<CompiledModelFunction*>(symbol)();
  // The layout first: of another one, nothing else can be read.
  if (model->layout != compiled_model_layout || std::string_view(model->version) != version())
    refuse_library("was compiled for another version of snn than " + std::string(version()));
  return model;
}

/// [field][entry], checked: a coefficient that is not finite names itself and its neuron.
template <class Real, class Derive>
std::vector<Real> finite_coeffs(const CompiledModel& model, std::size_t entries, double dt_ms,
                                const Derive& derive) {
  std::vector<Real> coeffs(static_cast<std::size_t>(model.loops->coeff_fields) * entries);
  derive(coeffs.data());
  for (std::size_t i = 0; i < coeffs.size(); ++i) {
    if (std::isfinite(coeffs[i])) continue;
    const std::string entry = entries == 1 ? "" : " of neuron " + std::to_string(i % entries);
    throw ConfigError(std::string(model.loops->name), model.coeff_names[i / entries] + entry,
                      std::to_string(coeffs[i]),
                      "finite numbers, with dt_ms = " + std::to_string(dt_ms) +
                          ", of the size that a 32-bit number has");
  }
  return coeffs;
}

CustomNeurons neurons_of(const CompiledModel& model, const py::object& parameters_given) {
  const Numbers<double> given =
      numbers_of<double>(parameters_given, std::string(model.loops->name), "parameters");
  if (given.ndim() != 2 || given.shape(0) != model.parameters || given.shape(1) < 1)
    refuse(std::string(model.loops->name), "parameters", given,
           "an array of " + std::to_string(model.parameters) + " rows");
  const auto count = static_cast<std::int64_t>(given.shape(1));
  const auto entries = static_cast<std::size_t>(count);
  const std::vector<double> parameters(given.data(), given.data() + given.size());
  const auto fields = static_cast<std::size_t>(model.loops->state_fields);
  CustomNeurons neurons;
  neurons.model = std::string(model.loops->name);
  neurons.loops = model.loops;
  neurons.entries = entries;
  neurons.state = {&typeid(StateOfEquations), model.loops->state_fields, {model.variables, fields}};
  neurons.origin.resize(fields * entries);
  model.origin(parameters.data(), count, neurons.origin.data());
  for (std::size_t i = 0; i < neurons.origin.size(); ++i) {
    if (std::isfinite(neurons.origin[i])) continue;
    throw ConfigError(neurons.model,
                      "state[\"" + std::string(model.variables[i / entries].name) + "\"]",
                      std::to_string(neurons.origin[i]), "a finite initial value");
  }
  neurons.v_rest_mv.assign(neurons.origin.begin(), neurons.origin.begin() + count);
  neurons.coeffs = [&model, entries, count, parameters](double dt_ms) {
    return finite_coeffs<float>(model, entries, dt_ms, [&](float* coeffs) {
      model.coeffs(parameters.data(), count, dt_ms, coeffs);
    });
  };
  neurons.coeffs_double = [&model, entries, count, parameters](double dt_ms) {
    return finite_coeffs<double>(model, entries, dt_ms, [&](double* coeffs) {
      model.coeffs_double(parameters.data(), count, dt_ms, coeffs);
    });
  };
  return neurons;
}

}  // namespace

void register_equations(py::module_& m) {
  py::class_<CustomNeurons>(m, "_CustomNeurons",
                            "Neurons of a model that was compiled while the program runs.")
      .def(
          "__repr__", [](const CustomNeurons& self) { return "<neurons of " + self.model + ">"; },
          "__repr__(self) -> str");
  py::class_<CompiledModel, std::unique_ptr<CompiledModel, py::nodelete>>(
      m, "_CompiledModel", "A neuron model in a shared library.")
      .def("neurons", &neurons_of, py::arg("parameters"),
           "neurons(self, parameters: numpy.typing.ArrayLike) -> _CustomNeurons\n\n"
           "Of parameters of shape (parameters, neurons), or (parameters, 1) for all neurons.");
  m.def("_load_model", &load_model, py::arg("path"), py::return_value_policy::reference,
        "_load_model(path: str | os.PathLike[str]) -> _CompiledModel\n\n"
        "Raises\n------\nFileError\n    If it is no such library, or one for another version.");
}

}  // namespace snn::python

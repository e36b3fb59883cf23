// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/each.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/simulation_parts.hpp"

namespace snn::python {
namespace {

template <class... Model>
void set_model(ModelList<Model...>, Simulation& simulation, PopulationId population,
               const py::object& given) {
  const bool found =
      ((py::isinstance<Model>(given) &&
        (simulation.set_parameters(population, py::cast<const Model&>(given)), true)) ||
       ...);
  if (!found)
    refuse("Simulation.set_parameters", "parameters", given,
           "parameters of the population's model, or Each of them");
}

void set_parameters(SimulationHandle& self, const PopulationHandle& population,
                    const py::object& given) {
  const PopulationId id = self.of(population);
  population.whole("set_parameters()");
  if (!py::isinstance<Each>(given)) {
    set_model(NeuronModels{}, self.idle(), id, given);
    return;
  }
  std::visit(
      [&]<class Model>(const ParametersOf<Model>& all) {
        self.idle().set_parameters(id, std::vector<Model>(all));
      },
      py::cast<const Each&>(given).neurons);
}

/// A list of neurons for each coming tick.
void set_spikes(SimulationHandle& self, const PopulationHandle& source,
                const py::sequence& per_tick) {
  std::vector<std::int32_t> begin{0};
  std::vector<std::uint32_t> neurons;
  for (const auto& tick : per_tick) {
    const auto of_tick = to_vector<std::uint32_t>(tick, "Simulation.set_spikes", "per_tick");
    neurons.insert(neurons.end(), of_tick.begin(), of_tick.end());
    begin.push_back(static_cast<std::int32_t>(neurons.size()));
  }
  self.idle().set_spikes(self.of(source), begin, neurons);
}

}  // namespace

void bind_changes(SimulationClass& cls) {
  cls.def(
      "reset", [](SimulationHandle& self) { self.idle().reset(); },
      ("reset(self) -> None\n\n" + doc_of("Simulation::reset")).c_str());
  cls.def(
      "set_values",
      [](SimulationHandle& self, const PopulationHandle& source, const py::object& given) {
        const Numbers<float> values =
            numbers_of<float>(given, "Simulation.set_values", "values", 0);
        self.idle().set_values(self.of(source),
                               {values.data(), static_cast<std::size_t>(values.size())});
      },
      py::arg("source"), py::arg("values"),
      "set_values(self, source: Population, values: numpy.typing.ArrayLike) -> None\n\n"
      "What a data source presents from the next tick on: graded values, one per neuron, held "
      "until changed. float32 arrays are read in place.");
  cls.def("set_spikes", &set_spikes, py::arg("source"), py::arg("per_tick"),
          "set_spikes(self, source: Population, per_tick: collections.abc.Sequence["
          "numpy.typing.ArrayLike]) -> None\n\n"
          "Spikes of a data source from now on: for each coming tick the neurons that spike.");
  cls.def("set_parameters", &set_parameters, py::arg("population"), py::arg("parameters"),
          "set_parameters(self, population: Population, parameters: object) -> None\n\n"
          "Parameters of a population from the next tick on: of the model it was described with, "
          "one set or Each. Potentials, currents and refractory times go on as they are.\n\n"
          "Raises\n------\nConfigError\n    For what a description could not have, and for neurons "
          "of your own model.\nUnavailableError\n    With Arithmetic.float64.");
  cls.def(
      "set_stimulus",
      [](SimulationHandle& self, const PopulationHandle& population, std::size_t index,
         const py::object& stimulus) {
        self.idle().set_stimulus(
            self.of(population), index,
            value_of<Stimulus>(stimulus, "Simulation.set_stimulus", "stimulus"));
      },
      py::arg("population"), py::arg("index"), py::arg("stimulus"),
      ("set_stimulus(self, population: Population, index: int, stimulus: " +
       argument_type<Stimulus>() + ") -> None\n\n" + doc_of("Simulation::set_stimulus"))
          .c_str());
  cls.def(
      "set_weights",
      [](SimulationHandle& self, const ProjectionHandle& projection, const py::object& given) {
        const Numbers<float> weights =
            numbers_of<float>(given, "Simulation.set_weights", "weights", 0);
        self.idle().set_weights(self.of(projection),
                                {weights.data(), static_cast<std::size_t>(weights.size())});
      },
      py::arg("projection"), py::arg("weights"),
      ("set_weights(self, projection: Projection, weights: numpy.typing.ArrayLike) -> None\n\n" +
       doc_of("Simulation::set_weights"))
          .c_str());
  cls.def(
      "reward",
      [](SimulationHandle& self, const ProjectionHandle& projection, double amount) {
        self.idle().reward(self.of(projection), amount);
      },
      py::arg("projection"), py::arg("amount"),
      ("reward(self, projection: Projection, amount: float) -> None\n\n" +
       doc_of("Simulation::reward"))
          .c_str());
  cls.def(
      "save",
      [](SimulationHandle& self, const std::filesystem::path& path) { self.idle().save(path); },
      py::arg("path"),
      ("save(self, path: str | os.PathLike[str]) -> None\n\n" + doc_of("Simulation::save"))
          .c_str());
  cls.def(
      "restore",
      [](SimulationHandle& self, const std::filesystem::path& path) { self.idle().restore(path); },
      py::arg("path"),
      ("restore(self, path: str | os.PathLike[str]) -> None\n\n" + doc_of("Simulation::restore"))
          .c_str());
}

}  // namespace snn::python

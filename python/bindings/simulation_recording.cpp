// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/fields.hpp"
#include "python/bindings/simulation_parts.hpp"

namespace snn::python {
namespace {

std::vector<std::int32_t> neurons_of(const PopulationHandle& population) {
  return population.neurons.value_or(std::vector<std::int32_t>{});
}

/// Spikes of a population as they come, to a Python function.
void listen(SimulationHandle& self, const PopulationHandle& population, const py::function& call) {
  const PopulationId id = self.of(population);
  population.whole("listen_to_spikes()");
  // Destroyed with the simulation, maybe without the GIL.
  const auto kept = std::shared_ptr<py::function>(new py::function(call), [](py::function* f) {
    const py::gil_scoped_acquire gil;
    delete f;
  });
  self.idle().listen_to_spikes(
      id, [kept](std::int64_t tick, std::span<const std::int32_t> neurons) {
        const py::gil_scoped_acquire gil;
        (*kept)(tick, to_array(std::vector<std::int32_t>(neurons.begin(), neurons.end())));
      });
}

std::vector<std::int64_t> synapses_of(const py::object& synapses) {
  if (synapses.is_none()) return {};
  return to_vector<std::int64_t>(synapses, "Simulation", "synapses");
}

}  // namespace

void bind_recording(SimulationClass& cls) {
  cls.def(
      "record_spikes",
      [](SimulationHandle& self, const py::args& populations) {
        std::vector<PopulationId> ids;
        for (const auto& population : populations)
          ids.push_back(self.of(
              value_of<PopulationHandle>(population, "Simulation.record_spikes", "population")));
        for (const PopulationId id : ids) self.idle().record_spikes(id);
      },
      "record_spikes(self, *populations: Population) -> typing.Any\n\n"
      "Records spikes of populations from now on; of all their neurons. By default nothing is "
      "recorded.");
  cls.def("listen_to_spikes", &listen, py::arg("population"), py::arg("listener"),
          "listen_to_spikes(self, population: Population, listener: "
          "collections.abc.Callable[[int, numpy.ndarray], object]) -> None\n\n"
          "Calls listener(tick, neurons) for the spikes of a population from now on, every tick in "
          "order of time, on a thread of the run's; neurons is an int32 array. Nothing is kept. An "
          "exception ends the run and is raised by it.");
  cls.def(
      "record_membrane",
      [](SimulationHandle& self, const PopulationHandle& population, double interval_ms) {
        self.idle().record_membrane(self.of(population), neurons_of(population), interval_ms);
      },
      py::arg("population"), py::arg("interval_ms") = 0.0,
      "record_membrane(self, population: Population, interval_ms: float = 0.0) -> typing.Any\n\n"
      "Records the membrane potential of a population, or of a part such as E[:10], from now on: "
      "mV, before the reset.\n\nParameters\n----------\npopulation : Population\n"
      "interval_ms : float, default 0.0\n    A multiple of dt_ms; 0: every tick.");
  cls.def(
      "record_state",
      [](SimulationHandle& self, const PopulationHandle& population, const std::string& variable,
         double interval_ms) {
        self.idle().record_state(self.of(population), variable, neurons_of(population),
                                 interval_ms);
      },
      py::arg("population"), py::arg("variable"), py::arg("interval_ms") = 0.0,
      "record_state(self, population: Population, variable: str, interval_ms: float = 0.0) -> "
      "typing.Any"
      "\n\nThe same of any state variable, as 'w' or 'g_inhibitory': after the tick.");
  cls.def(
      "record_weights",
      [](SimulationHandle& self, const ProjectionHandle& projection, const py::object& synapses,
         double interval_ms) {
        self.idle().record_weights(self.of(projection), synapses_of(synapses), interval_ms);
      },
      py::arg("projection"), py::kw_only(), py::arg("synapses") = py::none(),
      py::arg("interval_ms") = 0.0,
      "record_weights(self, projection: Projection, *, synapses: numpy.typing.ArrayLike | None = "
      "None, interval_ms: float = 0.0) -> typing.Any\n\n"
      "Records weights of a projection with plasticity from now on: of all synapses, or of those "
      "with these numbers in synapses().");
  cls.def(
      "record_spikes_to",
      [](SimulationHandle& self, const std::filesystem::path& path, const py::args& populations) {
        std::vector<PopulationId> ids;
        for (const auto& population : populations)
          ids.push_back(self.of(
              value_of<PopulationHandle>(population, "Simulation.record_spikes_to", "population")));
        self.idle().record_spikes_to(path, std::move(ids));
      },
      py::arg("path"),
      "record_spikes_to(self, path: str | os.PathLike[str], *populations: Population) -> None\n\n"
      "Writes spikes of some populations (none given: all) to a SONATA file while the simulation "
      "runs, from now on.\n\nRaises\n------\nFileError\n    Also a run, when the disk is full.");
  cls.def(
      "record_states_to",
      [](SimulationHandle& self, const std::filesystem::path& path, const py::args& populations,
         const std::string& variable, double interval_ms) {
        std::vector<StateSelection> selections;
        for (const auto& given : populations) {
          const auto population =
              value_of<PopulationHandle>(given, "Simulation.record_states_to", "population");
          selections.push_back({self.of(population), variable, neurons_of(population)});
        }
        self.idle().record_states_to(path, std::move(selections), interval_ms);
      },
      py::arg("path"), py::kw_only(), py::arg("variable") = "v", py::arg("interval_ms") = 0.0,
      "record_states_to(self, path: str | os.PathLike[str], *populations: Population, variable: "
      "str = 'v', interval_ms: float = 0.0) -> None\n\n"
      "Writes a state variable of populations, or of parts of them, to a SONATA report while the "
      "simulation runs.");
  cls.def(
      "record_weights_to",
      [](SimulationHandle& self, const std::filesystem::path& path,
         const ProjectionHandle& projection, const py::object& synapses, double interval_ms) {
        self.idle().record_weights_to(path, self.of(projection), synapses_of(synapses),
                                      interval_ms);
      },
      py::arg("path"), py::arg("projection"), py::kw_only(), py::arg("synapses") = py::none(),
      py::arg("interval_ms") = 0.0,
      "record_weights_to(self, path: str | os.PathLike[str], projection: Projection, *, synapses: "
      "numpy.typing.ArrayLike | None = None, interval_ms: float = 0.0) -> None\n\n"
      "Writes weights of a projection with plasticity to a SONATA report while the simulation "
      "runs.");
  cls.def(
      "close_files", [](SimulationHandle& self) { self.idle().close_files(); },
      "close_files(self) -> None\n\nCompletes the files that record_..._to() began. Also done when "
      "the simulation ends.");
}

}  // namespace snn::python

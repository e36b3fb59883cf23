// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/fields.hpp"
#include "python/bindings/simulation_parts.hpp"

namespace snn::python {
namespace {

/// A trace's values as a matrix that owns them.
py::array_t<float> matrix(std::vector<float> values, std::size_t columns) {
  auto* kept = new std::vector<float>(std::move(values));
  const py::capsule owner(kept, [](void* p) { delete static_cast<std::vector<float>*>(p); });
  const auto width = static_cast<py::ssize_t>(columns);
  const auto height = width == 0 ? 0 : static_cast<py::ssize_t>(kept->size()) / width;
  return py::array_t<float>({height, width}, kept->data(), owner);
}

py::tuple arrays(const StateTrace& trace) {
  return py::make_tuple(to_array(trace.tick), to_array(trace.neuron),
                        matrix(trace.value, trace.neuron.size()));
}

py::tuple synapses(SimulationHandle& self, const ProjectionHandle& projection) {
  const std::vector<SynapseNow> now = self.idle().synapses(self.of(projection));
  std::vector<std::int32_t> source, target;
  std::vector<double> delay_ms;
  std::vector<float> weight;
  for (const SynapseNow& synapse : now) {
    source.push_back(synapse.source);
    target.push_back(synapse.target);
    delay_ms.push_back(synapse.delay * self.options.dt_ms);
    weight.push_back(synapse.weight);
  }
  return py::make_tuple(to_array(std::move(source)), to_array(std::move(target)),
                        to_array(std::move(delay_ms)), to_array(std::move(weight)));
}

}  // namespace

/// Recordings come as plain arrays; snn.Simulation makes objects of them.
void bind_results(SimulationClass& cls) {
  cls.def(
      "_spikes",
      [](SimulationHandle& self, const PopulationHandle& population) {
        const SpikeTrain& train = self.idle().spikes(self.of(population));
        return py::make_tuple(to_array(train.tick), to_array(train.neuron));
      },
      py::arg("population"),
      "_spikes(self, population: Population) -> tuple[numpy.ndarray, numpy.ndarray]");
  cls.def(
      "_state",
      [](SimulationHandle& self, const PopulationHandle& population, const std::string& variable) {
        Simulation& simulation = self.idle();
        return arrays(variable == "v" ? simulation.membrane(self.of(population))
                                      : simulation.state(self.of(population), variable));
      },
      py::arg("population"), py::arg("variable"),
      "_state(self, population: Population, variable: str) -> tuple[numpy.ndarray, numpy.ndarray, "
      "numpy.ndarray]");
  cls.def(
      "_weights",
      [](SimulationHandle& self, const ProjectionHandle& projection) {
        const WeightTrace& trace = self.idle().weights(self.of(projection));
        return py::make_tuple(to_array(trace.tick), to_array(trace.synapse),
                              matrix(trace.value, trace.synapse.size()));
      },
      py::arg("projection"),
      "_weights(self, projection: Projection) -> tuple[numpy.ndarray, numpy.ndarray, "
      "numpy.ndarray]");
  cls.def("_synapses", &synapses, py::arg("projection"),
          "_synapses(self, projection: Projection) -> tuple[numpy.ndarray, numpy.ndarray, "
          "numpy.ndarray, numpy.ndarray]");
  cls.def(
      "counts", [](SimulationHandle& self) { return self.idle().counts(); },
      "counts(self) -> RawCounts\n\nCounts since the last reset, as one sample.");
  cls.def(
      "precision",
      [](SimulationHandle& self) {
        py::dict all;
        for (const auto& p : self.idle().precision())
          all[py::str(p.projection)] = py::make_tuple(p.weight_bits, p.bytes_per_synapse);
        return all;
      },
      "precision(self) -> dict[str, tuple[int, float]]\n\nOf each projection: bits of weight that "
      "sums keep, and bytes per synapse.");
  cls.def_property_readonly(
      "tick",
      py::cpp_function([](SimulationHandle& self) { return self.idle().tick(); }, "(self) -> int"),
      "Ticks done since the start or the last reset.");
  cls.def_property_readonly("time_ms",
                            py::cpp_function(
                                [](SimulationHandle& self) {
                                  return static_cast<double>(self.idle().tick()) *
                                         self.options.dt_ms;
                                },
                                "(self) -> float"),
                            "Simulated time done, ms.");
  cls.def_property_readonly(
      "options",
      py::cpp_function([](const SimulationHandle& self) { return self.options; },
                       "(self) -> SimulationOptions"),
      "A copy of its options.");
  cls.def_property_readonly(
      "network",
      py::cpp_function([](const SimulationHandle& self) { return self.network; },
                       "(self) -> Network"),
      "The network it was made of.");
}

}  // namespace snn::python

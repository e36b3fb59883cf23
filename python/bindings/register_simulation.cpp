// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/enums.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/simulation_fields.hpp"
#include "python/bindings/simulation_parts.hpp"

namespace snn::python {
namespace {

/// Runs without the GIL. What was done stays done, however the run ends.
template <class Run>
void run_watched(SimulationHandle& self, const py::object& progress, const Run& run) {
  const Busy busy(self.busy);
  Watcher watcher(progress);
  {
    const py::gil_scoped_release without;
    run(RunHooks{.progress = [&](double done_ms, double of_ms) {
      return watcher.tell([&](const py::object& call) { return call(done_ms, of_ms); });
    }});
  }
  watcher.finish();
}

template <class Options>
void bind_network(py::module_& m, const char* name, Network (*make)(const Options&)) {
  m.def(
      name,
      [name, make](const py::kwargs& options) {
        return std::make_shared<Network>(
            make(options_from<Options>(name, FieldsOf<Options>::list, {}, options)));
      },
      (std::string(name) + "(*, " + parameters_of<Options>(FieldsOf<Options>::list) +
       ") -> Network\n\n" + doc_of(name) +
       parameters_section<Options>(header_name_of<Options>(), FieldsOf<Options>::list))
          .c_str());
}

void register_estimate(py::module_& m) {
  using Estimate = BuildEstimate;
  py::class_<Estimate>(m, "BuildEstimate", doc_of("BuildEstimate").c_str())
      .def_property_readonly("synapse_bytes", getter(&Estimate::synapse_bytes),
                             doc_of("BuildEstimate::synapse_bytes").c_str())
      .def_property_readonly("peak_bytes", getter(&Estimate::peak_bytes),
                             doc_of("BuildEstimate::peak_bytes").c_str())
      .def_property_readonly("neuron_bytes", getter(&Estimate::neuron_bytes),
                             doc_of("BuildEstimate::neuron_bytes").c_str())
      .def_property_readonly("bytes_per_thread", getter(&Estimate::bytes_per_thread),
                             doc_of("BuildEstimate::bytes_per_thread").c_str())
      .def_property_readonly("seconds", getter(&Estimate::seconds),
                             doc_of("BuildEstimate::seconds").c_str())
      .def_property_readonly("synapses",
                             py::cpp_function(
                                 [](const Estimate& e) {
                                   py::dict all;
                                   for (const auto& p : e.projections)
                                     all[py::str(p.name)] = p.synapses;
                                   return all;
                                 },
                                 "(self) -> dict[str, float]"),
                             "Expected number of synapses of each projection, by its name.")
      .def(
          "__repr__",
          [](const Estimate& e) {
            return "<BuildEstimate: " + std::to_string(e.synapse_bytes) + " bytes of synapses, " +
                   std::to_string(e.peak_bytes) + " bytes at most, " + std::to_string(e.seconds) +
                   " s>";
          },
          "__repr__(self) -> str");
}

}  // namespace

void register_simulation(py::module_& m) {
  bind_enum<SimulationOptions::Update>(m, "Update",
                                       {{"automatic", SimulationOptions::Update::automatic},
                                        {"stepped", SimulationOptions::Update::stepped},
                                        {"touched", SimulationOptions::Update::touched}},
                                       "SimulationOptions::Update");
  bind_enum<SimulationOptions::Arithmetic>(
      m, "Arithmetic",
      {{"fixed_point", SimulationOptions::Arithmetic::fixed_point},
       {"float64", SimulationOptions::Arithmetic::float64}},
      "SimulationOptions::Arithmetic");
  bind_enum<MicrocircuitOptions::Drive>(
      m, "MicrocircuitDrive",
      {{"poisson", MicrocircuitOptions::Drive::poisson}, {"dc", MicrocircuitOptions::Drive::dc}},
      "MicrocircuitOptions::drive");
  bind_model<SimulationOptions>(m, "SimulationOptions");
  register_estimate(m);
  bind_network<BrunelOptions>(m, "brunel", &brunel);
  bind_network<VogelsAbbottOptions>(m, "cuba", &cuba);
  bind_network<VogelsAbbottOptions>(m, "coba", &coba);
  bind_network<MicrocircuitOptions>(m, "microcircuit", &microcircuit);
  bind_network<StdpBalancedOptions>(m, "stdp_balanced", &stdp_balanced);

  const std::string options = parameters_of<SimulationOptions>(FieldsOf<SimulationOptions>::list);
  py::class_<SimulationHandle> cls(
      m, "_Simulation",
      (doc_of("Simulation") + parameters_section<SimulationOptions>(
                                  "SimulationOptions", FieldsOf<SimulationOptions>::list))
          .c_str());
  cls.def(py::init([](const std::shared_ptr<Network>& network,
                      const std::optional<SimulationOptions>& given, const py::kwargs& fields) {
            const auto chosen = options_from<SimulationOptions>(
                "Simulation", FieldsOf<SimulationOptions>::list, given, fields);
            const py::gil_scoped_release without;
            return std::make_unique<SimulationHandle>(network, chosen);
          }),
          py::arg("network"), py::arg("options") = py::none(),
          ("__init__(self, network: Network, options: SimulationOptions | None = None, *, " +
           options + ") -> None")
              .c_str());
  cls.def_static(
      "estimate",
      [](const Network& network, const std::optional<SimulationOptions>& given,
         const py::kwargs& fields) {
        return Simulation::estimate(
            network, options_from<SimulationOptions>(
                         "Simulation.estimate", FieldsOf<SimulationOptions>::list, given, fields));
      },
      py::arg("network"), py::arg("options") = py::none(),
      ("estimate(network: Network, options: SimulationOptions | None = None, *, " + options +
       ") -> BuildEstimate\n\n" + doc_of("Simulation::estimate"))
          .c_str());
  cls.def(
      "run_ms",
      [](SimulationHandle& self, double duration_ms, const py::object& progress) {
        run_watched(self, progress,
                    [&](const RunHooks& hooks) { self.simulation.run_ms(duration_ms, hooks); });
      },
      py::arg("duration_ms"), py::arg("progress") = py::none(),
      "run_ms(self, duration_ms: float, progress: collections.abc.Callable[[float, float], object] "
      "| None = None) -> typing.Any\n\nAdvances; runs in pieces equal one run.");
  cls.def(
      "run_ticks",
      [](SimulationHandle& self, std::int64_t ticks, const py::object& progress) {
        run_watched(self, progress,
                    [&](const RunHooks& hooks) { self.simulation.run_ticks(ticks, hooks); });
      },
      py::arg("ticks"), py::arg("progress") = py::none(),
      "run_ticks(self, ticks: int, progress: collections.abc.Callable[[float, float], object] | "
      "None = None) -> typing.Any\n\nAdvances by ticks.");
  bind_recording(cls);
  bind_results(cls);
  bind_changes(cls);
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/add_population.hpp"
#include "python/bindings/description_fields.hpp"
#include "python/bindings/each.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/html.hpp"
#include "python/bindings/parts.hpp"

namespace snn::python {
namespace {

template <class Cls, class Get>
void read_only(Cls& cls, const char* name, const std::string& type, const Get& get,
               const char* doc) {
  cls.def_property_readonly(name, py::cpp_function(get, ("(self) -> " + type).c_str()), doc);
}

py::object parameters_of_population(const PopulationHandle& handle) {
  const Population& population = *handle;
  if (population.custom() != nullptr) return py::none();
  if (population.is_source())
    return std::visit([](const auto& source) { return py::cast(source); }, population.source());
  return std::visit(
      [](const auto& parameters) {
        return parameters.size() == 1 ? py::cast(parameters.front())
                                      : py::cast(Each{Neurons(parameters)});
      },
      population.neurons());
}

std::string repr(const PopulationHandle& handle) {
  const std::string part = handle.neurons ? std::to_string(handle.size()) + " of " : std::string();
  return "<Population " + handle->name + ": " + part + std::to_string(handle->size()) + " " +
         kind_of(*handle) + ">";
}

void register_population(py::module_& m) {
  py::class_<PopulationHandle> cls(
      m, "Population",
      "A group of neurons in a network, or some of them: E[:10], E[[3, 5]], E[mask]. "
      "Network.add() makes it.");
  read_only(
      cls, "name", "str", [](const PopulationHandle& h) { return h->name; }, "Its name.");
  read_only(
      cls, "shape", "tuple[int, ...]",
      [](const PopulationHandle& h) { return py::tuple(shown(h->shape).attr("tolist")()); },
      "Extents of the whole population; neurons are numbered row-major.");
  read_only(
      cls, "index", "int", [](const PopulationHandle& h) { return h.id.index; },
      "Its number in the network, from 0.");
  read_only(
      cls, "neurons", "numpy.ndarray",
      [](const PopulationHandle& h) -> py::object {
        if (h.neurons) return to_array(*h.neurons);
        return py::module_::import("numpy").attr("arange")(h.size(), py::arg("dtype") = "int32");
      },
      "Numbers of its neurons in the whole population, int32.");
  read_only(
      cls, "kind", "str", [](const PopulationHandle& h) { return kind_of(*h); },
      "Name of its model or kind of source.");
  read_only(
      cls, "parameters", "object | None", &parameters_of_population,
      "A copy of its parameters: of the model or source it was added with, Each where neurons "
      "differ, None for a model of your own.");
  read_only(
      cls, "stimuli", "tuple[object, ...]",
      [](const PopulationHandle& h) {
        py::tuple all(h->stimuli.size());
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = shown(h->stimuli[i]);
        return all;
      },
      "Copies of its stimuli, in the order of drive().");
  cls.def_property(
      "v_init_mv",
      py::cpp_function(
          [](const PopulationHandle& h) -> py::object {
            if (is_drawn(h->v_init_drawn)) return shown(h->v_init_drawn);
            if (h->v_init_mv.empty()) return py::none();
            return shown(h->v_init_mv);
          },
          "(self) -> numpy.ndarray | Uniform | Normal | TruncatedNormal | None"),
      py::cpp_function(
          [](const PopulationHandle& h, const py::object& v) {
            h.whole("v_init_mv");
            set_initial_membranes(*h, v);
          },
          "(self, value: float | numpy.typing.ArrayLike | Uniform | Normal | TruncatedNormal | "
          "None) -> None"),
      "Membrane at the start, mV: one value, one per neuron, or a distribution; None: at rest.");
  cls.def(
      "drive",
      [](const PopulationHandle& h, const py::object& stimulus) {
        const PopulationId id = h.whole("drive()");
        h.network->drive(id, value_of<Stimulus>(stimulus, "Population.drive", "stimulus"));
        return h;
      },
      py::arg("stimulus"),
      "drive(self, stimulus: PoissonDrive | InhomogeneousPoissonDrive | StepCurrent | SineCurrent "
      "| NoiseCurrent) -> Population\n\n"
      "Adds input from outside to each of its neurons, beside its synapses; several add up. "
      "Returns the population.");
  cls.def("__getitem__", &part_of, py::arg("which"),
          "__getitem__(self, which: slice | int | numpy.typing.ArrayLike) -> Population\n\n"
          "Some of its neurons, by NumPy's rules of indexing.");
  cls.def("__len__", &PopulationHandle::size, "__len__(self) -> int");
  cls.def("__repr__", &repr, "__repr__(self) -> str");
  cls.def("_repr_html_", &population_html, "_repr_html_(self) -> str");
  cls.def(
      "__eq__",
      [](const PopulationHandle& a, const py::object& other) {
        if (!py::isinstance<PopulationHandle>(other)) return false;
        const auto& b = other.cast<const PopulationHandle&>();
        return a.network == b.network && a.id == b.id && a.neurons == b.neurons;
      },
      "__eq__(self, other: object) -> bool");
  cls.def(
      "__hash__",
      [](const PopulationHandle& h) {
        return py::hash(py::make_tuple(reinterpret_cast<std::uintptr_t>(h.network.get()),
                                       h.id.index, h.size()));
      },
      "__hash__(self) -> int");
}

}  // namespace

void register_handles(py::module_& m) {
  register_population(m);
  py::class_<ProjectionHandle> cls(m, "Projection",
                                   "Synapses between two populations. Network.connect() makes it.");
  read_only(cls, "name", "str", &ProjectionHandle::name,
            "'source->target', with '#2' and so on where several join the same two.");
  read_only(
      cls, "index", "int", [](const ProjectionHandle& h) { return h.id.index; },
      "Its number in the network, from 0.");
  read_only(
      cls, "source", "Population",
      [](const ProjectionHandle& h) {
        return PopulationHandle{h.network, h->source};
      },
      "Where its spikes come from.");
  read_only(
      cls, "target", "Population",
      [](const ProjectionHandle& h) {
        return PopulationHandle{h.network, h->target};
      },
      "Where they go.");
  read_only(
      cls, "rule", argument_type<Connectivity>(),
      [](const ProjectionHandle& h) { return shown(h->rule); }, "A copy of its rule.");
  cls.def_property(
      "synapse",
      py::cpp_function([](const ProjectionHandle& h) { return h->synapse; }, "(self) -> Synapse"),
      py::cpp_function([](const ProjectionHandle& h, const Synapse& s) { h->synapse = s; },
                       "(self, value: Synapse) -> None"),
      "What its synapses are like, as a copy; assign one to change it.");
  cls.def(
      "__repr__",
      [](const ProjectionHandle& h) {
        return "<Projection " + h.name() + ": " +
               py::cast<std::string>(py::type::handle_of(shown(h->rule)).attr("__name__")) + ">";
      },
      "__repr__(self) -> str");
}

}  // namespace snn::python

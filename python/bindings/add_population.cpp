// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/add_population.hpp"

#include "python/bindings/each.hpp"
#include "python/bindings/values.hpp"

namespace snn::python {
namespace {

Shape shape_of(const py::object& shape) {
  if (!is_array(shape) && (py::isinstance<py::int_>(shape) || py::hasattr(shape, "__index__")))
    return {py::cast<std::int64_t>(py::module_::import("operator").attr("index")(shape))};
  return to_vector<std::int64_t>(shape, "Network.add", "shape");
}

/// Adds if `kind` holds one of the alternatives.
template <class Model, class... Rest>
std::optional<PopulationId> add_one_of(Network& network, const py::object& kind, const Shape& shape,
                                       const std::string& name) {
  if (py::isinstance<Model>(kind)) return network.add(py::cast<Model>(kind), shape, name);
  if constexpr (sizeof...(Rest) > 0) {
    return add_one_of<Rest...>(network, kind, shape, name);
  } else {
    return std::nullopt;
  }
}

template <class... Model>
std::optional<PopulationId> add_neurons(ModelList<Model...>, Network& network,
                                        const py::object& kind, const Shape& shape,
                                        const std::string& name) {
  return add_one_of<Model...>(network, kind, shape, name);
}

template <class... Kind>
std::optional<PopulationId> add_source(const std::variant<Kind...>*, Network& network,
                                       const py::object& kind, const Shape& shape,
                                       const std::string& name) {
  return add_one_of<Kind...>(network, kind, shape, name);
}

PopulationId add_kind(Network& network, const py::object& kind, const Shape& shape,
                      const std::string& name) {
  if (const auto id = add_neurons(NeuronModels{}, network, kind, shape, name)) return *id;
  if (const auto id = add_source(static_cast<const Source*>(nullptr), network, kind, shape, name))
    return *id;
  if (py::isinstance<Each>(kind)) {
    return std::visit(
        [&]<class Model>(const ParametersOf<Model>& parameters) {
          return network.add(std::vector<Model>(parameters), shape, name);
        },
        py::cast<const Each&>(kind).neurons);
  }
  if (py::hasattr(kind, "custom_neurons")) {
    auto neurons = py::cast<CustomNeurons>(kind.attr("custom_neurons")());
    return network.add(std::move(neurons), shape, name);
  }
  refuse("Network.add", "kind", kind,
         "a neuron model such as Lif(tau_m_ms=20), Lif.each(...), a source such as "
         "PoissonSource(10.0), or neurons of a NeuronModel such as Qif(tau_m_ms=20)");
}

}  // namespace

std::string kind_of(const Population& population) {
  if (const CustomNeurons* own = population.custom()) return own->model;
  if (population.is_source()) {
    return std::visit([]<class Kind>(const Kind&) { return std::string(Kind::name); },
                      population.source());
  }
  return std::visit(
      []<class Model>(const ParametersOf<Model>&) { return std::string(Model::name); },
      population.neurons());
}

void set_initial_membranes(Population& population, const py::object& v_init_mv) {
  const std::string object = "population \"" + population.name + "\"";
  population.v_init_mv.clear();
  population.v_init_drawn = {};
  if (v_init_mv.is_none()) return;
  if (py::isinstance<Uniform>(v_init_mv) || py::isinstance<Normal>(v_init_mv) ||
      py::isinstance<TruncatedNormal>(v_init_mv)) {
    population.v_init_drawn = value_of<InitialDraw>(v_init_mv, object, "v_init_mv");
  } else if (py::isinstance<py::float_>(v_init_mv) || py::isinstance<py::int_>(v_init_mv)) {
    population.v_init_mv = {py::cast<double>(v_init_mv)};
  } else {
    population.v_init_mv = to_vector<double>(v_init_mv, object, "v_init_mv");
  }
}

PopulationHandle add_population(const std::shared_ptr<Network>& network, const py::object& kind,
                                const py::object& shape, const std::string& name,
                                const py::object& v_init_mv, const py::object& positions) {
  // All arguments are read before anything is added: a mistake leaves the network as it was.
  const Shape extents = shape_of(shape);
  Population probe;
  probe.name = name.empty() ? "Network.add" : name;
  set_initial_membranes(probe, v_init_mv);
  Positions places;
  if (!positions.is_none()) places = value_of<Positions>(positions, "Network.add", "positions");
  const PopulationId id = add_kind(*network, kind, extents, name);
  Population& population = (*network)[id];
  population.v_init_mv = std::move(probe.v_init_mv);
  population.v_init_drawn = probe.v_init_drawn;
  population.positions = std::move(places);
  return {network, id};
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/parts.hpp"

#include <numeric>

#include "python/bindings/description_fields.hpp"
#include "python/bindings/fields.hpp"

namespace snn::python {
namespace {

std::vector<std::int64_t> numbers(const PopulationHandle& population) {
  if (population.neurons) return {population.neurons->begin(), population.neurons->end()};
  std::vector<std::int64_t> all(static_cast<std::size_t>(population.size()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// The listed pairs of a rule that does not draw, between parts.
Connectivity between_parts(const Connectivity& rule, const PopulationHandle& source,
                           const PopulationHandle& target, const std::string& rule_name) {
  const auto from = numbers(source), to = numbers(target);
  Sparse pairs;
  if (std::holds_alternative<AllToAll>(rule)) {
    for (const auto s : from) {
      pairs.source.insert(pairs.source.end(), to.size(), s);
      pairs.target.insert(pairs.target.end(), to.begin(), to.end());
    }
  } else if (std::holds_alternative<OneToOne>(rule)) {
    if (from.size() != to.size())
      throw ConfigError("OneToOne", "neurons",
                        std::to_string(from.size()) + " to " + std::to_string(to.size()),
                        "parts of one size");
    pairs = {from, to};
  } else if (const auto* listed = std::get_if<Sparse>(&rule)) {
    const auto at = [](const std::vector<std::int64_t>& part, std::int64_t n) {
      if (n < 0 || static_cast<std::size_t>(n) >= part.size())
        throw ConfigError("Sparse", "neuron", std::to_string(n),
                          "0 .. " + std::to_string(part.size()) + " - 1, counted in the part");
      return part[static_cast<std::size_t>(n)];
    };
    for (const auto s : listed->source) pairs.source.push_back(at(from, s));
    for (const auto t : listed->target) pairs.target.push_back(at(to, t));
  } else {
    throw ConfigError("Network.connect", "rule", rule_name,
                      "AllToAll, OneToOne or Sparse between parts of populations");
  }
  return pairs;
}

}  // namespace

ProjectionHandle connect(Network& network, const PopulationHandle& source,
                         const PopulationHandle& target, const py::object& rule,
                         const std::optional<Synapse>& synapse, const py::kwargs& fields) {
  if (source.network.get() != &network || target.network.get() != &network)
    throw ConfigError("Network.connect", source.network.get() != &network ? "source" : "target",
                      "of another network", "a population of this network");
  auto pairs = value_of<Connectivity>(rule, "Network.connect", "rule");
  if (source.neurons || target.neurons) {
    pairs = between_parts(pairs, source, target,
                          py::cast<std::string>(py::type::handle_of(rule).attr("__name__")));
  }
  auto all = options_from<Synapse>("Network.connect", FieldsOf<Synapse>::list, synapse, fields);
  const ProjectionId id = network.connect(source.id, target.id, std::move(pairs), std::move(all));
  return {source.network, id};
}

std::string connect_doc() {
  return "connect(self, source: Population, target: Population, rule: " +
         argument_type<Connectivity>() + ", synapse: Synapse | None = None, *, " +
         parameters_of<Synapse>(FieldsOf<Synapse>::list) +
         ") -> Projection\n\n"
         "Adds synapses from one population to another, or to itself.\n\n"
         "Parameters\n----------\n"
         "source, target : Population\n"
         "    Of this network; parts of populations with AllToAll, OneToOne and Sparse.\n"
         "rule : connectivity rule\n    Which pairs.\n"
         "synapse : Synapse, optional\n    What the synapses are like; the parameters below change "
         "it.\n" +
         parameters_section<Synapse>("Synapse", FieldsOf<Synapse>::list).substr(24) +
         "\nReturns\n-------\nProjection\n\nRaises\n------\nTypeError\n    For a name or a value "
         "that Synapse does not have.\nConfigError\n    For populations of another network.";
}

PopulationHandle part_of(const PopulationHandle& population, const py::object& which) {
  const py::module_ numpy = py::module_::import("numpy");
  // NumPy's own rules of indexing, applied to the numbers of the neurons.
  py::object all = population.neurons ? py::object(to_array(*population.neurons))
                                      : numpy.attr("arange")(population.size());
  const std::string object = "population \"" + population->name + "\"";
  const py::object index = on_host(which, object, "neurons");
  py::object chosen = numpy.attr("atleast_1d")(all.attr("__getitem__")(index));
  PopulationHandle part = population;
  part.neurons = to_vector<std::int32_t>(chosen, object, "neurons");
  return part;
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/port_loads.hpp"

#include <cmath>

namespace snn {
namespace {

double largest_value(const Population& source) {
  if (!source.is_source()) return 1.0;
  const auto* current = std::get_if<CurrentSource>(&source.source());
  return current != nullptr ? current->max_abs : 1.0;
}

/// Explicit weights are summed as they are; of others number and largest magnitude are known.
void add_afferents(const Network& network, ProjectionId id, double most, double largest,
                   PortLoad& load) {
  const Projection& projection = network[id];
  const double factor = largest_value(network[projection.source]);
  const std::size_t targets = load.sum.size();
  std::vector<double>& terms = load.rounded.emplace_back(PortLoad::Rounded{id.index, {}}).terms;
  // Plastic weights may all become the largest.
  const auto* values = is_plastic(projection.synapse)
                           ? nullptr
                           : std::get_if<std::vector<float>>(&projection.synapse.weight);
  const std::vector<std::int64_t>* listed = nullptr;
  if (const auto* list = std::get_if<Sparse>(&projection.rule)) listed = &list->target;
  if (const auto* rows = std::get_if<Csr>(&projection.rule)) listed = &rows->target;
  if (const auto* shared = std::get_if<Convolution>(&projection.rule);
      shared && values != nullptr) {
    // Each output channel has weights of its own; at borders some of them have no source.
    double sum = 0;
    const auto channels = static_cast<std::size_t>(network[projection.target].shape[0]);
    const std::size_t kernel = values->size() / channels, map = targets / channels;
    for (std::size_t n = 0; n < targets; ++n) {
      if (n % map == 0) {
        sum = 0;
        for (std::size_t w = 0; w < kernel; ++w)
          sum += std::abs(static_cast<double>((*values)[n / map * kernel + w]));
      }
      load.sum[n] += factor * sum;
    }
    terms = {static_cast<double>(kernel)};
    return;
  }
  if (listed != nullptr || values != nullptr) {
    terms.resize(targets);
    const std::size_t synapses = listed != nullptr ? listed->size() : values->size();
    for (std::size_t s = 0; s < synapses; ++s) {
      const std::size_t n =
          listed != nullptr ? static_cast<std::size_t>((*listed)[s]) : s % targets;
      load.sum[n] +=
          factor * (values != nullptr ? std::abs(static_cast<double>((*values)[s])) : largest);
      terms[n] += 1;
    }
    return;
  }
  for (double& sum : load.sum) sum += factor * largest * most;
  terms = {most};
}

}  // namespace

double PortLoad::rounding(std::size_t neuron, const std::vector<double>& unit) const {
  double added = others;
  for (const auto& [projection, terms] : rounded) {
    added += unit[static_cast<std::size_t>(projection)] * terms[terms.size() == 1 ? 0 : neuron];
  }
  return added;
}

PortLoad load_of_port(const Network& network, const CompiledNetwork& compiled,
                      std::int32_t population, std::size_t port, const std::vector<double>& most,
                      const std::vector<double>& largest) {
  const CompiledPopulation& target = compiled.populations[static_cast<std::size_t>(population)];
  const auto size = static_cast<std::size_t>(target.size);
  PortLoad load;
  load.population = population;
  load.port = port;
  load.sum.resize(size);
  load.others = static_cast<double>(target.inputs.size());  // their biases
  std::vector<double> bias(size);
  for (const std::int32_t q : target.inputs) {
    const auto at = static_cast<std::size_t>(q);
    if (compiled.projections[at].receptor != static_cast<int>(port)) continue;
    add_afferents(network, {q}, most[at], largest[at], load);
    const auto& biases = network.projections()[at].synapse.bias;
    for (std::size_t n = 0; n < biases.size(); ++n) bias[n] += static_cast<double>(biases[n]);
  }
  for (const CompiledPoissonDrive& drive : target.drives) {
    if (drive.receptor != static_cast<int>(port)) continue;
    const auto events = static_cast<double>(drive.most_events());
    for (double& sum : load.sum) sum += events * std::abs(drive.weight);
    load.others += events;
  }
  for (std::size_t n = 0; n < size; ++n) load.sum[n] += std::abs(bias[n]);
  return load;
}

}  // namespace snn

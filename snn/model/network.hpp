// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "snn/math/models.hpp"
#include "snn/model/connectivity.hpp"
#include "snn/model/custom_neurons.hpp"
#include "snn/model/errors.hpp"
#include "snn/model/positions.hpp"
#include "snn/model/source.hpp"
#include "snn/model/stimulus.hpp"

namespace snn {

/// Handles that Network::add and Network::connect return.
struct PopulationId {
  std::int32_t index = -1;
  friend bool operator==(PopulationId, PopulationId) = default;
};
struct ProjectionId {
  std::int32_t index = -1;
  friend bool operator==(ProjectionId, ProjectionId) = default;
};

/// Sizes per dimension; neurons are numbered row-major.
using Shape = std::vector<std::int64_t>;

/// Parameters of a population: one entry for all its neurons, or one entry each.
template <class... Model>
struct ParametersOf {};
template <class Model>
struct ParametersOf<Model> : std::vector<Model> {
  using model = Model;
  using std::vector<Model>::vector;
};
using Neurons = variant_of<ParametersOf>;

/// Nothing, or the distribution a value is drawn from.
using InitialDraw = std::variant<std::monostate, Uniform, Normal, TruncatedNormal>;
inline bool is_drawn(const InitialDraw& draw) {
  return !std::holds_alternative<std::monostate>(draw);
}

/// A group of neurons of one model, or of one kind of source.
struct Population {
  std::string name;
  Shape shape;
  std::variant<Neurons, Source, CustomNeurons> kind;
  std::vector<double>
      v_init_mv;  ///< membrane at the start: empty (rest), one value, or one per neuron. At or
                  ///< above the threshold a neuron spikes in the first tick
  InitialDraw v_init_drawn{};       ///< or drawn for each neuron, mV; then v_init_mv is empty
  std::vector<Stimulus> stimuli{};  ///< input from outside to each of its neurons
  Positions positions{};            ///< needed by DistanceDependent and DistanceDelay

  std::int64_t size() const;
  bool is_source() const { return std::holds_alternative<Source>(kind); }
  /// Neurons of a model of the user's own.
  const CustomNeurons* custom() const { return std::get_if<CustomNeurons>(&kind); }
  /// Of a model of the library; ConfigError for one of the user's own.
  const Neurons& neurons() const;
  Neurons& neurons();
  const Source& source() const { return std::get<Source>(kind); }
};

/// Synapses from one population to another (or the same).
struct Projection {
  PopulationId source, target;
  Connectivity rule;
  Synapse synapse;
};

/// A description: populations and projections, as values. Nothing is expanded or checked until it
/// is compiled or validate() is called.
class Network {
 public:
  /// Neurons of one model that share their parameters: a model of the library, or any type of the
  /// user's that satisfies NeuronModel (CustomNeurons).
  template <NeuronModel Model>
  PopulationId add(Model parameters, Shape shape, std::string name = {}) {
    if constexpr (!is_listed<Model>) {
      return add(std::vector<Model>{std::move(parameters)}, std::move(shape), std::move(name));
    } else {
      return add_population(Neurons{ParametersOf<Model>{std::move(parameters)}}, std::move(shape),
                            std::move(name));
    }
  }
  /// Neurons of one model with their own parameters each.
  template <NeuronModel Model>
  PopulationId add(const std::vector<Model>& parameters, Shape shape, std::string name = {}) {
    if constexpr (!is_listed<Model>) {
      return add_population(custom_neurons(parameters), std::move(shape), std::move(name));
    } else {
      return add_population(Neurons{ParametersOf<Model>(parameters.begin(), parameters.end())},
                            std::move(shape), std::move(name));
    }
  }
  /// Neurons whose model is known by its loops only, as one that was compiled while running.
  PopulationId add(CustomNeurons neurons, Shape shape, std::string name = {}) {
    return add_population(std::move(neurons), std::move(shape), std::move(name));
  }
  PopulationId add(Source source, Shape shape, std::string name = {}) {
    return add_population(std::move(source), std::move(shape), std::move(name));
  }

  ProjectionId connect(PopulationId source, PopulationId target, Connectivity rule,
                       Synapse synapse = {});

  /// Input from outside to each neuron of a population, beside its synapses.
  void drive(PopulationId target, Stimulus stimulus) {
    (*this)[target].stimuli.push_back(std::move(stimulus));
  }

  const std::vector<Population>& populations() const { return populations_; }
  const std::vector<Projection>& projections() const { return projections_; }
  const Population& operator[](PopulationId id) const { return populations_.at(id.index); }
  Population& operator[](PopulationId id) { return populations_.at(id.index); }
  const Projection& operator[](ProjectionId id) const { return projections_.at(id.index); }
  Projection& operator[](ProjectionId id) { return projections_.at(id.index); }

  /// "source->target", with "#2" and so on where several projections join the same two.
  std::string name_of(ProjectionId id) const;
  /// The population of that name; ConfigError lists the names there are.
  PopulationId find(const std::string& name) const;

 private:
  PopulationId add_population(std::variant<Neurons, Source, CustomNeurons> kind, Shape shape,
                              std::string name);

  std::vector<Population> populations_;
  std::vector<Projection> projections_;
};

}  // namespace snn

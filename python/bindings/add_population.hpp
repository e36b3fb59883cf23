// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>

#include "python/bindings/handles.hpp"

namespace snn::python {

/// "Lif", "PoissonSource" or the name of a user's own model.
std::string kind_of(const Population& population);

/// What Network.add() does. `kind`: parameters of a model or of a source, parameters for each
/// neuron, or an object with a method `custom_neurons`, as neuron models made of equations have.
PopulationHandle add_population(const std::shared_ptr<Network>& network,
                                const pybind11::object& kind, const pybind11::object& shape,
                                const std::string& name, const pybind11::object& v_init_mv,
                                const pybind11::object& positions);

inline constexpr const char* add_population_doc =
    "add(self, kind: object, shape: int | collections.abc.Sequence[int], name: str = '', *, "
    "v_init_mv: float | numpy.typing.ArrayLike | Uniform | Normal | TruncatedNormal | None = None, "
    "positions: Positions | None = None) -> Population\n\n"
    "Adds a group of neurons of one model, or of one kind of source.\n\n"
    "Parameters\n----------\n"
    "kind : neuron model, source, Each, or a model of your own\n"
    "    Lif(...), PoissonSource(...), Lif.each(...) or what NeuronModel made.\n"
    "shape : int or sequence of int\n"
    "    Number of neurons, or extents; neurons are numbered row-major.\n"
    "name : str, default ''\n"
    "    Without one it is called population0 and so on.\n"
    "v_init_mv : float, array of shape (neurons,) or distribution, optional\n"
    "    Membrane at the start, mV; at rest if not given.\n"
    "positions : Positions, optional\n"
    "    Needed by DistanceDependent and DistanceDelay.\n\n"
    "Returns\n-------\nPopulation\n\n"
    "Raises\n------\nTypeError\n    For what is no model and no source.";

/// Sets the membranes that a population starts with.
void set_initial_membranes(Population& population, const pybind11::object& v_init_mv);

}  // namespace snn::python

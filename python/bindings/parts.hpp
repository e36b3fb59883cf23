// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <optional>
#include <string>

#include "python/bindings/handles.hpp"

namespace snn::python {

/// What Network.connect() does, also between parts of populations.
ProjectionHandle connect(Network& network, const PopulationHandle& source,
                         const PopulationHandle& target, const pybind11::object& rule,
                         const std::optional<Synapse>& synapse, const pybind11::kwargs& fields);
std::string connect_doc();

/// Population[...]: a slice, a list or an array of neurons, or of booleans.
PopulationHandle part_of(const PopulationHandle& population, const pybind11::object& which);

/// Population and Projection.
void register_handles(pybind11::module_& m);

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "python/bindings/handles.hpp"

/// What a notebook shows of an object.
namespace snn::python {

std::string escaped(const std::string& text);
std::string network_html(const Network& network);
std::string population_html(const PopulationHandle& population);

}  // namespace snn::python

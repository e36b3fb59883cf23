// SPDX-License-Identifier: Apache-2.0
#include "snn/model/validate.hpp"

#include <set>

#include "snn/model/validate_detail.hpp"

namespace snn {
namespace {

using detail::Field;
using detail::text;

/// Largest number of neurons of a population: indices are 32-bit.
constexpr std::int64_t most_neurons = 2147483647;

void validate_shape(const Field& field, const Shape& shape) {
  if (shape.empty()) field.fail("shape", "{}", "at least one extent");
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 1) field.fail("shape", text(extent) + " neurons in one dimension", ">= 1 neuron");
    if (extent > most_neurons / product) {
      field.fail("shape", "more than " + text(most_neurons) + " neurons",
                 "1 .. " + text(most_neurons) + " neurons");
    }
    product *= extent;
  }
}

void validate_names(const Network& network) {
  std::set<std::string> names;
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    const std::string& name = network.populations()[p].name;
    const Field field{"population " + std::to_string(p)};
    if (name.empty()) field.fail("name", "\"\"", "a name of at least one character");
    if (name.find('/') != std::string::npos)
      field.fail("name", "\"" + name + "\"", "a name without '/'");
    if (!names.insert(name).second)
      field.fail("name", "\"" + name + "\" twice", "a name of its own");
  }
}

}  // namespace

void validate(const Population& population, double dt_ms) {
  const Field field{"population \"" + population.name + "\""};
  validate_shape(field, population.shape);
  detail::validate_positions(field, population);
  if (population.is_source()) {
    detail::validate_source(field, population, dt_ms);
  } else {
    detail::validate_neurons(field, population, dt_ms);
  }
}

void validate(const Network& network, double dt_ms) {
  const Field whole{"network"};
  whole.positive("dt_ms", dt_ms, "ms");
  if (network.populations().empty()) whole.fail("populations", "none", "at least one");
  validate_names(network);
  for (const Population& population : network.populations()) validate(population, dt_ms);
  for (std::size_t p = 0; p < network.projections().size(); ++p) {
    detail::validate_projection(network, {static_cast<std::int32_t>(p)}, dt_ms);
  }
  detail::validate_cycles(network, dt_ms);
}

}  // namespace snn

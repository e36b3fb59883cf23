// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "snn/io/sonata_detail.hpp"
#include "snn/io/state_file.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

/// The node of each column. Node i has the columns pointers[i] to pointers[i + 1] - 1.
std::vector<std::uint64_t> nodes_of_columns(const Hdf5File& file, const std::string& mapping,
                                            std::uint64_t columns) {
  const auto nodes = file.read<std::uint64_t>(mapping + "/node_ids");
  std::string object = mapping + "/index_pointers";
  if (!file.exists(object)) object = mapping + "/index_pointer";
  std::vector<std::uint64_t> pointers;
  if (file.exists(object)) {
    pointers = file.read<std::uint64_t>(object);
    if (pointers.size() == nodes.size()) pointers.push_back(columns);
  } else {
    for (std::uint64_t i = 0; i <= nodes.size(); ++i) pointers.push_back(i);
  }
  if (pointers.size() != nodes.size() + 1 || pointers.front() != 0 || pointers.back() != columns) {
    throw FileError(file.path(), object,
                    "does not map " + std::to_string(nodes.size()) + " nodes to the " +
                        std::to_string(columns) + " columns of the data");
  }
  std::vector<std::uint64_t> result;
  result.reserve(columns);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (pointers[i] > pointers[i + 1] || pointers[i + 1] > columns) {
      throw FileError(file.path(), object, "falls at entry " + std::to_string(i + 1));
    }
    result.resize(pointers[i + 1], nodes[i]);
  }
  return result;
}

std::string text_or_empty(const Hdf5File& file, const std::string& object,
                          const std::string& name) {
  return file.has_attribute(object, name) ? file.attribute<std::string>(object, name) : "";
}

void read_time(const Hdf5File& file, const std::string& object, PopulationStates& states) {
  const auto time = file.read<double>(object);
  if (time.size() != 3) {
    throw FileError(file.path(), object,
                    std::to_string(time.size()) + " values; allowed: start, stop, step");
  }
  const double factor = sonata::ms_per_unit(file, object);
  states.start_ms = time[0] * factor;
  states.step_ms = time[2] * factor;
  if (!std::isfinite(states.start_ms) || !std::isfinite(states.step_ms) || states.step_ms <= 0) {
    throw FileError(file.path(), object, "start or step is not finite, or the step is not > 0");
  }
  // Tools differ in whether stop is a sample; the data say how many there are.
  const double told = (time[1] - time[0]) / time[2];
  if (!file.left_open() && !(std::abs(told - static_cast<double>(states.samples)) < 1.5)) {
    throw FileError(file.path(), object,
                    "says " + std::to_string(told) + " samples, but the data have " +
                        std::to_string(states.samples));
  }
}

PopulationStates read_population(const Hdf5File& file, const std::string& name) {
  const std::string group = "/report/" + name, data = group + "/data", mapping = group + "/mapping";
  PopulationStates states;
  states.name = name;
  const auto extents = file.extents(data);
  if (extents.size() != 2) {
    throw FileError(file.path(), data,
                    std::to_string(extents.size()) + " dimensions; allowed: samples x elements");
  }
  states.samples = extents[0];
  const auto columns = static_cast<std::uint64_t>(extents[1]);
  states.node = nodes_of_columns(file, mapping, columns);
  states.element.assign(columns, 0);
  const std::string elements = mapping + "/element_ids";
  if (file.exists(elements)) states.element = file.read<std::uint64_t>(elements);
  if (states.element.size() != columns) {
    throw FileError(file.path(), elements,
                    std::to_string(states.element.size()) + " elements for " +
                        std::to_string(columns) + " columns of the data");
  }
  states.units = text_or_empty(file, data, "units");
  states.variable = text_or_empty(file, data, "variable");
  read_time(file, mapping + "/time", states);
  states.values = file.read<float>(data);
  // Of a file that is being written, there may be more by now.
  states.values.resize(static_cast<std::size_t>(states.samples) * columns);
  return states;
}

}  // namespace

StateFile read_states(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  if (!file.exists("/report")) {
    throw FileError(file.path(), "/report", "missing: not a SONATA report");
  }
  StateFile result;
  result.complete = !file.left_open();
  for (const std::string& name : file.list("/report")) {
    result.populations.push_back(read_population(file, name));
  }
  return result;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "snn/io/hdf5_file.hpp"
#include "snn/model/network.hpp"

/// What the sources of network files share; not for other includes.
namespace snn::network_parts {

/// A group of a file, with its members by name.
struct Group {
  const Hdf5File& file;
  std::string path;
  std::string at(std::string_view name) const { return path + "/" + std::string(name); }
  [[noreturn]] void fail(std::string_view name, const std::string& what) const {
    throw FileError(file.path(), at(name), what);
  }
};

void write_population(Hdf5File& file, const std::string& group, const Population& population);
Population read_population(const Group& group);

/// Nothing is written for a projection whose weights are constant.
void write_plasticity(Hdf5File& file, const std::string& group, const Plasticity& plasticity);
Plasticity read_plasticity(const Group& group);

/// Nothing is written for none.
void write_homeostasis(Hdf5File& file, const std::string& group,
                       const std::optional<Homeostasis>& homeostasis);
std::optional<Homeostasis> read_homeostasis(const Group& group);

void write_projection(Hdf5File& file, const std::string& group, const Projection& projection);
/// Refuses ends that are not among that many populations.
Projection read_projection(const Group& group, std::int32_t populations);

}  // namespace snn::network_parts

// SPDX-License-Identifier: Apache-2.0
#include "snn/io/network_file.hpp"

#include "snn/io/network_parts.hpp"

namespace snn {

using namespace network_parts;

namespace {

constexpr const char* format_name = "snn network";

}  // namespace

void write_network(Hdf5File& file, const std::string& group, const Network& network) {
  file.make_group(group);
  const auto populations = static_cast<std::int32_t>(network.populations().size());
  const auto projections = static_cast<std::int32_t>(network.projections().size());
  file.set_attribute(group, "schema", static_cast<std::int32_t>(network_schema));
  file.set_attribute(group, "populations", populations);
  file.set_attribute(group, "projections", projections);
  for (std::int32_t i = 0; i < populations; ++i) {
    write_population(file, group + "/populations/" + std::to_string(i), network[PopulationId{i}]);
  }
  for (std::int32_t i = 0; i < projections; ++i) {
    write_projection(file, group + "/projections/" + std::to_string(i), network[ProjectionId{i}]);
  }
}

Network read_network(const Hdf5File& file, const std::string& group) {
  const auto schema = file.attribute<std::int32_t>(group, "schema");
  if (schema != network_schema) {
    throw FileError(file.path(), group + "@schema",
                    "version " + std::to_string(schema) + " of the layout; this build reads " +
                        std::to_string(network_schema));
  }
  const auto populations = file.attribute<std::int32_t>(group, "populations");
  const auto projections = file.attribute<std::int32_t>(group, "projections");
  Network network;
  for (std::int32_t i = 0; i < populations; ++i) {
    Population population = read_population({file, group + "/populations/" + std::to_string(i)});
    const PopulationId id = network.add(Source{}, population.shape, population.name);
    network[id] = std::move(population);
  }
  for (std::int32_t i = 0; i < projections; ++i) {
    Projection projection =
        read_projection({file, group + "/projections/" + std::to_string(i)}, populations);
    network.connect(projection.source, projection.target, std::move(projection.rule),
                    std::move(projection.synapse));
  }
  return network;
}

void save_network(const std::filesystem::path& path, const Network& network, double dt_ms,
                  const Provenance& provenance, const Presentation& presentation) {
  write_hdf5_atomically(path, [&](Hdf5File& file) {
    write_network(file, "/network", network);
    file.set_attribute("/", "format", std::string(format_name));
    file.set_attribute("/", "dt_ms", dt_ms);
    file.set_attribute("/", "version", provenance.version);
    file.set_attribute("/", "commit", provenance.commit);
    file.set_attribute("/", "command", provenance.command);
    file.set_attribute("/", "seed", provenance.seed);
    if (presentation.ticks > 0) file.set_attribute("/", "ticks", presentation.ticks);
    if (!presentation.loss.empty()) file.set_attribute("/", "loss", presentation.loss);
  });
}

SavedNetwork load_network(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  if (!file.has_attribute("/", "format") ||
      file.attribute<std::string>("/", "format") != format_name) {
    throw FileError(file.path(), "/@format", "not a network file written by snn");
  }
  SavedNetwork saved;
  saved.network = read_network(file, "/network");
  saved.dt_ms = file.attribute<double>("/", "dt_ms");
  saved.provenance.version = file.attribute<std::string>("/", "version");
  saved.provenance.commit = file.attribute<std::string>("/", "commit");
  saved.provenance.command = file.attribute<std::string>("/", "command");
  saved.provenance.seed = file.attribute<std::uint64_t>("/", "seed");
  if (file.has_attribute("/", "ticks"))
    saved.presentation.ticks = file.attribute<std::int32_t>("/", "ticks");
  if (file.has_attribute("/", "loss"))
    saved.presentation.loss = file.attribute<std::string>("/", "loss");
  return saved;
}

}  // namespace snn

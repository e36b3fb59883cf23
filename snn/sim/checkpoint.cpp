// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/checkpoint.hpp"

#include "snn/io/network_file.hpp"
#include "snn/io/state_snapshot.hpp"

namespace snn {
namespace {

constexpr const char* list_name = "/arrays";
constexpr const char* changes_name = "/changes";

/// Names as one array of bytes, each ended by a zero, after a letter that tells its type.
std::vector<std::byte> list_of(const BackendState& state) {
  std::vector<std::byte> list;
  for (const StateArray& array : state) {
    list.push_back(static_cast<std::byte>("fixud"[array.values.index()]));
    for (const char letter : array.name) list.push_back(static_cast<std::byte>(letter));
    list.push_back(std::byte{0});
  }
  return list;
}

StateArray read_array(const SnapshotReader& reader, char type, const std::string& name) {
  switch (type) {
    case 'f':
      return {name, reader.get<float>(name)};
    case 'i':
      return {name, reader.get<std::int32_t>(name)};
    case 'x':
      return {name, reader.get<std::int64_t>(name)};
    case 'd':
      return {name, reader.get<double>(name)};
    default:
      return {name, reader.get<std::uint64_t>(name)};
  }
}

/// What was set, as a network of the changed populations in an HDF5 file of its own. Neurons whose
/// parameters were not are written as a source: they may be of a model that files do not know.
std::vector<std::byte> bytes_of(const std::filesystem::path& path, const Changes& changes) {
  Network network;
  std::vector<std::int32_t> index, parts;
  for (const auto& [population, change] : changes) {
    const auto& now = change.now;
    const PopulationId id = network.add(Source{}, now.shape, now.name);
    if (change.parameters) network[id].kind = now.kind;
    if (change.stimuli) network[id].stimuli = now.stimuli;
    index.push_back(population);
    parts.push_back((change.parameters ? 1 : 0) + (change.stimuli ? 2 : 0));
  }
  Hdf5File file = Hdf5File::in_memory(path);
  write_network(file, "/network", network);
  file.write("/population", index);
  file.write("/parts", parts);
  return file.close_to_bytes();
}

Changes changes_of(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const auto file = Hdf5File::of_bytes(path.string() + changes_name, bytes);
  const Network network = read_network(file, "/network");
  const auto index = file.read<std::int32_t>("/population"),
             parts = file.read<std::int32_t>("/parts");
  const auto& populations = network.populations();
  if (index.size() != populations.size() || parts.size() != populations.size())
    throw FileError(path.string(), changes_name, "is not of as many populations as it says");
  Changes changes;
  for (std::size_t i = 0; i < populations.size(); ++i)
    changes[index[i]] = {populations[i], (parts[i] & 1) != 0, (parts[i] & 2) != 0};
  return changes;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const BackendState& state,
                      const Changes& changes) {
  SnapshotWriter writer(path);
  if (!changes.empty()) writer.put(changes_name, bytes_of(path, changes));
  writer.put(list_name, list_of(state));
  for (const StateArray& array : state)
    std::visit([&](const auto& values) { writer.put(array.name, values); }, array.values);
  writer.commit();
}

SimulationCheckpoint read_checkpoint(const std::filesystem::path& path) {
  const SnapshotReader reader(path);
  SimulationCheckpoint checkpoint;
  BackendState& state = checkpoint.state;
  char type = 0;
  std::string name;
  for (const std::byte byte : reader.get<std::byte>(list_name)) {
    const char letter = static_cast<char>(byte);
    if (type == 0) {
      type = letter;
    } else if (letter != 0) {
      name += letter;
    } else {
      state.push_back(read_array(reader, type, name));
      type = 0;
      name.clear();
    }
  }
  if (reader.has(changes_name))
    checkpoint.changes = changes_of(path, reader.get<std::byte>(changes_name));
  return checkpoint;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/checkpoint.hpp"

#include "snn/io/state_snapshot.hpp"

namespace snn {
namespace {

constexpr const char* list_name = "/arrays";

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

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const BackendState& state) {
  SnapshotWriter writer(path);
  writer.put(list_name, list_of(state));
  for (const StateArray& array : state)
    std::visit([&](const auto& values) { writer.put(array.name, values); }, array.values);
  writer.commit();
}

BackendState read_checkpoint(const std::filesystem::path& path) {
  const SnapshotReader reader(path);
  BackendState state;
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
  return state;
}

}  // namespace snn

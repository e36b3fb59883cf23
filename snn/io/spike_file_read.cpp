// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/io/sonata_detail.hpp"
#include "snn/io/spike_file.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

SpikeOrder order_of(const Hdf5File& file, const std::string& object) {
  const auto name = file.attribute<std::string>(object, "sorting");
  if (name == "none" || name == "unknown") return SpikeOrder::none;
  if (name == "by_id" || name == "by_gid" || name == "id") return SpikeOrder::by_id;
  if (name == "by_time" || name == "time") return SpikeOrder::by_time;
  throw FileError(file.path(), object + "@sorting",
                  "\"" + name + "\" is not known; allowed: none, by_id, by_time");
}

/// Throws unless the values rise, or stay, from each to the next.
template <class T>
void check_order(const Hdf5File& file, const std::string& object, const std::string& claim,
                 const std::vector<T>& values) {
  const auto wrong = std::is_sorted_until(values.begin(), values.end());
  if (wrong == values.end()) return;
  throw FileError(file.path(), object,
                  "is not sorted although the file says " + claim + ": spike " +
                      std::to_string(wrong - values.begin()) + " is below the one before");
}

PopulationSpikes read_population(const Hdf5File& file, const std::string& group, std::string name) {
  PopulationSpikes spikes{std::move(name), SpikeOrder::none, {}, {}};
  const bool old = !file.exists(group + "/node_ids") && file.exists(group + "/gids");
  const std::string nodes = group + (old ? "/gids" : "/node_ids"), times = group + "/timestamps";
  spikes.node = file.read<std::uint64_t>(nodes);
  spikes.time_ms = file.read<double>(times);
  if (file.left_open()) {
    // The two grow one after the other; what both have is whole.
    const std::size_t both = std::min(spikes.node.size(), spikes.time_ms.size());
    spikes.node.resize(both);
    spikes.time_ms.resize(both);
  }
  if (spikes.node.size() != spikes.time_ms.size()) {
    throw FileError(file.path(), times,
                    std::to_string(spikes.time_ms.size()) + " times, but " +
                        std::to_string(spikes.node.size()) + " ids in " + nodes);
  }
  const double factor = sonata::ms_per_unit(file, times);
  for (std::size_t i = 0; i < spikes.time_ms.size(); ++i) {
    if (!std::isfinite(spikes.time_ms[i])) {
      throw FileError(file.path(), times,
                      "the time of spike " + std::to_string(i) + " is not finite");
    }
    spikes.time_ms[i] *= factor;
  }
  for (const std::string& object : {group, nodes}) {
    if (!file.has_attribute(object, "sorting")) continue;
    spikes.order = order_of(file, object);
    break;
  }
  if (spikes.order == SpikeOrder::by_time) check_order(file, times, "by_time", spikes.time_ms);
  if (spikes.order == SpikeOrder::by_id) check_order(file, nodes, "by_id", spikes.node);
  return spikes;
}

}  // namespace

SpikeFile read_spikes(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  SpikeFile result;
  result.complete = !file.left_open();
  if (!file.exists("/spikes")) {
    throw FileError(file.path(), "/spikes", "missing: not a file of SONATA spikes");
  }
  if (file.exists("/spikes/timestamps")) {
    result.populations.push_back(read_population(file, "/spikes", ""));
    return result;
  }
  for (const std::string& name : file.list("/spikes")) {
    result.populations.push_back(read_population(file, "/spikes/" + name, name));
  }
  return result;
}

}  // namespace snn

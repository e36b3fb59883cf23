// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/meters/rapl_zones.hpp"

#include <map>

#include "snn/energy/meters/meter_files.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

const std::string prefix = "intel-rapl:";

/// Whether two zones read one counter: a reading of the second lies between two of the first.
/// Independent counters do so by chance about once in a million times.
bool same_counter(const MeterHost& host, const fs::path& first, const fs::path& second) {
  const auto before = optional_number(host, first / "energy_uj");
  const auto between = optional_number(host, second / "energy_uj");
  const auto after = optional_number(host, first / "energy_uj");
  return before && between && after && *before <= *between && *between <= *after;
}

/// "package-0" of "package-0-die-1".
std::string package_of(const std::string& name) {
  return name.substr(0, name.find("-die-"));
}

class Sorter {
 public:
  explicit Sorter(const MeterHost& host) : host_(host) {}

  void add(const fs::path& folder, const std::string& name) {
    const std::string id = folder.filename().string();  // intel-rapl:0 or intel-rapl:0:1
    const std::string parent = id.substr(0, id.find(':', prefix.size()));
    if (parent == id) {
      zones_.push_back({folder, top(folder, id, name)});
    } else {
      zones_.push_back({folder, inner(folder, parent, name)});
    }
  }
  std::vector<RaplZone> zones() && { return std::move(zones_); }

 private:
  MeterDomain top(const fs::path& folder, const std::string& id, const std::string& name) {
    names_[id] = name;
    if (name.rfind("psys", 0) == 0)
      return {name, "", false, "contains the packages, which are counted"};
    if (name.rfind("package-", 0) != 0) return {name, "", false, "not a package"};
    for (const auto& [other_id, other] : counted_) {
      if (other.second == name) return {name, "", false, "listed before, as " + other_id};
      if (package_of(other.second) == package_of(name) &&
          same_counter(host_, other.first, folder)) {
        return {name, "", false, "the same counter as " + other.second + ", seen twice"};
      }
    }
    counted_[id] = {folder, name};
    return {name, "", true, "a package"};
  }

  MeterDomain inner(const fs::path& folder, const std::string& parent, const std::string& name) {
    const auto found = names_.find(parent);
    const std::string outer = found == names_.end() ? parent : found->second;
    if (name != "dram") return {name, outer, false, "inside " + outer};
    const std::string shown = "dram of " + parent.substr(prefix.size());
    if (counted_.count(parent) == 0) return {shown, "", false, outer + " is not counted either"};
    // Some machines list dram without counting it.
    if (optional_number(host_, folder / "energy_uj") == std::uint64_t{0})
      return {shown, "", false, "its counter stands at 0: this machine does not count it"};
    return {shown, "", true, "outside the figure of " + outer};
  }

  const MeterHost& host_;
  std::vector<RaplZone> zones_;
  std::map<std::string, std::string> names_;                         // of top zones, by id
  std::map<std::string, std::pair<fs::path, std::string>> counted_;  // packages, by id
};

}  // namespace

std::vector<RaplZone> rapl_zones(const MeterHost& host) {
  Sorter sorter(host);
  // Sorted, so that sub-zones follow their zone. Other prefixes (intel-rapl-mmio) show the same
  // packages another way.
  for (const fs::path& folder : folder_entries(host.root / "sys/class/powercap")) {
    if (folder.filename().string().rfind(prefix, 0) != 0) continue;
    if (const auto name = meter_line(host, folder / "name")) sorter.add(folder, *name);
  }
  return std::move(sorter).zones();
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include "snn/energy/meters/meter.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

/// One zone of /sys/class/powercap: its counter and where it wraps.
struct Zone {
  fs::path folder;
  std::string name;
  std::uint64_t range_uj = 0;  ///< the counter goes from this back to 0
  std::uint64_t last_uj = 0;
  double total_j = 0;
};

std::optional<std::string> line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) return std::nullopt;
  return line;
}

std::optional<std::uint64_t> number_of(const fs::path& file) {
  const auto line = line_of(file);
  if (!line || line->empty() || line->find_first_not_of("0123456789") != std::string::npos ||
      line->size() > 19)
    return std::nullopt;
  return std::stoull(*line);
}

Unavailable cannot_read(const fs::path& file) {
  if (::access(file.c_str(), R_OK) != 0 && errno == EACCES) {
    return {"no permission to read " + file.string(),
            "sudo chmod -R a+r /sys/class/powercap/intel-rapl/  (until the next boot; a udev rule "
            "makes it last)"};
  }
  return {"cannot read a number from " + file.string(), ""};
}

/// From the last reading to this one. A counter that went back has wrapped, if that means less than
/// half its range (32 kJ or more on real machines, over half a minute at 1 kW); else it was reset.
std::optional<std::uint64_t> step_uj(const Zone& zone, std::uint64_t now_uj) {
  if (now_uj >= zone.last_uj) return now_uj - zone.last_uj;
  if (zone.last_uj > zone.range_uj) return std::nullopt;
  const std::uint64_t step = zone.range_uj - zone.last_uj + now_uj;
  return step <= zone.range_uj / 2 ? std::optional(step) : std::nullopt;
}

class RaplMeter : public Meter {
 public:
  explicit RaplMeter(std::vector<Zone> zones) : zones_(std::move(zones)) {}

  std::string name() const override {
    std::string names;
    for (const Zone& zone : zones_) names += (names.empty() ? "" : " + ") + zone.name;
    return "RAPL " + names + " (powercap)";
  }
  double resolution_j() const override { return 1e-6; }

  std::variant<double, Unavailable> read() override {
    double sum = 0;
    for (Zone& zone : zones_) {
      const auto now = number_of(zone.folder / "energy_uj");
      if (!now) return cannot_read(zone.folder / "energy_uj");
      const auto step = step_uj(zone, *now);
      if (!step)
        return Unavailable{"RAPL " + zone.name + " went back: it was reset", "measure again"};
      zone.total_j += static_cast<double>(*step) * 1e-6;
      zone.last_uj = *now;
      sum += zone.total_j;
    }
    return sum;
  }

 private:
  std::vector<Zone> zones_;
};

std::variant<Zone, Unavailable> open_zone(const fs::path& folder, const std::string& name) {
  const auto range = number_of(folder / "max_energy_range_uj");
  if (!range) return cannot_read(folder / "max_energy_range_uj");
  const auto now = number_of(folder / "energy_uj");
  if (!now) return cannot_read(folder / "energy_uj");
  return Zone{folder, name, *range, *now, 0.0};
}

}  // namespace

std::variant<std::unique_ptr<Meter>, Unavailable> make_rapl_meter(const fs::path& root) {
  const fs::path powercap = root / "sys/class/powercap";
  std::error_code error;
  std::set<fs::path> folders;  // sorted, so that sub-zones follow their zone
  for (fs::directory_iterator at(powercap, error), end; !error && at != end; at.increment(error))
    folders.insert(at->path());
  std::vector<Zone> zones;
  std::set<std::string> packages;     // names
  std::set<std::string> package_ids;  // intel-rapl:0
  for (const fs::path& folder : folders) {
    const std::string id = folder.filename().string();  // intel-rapl:0 or intel-rapl:0:1
    if (id.rfind("intel-rapl:", 0) != 0) continue;
    const auto name = line_of(folder / "name");
    if (!name) continue;
    const std::string parent = id.substr(0, id.find(':', 11));
    const bool top = parent == id;
    const bool package = top && name->rfind("package-", 0) == 0;
    // A second zone of the same package (some multi-die CPUs list it again) would count it twice.
    if (package && !packages.insert(*name).second) continue;
    if (package) package_ids.insert(id);
    const bool dram = *name == "dram" && !top && package_ids.count(parent) > 0;
    if (!package && !dram) continue;
    auto zone = open_zone(folder, dram ? "dram of " + parent.substr(11) : *name);
    if (auto* unavailable = std::get_if<Unavailable>(&zone)) return *unavailable;
    zones.push_back(std::get<Zone>(std::move(zone)));
  }
  if (packages.empty()) {
    return Unavailable{"no RAPL package zone under " + powercap.string(),
                       "run on the bare machine (virtual machines and many containers do not show "
                       "the counter); on hardware: "
                       "sudo modprobe intel_rapl_msr"};
  }
  return std::make_unique<RaplMeter>(std::move(zones));
}

std::vector<MeterStatus> list_meters(const fs::path& root) {
  std::vector<MeterStatus> list;
  const auto add = [&](std::string kind, std::variant<std::unique_ptr<Meter>, Unavailable> made) {
    if (auto* meter = std::get_if<std::unique_ptr<Meter>>(&made)) {
      const auto reading = (*meter)->read();
      if (const auto* failed = std::get_if<Unavailable>(&reading)) {
        list.push_back({std::move(kind), false, failed->reason, failed->fix});
      } else {
        list.push_back({(*meter)->name(), true, "", ""});
      }
    } else {
      const auto& why = std::get<Unavailable>(made);
      list.push_back({std::move(kind), false, why.reason, why.fix});
    }
  };
  add("RAPL (CPU package and DRAM, powercap)", make_rapl_meter(root));
  add("NVML (NVIDIA GPU, total energy)", make_nvml_meter());
  return list;
}

}  // namespace snn

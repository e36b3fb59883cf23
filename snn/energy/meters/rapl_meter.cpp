// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "snn/energy/meters/meter_files.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/meters/rapl_zones.hpp"
#include "snn/energy/meters/step_guard.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

const char* const rapl_permission =
    "sudo chmod -R a+r /sys/class/powercap/intel-rapl/  (until the next boot; a udev rule "
    "makes it last)";

constexpr double frozen_after_s = 1;  // they move every millisecond or so

/// One counted zone: its counter and where it wraps.
struct Counted {
  fs::path energy_file;
  std::string name;
  std::uint64_t range_uj = 0;  ///< the counter goes from this back to 0
  std::uint64_t last_uj = 0;
  double total_j = 0;
  StepGuard guard;
};

/// Power that the zone cannot exceed for long. The limits that it states start at the thermal
/// design power, which turbo exceeds for a while, hence the factor.
double limit_of(const MeterHost& host, const fs::path& folder) {
  std::uint64_t most_uw = 0;
  for (const char* constraint : {"constraint_0", "constraint_1", "constraint_2"}) {
    const auto file = folder / (std::string(constraint) + "_max_power_uw");
    most_uw = std::max(most_uw, optional_number(host, file).value_or(0));
  }
  constexpr double unstated_w = 1000, factor = 4, least_w = 100;
  return most_uw == 0 ? unstated_w
                      : std::max(least_w, factor * 1e-6 * static_cast<double>(most_uw));
}

Unavailable beyond_range(const std::string& name, std::uint64_t uj, std::uint64_t range_uj) {
  return {"RAPL " + name + " reads " + std::to_string(uj) + " uJ, beyond its range of " +
              std::to_string(range_uj) + " uJ",
          ""};
}

class RaplMeter : public Meter {
 public:
  RaplMeter(MeterHost host, std::vector<Counted> zones, std::vector<MeterDomain> domains)
      : host_(std::move(host)), zones_(std::move(zones)), domains_(std::move(domains)) {}

  std::string name() const override {
    std::string names;
    for (const Counted& zone : zones_) names += (names.empty() ? "" : " + ") + zone.name;
    return "RAPL " + names + " (powercap)";
  }
  double resolution_j() const override { return 1e-6; }
  std::vector<MeterDomain> covers() const override { return domains_; }

  std::variant<double, Unavailable> read() override {
    double sum = 0;
    for (Counted& zone : zones_) {
      const auto now = meter_number(host_, zone.energy_file, rapl_permission);
      if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
      if (auto why = advance(zone, std::get<std::uint64_t>(now), host_.now_s())) return *why;
      sum += zone.total_j;
    }
    return sum;
  }

  void restart() override {
    for (Counted& zone : zones_) {
      // What cannot be read now is reported by the next reading.
      const auto now = optional_number(host_, zone.energy_file);
      if (!now || *now > zone.range_uj) continue;
      zone.last_uj = *now;
      zone.guard.restart(zone.total_j, host_.now_s());
    }
  }

 private:
  static std::optional<Unavailable> advance(Counted& zone, std::uint64_t now_uj, double now_s) {
    if (now_uj > zone.range_uj) return beyond_range(zone.name, now_uj, zone.range_uj);
    const double elapsed = zone.guard.since_reading_s(now_s);
    const double range_j = static_cast<double>(zone.range_uj) * 1e-6;
    if (elapsed * zone.guard.limit_w() >= range_j) {
      return Unavailable{
          "RAPL " + zone.name + " was not read for " + short_number(elapsed) + " s: at up to " +
              short_number(zone.guard.limit_w()) + " W it may have wrapped more than once",
          "read it at least every " + short_number(range_j / zone.guard.limit_w() / 2) + " s"};
    }
    const bool back = now_uj < zone.last_uj;
    const std::uint64_t step_uj =
        back ? zone.range_uj - zone.last_uj + now_uj : now_uj - zone.last_uj;
    const double step_j = static_cast<double>(step_uj) * 1e-6;
    // A counter that went back has wrapped, if no more than it could have counted lies between.
    if (back && step_j > zone.guard.allowed_j(now_s)) return zone.guard.went_back();
    if (auto why = zone.guard.next(zone.total_j + step_j, now_s)) return why;
    zone.total_j += step_j;
    zone.last_uj = now_uj;
    return std::nullopt;
  }

  MeterHost host_;
  std::vector<Counted> zones_;
  std::vector<MeterDomain> domains_;
};

std::variant<Counted, Unavailable> open_zone(const MeterHost& host, const RaplZone& zone) {
  const std::string& name = zone.domain.name;
  const auto range = meter_number(host, zone.folder / "max_energy_range_uj", rapl_permission);
  if (const auto* why = std::get_if<Unavailable>(&range)) return *why;
  const auto now = meter_number(host, zone.folder / "energy_uj", rapl_permission);
  if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
  const auto range_uj = std::get<std::uint64_t>(range);
  const auto now_uj = std::get<std::uint64_t>(now);
  if (now_uj > range_uj) return beyond_range(name, now_uj, range_uj);
  return Counted{zone.folder / "energy_uj",
                 name,
                 range_uj,
                 now_uj,
                 0.0,
                 {"RAPL " + name, limit_of(host, zone.folder), frozen_after_s, 0.0, host.now_s()}};
}

}  // namespace

std::vector<MeterDomain> rapl_domains(const MeterHost& host) {
  std::vector<MeterDomain> domains;
  for (RaplZone& zone : rapl_zones(host)) domains.push_back(std::move(zone.domain));
  return domains;
}

OpenedMeter make_rapl_meter(const MeterHost& host) {
  std::vector<Counted> counted;
  std::vector<MeterDomain> domains;
  for (RaplZone& zone : rapl_zones(host)) {
    if (zone.domain.counted) {
      auto opened = open_zone(host, zone);
      if (auto* why = std::get_if<Unavailable>(&opened)) return *why;
      counted.push_back(std::get<Counted>(std::move(opened)));
    }
    domains.push_back(std::move(zone.domain));
  }
  if (counted.empty()) {
    return Unavailable{"no RAPL package zone under " + (host.root / "sys/class/powercap").string(),
                       "run on the bare machine (virtual machines and many containers do not show "
                       "the counter); on hardware: sudo modprobe intel_rapl_msr"};
  }
  return std::make_unique<RaplMeter>(host, std::move(counted), std::move(domains));
}

}  // namespace snn

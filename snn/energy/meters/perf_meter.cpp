// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <charconv>
#include <cstring>

#include "snn/energy/meters/meter_files.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/meters/step_guard.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

constexpr double package_limit_w = 1000;
constexpr double frozen_after_s = 1;  // they move every millisecond or so

/// One kind of energy event, as the kernel describes it.
struct PerfEvent {
  std::string name;  ///< energy-pkg
  std::uint64_t config = 0;
  double joules_per_count = 0;
};

struct OpenEvent {
  std::string name;
  double joules_per_count = 0;
  std::function<int(std::uint64_t&)> read;
  std::uint64_t first = 0;
  StepGuard guard;
};

/// All of `text` as a number, or nothing.
template <class Number, class... Base>
std::optional<Number> parsed(std::string_view text, Base... base) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, base...);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// CPUs of a mask such as "0,18" or "0-1": one of each package or die.
std::optional<std::vector<int>> cpus_of(std::string_view mask) {
  std::vector<int> cpus;
  while (!mask.empty()) {
    const auto comma = std::min(mask.find(','), mask.size());
    const auto range = mask.substr(0, comma);
    const auto dash = std::min(range.find('-'), range.size());
    const auto first = parsed<int>(range.substr(0, dash));
    const auto last = dash == range.size() ? first : parsed<int>(range.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last > 65535) return std::nullopt;
    for (int cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
    mask.remove_prefix(std::min(comma + 1, mask.size()));
  }
  return cpus.empty() ? std::nullopt : std::optional(cpus);
}

/// The event, nothing if there is none of that name, or what is wrong with its description.
std::variant<std::optional<PerfEvent>, Unavailable> describe(const MeterHost& host,
                                                             const fs::path& pmu,
                                                             const std::string& name) {
  const auto code = meter_line(host, pmu / "events" / name);
  if (!code) return std::optional<PerfEvent>{};
  const auto garbage = [&](const std::string& file, const std::string& says) {
    return Unavailable{"perf: " + (pmu / "events" / file).string() + " says \"" + says + "\"", ""};
  };
  constexpr std::string_view before = "event=0x";
  const auto config = code->rfind(before, 0) == 0
                          ? parsed<std::uint64_t>(std::string_view(*code).substr(before.size()), 16)
                          : std::nullopt;
  if (!config) return garbage(name, *code);
  const std::string unit = meter_line(host, pmu / "events" / (name + ".unit")).value_or("");
  if (unit != "Joules") return garbage(name + ".unit", unit);
  const std::string scale = meter_line(host, pmu / "events" / (name + ".scale")).value_or("");
  const auto joules = parsed<double>(scale);
  if (!joules || !(*joules > 0 && *joules < 1)) return garbage(name + ".scale", scale);
  return std::optional(PerfEvent{name, *config, *joules});
}

Unavailable not_opened(const MeterHost& host, const std::string& what, int error) {
  if (error != EACCES && error != EPERM)
    return {"perf: " + what + " cannot be opened: " + std::strerror(error), ""};
  const std::string level =
      meter_line(host, host.root / "proc/sys/kernel/perf_event_paranoid").value_or("not readable");
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  return {"perf: no permission to open " + what + ": kernel.perf_event_paranoid is " + level +
              ", and counters of a whole CPU need 0 or less, or CAP_PERFMON",
          "sudo sysctl kernel.perf_event_paranoid=0  (until the next boot), or for this program "
          "alone: sudo setcap cap_perfmon+ep " +
              program.string()};
}

class PerfMeter : public Meter {
 public:
  PerfMeter(MeterHost host, std::vector<OpenEvent> events, std::vector<MeterDomain> domains)
      : host_(std::move(host)), events_(std::move(events)), domains_(std::move(domains)) {}

  std::string name() const override {
    std::string names;
    for (const OpenEvent& event : events_) names += (names.empty() ? "" : " + ") + event.name;
    return "RAPL " + names + " (perf_event)";
  }
  double resolution_j() const override {
    double most = 0;
    for (const OpenEvent& event : events_) most = std::max(most, event.joules_per_count);
    return most;
  }
  std::vector<MeterDomain> covers() const override { return domains_; }

  std::variant<double, Unavailable> read() override {
    double sum = 0;
    for (OpenEvent& event : events_) {
      std::uint64_t counts = 0;
      if (const int error = event.read(counts); error != 0) {
        return Unavailable{"perf: " + event.name + " cannot be read: " + std::strerror(error),
                           error == ENODEV || error == EIO ? "bring the CPU back online" : ""};
      }
      if (counts < event.first) return event.guard.went_back();
      // The difference first: it is exact, where a large count in joules is not.
      const double joules = static_cast<double>(counts - event.first) * event.joules_per_count;
      if (auto why = event.guard.next(joules, host_.now_s())) return *why;
      sum += joules;
    }
    return sum;
  }

  void restart() override {
    for (OpenEvent& event : events_) {
      std::uint64_t counts = 0;
      if (event.read(counts) != 0) continue;  // the next reading says so
      event.first = counts;
      event.guard.restart(0.0, host_.now_s());
    }
  }

 private:
  MeterHost host_;
  std::vector<OpenEvent> events_;
  std::vector<MeterDomain> domains_;
};

std::variant<OpenEvent, Unavailable> open_event(const MeterHost& host, std::uint32_t type,
                                                const PerfEvent& event, int cpu) {
  const std::string name = event.name + " of CPU " + std::to_string(cpu);
  PerfCounter counter = host.open_perf({type, event.config, cpu});
  if (counter.error != 0) return not_opened(host, name, counter.error);
  std::uint64_t first = 0;
  if (const int error = counter.read(first); error != 0)
    return Unavailable{"perf: " + name + " cannot be read: " + std::strerror(error), ""};
  return OpenEvent{name,
                   event.joules_per_count,
                   std::move(counter.read),
                   first,
                   {"RAPL " + name, package_limit_w, frozen_after_s, 0.0, host.now_s()}};
}

/// What else the power unit counts, and why it is left out.
void add_left_out(const MeterHost& host, const fs::path& events,
                  std::vector<MeterDomain>& domains) {
  for (const char* inner : {"energy-cores", "energy-gpu"}) {
    if (meter_line(host, events / inner))
      domains.push_back({inner, "energy-pkg", false, "inside energy-pkg"});
  }
  if (meter_line(host, events / "energy-psys"))
    domains.push_back({"energy-psys", "", false, "contains energy-pkg, which is counted"});
}

}  // namespace

OpenedMeter make_perf_meter(const MeterHost& host) {
  const fs::path pmu = host.root / "sys/bus/event_source/devices/power";
  if (!meter_line(host, pmu / "type")) {
    return Unavailable{"perf: no energy events: " + pmu.string() + " is missing",
                       "run on the bare machine (virtual machines do not show the counter); on "
                       "hardware: sudo modprobe rapl  (before Linux 5.8: intel_rapl_perf)"};
  }
  const auto type = meter_number(host, pmu / "type");
  if (const auto* why = std::get_if<Unavailable>(&type)) return *why;
  const std::string mask = meter_line(host, pmu / "cpumask").value_or("");
  const auto cpus = cpus_of(mask);
  if (!cpus)
    return Unavailable{"perf: " + (pmu / "cpumask").string() + " says \"" + mask + "\"", ""};
  std::vector<OpenEvent> opened;
  std::vector<MeterDomain> domains;
  for (const char* name : {"energy-pkg", "energy-ram"}) {
    auto described = describe(host, pmu, name);
    if (auto* why = std::get_if<Unavailable>(&described)) return *why;
    const auto& event = std::get<std::optional<PerfEvent>>(described);
    if (!event && opened.empty())
      return Unavailable{"perf: " + (pmu / "events").string() + " has no energy-pkg", ""};
    if (!event) continue;
    for (const int cpu : *cpus) {
      auto one =
          open_event(host, static_cast<std::uint32_t>(std::get<std::uint64_t>(type)), *event, cpu);
      if (auto* why = std::get_if<Unavailable>(&one)) return *why;
      auto& added = opened.emplace_back(std::get<OpenEvent>(std::move(one)));
      const bool ram = event->name == "energy-ram";
      domains.push_back(
          {added.name, "", true, ram ? "outside the figure of energy-pkg" : "a package or die"});
    }
  }
  add_left_out(host, pmu / "events", domains);
  return std::make_unique<PerfMeter>(host, std::move(opened), std::move(domains));
}

}  // namespace snn

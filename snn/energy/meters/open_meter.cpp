// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "snn/energy/meters/meters.hpp"

namespace snn {
namespace {

/// perf first: the kernel follows its wraps.
OpenedMeter automatic(const MeterHost& host) {
  OpenedMeter perf = make_perf_meter(host);
  if (perf.index() == 0) return perf;
  OpenedMeter rapl = make_rapl_meter(host);
  if (rapl.index() == 0) return rapl;
  const auto& by_perf = std::get<Unavailable>(perf);
  const auto& by_rapl = std::get<Unavailable>(rapl);
  std::string fix = by_perf.fix;
  if (!by_rapl.fix.empty() && by_rapl.fix != fix)
    fix += (fix.empty() ? "" : "; or: ") + by_rapl.fix;
  return Unavailable{"no meter of the CPU: " + by_perf.reason + "; powercap: " + by_rapl.reason,
                     fix};
}

/// What a kind is called where no meter could be opened.
std::string title_of(MeterKind kind, int device) {
  switch (kind) {
    case MeterKind::rapl:
      return "RAPL (CPU package and DRAM, powercap)";
    case MeterKind::perf:
      return "RAPL (CPU package and DRAM, perf_event)";
    case MeterKind::nvml:
      return "NVML (NVIDIA GPU " + std::to_string(device) + ")";
    case MeterKind::amd:
      return "AMD SMI (AMD GPU " + std::to_string(device) + ")";
    case MeterKind::jetson:
      return "Jetson (INA3221, module input)";
    case MeterKind::external:
      return "external (a file or pipe)";
    case MeterKind::automatic:
    case MeterKind::none:
      break;
  }
  return std::string(name_of(kind));
}

MeterStatus status_of(const MeterChoice& choice, const MeterHost& host) {
  MeterStatus status;
  status.kind = choice.kind;
  OpenedMeter opened = open_meter(choice, host);
  if (auto* meter = std::get_if<std::unique_ptr<Meter>>(&opened)) {
    status.name = (*meter)->name();
    status.domains = (*meter)->covers();
    const auto reading = (*meter)->read();
    if (const auto* why = std::get_if<Unavailable>(&reading)) {
      status.reason = why->reason;
      status.fix = why->fix;
    } else {
      status.readable = true;
    }
    return status;
  }
  const auto& why = std::get<Unavailable>(opened);
  status.name = title_of(choice.kind, choice.device);
  status.reason = why.reason;
  status.fix = why.fix;
  if (choice.kind == MeterKind::rapl) status.domains = rapl_domains(host);
  return status;
}

}  // namespace

std::string_view name_of(MeterKind kind) {
  switch (kind) {
    case MeterKind::automatic:
      return "automatic";
    case MeterKind::rapl:
      return "rapl";
    case MeterKind::perf:
      return "perf";
    case MeterKind::nvml:
      return "nvml";
    case MeterKind::amd:
      return "amd";
    case MeterKind::jetson:
      return "jetson";
    case MeterKind::external:
      return "external";
    case MeterKind::none:
      return "none";
  }
  return "";
}

OpenedMeter open_meter(const MeterChoice& choice, const MeterHost& host) {
  switch (choice.kind) {
    case MeterKind::automatic:
      return automatic(host);
    case MeterKind::rapl:
      return make_rapl_meter(host);
    case MeterKind::perf:
      return make_perf_meter(host);
    case MeterKind::nvml:
      return choice.pci_bus.empty() ? make_nvml_meter(choice.device, choice.allow_shared, host)
                                    : make_nvml_meter(choice.pci_bus, choice.allow_shared, host);
    case MeterKind::amd:
      return make_amd_meter(choice.device, host);
    case MeterKind::jetson:
      return make_jetson_meter(host);
    case MeterKind::external:
      return make_external_meter(choice.path, choice.stale_after_s, host);
    case MeterKind::none:
      break;
  }
  return Unavailable{"measuring is turned off", "choose a meter"};
}

std::vector<MeterStatus> list_meters(const MeterHost& host) {
  std::vector<MeterStatus> list;
  const auto add = [&](MeterKind kind, int device) {
    MeterChoice choice;
    choice.kind = kind;
    choice.device = device;
    list.push_back(status_of(choice, host));
  };
  add(MeterKind::rapl, 0);
  add(MeterKind::perf, 0);
  const int gpus = std::max(1, count_nvml_devices(host));
  for (int device = 0; device < gpus; ++device) add(MeterKind::nvml, device);
  add(MeterKind::amd, 0);
  add(MeterKind::jetson, 0);
  add(MeterKind::external, 0);
  return list;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "snn/energy/meters/meter.hpp"
#include "snn/energy/meters/meter_host.hpp"

namespace snn {

/// A zone of /sys/class/powercap: its folder, and where it stands to the others.
struct RaplZone {
  std::filesystem::path folder;
  MeterDomain domain;
};

/// All RAPL zones, packages before what is in them. Counted are packages, each once, and the dram
/// zones in them, which lie outside the package's figure. core and uncore lie inside it and psys
/// around it, so they are never counted. Needs no permission but for telling dies apart.
std::vector<RaplZone> rapl_zones(const MeterHost& host);

}  // namespace snn

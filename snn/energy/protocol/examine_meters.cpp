// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/examine_meters.hpp"

#include <memory>
#include <utility>

namespace snn {

std::vector<MeterExamined> examine_meters(const MeterHost& host, const MeasureOptions& options) {
  std::vector<MeterExamined> meters;
  int devices = 0;  // of the kind that may have several
  for (MeterStatus& status : list_meters(host)) {
    MeterExamined examined{std::move(status)};
    MeterStatus& found = examined.status;
    const int device = found.kind == MeterKind::nvml ? devices++ : 0;
    if (found.readable) {
      OpenedMeter opened = open_meter({.kind = found.kind, .device = device}, host);
      if (auto* meter = std::get_if<std::unique_ptr<Meter>>(&opened)) {
        examined.interval_s = update_interval(**meter, options);
      } else {
        examined.interval_s = std::get<Unavailable>(opened);
      }
      if (const auto* why = std::get_if<Unavailable>(&examined.interval_s)) {
        found.readable = false;  // it can be read, but tells nothing
        found.reason = why->reason;
        found.fix = why->fix;
      }
    }
    meters.push_back(std::move(examined));
  }
  return meters;
}

}  // namespace snn

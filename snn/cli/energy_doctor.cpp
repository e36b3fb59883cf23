// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_doctor.hpp"

#include "snn/cli/energy_json.hpp"
#include "snn/cli/text.hpp"

namespace snn::cli {
namespace {

Json json_of(const MeterExamined& meter) {
  const auto* interval = std::get_if<double>(&meter.interval_s);
  Json json = {{"name", meter.status.name},
               {"kind", name_of(meter.status.kind)},
               {"readable", meter.status.readable},
               {"reason", meter.status.reason},
               {"fix", meter.status.fix},
               {"interval_ms", interval != nullptr ? Json(*interval * 1e3) : Json(nullptr)}};
  json["domains"] = Json::array();
  for (const MeterDomain& domain : meter.status.domains) {
    json["domains"].push_back({{"name", domain.name},
                               {"inside", domain.inside},
                               {"counted", domain.counted},
                               {"why", domain.why}});
  }
  return json;
}

}  // namespace

std::string doctor_text(const std::vector<MeterExamined>& meters, bool json) {
  if (json) {
    Json all = {{"meters", Json::array()}};
    for (const MeterExamined& meter : meters) all["meters"].push_back(json_of(meter));
    return all.dump(2) + '\n';
  }
  std::string out;
  int readable = 0;
  for (const MeterExamined& meter : meters) {
    const auto* interval = std::get_if<double>(&meter.interval_s);
    out += meter.status.name + " (--meter " + std::string(name_of(meter.status.kind)) + "): ";
    if (meter.status.readable && interval != nullptr) {
      ++readable;
      out += "readable, moves every " + with_prefix(*interval, "s") + '\n';
    } else {
      out += "unavailable: " + meter.status.reason + '\n';
      if (!meter.status.fix.empty()) out += "  to fix it: " + meter.status.fix + '\n';
    }
    for (const MeterDomain& domain : meter.status.domains) {
      out += "  " + domain.name + (domain.inside.empty() ? "" : ", inside " + domain.inside) +
             (domain.counted ? ": counted, " : ": not counted, ") + domain.why + '\n';
    }
  }
  out += readable > 0 ? "\nJoules can be measured here: snn energy measure -- COMMAND\n"
                      : "\nNothing can be measured here. Joules by model need no meter: snn energy "
                        "model --help\n";
  return out;
}

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/metered.hpp"

#include <nlohmann/json.hpp>

#include "snn/backend/cuda.hpp"
#include "snn/cli/measured_json.hpp"
#include "snn/cli/text.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/protocol/measure.hpp"

namespace snn::cli {

MeterChoice meter_choice(MeterChoice chosen, const std::string& device) {
  if (chosen.kind != MeterKind::automatic || device == "cpu") return chosen;
  chosen.kind = MeterKind::nvml;
  chosen.device = cuda_device(device);
  // CUDA's numbers are not NVML's.
  chosen.pci_bus = cuda_report().devices.at(static_cast<std::size_t>(chosen.device)).pci_bus;
  return chosen;
}

MaybeMeter meter_of(const std::string& device) {
  return open_meter(meter_choice({}, device));
}

std::optional<double> systematic_gain_of(MeterKind kind) {
  return kind == MeterKind::nvml ? std::optional(0.05) : std::nullopt;
}

MeasuredEnergy metered_once(const MaybeMeter& meter, const std::function<void()>& work) {
  if (const auto* ready = std::get_if<std::unique_ptr<Meter>>(&meter))
    return measure_once(**ready, work);
  work();
  return std::get<Unavailable>(meter);
}

Json run_energy_json(const MeasuredEnergy& energy, std::uint64_t synaptic_events) {
  Json json = energy_json(energy);
  if (const auto* measured = std::get_if<Measured>(&energy)) {
    json["measured"]["joules_per_synaptic_event"] =
        synaptic_events > 0
            ? Json((measured->joules / static_cast<double>(synaptic_events)).value())
            : Json(nullptr);
  }
  return json;
}

std::string run_energy_words(const MeasuredEnergy& energy, std::uint64_t synaptic_events) {
  if (const auto* measured = std::get_if<Measured>(&energy)) {
    const std::string each =
        synaptic_events > 0
            ? with_prefix((measured->joules / static_cast<double>(synaptic_events)).value(), "J") +
                  " per synaptic event"
            : "no synaptic event";
    return "energy: " + with_prefix(measured->joules.value(), "J") + " measured in " +
           with_prefix(measured->window_s, "s") + ", " + each + "; " + measured->counter + '\n';
  }
  const auto& why = std::get<Unavailable>(energy);
  return "energy: unavailable: " + why.reason +
         (why.fix.empty() ? "" : "\n  to fix it: " + why.fix) + '\n';
}

}  // namespace snn::cli

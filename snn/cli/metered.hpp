// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>

#include "snn/energy/energy.hpp"
#include "snn/energy/meters/meters.hpp"

namespace snn::cli {

/// A meter, or why there is none.
using MaybeMeter = std::variant<std::unique_ptr<Meter>, Unavailable>;

/// The choice; where it is automatic, the meter of what runs on "cpu", or on a device that
/// cuda_device() takes.
MeterChoice meter_choice(MeterChoice chosen, const std::string& device);

/// The meter of the device everything runs on.
MaybeMeter meter_of(const std::string& device);

/// Known proportional error of a kind of counter: +-5 % of GPUs' (Yang, Adamek & Armour, SC'24,
/// arXiv 2312.02741); none where nobody measured it.
std::optional<double> systematic_gain_of(MeterKind kind);

/// Does `work` exactly once, under the meter if there is one.
MeasuredEnergy metered_once(const MaybeMeter& meter, const std::function<void()>& work);

/// As energy_json(), of a run of a network, with what a synaptic event took; null if there was
/// none.
nlohmann::ordered_json run_energy_json(const MeasuredEnergy& energy, std::uint64_t synaptic_events);

/// The same in words, one or two lines.
std::string run_energy_words(const MeasuredEnergy& energy, std::uint64_t synaptic_events);

}  // namespace snn::cli

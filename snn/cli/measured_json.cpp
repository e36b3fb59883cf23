// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/measured_json.hpp"

namespace snn::cli {
namespace {

double bare(double value) {
  return value;
}
template <class Unit, Origin origin>
double bare(Amount<Unit, origin> amount) {
  return amount.value();
}

template <class Quantity>
Json json_of(const TrialMean<Quantity>& mean) {
  return {{"mean", bare(mean.mean)},
          {"median", bare(mean.median)},
          {"sd", bare(mean.sd)},
          {"interval_95", {bare(mean.low), bare(mean.high)}}};
}

Json json_of(const RatioInterval& ratio) {
  return {{"ratio", ratio.ratio}, {"interval_95", {ratio.low, ratio.high}}};
}

Json json_of(const EnergyWindow& window) {
  return {{"joules", window.joules.value()},
          {"seconds", window.seconds},
          {"repetitions", window.repetitions},
          {"quantisation_j", window.quantisation.value()}};
}

Json json_of(const EnergyTrial& trial) {
  Json json = {{"order", trial.order},
               {"voided", trial.voided},
               {"idle_before", json_of(trial.idle_before)},
               {"idle_after", json_of(trial.idle_after)}};
  json["work"] = Json::array();
  for (const EnergyWindow& window : trial.work) json["work"].push_back(json_of(window));
  return json;
}

Json gain_json(const std::optional<double>& gain) {
  return gain ? Json(*gain) : Json(nullptr);
}

}  // namespace

Json json_of(const Unavailable& why) {
  return {{"unavailable", {{"reason", why.reason}, {"fix", why.fix}}}};
}

Json energy_json(const MeasuredEnergy& energy) {
  if (const auto* why = std::get_if<Unavailable>(&energy)) return json_of(*why);
  const auto& m = std::get<Measured>(energy);
  return {{"measured",
           {{"joules", m.joules.value()},
            {"total_joules", m.total_joules.value()},
            {"window_s", m.window_s},
            {"repetitions", m.repetitions},
            {"counter", m.counter},
            {"resolution_j", m.resolution_j},
            {"update_interval_s", m.update_interval_s},
            {"quantisation_j", m.quantisation_j}}}};
}

Json inference_json(const std::variant<Unavailable, ContestantEnergy>& energy,
                    const MaybeComparison& comparison) {
  if (const auto* why = std::get_if<Unavailable>(&energy)) return json_of(*why);
  const auto& e = std::get<ContestantEnergy>(energy);
  const auto& measured = std::get<EnergyComparison>(comparison);
  return {{"measured",
           {{"joules", e.total_per_sample.mean.value()},
            {"total_joules", json_of(e.total_per_sample)},
            {"dynamic_joules", json_of(e.dynamic_per_sample)},
            {"power_w", json_of(e.power_w)},
            {"pass_s", json_of(e.repetition_s)},
            {"energy_delay_js", json_of(e.energy_delay)},
            {"trials", e.trials},
            {"quantisation", e.quantisation},
            {"systematic_gain", gain_json(measured.systematic_gain)},
            {"counter", measured.counter}}}};
}

Json comparison_json(const MaybeComparison& comparison) {
  if (const auto* why = std::get_if<Unavailable>(&comparison)) return json_of(*why);
  const auto& c = std::get<EnergyComparison>(comparison);
  Json json = {{"counter", c.counter},
               {"resolution_j", c.resolution_j},
               {"update_interval_s", c.update_interval_s},
               {"systematic_gain", gain_json(c.systematic_gain)},
               {"seed", c.seed},
               {"resamples", c.resamples},
               {"max_difference", c.max_difference},
               {"planned_idle_s", c.planned_idle_s},
               {"planned_total_s", c.planned_total_s}};
  json["contestants"] = Json::array();
  for (const EnergyComparison::Entry& entry : c.contestants) {
    json["contestants"].push_back({{"name", entry.name},
                                   {"samples", entry.samples},
                                   {"planned_window_s", entry.planned_window_s}});
  }
  json["trials"] = Json::array();
  for (const EnergyTrial& trial : c.trials) json["trials"].push_back(json_of(trial));
  return json;
}

Json ratio_json(const MaybeComparison& comparison, std::size_t over, std::size_t under) {
  if (const auto* why = std::get_if<Unavailable>(&comparison)) return json_of(*why);
  const auto ratio = energy_ratio(std::get<EnergyComparison>(comparison), over, under);
  if (const auto* why = std::get_if<Unavailable>(&ratio)) return json_of(*why);
  const auto& r = std::get<EnergyRatio>(ratio);
  const auto* dynamic = std::get_if<RatioInterval>(&r.dynamic);
  return {{"total", json_of(r.total)},
          {"dynamic",
           dynamic != nullptr ? json_of(*dynamic) : json_of(std::get<Unavailable>(r.dynamic))},
          {"time", json_of(r.time)},
          {"energy_delay", json_of(r.energy_delay)}};
}

}  // namespace snn::cli

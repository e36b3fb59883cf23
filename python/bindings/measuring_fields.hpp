// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/energy/protocol/figures.hpp"
#include "snn/energy/protocol/run_marks.hpp"
#include "snn/io/model_fields.hpp"

/// Fields of measurements: raw trials, and figures of them.
namespace snn {

template <>
struct FieldsOf<EnergyWindow> {
  using Type = EnergyWindow;
  static constexpr std::tuple list{Field{"joules", &Type::joules}, Field{"seconds", &Type::seconds},
                                   Field{"repetitions", &Type::repetitions},
                                   Field{"quantisation", &Type::quantisation}};
};

template <>
struct FieldsOf<EnergyTrial> {
  using Type = EnergyTrial;
  static constexpr std::tuple list{Field{"order", &Type::order},
                                   Field{"idle_before", &Type::idle_before},
                                   Field{"idle_after", &Type::idle_after},
                                   Field{"work", &Type::work}, Field{"voided", &Type::voided}};
};

template <>
struct FieldsOf<EnergyComparison::Entry> {
  using Type = EnergyComparison::Entry;
  static constexpr std::tuple list{Field{"name", &Type::name}, Field{"samples", &Type::samples},
                                   Field{"planned_window_s", &Type::planned_window_s}};
};

template <>
struct FieldsOf<EnergyComparison> {
  using Type = EnergyComparison;
  static constexpr std::tuple list{Field{"contestants", &Type::contestants},
                                   Field{"trials", &Type::trials},
                                   Field{"counter", &Type::counter},
                                   Field{"resolution_j", &Type::resolution_j},
                                   Field{"update_interval_s", &Type::update_interval_s},
                                   Field{"planned_idle_s", &Type::planned_idle_s},
                                   Field{"planned_total_s", &Type::planned_total_s},
                                   Field{"max_difference", &Type::max_difference},
                                   Field{"seed", &Type::seed},
                                   Field{"resamples", &Type::resamples},
                                   Field{"systematic_gain", &Type::systematic_gain}};
};

template <>
struct FieldsOf<TrialEnergy> {
  using Type = TrialEnergy;
  static constexpr std::tuple list{Field{"total", &Type::total}, Field{"dynamic", &Type::dynamic},
                                   Field{"seconds", &Type::seconds},
                                   Field{"energy_delay", &Type::energy_delay}};
};

template <>
struct FieldsOf<ContestantEnergy> {
  using Type = ContestantEnergy;
  static constexpr std::tuple list{Field{"total", &Type::total},
                                   Field{"dynamic", &Type::dynamic},
                                   Field{"total_per_sample", &Type::total_per_sample},
                                   Field{"dynamic_per_sample", &Type::dynamic_per_sample},
                                   Field{"power_w", &Type::power_w},
                                   Field{"repetition_s", &Type::repetition_s},
                                   Field{"energy_delay", &Type::energy_delay},
                                   Field{"quantisation", &Type::quantisation},
                                   Field{"trials", &Type::trials}};
};

template <>
struct FieldsOf<RatioInterval> {
  using Type = RatioInterval;
  static constexpr std::tuple list{Field{"ratio", &Type::ratio}, Field{"low", &Type::low},
                                   Field{"high", &Type::high}};
};

template <>
struct FieldsOf<EnergyRatio> {
  using Type = EnergyRatio;
  static constexpr std::tuple list{Field{"total", &Type::total}, Field{"dynamic", &Type::dynamic},
                                   Field{"time", &Type::time},
                                   Field{"energy_delay", &Type::energy_delay}};
};

template <>
struct FieldsOf<MeasureOptions> {
  using Type = MeasureOptions;
  static constexpr std::tuple list{Field{"min_window_s", &Type::min_window_s},
                                   Field{"min_updates", &Type::min_updates},
                                   Field{"max_window_s", &Type::max_window_s},
                                   Field{"update_timeout_s", &Type::update_timeout_s}};
};

template <>
struct FieldsOf<CompareOptions> {
  using Type = CompareOptions;
  static constexpr std::tuple list{Field{"window", &Type::window},
                                   Field{"min_repetitions", &Type::min_repetitions},
                                   Field{"warm_up_s", &Type::warm_up_s},
                                   Field{"warm_up_repetitions", &Type::warm_up_repetitions},
                                   Field{"trials", &Type::trials},
                                   Field{"cool_down_s", &Type::cool_down_s},
                                   Field{"max_delay_s", &Type::max_delay_s},
                                   Field{"max_idle_drift", &Type::max_idle_drift},
                                   Field{"max_difference", &Type::max_difference},
                                   Field{"max_total_s", &Type::max_total_s},
                                   Field{"seed", &Type::seed},
                                   Field{"resamples", &Type::resamples},
                                   Field{"systematic_gain", &Type::systematic_gain}};
};

template <>
struct FieldsOf<EnergyMark> {
  using Type = EnergyMark;
  static constexpr std::tuple list{Field{"at_s", &Type::at_s},
                                   Field{"since_start", &Type::since_start},
                                   Field{"since_last_mark", &Type::since_last_mark}};
};

template <>
struct FieldsOf<MarkedRun> {
  using Type = MarkedRun;
  static constexpr std::tuple list{Field{"whole", &Type::whole}, Field{"marks", &Type::marks}};
};

template <class Quantity>
struct FieldsOf<TrialMean<Quantity>> {
  using Type = TrialMean<Quantity>;
  static constexpr std::tuple list{Field{"mean", &Type::mean}, Field{"median", &Type::median},
                                   Field{"sd", &Type::sd}, Field{"low", &Type::low},
                                   Field{"high", &Type::high}};
};

}  // namespace snn

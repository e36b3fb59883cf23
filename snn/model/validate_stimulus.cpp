// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <type_traits>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Largest mean number of events of a Poisson drive in a tick.
constexpr double most_drive_events = 500;
/// Stimuli of a population: their number is a part of the key of their random numbers.
constexpr std::size_t most_stimuli = 256;

void validate_current_target(const Field& field, const std::string& name, std::string_view kind,
                             const Population& target) {
  if (const CustomNeurons* custom = target.custom()) {
    if (custom->loops->inject == nullptr)
      field.fail(name, std::string(kind), "a PoissonDrive: " + custom->model + " takes no current");
    return;
  }
  std::visit(
      [&](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        if constexpr (!HasInjection<Model>) {
          field.fail(name, std::string(kind),
                     "a PoissonDrive: " + std::string(Model::name) + " takes no current");
        }
      },
      target.neurons());
}

/// Checks of one stimulus of a population of neurons.
struct Check {
  const Field& field;
  const Population& target;
  double dt_ms;
  std::string name;

  void rate(const std::string& which, double rate_hz) const {
    field.not_negative(which, rate_hz, "Hz");
    field.require(rate_hz * dt_ms * 1e-3 <= most_drive_events, which, rate_hz, "Hz",
                  "<= " + text(most_drive_events) + " events per tick, " +
                      text(most_drive_events * 1e3 / dt_ms));
  }

  void window(double start_ms, double stop_ms) const {
    validate_time(field, name + ".start_ms", start_ms, dt_ms);
    field.require(stop_ms >= start_ms, name + ".stop_ms", stop_ms, "ms",
                  ">= start_ms = " + text(start_ms));
  }

  void operator()(const PoissonDrive& drive) const {
    rate(name + ".rate_hz", drive.rate_hz);
    field.finite(name + ".weight", drive.weight, "");
    validate_receptor(field, name + ".receptor", drive.receptor, target);
  }
  void operator()(const InhomogeneousPoissonDrive& drive) const {
    validate_pieces(field, name + ".times_ms", drive.times_ms, name + ".rates_hz",
                    drive.rates_hz.size(), dt_ms);
    for (std::size_t i = 0; i < drive.rates_hz.size(); ++i)
      rate(name + ".rates_hz[" + text(i) + "]", drive.rates_hz[i]);
    field.finite(name + ".weight", drive.weight, "");
    validate_receptor(field, name + ".receptor", drive.receptor, target);
  }
  void operator()(const StepCurrent& step) const {
    validate_current_target(field, name, StepCurrent::name, target);
    validate_pieces(field, name + ".times_ms", step.times_ms, name + ".amplitudes",
                    step.amplitudes.size(), dt_ms);
    for (std::size_t i = 0; i < step.amplitudes.size(); ++i)
      field.finite(name + ".amplitudes[" + text(i) + "]", step.amplitudes[i], "");
  }
  void operator()(const SineCurrent& sine) const {
    validate_current_target(field, name, SineCurrent::name, target);
    field.finite(name + ".offset", sine.offset, "");
    field.finite(name + ".amplitude", sine.amplitude, "");
    field.not_negative(name + ".frequency_hz", sine.frequency_hz, "Hz");
    field.finite(name + ".phase_rad", sine.phase_rad, "rad");
    window(sine.start_ms, sine.stop_ms);
  }
  void operator()(const NoiseCurrent& noise) const {
    validate_current_target(field, name, NoiseCurrent::name, target);
    field.finite(name + ".mean", noise.mean, "");
    field.not_negative(name + ".sd", noise.sd, "");
    field.finite(name + ".interval_ms", noise.interval_ms, "ms");
    field.require(std::round(noise.interval_ms / dt_ms) >= 1, name + ".interval_ms",
                  noise.interval_ms, "ms", ">= dt_ms = " + text(dt_ms));
    validate_time(field, name + ".interval_ms", noise.interval_ms, dt_ms);
    window(noise.start_ms, noise.stop_ms);
  }
};

}  // namespace

void validate_time(const Field& field, const std::string& name, double time_ms, double dt_ms) {
  field.not_negative(name, time_ms, "ms");
  field.require(time_ms / dt_ms <= last_tick, name, time_ms, "ms", "<= " + text(last_tick * dt_ms));
}

void validate_pieces(const Field& field, const std::string& times, const std::vector<double>& ms,
                     const std::string& values, std::size_t count, double dt_ms) {
  if (ms.empty()) field.fail(times, "none", "at least one time");
  if (count != ms.size())
    field.fail(values, text(count) + " values", text(ms.size()) + ", one per time");
  for (std::size_t i = 0; i < ms.size(); ++i) {
    const std::string name = times + "[" + text(i) + "]";
    validate_time(field, name, ms[i], dt_ms);
    if (i > 0)
      field.require(ms[i] > ms[i - 1], name, ms[i], "ms", "> the time before, " + text(ms[i - 1]));
  }
}

void validate_stimuli(const Field& field, const Population& population, double dt_ms) {
  const auto& stimuli = population.stimuli;
  if (population.is_source() && !stimuli.empty())
    field.fail("stimuli", text(stimuli.size()) + " stimuli", "none: a source takes no input");
  if (stimuli.size() > most_stimuli)
    field.fail("stimuli", text(stimuli.size()) + " stimuli", "at most " + text(most_stimuli));
  for (std::size_t i = 0; i < stimuli.size(); ++i)
    std::visit(Check{field, population, dt_ms, "stimuli[" + text(i) + "]"}, stimuli[i]);
}

}  // namespace snn::detail

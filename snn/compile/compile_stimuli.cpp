// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include "snn/compile/compiled_stimuli.hpp"
#include "snn/compile/plan_fan_outs.hpp"

namespace snn {
namespace {

/// Events per tick beyond the last entry have a probability below 2^-33.
std::vector<std::uint32_t> poisson_bounds(double mean) {
  std::vector<std::uint32_t> bounds;
  double probability = std::exp(-mean), sum = 0;
  for (int k = 0;; ++k) {
    sum += probability;
    const double bound = std::round(std::ldexp(sum, 32));
    if (bound >= 4294967296.0 || (probability < 0x1p-60 && k > mean)) return bounds;
    bounds.push_back(static_cast<std::uint32_t>(bound));
    probability *= mean / (k + 1);
  }
}

/// Never is the last tick there is.
std::int64_t tick_of(double ms, double dt_ms) {
  const double tick = ms / dt_ms;
  return tick < 9e18 ? std::llround(tick) : INT64_MAX;
}

std::vector<std::int64_t> ticks_of(const std::vector<double>& times_ms, double dt_ms) {
  std::vector<std::int64_t> ticks;
  for (const double ms : times_ms) ticks.push_back(tick_of(ms, dt_ms));
  return ticks;
}

/// Adds one stimulus to what it becomes.
struct Compiler {
  CompiledStimuli& out;
  std::uint32_t stream;
  double dt_ms;

  void operator()(const PoissonDrive& drive) const {
    out.drives.push_back({.receptor = drive.receptor,
                          .weight = drive.weight,
                          .stream = stream,
                          .bounds = {{0}, {poisson_bounds(drive.rate_hz * dt_ms * 1e-3)}}});
  }
  void operator()(const InhomogeneousPoissonDrive& drive) const {
    CompiledPoissonDrive compiled{.receptor = drive.receptor,
                                  .weight = drive.weight,
                                  .stream = stream,
                                  .bounds = {ticks_of(drive.times_ms, dt_ms), {}}};
    for (const double rate_hz : drive.rates_hz)
      compiled.bounds.value.push_back(poisson_bounds(rate_hz * dt_ms * 1e-3));
    out.drives.push_back(std::move(compiled));
  }
  void operator()(const StepCurrent& step) const {
    out.currents.steps.push_back({ticks_of(step.times_ms, dt_ms), step.amplitudes});
  }
  void operator()(const SineCurrent& sine) const {
    const double rad_per_ms = 2e-3 * std::numbers::pi * sine.frequency_hz;
    out.currents.sines.push_back(
        {.range = {tick_of(sine.start_ms, dt_ms), tick_of(sine.stop_ms, dt_ms)},
         .offset = sine.offset,
         .amplitude = sine.amplitude,
         .rad_per_tick = rad_per_ms * dt_ms,
         .phase_rad = sine.phase_rad + rad_per_ms * (0.5 * dt_ms - sine.start_ms)});
  }
  void operator()(const NoiseCurrent& noise) const {
    out.currents.noises.push_back(
        {.range = {tick_of(noise.start_ms, dt_ms), tick_of(noise.stop_ms, dt_ms)},
         .mean = noise.mean,
         .sd = static_cast<float>(noise.sd),
         .interval = tick_of(noise.interval_ms, dt_ms),
         .stream = stream});
  }
};

}  // namespace

std::size_t CompiledPoissonDrive::most_events() const {
  std::size_t most = 0;
  for (const auto& table : bounds.value) most = std::max(most, table.size());
  return most;
}

double CompiledCurrents::common_at(std::int64_t tick) const {
  double sum = 0;
  for (const Pieces<double>& step : steps) {
    const double* amplitude = step.at(tick);
    if (amplitude != nullptr) sum += *amplitude;
  }
  for (const CompiledSine& sine : sines) {
    if (!sine.range.has(tick)) continue;
    const double angle = sine.rad_per_tick * static_cast<double>(tick) + sine.phase_rad;
    sum += sine.offset + sine.amplitude * std::sin(angle);
  }
  for (const CompiledNoise& noise : noises) {
    if (noise.range.has(tick)) sum += noise.mean;
  }
  return sum;
}

CompiledStimuli compile_stimuli(const std::vector<Stimulus>& stimuli, std::uint32_t index,
                                double dt_ms) {
  CompiledStimuli compiled;
  for (std::size_t i = 0; i < stimuli.size(); ++i)
    std::visit(Compiler{compiled, index << 8 | static_cast<std::uint32_t>(i), dt_ms}, stimuli[i]);
  return compiled;
}

double load_of(const std::vector<CompiledPoissonDrive>& drives, int receptor, int scale_log2) {
  double load = 0;
  for (const CompiledPoissonDrive& drive : drives) {
    if (drive.receptor != receptor) continue;
    // Rounding adds at most 1 per event.
    load += static_cast<double>(drive.most_events()) *
            (std::ldexp(std::abs(drive.weight), scale_log2) + 1);
  }
  return load;
}

void fix_drives(const std::vector<int>& scale_log2, std::vector<CompiledPoissonDrive>& drives) {
  for (CompiledPoissonDrive& drive : drives)
    drive.fixed =
        to_fixed(std::ldexp(drive.weight, scale_log2[static_cast<std::size_t>(drive.receptor)]));
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace snn {

/// Independent Poisson spike trains of one rate: a spike per tick with probability 1 - exp(-rate
/// dt).
struct PoissonSource {
  double rate_hz = 10.0;  ///< >= 0
  static constexpr std::string_view name = "PoissonSource";
};

/// Independent Poisson spike trains of one rate, which changes at some times; silent before the
/// first. With one rate the trains are those of a PoissonSource.
struct InhomogeneousPoissonSource {
  std::vector<double> times_ms;  ///< ascending, >= 0, rounded to ticks
  std::vector<double> rates_hz;  ///< from each of the times on; >= 0
  static constexpr std::string_view name = "InhomogeneousPoissonSource";
};

/// Spikes at start + phase + k * interval, k = 0, 1, ..., rounded to ticks.
struct RegularSource {
  double interval_ms = 10.0;     ///< >= one tick
  double start_ms = 0;           ///< >= 0
  std::vector<double> phase_ms;  ///< one per neuron, >= 0; empty: all neurons spike together
  static constexpr std::string_view name = "RegularSource";
};

/// Spikes at given times; per neuron a sorted list, rounded to ticks.
struct SpikeSource {
  std::vector<std::vector<double>> times_ms;  ///< one list per neuron, times >= 0
  static constexpr std::string_view name = "SpikeSource";
};

/// Graded input from data, presented at every tick ("direct" coding): value x enters a target as
/// w*x.
struct CurrentSource {
  double max_abs = 1.0;  ///< bound of the data, > 0; larger values are an error
  int bins = 1;          ///< event data: the value is the mean over this many parts of a tick, >= 1
  static constexpr std::string_view name = "CurrentSource";
};

/// Rate coding of data: value x in [0, 1] spikes per tick with probability x * probability.
struct RateSource {
  double probability = 1.0;  ///< of a spike per tick at value 1, in (0, 1]
  static constexpr std::string_view name = "RateSource";
};

/// Latency coding of data: one spike, the earlier the larger the value: value x in (threshold, 1]
/// at tick round((1-x) / (1-threshold) * (ticks-1)); smaller values are silent.
struct LatencySource {
  double threshold = 0.01;  ///< in [0, 1)
  int ticks = 0;            ///< length of the window; 0: all ticks of the presentation
  static constexpr std::string_view name = "LatencySource";
};

/// Spikes from event data, binned to ticks.
struct EventSource {
  static constexpr std::string_view name = "EventSource";
};

using Source = std::variant<PoissonSource, SpikeSource, CurrentSource, RateSource, LatencySource,
                            EventSource, InhomogeneousPoissonSource, RegularSource>;

/// Whether it presents data, and not spikes of its own.
inline bool takes_data(const Source& source) {
  return std::holds_alternative<CurrentSource>(source) ||
         std::holds_alternative<RateSource>(source) ||
         std::holds_alternative<LatencySource>(source) ||
         std::holds_alternative<EventSource>(source);
}

}  // namespace snn

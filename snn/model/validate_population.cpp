// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <type_traits>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Membranes at the start: given, drawn, or at rest. Above the threshold a neuron spikes in the
/// first tick.
void validate_initial(const Field& field, const Population& population) {
  const auto& initial = population.v_init_mv;
  const bool drawn = is_drawn(population.v_init_drawn);
  if (initial.empty() && !drawn) return;
  const std::string name = drawn ? "v_init_drawn" : "v_init_mv";
  const std::string value = drawn ? "a distribution" : text(initial.size()) + " values";
  if (population.is_source()) field.fail(name, value, "none: a source has no membrane");
  if (population.custom() == nullptr &&
      std::holds_alternative<ParametersOf<Relu>>(population.neurons()))
    field.fail(name, value, "none: Relu has no membrane");
  if (drawn && !initial.empty()) {
    field.fail("v_init_mv", text(initial.size()) + " values",
               "none, as v_init_drawn is a distribution");
  }
  if (drawn) {
    std::visit(
        [&](const auto& distribution) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(distribution)>, std::monostate>)
            validate_distribution(field, name, distribution, "mV");
        },
        population.v_init_drawn);
    return;
  }
  const auto size = static_cast<std::size_t>(population.size());
  if (initial.size() != 1 && initial.size() != size)
    field.fail(name, value, "none, 1 or " + text(size) + " values");
  for (std::size_t n = 0; n < initial.size(); ++n)
    field.finite(initial.size() == 1 ? name : name + "[" + text(n) + "]", initial[n], "mV");
}

void validate_spike_times(const Field& field, const SpikeSource& source, std::int64_t size,
                          double dt_ms) {
  if (static_cast<std::int64_t>(source.times_ms.size()) != size) {
    field.fail("times_ms", text(source.times_ms.size()) + " lists",
               text(size) + " lists, one per neuron");
  }
  for (std::size_t n = 0; n < source.times_ms.size(); ++n) {
    const auto& times = source.times_ms[n];
    for (std::size_t s = 0; s < times.size(); ++s) {
      const std::string name = "times_ms[" + text(n) + "][" + text(s) + "]";
      validate_time(field, name, times[s], dt_ms);
      if (s > 0)
        field.require(times[s] >= times[s - 1], name, times[s], "ms",
                      ">= the spike before, " + text(times[s - 1]));
    }
  }
}

void validate_rate(const Field& field, const std::string& name, double rate_hz, double dt_ms) {
  field.not_negative(name, rate_hz, "Hz");
  field.require(rate_hz * dt_ms <= 1e4, name, rate_hz, "Hz",
                "<= 10 spikes per tick, " + text(1e4 / dt_ms));
}

void validate_regular(const Field& field, const RegularSource& source, std::int64_t size,
                      double dt_ms) {
  field.require(source.interval_ms >= dt_ms, "interval_ms", source.interval_ms, "ms",
                ">= dt_ms = " + text(dt_ms));
  validate_time(field, "interval_ms", source.interval_ms, dt_ms);
  validate_time(field, "start_ms", source.start_ms, dt_ms);
  const auto& phases = source.phase_ms;
  if (!phases.empty() && static_cast<std::int64_t>(phases.size()) != size)
    field.fail("phase_ms", text(phases.size()) + " values", "none or " + text(size) + " values");
  for (std::size_t n = 0; n < phases.size(); ++n)
    validate_time(field, "phase_ms[" + text(n) + "]", phases[n], dt_ms);
}

}  // namespace

void validate_receptor(const Field& field, const std::string& name, int receptor,
                       const Population& target) {
  if (const CustomNeurons* custom = target.custom()) {
    const int ports = custom->loops->ports;
    field.require(receptor >= 0 && receptor < ports, name, receptor, "",
                  "0 .. " + text(ports - 1) + " of " + custom->model);
    return;
  }
  std::visit(
      [&](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        constexpr int ports = receptors_of<Model>;
        if (receptor >= 0 && receptor < ports) return;
        std::string allowed = "0";
        if (ports > 1) allowed += " .. " + text(ports - 1);
        const char* separator = " (";
        for (const std::string_view port : receptor_names_of<Model>) {
          allowed += separator + std::string(port);
          separator = ", ";
        }
        field.fail(name, text(receptor), allowed + ") of " + std::string(Model::name));
      },
      target.neurons());
}

void validate_neurons(const Field& field, const Population& population, double dt_ms) {
  if (const CustomNeurons* custom = population.custom()) {
    const auto size = static_cast<std::size_t>(population.size());
    if (custom->entries != 1 && custom->entries != size)
      field.fail("parameters", text(custom->entries) + " entries",
                 "1 or " + text(size) + " entries");
  } else {
    validate_models(field, population, dt_ms);
  }
  validate_initial(field, population);
  validate_stimuli(field, population, dt_ms);
}

void validate_source(const Field& field, const Population& population, double dt_ms) {
  validate_initial(field, population);
  validate_stimuli(field, population, dt_ms);
  const Source& source = population.source();
  if (const auto* poisson = std::get_if<PoissonSource>(&source)) {
    validate_rate(field, "rate_hz", poisson->rate_hz, dt_ms);
  } else if (const auto* changing = std::get_if<InhomogeneousPoissonSource>(&source)) {
    validate_pieces(field, "times_ms", changing->times_ms, "rates_hz", changing->rates_hz.size(),
                    dt_ms);
    for (std::size_t i = 0; i < changing->rates_hz.size(); ++i)
      validate_rate(field, "rates_hz[" + text(i) + "]", changing->rates_hz[i], dt_ms);
  } else if (const auto* regular = std::get_if<RegularSource>(&source)) {
    validate_regular(field, *regular, population.size(), dt_ms);
  } else if (const auto* spikes = std::get_if<SpikeSource>(&source)) {
    validate_spike_times(field, *spikes, population.size(), dt_ms);
  } else if (const auto* current = std::get_if<CurrentSource>(&source)) {
    field.positive("max_abs", current->max_abs, "");
    field.require(current->bins >= 1, "bins", current->bins, "", ">= 1");
  } else if (const auto* rate = std::get_if<RateSource>(&source)) {
    field.require(rate->probability > 0 && rate->probability <= 1, "probability", rate->probability,
                  "per tick", "> 0 and <= 1");
  } else if (const auto* latency = std::get_if<LatencySource>(&source)) {
    field.require(latency->threshold >= 0 && latency->threshold < 1, "threshold",
                  latency->threshold, "", ">= 0 and < 1");
    field.require(latency->ticks >= 0, "ticks", latency->ticks, "ticks", ">= 0");
  }
}

}  // namespace snn::detail

// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <type_traits>
#include <utility>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Longest refractory time: its ticks are counted in a float.
constexpr double most_ticks = 1048576;

void validate_tau(const Field& field, const char* name, double tau_ms, Scheme scheme,
                  double dt_ms) {
  field.positive(name, tau_ms, "ms");
  if (scheme == Scheme::euler && tau_ms < dt_ms) {
    field.fail(name, text(tau_ms) + " ms", ">= dt_ms = " + text(dt_ms) + " ms with Scheme::euler");
  }
}

/// What all models with a threshold share.
template <class Model>
void validate_threshold(const Field& field, const Model& model, double dt_ms) {
  field.finite("v_rest_mv", model.v_rest_mv, "mV");
  field.finite("v_reset_mv", model.v_reset_mv, "mV");
  field.finite("v_th_mv", model.v_th_mv, "mV");
  field.require(model.v_th_mv > model.v_rest_mv, "v_th_mv", model.v_th_mv, "mV",
                "> v_rest_mv = " + text(model.v_rest_mv));
  field.require(model.v_reset_mv < model.v_th_mv, "v_reset_mv", model.v_reset_mv, "mV",
                "< v_th_mv = " + text(model.v_th_mv));
  field.not_negative("t_ref_ms", model.t_ref_ms, "ms");
  field.require(model.t_ref_ms / dt_ms <= most_ticks, "t_ref_ms", model.t_ref_ms, "ms",
                "<= " + text(most_ticks * dt_ms));
}

void validate_izhikevich(const Field& field, const Izhikevich& model, double dt_ms) {
  field.finite("a_per_ms", model.a_per_ms, "/ms");
  field.require(std::abs(model.a_per_ms) * dt_ms <= 1, "a_per_ms", model.a_per_ms, "/ms",
                "between -1/dt_ms and 1/dt_ms = " + text(1 / dt_ms));
  field.finite("b_per_ms", model.b_per_ms, "/ms");
  field.finite("c_mv", model.c_mv, "mV");
  field.finite("d_mv_per_ms", model.d_mv_per_ms, "mV/ms");
  field.positive("square_per_mv_ms", model.square_per_mv_ms, "/(mV ms)");
  field.finite("linear_per_ms", model.linear_per_ms, "/ms");
  field.finite("constant_mv_per_ms", model.constant_mv_per_ms, "mV/ms");
  field.require(model.recovery_leak >= 0 && model.recovery_leak <= 1, "recovery_leak",
                model.recovery_leak, "", "0 .. 1");
  field.finite("recovery_zero_mv", model.recovery_zero_mv, "mV");
  field.require(model.v_steps == 1 || model.v_steps == 2, "v_steps", model.v_steps, "", "1 or 2");
  field.finite("v_peak_mv", model.v_peak_mv, "mV");
  field.require(model.v_peak_mv > model.rest_mv(), "v_peak_mv", model.v_peak_mv, "mV",
                "> resting potential = " + text(model.rest_mv()));
  field.require(model.c_mv < model.v_peak_mv, "c_mv", model.c_mv, "mV",
                "< v_peak_mv = " + text(model.v_peak_mv));
  field.finite("i_offset_mv_per_ms", model.i_offset_mv_per_ms, "mV/ms");
}

/// The potential at which a model spikes.
template <class Model>
requires requires(const Model& m) {
  m.v_th_mv;
}
std::pair<const char*, double> spikes_at(const Model& model) {
  return {"v_th_mv", model.v_th_mv};
}
std::pair<const char*, double> spikes_at(const Izhikevich& model) {
  return {"v_peak_mv", model.v_peak_mv};
}

template <class Model>
void validate_model(const Field& field, const Model& model, double dt_ms) {
  if constexpr (requires { model.v_th_mv; })
    validate_threshold(field, model, dt_ms);
  else if constexpr (requires { model.v_rest_mv; })
    field.finite("v_rest_mv", model.v_rest_mv, "mV");
  if constexpr (requires { model.tau_m_ms; })
    validate_tau(field, "tau_m_ms", model.tau_m_ms, model.scheme, dt_ms);
  if constexpr (requires { model.i_offset_mv; })
    field.finite("i_offset_mv", model.i_offset_mv, "mV");
  if constexpr (requires { model.tau_syn_ms; })
    validate_tau(field, "tau_syn_ms", model.tau_syn_ms, model.scheme, dt_ms);
  if constexpr (requires { model.tau_a_ms; }) {
    validate_tau(field, "tau_a_ms", model.tau_a_ms, model.scheme, dt_ms);
    field.not_negative("a_jump_mv", model.a_jump_mv, "mV");
  }
  if constexpr (std::is_same_v<Model, Izhikevich>) validate_izhikevich(field, model, dt_ms);
  if constexpr (std::is_same_v<Model, Relu>) {
    field.require(model.levels >= 0 && model.levels < 1 << 24, "levels", model.levels, "",
                  "0 (not quantised) .. 16777215");
    field.require(model.clip >= 1e-30 && model.clip <= Field::most, "clip", model.clip, "",
                  "1e-30 .. 1e+30");
  }
}

template <class Model>
void validate_initial(const Field& field, const Population& population,
                      const std::vector<Model>& models) {
  const auto& initial = population.v_init_mv;
  const auto size = static_cast<std::size_t>(population.size());
  if (initial.empty()) return;
  if (initial.size() != 1 && initial.size() != size) {
    field.fail("v_init_mv", text(initial.size()) + " values",
               "none, 1 or " + text(size) + " values");
  }
  for (std::size_t n = 0; n < initial.size(); ++n) {
    const std::string name = initial.size() == 1 ? "v_init_mv" : "v_init_mv[" + text(n) + "]";
    field.finite(name, initial[n], "mV");
    if constexpr (requires { spikes_at(models.front()); }) {
      const auto [what, threshold] = spikes_at(models[models.size() == 1 ? 0 : n]);
      field.require(initial[n] < threshold, name, initial[n], "mV",
                    std::string("< ") + what + " = " + text(threshold));
    } else if constexpr (std::is_same_v<Model, Relu>) {
      field.fail("v_init_mv", text(initial.size()) + " values", "none: Relu has no membrane");
    }
  }
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

void validate_neurons(const Field& field, const Population& population, double dt_ms) {
  std::visit(
      [&](const auto& models) {
        const auto size = static_cast<std::size_t>(population.size());
        if (models.size() != 1 && models.size() != size) {
          field.fail("parameters", text(models.size()) + " entries",
                     "1 or " + text(size) + " entries");
        }
        for (std::size_t n = 0; n < models.size(); ++n) {
          const Field one{models.size() == 1 ? field.object : field.object + " neuron " + text(n)};
          validate_model(one, models[n], dt_ms);
        }
        validate_initial<typename std::decay_t<decltype(models)>::model>(field, population, models);
      },
      population.neurons());
  validate_stimuli(field, population, dt_ms);
}

void validate_receptor(const Field& field, const std::string& name, int receptor,
                       const Population& target) {
  std::visit(
      [&](const auto& models) {
        constexpr int ports = receptors_of<typename std::decay_t<decltype(models)>::model>;
        if (receptor < 0 || receptor >= ports)
          field.fail(name, text(receptor), "0 .. " + text(ports - 1));
      },
      target.neurons());
}

void validate_source(const Field& field, const Population& population, double dt_ms) {
  if (!population.v_init_mv.empty())
    field.fail("v_init_mv", text(population.v_init_mv.size()) + " values",
               "none: a source has no membrane");
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

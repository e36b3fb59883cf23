// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "snn/model/delay.hpp"
#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Fields as the rules' docstrings say.
template <class Rule>
void validate_rule_fields(const Field& field, const Rule& rule) {
  const auto at = [](const char* name) { return std::string("plasticity.") + name; };
  field.not_negative(at("w_min"), rule.w_min, "");
  field.finite(at("w_max"), rule.w_max, "");
  field.require(rule.w_max > rule.w_min, at("w_max"), rule.w_max, "",
                "> w_min = " + text(rule.w_min));
  for (const double tau : rule.pre_tau_ms()) field.not_negative(at("presynaptic tau"), tau, "ms");
  for (const double tau : rule.post_tau_ms()) field.not_negative(at("postsynaptic tau"), tau, "ms");
  if constexpr (requires { rule.tau_plus_ms; })
    field.positive(at("tau_plus_ms"), rule.tau_plus_ms, "ms");
  if constexpr (requires { rule.tau_minus_ms; })
    field.positive(at("tau_minus_ms"), rule.tau_minus_ms, "ms");
  if constexpr (requires { rule.tau_ms; }) field.positive(at("tau_ms"), rule.tau_ms, "ms");
  if constexpr (requires { rule.lambda; }) {
    field.not_negative(at("lambda"), rule.lambda, "");
    field.not_negative(at("alpha"), rule.alpha, "");
  }
  if constexpr (requires { rule.mu_plus; }) {
    field.not_negative(at("mu_plus"), rule.mu_plus, "");
    field.not_negative(at("mu_minus"), rule.mu_minus, "");
  }
  if constexpr (requires { rule.a2_plus; }) {
    field.not_negative(at("a2_plus"), rule.a2_plus, "");
    field.not_negative(at("a3_plus"), rule.a3_plus, "");
    field.not_negative(at("a2_minus"), rule.a2_minus, "");
    field.not_negative(at("a3_minus"), rule.a3_minus, "");
  }
  if constexpr (requires { rule.eta; }) {
    field.not_negative(at("eta"), rule.eta, "");
    field.not_negative(at("rho0_hz"), rule.rho0_hz, "Hz");
  }
  if constexpr (requires { rule.tau_c_ms; }) {
    field.not_negative(at("a_plus"), rule.a_plus, "");
    field.not_negative(at("a_minus"), rule.a_minus, "");
    field.positive(at("tau_c_ms"), rule.tau_c_ms, "ms");
    field.positive(at("tau_d_ms"), rule.tau_d_ms, "ms");
    field.finite(at("baseline_per_ms"), rule.baseline_per_ms, "1/ms");
  }
}

void validate_short_term(const Field& field, const TsodyksMarkram& model) {
  field.require(model.U >= 0 && model.U <= 1, "short_term.U", model.U, "", "0 .. 1");
  field.not_negative("short_term.tau_rec_ms", model.tau_rec_ms, "ms");
  field.not_negative("short_term.tau_fac_ms", model.tau_fac_ms, "ms");
}

void validate_homeostasis(const Field& field, const Homeostasis& model, double dt_ms) {
  const auto at = [](const char* name) { return std::string("homeostasis.") + name; };
  field.require(std::round(model.interval_ms / dt_ms) >= 1, at("interval_ms"), model.interval_ms,
                "ms", ">= dt_ms = " + text(dt_ms));
  validate_time(field, at("interval_ms"), model.interval_ms, dt_ms);
  if (!model.sum && !model.rate) field.fail("homeostasis", "empty", "sum, rate, or both");
  if (model.sum) {
    field.positive(at("sum.target_sum"), model.sum->target_sum, "");
    field.require(model.sum->strength > 0 && model.sum->strength <= 1, at("sum.strength"),
                  model.sum->strength, "", "> 0 and <= 1");
  }
  if (model.rate) {
    field.not_negative(at("rate.target_hz"), model.rate->target_hz, "Hz");
    field.positive(at("rate.tau_s"), model.rate->tau_s, "s");
    field.positive(at("rate.beta_per_s_per_hz"), model.rate->beta_per_s_per_hz, "1/(s Hz)");
  }
}

/// Weights low .. high must have one sign, and magnitudes that the rule keeps.
void validate_bounds(const Field& field, double low, double high, double w_min, double w_max) {
  const bool positive = low >= w_min && high <= w_max;
  const bool negative = high <= -w_min && low >= -w_max;
  if (positive || negative) return;
  field.fail("weight", text(low) + " .. " + text(high),
             text(w_min) + " .. " + text(w_max) + " or " + text(-w_max) + " .. " + text(-w_min) +
                 ", as plasticity.w_min and w_max say");
}

void validate_start(const Field& field, const Weight& weight, double w_min, double w_max) {
  std::visit(
      [&](const auto& w) {
        using Kind = std::decay_t<decltype(w)>;
        if constexpr (std::is_same_v<Kind, double>) {
          validate_bounds(field, w, w, w_min, w_max);
        } else if constexpr (std::is_same_v<Kind, std::vector<float>>) {
          if (w.empty()) return;
          const auto [low, high] = std::minmax_element(w.begin(), w.end());
          validate_bounds(field, static_cast<double>(*low), static_cast<double>(*high), w_min,
                          w_max);
        } else if constexpr (std::is_same_v<Kind, Uniform> ||
                             std::is_same_v<Kind, TruncatedNormal>) {
          validate_bounds(field, w.low, w.high, w_min, w_max);
        } else {
          field.fail("weight", "a distribution without bounds",
                     "a constant, a list, Uniform or TruncatedNormal within plasticity.w_min .. "
                     "w_max");
        }
      },
      weight);
}

}  // namespace

void validate_plasticity(const Field& field, const Population& source, const Synapse& synapse,
                         double dt_ms) {
  if (synapse.short_term) {
    validate_short_term(field, *synapse.short_term);
    if (is_plastic(synapse)) {
      field.fail("short_term", "TsodyksMarkram and plasticity",
                 "one of them: a projection of each kind can join the same populations");
    }
    if (source.is_source() && std::holds_alternative<CurrentSource>(source.source()))
      field.fail("short_term", "of \"" + source.name + "\", which hands on values",
                 "none, or a source or a population that spikes");
  }
  if (synapse.homeostasis) {
    if (!is_plastic(synapse))
      field.fail("homeostasis", "of constant weights", "none, or one beside a rule of plasticity");
    validate_homeostasis(field, *synapse.homeostasis, dt_ms);
  }
  std::visit(
      [&](const auto& rule) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(rule)>, std::monostate>) {
          validate_rule_fields(field, rule);
          validate_start(field, synapse.weight, rule.w_min, rule.w_max);
          if (some_undelayed(synapse.delay_ms, dt_ms)) {
            field.fail("delay_ms", "less than a tick",
                       ">= " + text(dt_ms) + " ms where weights change");
          }
          if (source.is_source() && std::holds_alternative<CurrentSource>(source.source()))
            field.fail("source", "\"" + source.name + "\", which hands on values",
                       "a source or a population that spikes, where weights change");
        }
      },
      synapse.plasticity);
}

}  // namespace snn::detail

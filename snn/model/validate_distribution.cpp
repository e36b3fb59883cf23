// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Values outside are drawn again: at least this share must lie inside.
constexpr double least_share = 1e-3;

/// Bound on the magnitude of a standard normal value as it is drawn (53-bit uniform numbers).
constexpr double most_deviations = 8.7;

/// The share of N(mean, sd^2) between two bounds.
double share_within(const TruncatedNormal& normal, double low, double high) {
  if (normal.sd == 0) return normal.mean >= low && normal.mean <= high ? 1.0 : 0.0;
  const auto below = [&](double x) {
    return 0.5 * std::erfc((normal.mean - x) / (normal.sd * std::sqrt(2.0)));
  };
  return below(high) - below(low);
}

void require_share(const Field& field, const std::string& name, const TruncatedNormal& normal,
                   double low, const std::string& unit) {
  if (share_within(normal, low, normal.high) >= least_share) return;
  field.fail(name,
             "N(" + text(normal.mean) + ", " + text(normal.sd) + "^2) within " + text(low) +
                 " .. " + Field::with_unit(normal.high, unit),
             "bounds that at least one draw in a thousand meets");
}

}  // namespace

void validate_distribution(const Field& field, const std::string& name, const Uniform& uniform,
                           const std::string& unit) {
  field.finite(name + ".low", uniform.low, unit);
  field.finite(name + ".high", uniform.high, unit);
  field.require(uniform.low <= uniform.high, name + ".low", uniform.low, unit,
                "<= " + name + ".high = " + text(uniform.high));
}

void validate_distribution(const Field& field, const std::string& name, const Normal& normal,
                           const std::string& unit) {
  field.finite(name + ".mean", normal.mean, unit);
  field.not_negative(name + ".sd", normal.sd, unit);
}

void validate_distribution(const Field& field, const std::string& name,
                           const TruncatedNormal& normal, const std::string& unit) {
  validate_distribution(field, name, Normal{normal.mean, normal.sd}, unit);
  validate_distribution(field, name, Uniform{normal.low, normal.high}, unit);
  require_share(field, name, normal, normal.low, unit);
}

void validate_distribution(const Field& field, const std::string& name,
                           const Lognormal& lognormal) {
  field.finite(name + ".mu", lognormal.mu, "");
  field.not_negative(name + ".sigma", lognormal.sigma, "");
  const double most = std::log(Field::most) - most_deviations * lognormal.sigma;
  field.require(lognormal.mu <= most, name + ".mu", lognormal.mu, "",
                "<= " + text(most) + ", so that no weight exceeds 1e+30 mV");
}

void validate_drawn_delay(const Field& field, const Delay& delay, double dt_ms, double most_ms) {
  const std::string name = "delay_ms";
  const auto at_least_a_tick = [&](const char* part, double ms) {
    field.require(ms >= dt_ms, name + part, ms, "ms", ">= one tick = " + text(dt_ms));
  };
  const auto at_most = [&](const char* part, double ms) {
    field.require(ms <= most_ms, name + part, ms, "ms", "<= " + text(most_ms));
  };
  if (const auto* uniform = std::get_if<Uniform>(&delay)) {
    validate_distribution(field, name, *uniform, "ms");
    field.not_negative(name + ".low", uniform->low, "ms");
    at_least_a_tick(".high", uniform->high);
    at_most(".high", uniform->high);
  } else if (const auto* normal = std::get_if<Normal>(&delay)) {
    validate_distribution(field, name, *normal, "ms");
    at_least_a_tick(".mean", normal->mean);
    field.require(normal->mean + most_deviations * normal->sd <= most_ms, name + ".sd", normal->sd,
                  "ms", "<= " + text((most_ms - normal->mean) / most_deviations));
  } else {
    const auto& truncated = std::get<TruncatedNormal>(delay);
    validate_distribution(field, name, truncated, "ms");
    field.not_negative(name + ".low", truncated.low, "ms");
    at_least_a_tick(".high", truncated.high);
    at_most(".high", truncated.high);
    require_share(field, name, truncated, std::max(truncated.low, 0.5 * dt_ms), "ms");
  }
}

}  // namespace snn::detail

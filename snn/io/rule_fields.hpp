// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/io/model_fields.hpp"
#include "snn/math/plasticity/rules.hpp"
#include "snn/math/plasticity/scaling.hpp"

/// The parameters of rules of plasticity by name, for files: one list each, as of neuron models.
namespace snn {

template <>
struct FieldsOf<PairStdp> {
  static constexpr std::tuple list{Field{"lambda", &PairStdp::lambda},
                                   Field{"alpha", &PairStdp::alpha},
                                   Field{"tau_plus_ms", &PairStdp::tau_plus_ms},
                                   Field{"tau_minus_ms", &PairStdp::tau_minus_ms},
                                   Field{"w_min", &PairStdp::w_min},
                                   Field{"w_max", &PairStdp::w_max},
                                   Field{"plus", &PairStdp::plus},
                                   Field{"minus", &PairStdp::minus},
                                   Field{"spikes", &PairStdp::spikes}};
};

template <>
struct FieldsOf<PowerLawStdp> {
  static constexpr std::tuple list{Field{"lambda", &PowerLawStdp::lambda},
                                   Field{"alpha", &PowerLawStdp::alpha},
                                   Field{"mu_plus", &PowerLawStdp::mu_plus},
                                   Field{"mu_minus", &PowerLawStdp::mu_minus},
                                   Field{"tau_plus_ms", &PowerLawStdp::tau_plus_ms},
                                   Field{"tau_minus_ms", &PowerLawStdp::tau_minus_ms},
                                   Field{"w_min", &PowerLawStdp::w_min},
                                   Field{"w_max", &PowerLawStdp::w_max},
                                   Field{"pairing", &PowerLawStdp::pairing}};
};

template <>
struct FieldsOf<TripletStdp> {
  static constexpr std::tuple list{Field{"a2_plus", &TripletStdp::a2_plus},
                                   Field{"a3_plus", &TripletStdp::a3_plus},
                                   Field{"a2_minus", &TripletStdp::a2_minus},
                                   Field{"a3_minus", &TripletStdp::a3_minus},
                                   Field{"tau_plus_ms", &TripletStdp::tau_plus_ms},
                                   Field{"tau_x_ms", &TripletStdp::tau_x_ms},
                                   Field{"tau_minus_ms", &TripletStdp::tau_minus_ms},
                                   Field{"tau_y_ms", &TripletStdp::tau_y_ms},
                                   Field{"w_min", &TripletStdp::w_min},
                                   Field{"w_max", &TripletStdp::w_max},
                                   Field{"spikes", &TripletStdp::spikes}};
};

template <>
struct FieldsOf<VogelsStdp> {
  static constexpr std::tuple list{
      Field{"eta", &VogelsStdp::eta}, Field{"rho0_hz", &VogelsStdp::rho0_hz},
      Field{"tau_ms", &VogelsStdp::tau_ms}, Field{"w_min", &VogelsStdp::w_min},
      Field{"w_max", &VogelsStdp::w_max}};
};

template <>
struct FieldsOf<RewardStdp> {
  static constexpr std::tuple list{Field{"a_plus", &RewardStdp::a_plus},
                                   Field{"a_minus", &RewardStdp::a_minus},
                                   Field{"tau_plus_ms", &RewardStdp::tau_plus_ms},
                                   Field{"tau_minus_ms", &RewardStdp::tau_minus_ms},
                                   Field{"tau_c_ms", &RewardStdp::tau_c_ms},
                                   Field{"tau_d_ms", &RewardStdp::tau_d_ms},
                                   Field{"baseline_per_ms", &RewardStdp::baseline_per_ms},
                                   Field{"w_min", &RewardStdp::w_min},
                                   Field{"w_max", &RewardStdp::w_max}};
};

template <>
struct FieldsOf<HomeostaticScaling> {
  static constexpr std::tuple list{Field{"target_sum", &HomeostaticScaling::target_sum},
                                   Field{"strength", &HomeostaticScaling::strength}};
};

template <>
struct FieldsOf<RateScaling> {
  static constexpr std::tuple list{Field{"target_hz", &RateScaling::target_hz},
                                   Field{"tau_s", &RateScaling::tau_s},
                                   Field{"beta_per_s_per_hz", &RateScaling::beta_per_s_per_hz}};
};

template <>
struct NamesOf<Interaction> {
  static constexpr std::array<std::string_view, 2> list{"all_to_all", "nearest"};
};
template <>
struct NamesOf<WeightDependence> {
  static constexpr std::array<std::string_view, 2> list{"additive", "multiplicative"};
};

template <>
struct NamesOf<Pairing> {
  static constexpr std::array<std::string_view, 3> list{"all_to_all", "nearest_symmetric",
                                                        "nearest_reduced"};
};

namespace model_fields {

template <class... Rules>
inline constexpr bool all_complete<RuleList<Rules...>> = (complete<Rules> && ...);
static_assert(all_complete<PlasticityRules>, "a rule has a parameter that FieldsOf lacks");
static_assert(complete<HomeostaticScaling> && complete<RateScaling>,
              "a kind of scaling has a parameter that FieldsOf lacks");

}  // namespace model_fields

}  // namespace snn

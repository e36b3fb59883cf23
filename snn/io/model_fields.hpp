// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "snn/math/models.hpp"
#include "snn/model/source.hpp"
#include "snn/model/stimulus.hpp"

/// The parameters of neuron models, sources and stimuli by name, for files and reports: one list
/// each. A new model is added here and nowhere else under snn/io; a parameter that is forgotten
/// does not compile.
namespace snn {

/// A parameter: its name (with its unit, as in the struct) and where it is.
template <class Model, class Value>
struct Field {
  std::string_view name;
  Value Model::*member;
};
template <class Model, class Value>
Field(const char*, Value Model::*) -> Field<Model, Value>;

template <class Model>
struct FieldsOf;

template <>
struct FieldsOf<If> {
  static constexpr std::tuple list{
      Field{"v_rest_mv", &If::v_rest_mv}, Field{"v_reset_mv", &If::v_reset_mv},
      Field{"v_th_mv", &If::v_th_mv}, Field{"t_ref_ms", &If::t_ref_ms}, Field{"reset", &If::reset}};
};

template <>
struct FieldsOf<Lif> {
  static constexpr std::tuple list{Field{"tau_m_ms", &Lif::tau_m_ms},
                                   Field{"v_rest_mv", &Lif::v_rest_mv},
                                   Field{"v_reset_mv", &Lif::v_reset_mv},
                                   Field{"v_th_mv", &Lif::v_th_mv},
                                   Field{"t_ref_ms", &Lif::t_ref_ms},
                                   Field{"i_offset_mv", &Lif::i_offset_mv},
                                   Field{"reset", &Lif::reset},
                                   Field{"scheme", &Lif::scheme},
                                   Field{"input", &Lif::input}};
};

template <>
struct FieldsOf<CubaLif> {
  static constexpr std::tuple list{
      Field{"tau_m_ms", &CubaLif::tau_m_ms},       Field{"tau_syn_ms", &CubaLif::tau_syn_ms},
      Field{"v_rest_mv", &CubaLif::v_rest_mv},     Field{"v_reset_mv", &CubaLif::v_reset_mv},
      Field{"v_th_mv", &CubaLif::v_th_mv},         Field{"t_ref_ms", &CubaLif::t_ref_ms},
      Field{"i_offset_mv", &CubaLif::i_offset_mv}, Field{"reset", &CubaLif::reset},
      Field{"scheme", &CubaLif::scheme},           Field{"input", &CubaLif::input}};
};

template <>
struct FieldsOf<AdaptiveLif> {
  static constexpr std::tuple list{Field{"tau_m_ms", &AdaptiveLif::tau_m_ms},
                                   Field{"tau_a_ms", &AdaptiveLif::tau_a_ms},
                                   Field{"a_jump_mv", &AdaptiveLif::a_jump_mv},
                                   Field{"v_rest_mv", &AdaptiveLif::v_rest_mv},
                                   Field{"v_reset_mv", &AdaptiveLif::v_reset_mv},
                                   Field{"v_th_mv", &AdaptiveLif::v_th_mv},
                                   Field{"t_ref_ms", &AdaptiveLif::t_ref_ms},
                                   Field{"i_offset_mv", &AdaptiveLif::i_offset_mv},
                                   Field{"reset", &AdaptiveLif::reset},
                                   Field{"scheme", &AdaptiveLif::scheme},
                                   Field{"input", &AdaptiveLif::input}};
};

template <>
struct FieldsOf<Izhikevich> {
  static constexpr std::tuple list{Field{"a_per_ms", &Izhikevich::a_per_ms},
                                   Field{"b_per_ms", &Izhikevich::b_per_ms},
                                   Field{"c_mv", &Izhikevich::c_mv},
                                   Field{"d_mv_per_ms", &Izhikevich::d_mv_per_ms},
                                   Field{"v_peak_mv", &Izhikevich::v_peak_mv},
                                   Field{"i_offset_mv_per_ms", &Izhikevich::i_offset_mv_per_ms},
                                   Field{"square_per_mv_ms", &Izhikevich::square_per_mv_ms},
                                   Field{"linear_per_ms", &Izhikevich::linear_per_ms},
                                   Field{"constant_mv_per_ms", &Izhikevich::constant_mv_per_ms},
                                   Field{"recovery_leak", &Izhikevich::recovery_leak},
                                   Field{"recovery_zero_mv", &Izhikevich::recovery_zero_mv},
                                   Field{"v_steps", &Izhikevich::v_steps}};
};

template <int Ports>
struct FieldsOf<LifCurrExp<Ports>> {
  using Model = LifCurrExp<Ports>;
  static constexpr std::tuple list{
      Field{"c_m_pf", &Model::c_m_pf},         Field{"tau_m_ms", &Model::tau_m_ms},
      Field{"v_rest_mv", &Model::v_rest_mv},   Field{"v_reset_mv", &Model::v_reset_mv},
      Field{"v_th_mv", &Model::v_th_mv},       Field{"t_ref_ms", &Model::t_ref_ms},
      Field{"tau_syn_ms", &Model::tau_syn_ms}, Field{"i_offset_pa", &Model::i_offset_pa}};
};

template <int Ports>
struct FieldsOf<LifCurrAlpha<Ports>> {
  using Model = LifCurrAlpha<Ports>;
  static constexpr std::tuple list{
      Field{"c_m_pf", &Model::c_m_pf},         Field{"tau_m_ms", &Model::tau_m_ms},
      Field{"v_rest_mv", &Model::v_rest_mv},   Field{"v_reset_mv", &Model::v_reset_mv},
      Field{"v_th_mv", &Model::v_th_mv},       Field{"t_ref_ms", &Model::t_ref_ms},
      Field{"tau_syn_ms", &Model::tau_syn_ms}, Field{"i_offset_pa", &Model::i_offset_pa}};
};

template <>
struct FieldsOf<LifCondExp> {
  static constexpr std::tuple list{
      Field{"c_m_pf", &LifCondExp::c_m_pf},          Field{"g_l_ns", &LifCondExp::g_l_ns},
      Field{"v_rest_mv", &LifCondExp::v_rest_mv},    Field{"v_reset_mv", &LifCondExp::v_reset_mv},
      Field{"v_th_mv", &LifCondExp::v_th_mv},        Field{"t_ref_ms", &LifCondExp::t_ref_ms},
      Field{"e_rev_mv", &LifCondExp::e_rev_mv},      Field{"tau_syn_ms", &LifCondExp::tau_syn_ms},
      Field{"i_offset_pa", &LifCondExp::i_offset_pa}};
};

template <>
struct FieldsOf<AdEx> {
  static constexpr std::tuple list{Field{"c_m_pf", &AdEx::c_m_pf},
                                   Field{"g_l_ns", &AdEx::g_l_ns},
                                   Field{"e_l_mv", &AdEx::e_l_mv},
                                   Field{"v_t_mv", &AdEx::v_t_mv},
                                   Field{"delta_t_mv", &AdEx::delta_t_mv},
                                   Field{"v_peak_mv", &AdEx::v_peak_mv},
                                   Field{"v_reset_mv", &AdEx::v_reset_mv},
                                   Field{"a_ns", &AdEx::a_ns},
                                   Field{"b_pa", &AdEx::b_pa},
                                   Field{"tau_w_ms", &AdEx::tau_w_ms},
                                   Field{"t_ref_ms", &AdEx::t_ref_ms},
                                   Field{"e_rev_mv", &AdEx::e_rev_mv},
                                   Field{"tau_syn_ms", &AdEx::tau_syn_ms},
                                   Field{"i_offset_pa", &AdEx::i_offset_pa}};
};

template <>
struct FieldsOf<HodgkinHuxley> {
  static constexpr std::tuple list{Field{"c_m_pf", &HodgkinHuxley::c_m_pf},
                                   Field{"g_l_ns", &HodgkinHuxley::g_l_ns},
                                   Field{"g_na_ns", &HodgkinHuxley::g_na_ns},
                                   Field{"g_k_ns", &HodgkinHuxley::g_k_ns},
                                   Field{"e_l_mv", &HodgkinHuxley::e_l_mv},
                                   Field{"e_na_mv", &HodgkinHuxley::e_na_mv},
                                   Field{"e_k_mv", &HodgkinHuxley::e_k_mv},
                                   Field{"v_t_mv", &HodgkinHuxley::v_t_mv},
                                   Field{"v_spike_mv", &HodgkinHuxley::v_spike_mv},
                                   Field{"t_ref_ms", &HodgkinHuxley::t_ref_ms},
                                   Field{"e_rev_mv", &HodgkinHuxley::e_rev_mv},
                                   Field{"tau_syn_ms", &HodgkinHuxley::tau_syn_ms},
                                   Field{"i_offset_pa", &HodgkinHuxley::i_offset_pa}};
};

template <>
struct FieldsOf<Li> {
  static constexpr std::tuple list{Field{"tau_m_ms", &Li::tau_m_ms},
                                   Field{"v_rest_mv", &Li::v_rest_mv}, Field{"scheme", &Li::scheme},
                                   Field{"input", &Li::input}};
};

template <>
struct FieldsOf<Relu> {
  static constexpr std::tuple list{Field{"levels", &Relu::levels}, Field{"clip", &Relu::clip}};
};

template <>
struct FieldsOf<PoissonSource> {
  static constexpr std::tuple list{Field{"rate_hz", &PoissonSource::rate_hz}};
};

template <>
struct FieldsOf<InhomogeneousPoissonSource> {
  static constexpr std::tuple list{Field{"times_ms", &InhomogeneousPoissonSource::times_ms},
                                   Field{"rates_hz", &InhomogeneousPoissonSource::rates_hz}};
};

template <>
struct FieldsOf<RegularSource> {
  static constexpr std::tuple list{Field{"interval_ms", &RegularSource::interval_ms},
                                   Field{"start_ms", &RegularSource::start_ms},
                                   Field{"phase_ms", &RegularSource::phase_ms}};
};

template <>
struct FieldsOf<SpikeSource> {
  static constexpr std::tuple list{Field{"times_ms", &SpikeSource::times_ms}};
};

template <>
struct FieldsOf<CurrentSource> {
  static constexpr std::tuple list{Field{"max_abs", &CurrentSource::max_abs},
                                   Field{"bins", &CurrentSource::bins}};
};

template <>
struct FieldsOf<RateSource> {
  static constexpr std::tuple list{Field{"probability", &RateSource::probability}};
};

template <>
struct FieldsOf<LatencySource> {
  static constexpr std::tuple list{Field{"threshold", &LatencySource::threshold},
                                   Field{"ticks", &LatencySource::ticks}};
};

template <>
struct FieldsOf<EventSource> {
  static constexpr std::tuple<> list{};
};

template <>
struct FieldsOf<PoissonDrive> {
  static constexpr std::tuple list{Field{"rate_hz", &PoissonDrive::rate_hz},
                                   Field{"weight", &PoissonDrive::weight},
                                   Field{"receptor", &PoissonDrive::receptor}};
};

template <>
struct FieldsOf<InhomogeneousPoissonDrive> {
  static constexpr std::tuple list{Field{"times_ms", &InhomogeneousPoissonDrive::times_ms},
                                   Field{"rates_hz", &InhomogeneousPoissonDrive::rates_hz},
                                   Field{"weight", &InhomogeneousPoissonDrive::weight},
                                   Field{"receptor", &InhomogeneousPoissonDrive::receptor}};
};

template <>
struct FieldsOf<StepCurrent> {
  static constexpr std::tuple list{Field{"times_ms", &StepCurrent::times_ms},
                                   Field{"amplitudes", &StepCurrent::amplitudes}};
};

template <>
struct FieldsOf<SineCurrent> {
  static constexpr std::tuple list{Field{"offset", &SineCurrent::offset},
                                   Field{"amplitude", &SineCurrent::amplitude},
                                   Field{"frequency_hz", &SineCurrent::frequency_hz},
                                   Field{"phase_rad", &SineCurrent::phase_rad},
                                   Field{"start_ms", &SineCurrent::start_ms},
                                   Field{"stop_ms", &SineCurrent::stop_ms}};
};

template <>
struct FieldsOf<NoiseCurrent> {
  static constexpr std::tuple list{
      Field{"mean", &NoiseCurrent::mean}, Field{"sd", &NoiseCurrent::sd},
      Field{"interval_ms", &NoiseCurrent::interval_ms}, Field{"start_ms", &NoiseCurrent::start_ms},
      Field{"stop_ms", &NoiseCurrent::stop_ms}};
};

/// The names of an enumeration's values, in their order from 0.
template <class Enum>
struct NamesOf;
template <>
struct NamesOf<Scheme> {
  static constexpr std::array<std::string_view, 2> list{"exact", "euler"};
};
template <>
struct NamesOf<Reset> {
  static constexpr std::array<std::string_view, 2> list{"to_value", "subtract"};
};
template <>
struct NamesOf<Input> {
  static constexpr std::array<std::string_view, 2> list{"jump", "current"};
};

/// Calls visit(name, member pointer) for each parameter of Model.
template <class Model, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field.name, field.member), ...); },
             FieldsOf<Model>::list);
}

namespace model_fields {

/// Converts to anything: stands for a field when the fields of an aggregate are counted.
struct Anything {
  template <class T>
  operator T() const;
};

template <class Model, class... Given>
constexpr std::size_t count_fields() {
  if constexpr (requires { Model{Given{}..., Anything{}}; }) {
    return count_fields<Model, Given..., Anything>();
  } else {
    return sizeof...(Given);
  }
}

template <class Model>
inline constexpr bool complete =
    std::tuple_size_v<std::remove_const_t<decltype(FieldsOf<Model>::list)>> ==
    count_fields<Model>();

template <class List>
inline constexpr bool all_complete = false;
template <class... Models>
inline constexpr bool all_complete<ModelList<Models...>> = (complete<Models> && ...);
template <class... Sources>
inline constexpr bool all_complete<std::variant<Sources...>> = (complete<Sources> && ...);

static_assert(all_complete<NeuronModels>, "a neuron model has a parameter that FieldsOf lacks");
static_assert(all_complete<Source>, "a source has a parameter that FieldsOf lacks");
static_assert(all_complete<Stimulus>, "a stimulus has a parameter that FieldsOf lacks");

}  // namespace model_fields

}  // namespace snn

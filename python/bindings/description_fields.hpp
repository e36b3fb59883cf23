// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/io/rule_fields.hpp"
#include "snn/model/network.hpp"

/// Fields of what describes projections, beside those that the library lists itself.
namespace snn {

template <>
struct FieldsOf<AllToAll> {
  static constexpr std::tuple<> list{};
};
template <>
struct FieldsOf<OneToOne> {
  static constexpr std::tuple<> list{};
};
template <>
struct FieldsOf<Sparse> {
  static constexpr std::tuple list{Field{"source", &Sparse::source},
                                   Field{"target", &Sparse::target}};
};
template <>
struct FieldsOf<Csr> {
  static constexpr std::tuple list{Field{"row_begin", &Csr::row_begin},
                                   Field{"target", &Csr::target}};
};
template <>
struct FieldsOf<Convolution> {
  static constexpr std::tuple list{Field{"kernel", &Convolution::kernel},
                                   Field{"stride", &Convolution::stride},
                                   Field{"padding", &Convolution::padding}};
};
template <>
struct FieldsOf<FixedProbability> {
  static constexpr std::tuple list{Field{"probability", &FixedProbability::probability},
                                   Field{"allow_self", &FixedProbability::allow_self}};
};
template <>
struct FieldsOf<FixedInDegree> {
  static constexpr std::tuple list{Field{"in_degree", &FixedInDegree::in_degree},
                                   Field{"allow_self", &FixedInDegree::allow_self},
                                   Field{"allow_multiple", &FixedInDegree::allow_multiple}};
};
template <>
struct FieldsOf<FixedOutDegree> {
  static constexpr std::tuple list{Field{"out_degree", &FixedOutDegree::out_degree},
                                   Field{"allow_self", &FixedOutDegree::allow_self},
                                   Field{"allow_multiple", &FixedOutDegree::allow_multiple}};
};
template <>
struct FieldsOf<FixedTotalNumber> {
  static constexpr std::tuple list{Field{"synapses", &FixedTotalNumber::synapses},
                                   Field{"allow_self", &FixedTotalNumber::allow_self},
                                   Field{"allow_multiple", &FixedTotalNumber::allow_multiple}};
};
template <>
struct FieldsOf<DistanceDependent> {
  static constexpr std::tuple list{Field{"kernel", &DistanceDependent::kernel},
                                   Field{"allow_self", &DistanceDependent::allow_self}};
};

template <>
struct FieldsOf<GaussianKernel> {
  static constexpr std::tuple list{Field{"sigma_mm", &GaussianKernel::sigma_mm},
                                   Field{"p_max", &GaussianKernel::p_max}};
};
template <>
struct FieldsOf<ExponentialKernel> {
  static constexpr std::tuple list{Field{"length_mm", &ExponentialKernel::length_mm},
                                   Field{"p_max", &ExponentialKernel::p_max}};
};
template <>
struct FieldsOf<DiscKernel> {
  static constexpr std::tuple list{Field{"radius_mm", &DiscKernel::radius_mm},
                                   Field{"p", &DiscKernel::p}};
};
template <>
struct FieldsOf<LinearDecayKernel> {
  static constexpr std::tuple list{Field{"radius_mm", &LinearDecayKernel::radius_mm},
                                   Field{"p_max", &LinearDecayKernel::p_max}};
};

template <>
struct FieldsOf<Uniform> {
  static constexpr std::tuple list{Field{"low", &Uniform::low}, Field{"high", &Uniform::high}};
};
template <>
struct FieldsOf<Normal> {
  static constexpr std::tuple list{Field{"mean", &Normal::mean}, Field{"sd", &Normal::sd}};
};
template <>
struct FieldsOf<TruncatedNormal> {
  static constexpr std::tuple list{
      Field{"mean", &TruncatedNormal::mean}, Field{"sd", &TruncatedNormal::sd},
      Field{"low", &TruncatedNormal::low}, Field{"high", &TruncatedNormal::high}};
};
template <>
struct FieldsOf<Lognormal> {
  static constexpr std::tuple list{Field{"mu", &Lognormal::mu}, Field{"sigma", &Lognormal::sigma}};
};
template <>
struct FieldsOf<KaimingUniform> {
  static constexpr std::tuple list{Field{"gain", &KaimingUniform::gain}};
};
template <>
struct FieldsOf<PerSource> {
  static constexpr std::tuple list{Field{"ms", &PerSource::ms}};
};
template <>
struct FieldsOf<PerSynapse> {
  static constexpr std::tuple list{Field{"ms", &PerSynapse::ms}};
};
template <>
struct FieldsOf<DistanceDelay> {
  static constexpr std::tuple list{Field{"offset_ms", &DistanceDelay::offset_ms},
                                   Field{"speed_mm_per_ms", &DistanceDelay::speed_mm_per_ms}};
};

template <>
struct FieldsOf<TsodyksMarkram> {
  static constexpr std::tuple list{Field{"U", &TsodyksMarkram::U},
                                   Field{"tau_rec_ms", &TsodyksMarkram::tau_rec_ms},
                                   Field{"tau_fac_ms", &TsodyksMarkram::tau_fac_ms}};
};
template <>
struct FieldsOf<Homeostasis> {
  static constexpr std::tuple list{Field{"interval_ms", &Homeostasis::interval_ms},
                                   Field{"sum", &Homeostasis::sum},
                                   Field{"rate", &Homeostasis::rate}};
};
template <>
struct FieldsOf<Synapse> {
  static constexpr std::tuple list{Field{"weight", &Synapse::weight},
                                   Field{"delay_ms", &Synapse::delay_ms},
                                   Field{"bias", &Synapse::bias},
                                   Field{"receptor", &Synapse::receptor},
                                   Field{"plasticity", &Synapse::plasticity},
                                   Field{"short_term", &Synapse::short_term},
                                   Field{"storage", &Synapse::storage},
                                   Field{"homeostasis", &Synapse::homeostasis}};
};

namespace model_fields {
static_assert(all_complete<Connectivity>, "a rule has a field that FieldsOf lacks");
static_assert(all_complete<DistanceKernel>, "a kernel has a field that FieldsOf lacks");
static_assert(complete<Synapse>, "Synapse has a field that FieldsOf lacks");
static_assert(complete<TsodyksMarkram> && complete<Homeostasis> && complete<DistanceDelay>);
}  // namespace model_fields

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/energy/counts/counts.hpp"
#include "snn/energy/energy.hpp"
#include "snn/io/model_fields.hpp"

/// Fields of figures of energy and of counts.
namespace snn {

template <>
struct FieldsOf<Unavailable> {
  using Type = Unavailable;
  static constexpr std::tuple list{Field{"reason", &Type::reason}, Field{"fix", &Type::fix}};
};

template <>
struct FieldsOf<Measured> {
  using Type = Measured;
  static constexpr std::tuple list{Field{"joules", &Type::joules},
                                   Field{"total_joules", &Type::total_joules},
                                   Field{"window_s", &Type::window_s},
                                   Field{"repetitions", &Type::repetitions},
                                   Field{"counter", &Type::counter},
                                   Field{"resolution_j", &Type::resolution_j},
                                   Field{"update_interval_s", &Type::update_interval_s},
                                   Field{"quantisation_j", &Type::quantisation_j}};
};

template <>
struct FieldsOf<NamedConstant> {
  using Type = NamedConstant;
  static constexpr std::tuple list{
      Field{"name", &Type::name},     Field{"value", &Type::value},
      Field{"unit", &Type::unit},     Field{"bits", &Type::bits},
      Field{"source", &Type::source}, Field{"evidence", &Type::evidence}};
};

template <>
struct FieldsOf<Modelled::Term> {
  using Type = Modelled::Term;
  static constexpr std::tuple list{
      Field{"layer", &Type::layer},           Field{"name", &Type::name},
      Field{"operations", &Type::operations}, Field{"price", &Type::price},
      Field{"picojoules", &Type::picojoules}, Field{"joules", &Type::joules}};
};

template <>
struct FieldsOf<Modelled> {
  using Type = Modelled;
  static constexpr std::tuple list{Field{"model", &Type::model},
                                   Field{"formula", &Type::formula},
                                   Field{"hardware", &Type::hardware},
                                   Field{"joules_per_inference", &Type::joules_per_inference},
                                   Field{"terms", &Type::terms},
                                   Field{"constants", &Type::constants},
                                   Field{"notes", &Type::notes}};
};

template <>
struct FieldsOf<ValueCounts> {
  using Type = ValueCounts;
  static constexpr std::tuple list{Field{"graded_synaptic", &Type::graded_synaptic},
                                   Field{"graded_effective", &Type::graded_effective},
                                   Field{"ternary_effective", &Type::ternary_effective},
                                   Field{"binary_synaptic", &Type::binary_synaptic},
                                   Field{"binary_effective", &Type::binary_effective},
                                   Field{"nonbinary_calls", &Type::nonbinary_calls},
                                   Field{"value_sum", &Type::value_sum}};
};

template <>
struct FieldsOf<ProjectionCounts> {
  using Type = ProjectionCounts;
  static constexpr std::tuple list{Field{"name", &Type::name},
                                   Field{"source_size", &Type::source_size},
                                   Field{"target_size", &Type::target_size},
                                   Field{"synapses", &Type::synapses},
                                   Field{"nonzero_synapses", &Type::nonzero_synapses},
                                   Field{"padded_synapses", &Type::padded_synapses},
                                   Field{"kernel_weights", &Type::kernel_weights},
                                   Field{"source_events", &Type::source_events},
                                   Field{"synaptic_events", &Type::synaptic_events},
                                   Field{"effective_events", &Type::effective_events},
                                   Field{"dense_events", &Type::dense_events},
                                   Field{"graded", &Type::graded},
                                   Field{"constant", &Type::constant},
                                   Field{"has_bias", &Type::has_bias},
                                   Field{"binary_weights", &Type::binary_weights},
                                   Field{"values", &Type::values}};
};

template <>
struct FieldsOf<PopulationCounts> {
  using Type = PopulationCounts;
  static constexpr std::tuple list{Field{"name", &Type::name},
                                   Field{"size", &Type::size},
                                   Field{"source", &Type::source},
                                   Field{"graded", &Type::graded},
                                   Field{"emits", &Type::emits},
                                   Field{"leaky", &Type::leaky},
                                   Field{"state_values", &Type::state_values},
                                   Field{"spikes", &Type::spikes},
                                   Field{"stepped", &Type::stepped},
                                   Field{"touched", &Type::touched},
                                   Field{"drive_events", &Type::drive_events},
                                   Field{"membrane_updates", &Type::membrane_updates}};
};

template <>
struct FieldsOf<RawCounts> {
  using Type = RawCounts;
  static constexpr std::tuple list{Field{"samples", &Type::samples}, Field{"ticks", &Type::ticks},
                                   Field{"projections", &Type::projections},
                                   Field{"populations", &Type::populations}};
};

template <>
struct FieldsOf<Counts> {
  using Type = Counts;
  static constexpr std::tuple list{Field{"macs_dense", &Type::macs_dense},
                                   Field{"macs_effective", &Type::macs_effective},
                                   Field{"acs_effective", &Type::acs_effective},
                                   Field{"synaptic_events", &Type::synaptic_events},
                                   Field{"spikes", &Type::spikes},
                                   Field{"neuron_updates", &Type::neuron_updates},
                                   Field{"membrane_updates", &Type::membrane_updates},
                                   Field{"bias_additions", &Type::bias_additions},
                                   Field{"drive_additions", &Type::drive_additions},
                                   Field{"leak_multiplications", &Type::leak_multiplications}};
};

template <>
struct FieldsOf<LayerCounts> {
  using Type = LayerCounts;
  static constexpr std::tuple list{Field{"name", &Type::name}, Field{"counts", &Type::counts}};
};

template <>
struct FieldsOf<NeuroBenchResults> {
  using Type = NeuroBenchResults;
  static constexpr std::tuple list{Field{"footprint", &Type::footprint},
                                   Field{"stored_bytes", &Type::stored_bytes},
                                   Field{"parameter_count", &Type::parameter_count},
                                   Field{"connection_sparsity", &Type::connection_sparsity},
                                   Field{"activation_sparsity", &Type::activation_sparsity},
                                   Field{"effective_macs", &Type::effective_macs},
                                   Field{"effective_acs", &Type::effective_acs},
                                   Field{"dense", &Type::dense},
                                   Field{"membrane_updates", &Type::membrane_updates},
                                   Field{"classification_accuracy", &Type::classification_accuracy},
                                   Field{"execution_rate_hz", &Type::execution_rate_hz}};
};

template <>
struct FieldsOf<SampleTotals> {
  using Type = SampleTotals;
  static constexpr std::tuple list{Field{"synaptic_events", &Type::synaptic_events},
                                   Field{"effective_events", &Type::effective_events},
                                   Field{"macs", &Type::macs},
                                   Field{"acs", &Type::acs},
                                   Field{"spikes", &Type::spikes},
                                   Field{"neuron_updates", &Type::neuron_updates}};
};

template <>
struct FieldsOf<SampleSpread> {
  using Type = SampleSpread;
  static constexpr std::tuple list{
      Field{"mean", &Type::mean},     Field{"sd", &Type::sd},   Field{"min", &Type::min},
      Field{"max", &Type::max},       Field{"p5", &Type::p5},   Field{"p25", &Type::p25},
      Field{"median", &Type::median}, Field{"p75", &Type::p75}, Field{"p95", &Type::p95}};
};

template <>
struct FieldsOf<SampleSpreads> {
  using Type = SampleSpreads;
  static constexpr std::tuple list{Field{"samples", &Type::samples},
                                   Field{"synaptic_events", &Type::synaptic_events},
                                   Field{"effective_events", &Type::effective_events},
                                   Field{"macs", &Type::macs},
                                   Field{"acs", &Type::acs},
                                   Field{"spikes", &Type::spikes},
                                   Field{"neuron_updates", &Type::neuron_updates}};
};

template <>
struct FieldsOf<Operations> {
  using Type = Operations;
  static constexpr std::tuple list{Field{"macs", &Type::macs}, Field{"acs", &Type::acs}};
};

template <>
struct FieldsOf<UpdateOperations> {
  using Type = UpdateOperations;
  static constexpr std::tuple list{
      Field{"additions", &Type::additions}, Field{"multiplications", &Type::multiplications},
      Field{"divisions", &Type::divisions}, Field{"square_roots", &Type::square_roots}};
};

template <>
struct FieldsOf<ProjectionOperations> {
  using Type = ProjectionOperations;
  static constexpr std::tuple list{Field{"name", &Type::name},
                                   Field{"forward", &Type::forward},
                                   Field{"input_gradient", &Type::input_gradient},
                                   Field{"weight_gradient", &Type::weight_gradient},
                                   Field{"bias_additions", &Type::bias_additions},
                                   Field{"update", &Type::update}};
};

template <>
struct FieldsOf<TrainingOperations> {
  using Type = TrainingOperations;
  static constexpr std::tuple list{Field{"forward", &Type::forward},
                                   Field{"backward", &Type::backward},
                                   Field{"update", &Type::update},
                                   Field{"bias_additions", &Type::bias_additions},
                                   Field{"neuron_updates", &Type::neuron_updates},
                                   Field{"adjoint_updates", &Type::adjoint_updates},
                                   Field{"projections", &Type::projections}};
};

}  // namespace snn

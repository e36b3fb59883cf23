// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/io/load.hpp"
#include "snn/io/model_fields.hpp"
#include "snn/train/classifier.hpp"
#include "snn/train/options.hpp"

/// Fields of what training takes.
namespace snn {

template <>
struct FieldsOf<FastSigmoid> {
  static constexpr std::tuple list{Field{"beta", &FastSigmoid::beta},
                                   Field{"scale", &FastSigmoid::scale}};
};
template <>
struct FieldsOf<Arctan> {
  static constexpr std::tuple list{Field{"alpha", &Arctan::alpha}, Field{"scale", &Arctan::scale}};
};
template <>
struct FieldsOf<Sigmoid> {
  static constexpr std::tuple list{Field{"k", &Sigmoid::k}, Field{"scale", &Sigmoid::scale}};
};
template <>
struct FieldsOf<Triangle> {
  static constexpr std::tuple list{Field{"height", &Triangle::height},
                                   Field{"width", &Triangle::width}};
};
template <>
struct FieldsOf<PiecewiseQuadratic> {
  static constexpr std::tuple list{Field{"alpha", &PiecewiseQuadratic::alpha}};
};
template <>
struct FieldsOf<Boxcar> {
  static constexpr std::tuple list{Field{"height", &Boxcar::height},
                                   Field{"width", &Boxcar::width}};
};
template <>
struct FieldsOf<Exponential> {
  static constexpr std::tuple list{Field{"alpha", &Exponential::alpha},
                                   Field{"scale", &Exponential::scale}};
};
template <>
struct FieldsOf<Gaussian> {
  static constexpr std::tuple list{Field{"sigma", &Gaussian::sigma},
                                   Field{"scale", &Gaussian::scale}};
};
template <>
struct FieldsOf<MultiGaussian> {
  static constexpr std::tuple list{Field{"sigma", &MultiGaussian::sigma},
                                   Field{"h", &MultiGaussian::h}, Field{"s", &MultiGaussian::s}};
};

template <>
struct FieldsOf<CountCrossEntropy> {
  static constexpr std::tuple<> list{};
};
template <>
struct FieldsOf<MaxMembraneCrossEntropy> {
  static constexpr std::tuple<> list{};
};
template <>
struct FieldsOf<MeanMembraneCrossEntropy> {
  static constexpr std::tuple<> list{};
};
template <>
struct FieldsOf<CountMse> {
  static constexpr std::tuple list{Field{"correct_rate", &CountMse::correct_rate},
                                   Field{"incorrect_rate", &CountMse::incorrect_rate}};
};

template <>
struct FieldsOf<Sgd> {
  static constexpr std::tuple list{Field{"momentum", &Sgd::momentum},
                                   Field{"weight_decay", &Sgd::weight_decay}};
};
template <>
struct FieldsOf<Adam> {
  static constexpr std::tuple list{Field{"beta1", &Adam::beta1}, Field{"beta2", &Adam::beta2},
                                   Field{"epsilon", &Adam::epsilon},
                                   Field{"weight_decay", &Adam::weight_decay}};
};
template <>
struct FieldsOf<AdamW> {
  static constexpr std::tuple list{Field{"beta1", &AdamW::beta1}, Field{"beta2", &AdamW::beta2},
                                   Field{"epsilon", &AdamW::epsilon},
                                   Field{"weight_decay", &AdamW::weight_decay}};
};

template <>
struct FieldsOf<ConstantRate> {
  static constexpr std::tuple<> list{};
};
template <>
struct FieldsOf<CosineRate> {
  static constexpr std::tuple list{Field{"final_fraction", &CosineRate::final_fraction}};
};
template <>
struct FieldsOf<StepRate> {
  static constexpr std::tuple list{Field{"every", &StepRate::every},
                                   Field{"factor", &StepRate::factor}};
};
template <>
struct FieldsOf<PlateauRate> {
  static constexpr std::tuple list{Field{"patience", &PlateauRate::patience},
                                   Field{"factor", &PlateauRate::factor}};
};

template <>
struct FieldsOf<Augmentation> {
  static constexpr std::tuple list{Field{"rotation_deg", &Augmentation::rotation_deg},
                                   Field{"shift_px", &Augmentation::shift_px},
                                   Field{"scale", &Augmentation::scale},
                                   Field{"shear", &Augmentation::shear},
                                   Field{"shift_units", &Augmentation::shift_units},
                                   Field{"stretch", &Augmentation::stretch},
                                   Field{"drop", &Augmentation::drop}};
};
template <>
struct FieldsOf<TrainOptions> {
  static constexpr std::tuple list{Field{"dt_ms", &TrainOptions::dt_ms},
                                   Field{"ticks", &TrainOptions::ticks},
                                   Field{"epochs", &TrainOptions::epochs},
                                   Field{"batch", &TrainOptions::batch},
                                   Field{"learning_rate", &TrainOptions::learning_rate},
                                   Field{"seed", &TrainOptions::seed},
                                   Field{"threads", &TrainOptions::threads},
                                   Field{"surrogate", &TrainOptions::surrogate},
                                   Field{"detach_reset", &TrainOptions::detach_reset},
                                   Field{"loss", &TrainOptions::loss},
                                   Field{"optimizer", &TrainOptions::optimizer},
                                   Field{"schedule", &TrainOptions::schedule},
                                   Field{"clip_norm", &TrainOptions::clip_norm},
                                   Field{"lambda_rate", &TrainOptions::lambda_rate},
                                   Field{"target_rate", &TrainOptions::target_rate},
                                   Field{"lambda_synops", &TrainOptions::lambda_synops},
                                   Field{"learn_tau", &TrainOptions::learn_tau},
                                   Field{"learn_threshold", &TrainOptions::learn_threshold},
                                   Field{"augmentation", &TrainOptions::augmentation},
                                   Field{"patience", &TrainOptions::patience},
                                   Field{"path", &TrainOptions::path},
                                   Field{"device", &TrainOptions::device},
                                   Field{"precision", &TrainOptions::precision},
                                   Field{"checkpoint", &TrainOptions::checkpoint},
                                   Field{"resume", &TrainOptions::resume}};
};

template <>
struct FieldsOf<ClassifierOptions> {
  static constexpr std::tuple list{Field{"hidden", &ClassifierOptions::hidden},
                                   Field{"recurrent", &ClassifierOptions::recurrent},
                                   Field{"encoding", &ClassifierOptions::encoding},
                                   Field{"neuron", &ClassifierOptions::neuron},
                                   Field{"tau_m_ticks", &ClassifierOptions::tau_m_ticks},
                                   Field{"tau_syn_ticks", &ClassifierOptions::tau_syn_ticks},
                                   Field{"tau_out_ticks", &ClassifierOptions::tau_out_ticks},
                                   Field{"reset", &ClassifierOptions::reset},
                                   Field{"delay_ticks", &ClassifierOptions::delay_ticks},
                                   Field{"gain", &ClassifierOptions::gain},
                                   Field{"spiking_readout", &ClassifierOptions::spiking_readout}};
};
template <>
struct FieldsOf<SplitOptions> {
  static constexpr std::tuple list{Field{"validation_fraction", &SplitOptions::validation_fraction},
                                   Field{"seed", &SplitOptions::seed},
                                   Field{"validation_group", &SplitOptions::validation_group}};
};

namespace model_fields {
static_assert(all_complete<Surrogate> && all_complete<Loss> && all_complete<OptimizerKind> &&
                  all_complete<Schedule>,
              "something that training takes has a field that FieldsOf lacks");
static_assert(complete<Augmentation> && complete<TrainOptions> && complete<ClassifierOptions> &&
              complete<SplitOptions>);
}  // namespace model_fields

}  // namespace snn

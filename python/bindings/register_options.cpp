// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/enums.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/training_fields.hpp"

namespace snn::python {

void register_options(py::module_& m) {
  bind_enum<ProductPath>(m, "ProductPath",
                         {{"automatic", ProductPath::automatic},
                          {"dense", ProductPath::dense},
                          {"sparse", ProductPath::sparse}});
  bind_enum<Precision>(m, "Precision",
                       {{"fp32", Precision::fp32},
                        {"tf32", Precision::tf32},
                        {"bf16", Precision::bf16},
                        {"bf16_split", Precision::bf16_split}});
  bind_enum<Encoding>(
      m, "Encoding",
      {{"direct", Encoding::direct}, {"rate", Encoding::rate}, {"latency", Encoding::latency}});
  bind_enum<HiddenNeuron>(m, "HiddenNeuron",
                          {{"lif", HiddenNeuron::lif},
                           {"integrate_and_fire", HiddenNeuron::integrate_and_fire},
                           {"cuba", HiddenNeuron::cuba},
                           {"adaptive", HiddenNeuron::adaptive}});

  constexpr auto positional = Arguments::positional;
  bind_model<FastSigmoid>(m, "FastSigmoid", positional);
  bind_model<Arctan>(m, "Arctan", positional);
  bind_model<Sigmoid>(m, "Sigmoid", positional);
  bind_model<Triangle>(m, "Triangle", positional);
  bind_model<PiecewiseQuadratic>(m, "PiecewiseQuadratic", positional);
  bind_model<Boxcar>(m, "Boxcar", positional);
  bind_model<Exponential>(m, "Exponential", positional);
  bind_model<Gaussian>(m, "Gaussian", positional);
  bind_model<MultiGaussian>(m, "MultiGaussian", positional);

  bind_model<CountCrossEntropy>(m, "CountCrossEntropy");
  bind_model<MaxMembraneCrossEntropy>(m, "MaxMembraneCrossEntropy");
  bind_model<MeanMembraneCrossEntropy>(m, "MeanMembraneCrossEntropy");
  bind_model<CountMse>(m, "CountMse");
  bind_model<Sgd>(m, "Sgd");
  bind_model<Adam>(m, "Adam");
  bind_model<AdamW>(m, "AdamW");
  bind_model<ConstantRate>(m, "ConstantRate");
  bind_model<CosineRate>(m, "CosineRate");
  bind_model<StepRate>(m, "StepRate");
  bind_model<PlateauRate>(m, "PlateauRate");
  bind_model<Augmentation>(m, "Augmentation");
  bind_model<TrainOptions>(m, "TrainOptions");
  bind_model<ClassifierOptions>(m, "ClassifierOptions");
}

}  // namespace snn::python

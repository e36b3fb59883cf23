// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

/// Losses on what the last population did over the ticks of a sample.
namespace snn {

/// Cross-entropy with the spike counts as logits (graded outputs: their sum).
struct CountCrossEntropy {};
/// Cross-entropy with the largest membrane over time as logits (Cramer et al., TNNLS 33 (2022)
/// 2744).
struct MaxMembraneCrossEntropy {};
/// Cross-entropy with the mean membrane over time as logits.
struct MeanMembraneCrossEntropy {};
/// Mean squared error of the spike counts per tick to target rates.
struct CountMse {
  double correct_rate = 0.8;    ///< spikes per tick of the right class, in (0, 1]
  double incorrect_rate = 0.0;  ///< of the others, in [0, 1)
};
using Loss =
    std::variant<CountCrossEntropy, MaxMembraneCrossEntropy, MeanMembraneCrossEntropy, CountMse>;

/// Whether a loss reads membranes (else outputs).
bool reads_membrane(const Loss& loss);

/// ConfigError if a label is not of 0 .. classes-1.
void check_label(std::int32_t label, std::int64_t classes);

/// The readout of a batch.
template <class Real>
struct Readout {
  int ticks, batch, classes;
  const Real* membrane;        ///< [tick][sample][class], before the reset
  const Real* output_sum;      ///< [sample][class]: spikes, or graded outputs, added over the ticks
  const std::int32_t* labels;  ///< [sample]
};

struct LossValue {
  double sum = 0;            ///< over the batch
  std::int64_t correct = 0;  ///< samples whose largest logit is the label (ties: the lowest class)
};

/// Value of the loss, and the gradient of the batch mean: into d_membrane ([tick][sample][class])
/// and d_output ([sample][class], that of the output of every tick, since losses read sums). Either
/// may be null; both are overwritten. Logits are also written to `logits` ([sample][class]) unless
/// null.
template <class Real>
LossValue evaluate_loss(const Loss& loss, const Readout<Real>& readout, Real* d_membrane,
                        Real* d_output, Real* logits = nullptr);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/train/loss.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

/// One sample of a readout, class c at tick t being value[t*stride + c].
template <class Real>
struct Sample {
  const Real* value;
  std::int64_t stride;
  int ticks, classes;
  double at(int tick, int c) const { return static_cast<double>(value[tick * stride + c]); }
};

/// `ticks` is 1 for values that are sums already.
template <class Real>
Sample<Real> sample_of(const Readout<Real>& readout, const Real* values, int ticks, int b) {
  return {values + std::int64_t{b} * readout.classes, std::int64_t{readout.batch} * readout.classes,
          ticks, readout.classes};
}

/// -log softmax(logits)[label]; the gradient with respect to the logits replaces them.
double cross_entropy(std::vector<double>& logits, int label) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - largest);
  const double loss = std::log(sum) + largest - logits[static_cast<std::size_t>(label)];
  for (double& logit : logits) logit = std::exp(logit - largest) / sum;
  logits[static_cast<std::size_t>(label)] -= 1.0;
  return loss;
}

/// What a loss does to a sample: logits from its values, loss and gradient of the logits, gradient
/// of the values from that.
template <class Real>
struct Sum {
  double logit(const Sample<Real>& s, int c) const {
    double sum = 0;
    for (int t = 0; t < s.ticks; ++t) sum += s.at(t, c);
    return sum;
  }
  void gradient(const Sample<Real>& s, int c, double d, Real* out) const {
    for (int t = 0; t < s.ticks; ++t) out[t * s.stride + c] = static_cast<Real>(d);
  }
};

template <class Real>
struct Mean {
  double logit(const Sample<Real>& s, int c) const { return Sum<Real>{}.logit(s, c) / s.ticks; }
  void gradient(const Sample<Real>& s, int c, double d, Real* out) const {
    Sum<Real>{}.gradient(s, c, d / s.ticks, out);
  }
};

template <class Real>
struct Max {
  static int peak(const Sample<Real>& s, int c) {
    int best = 0;
    for (int t = 1; t < s.ticks; ++t) {
      if (s.at(t, c) > s.at(best, c)) best = t;
    }
    return best;
  }
  double logit(const Sample<Real>& s, int c) const { return s.at(peak(s, c), c); }
  void gradient(const Sample<Real>& s, int c, double d, Real* out) const {
    for (int t = 0; t < s.ticks; ++t) out[t * s.stride + c] = Real(0);
    out[peak(s, c) * s.stride + c] = static_cast<Real>(d);
  }
};

template <class Real, class Reduction, class Criterion>
LossValue evaluate(const Readout<Real>& readout, const Real* values, int ticks, Real* d_values,
                   Real* logits_out, const Reduction& reduction, const Criterion& criterion) {
  LossValue result;
  std::vector<double> logits(static_cast<std::size_t>(readout.classes));
  for (int b = 0; b < readout.batch; ++b) {
    const int label = readout.labels[b];
    check_label(label, readout.classes);
    const Sample<Real> sample = sample_of(readout, values, ticks, b);
    for (int c = 0; c < readout.classes; ++c)
      logits[static_cast<std::size_t>(c)] = reduction.logit(sample, c);
    if (logits_out != nullptr) {
      for (int c = 0; c < readout.classes; ++c) {
        logits_out[b * readout.classes + c] =
            static_cast<Real>(logits[static_cast<std::size_t>(c)]);
      }
    }
    result.correct +=
        std::max_element(logits.begin(), logits.end()) - logits.begin() == label ? 1 : 0;
    result.sum += criterion(logits, label, readout.ticks);
    if (d_values == nullptr) continue;
    for (int c = 0; c < readout.classes; ++c) {
      reduction.gradient(sample, c, logits[static_cast<std::size_t>(c)] / readout.batch,
                         d_values + std::int64_t{b} * readout.classes);
    }
  }
  return result;
}

}  // namespace

void check_label(std::int32_t label, std::int64_t classes) {
  if (label >= 0 && label < classes) return;
  throw ConfigError("readout", "label", std::to_string(label),
                    "0 .. " + std::to_string(classes - 1));
}

bool reads_membrane(const Loss& loss) {
  return std::holds_alternative<MaxMembraneCrossEntropy>(loss) ||
         std::holds_alternative<MeanMembraneCrossEntropy>(loss);
}

template <class Real>
LossValue evaluate_loss(const Loss& loss, const Readout<Real>& readout, Real* d_membrane,
                        Real* d_output, Real* logits) {
  const std::int64_t answers = std::int64_t{readout.batch} * readout.classes;
  if (reads_membrane(loss)) {
    if (d_output != nullptr) std::fill_n(d_output, answers, Real(0));
  } else if (d_membrane != nullptr) {
    std::fill_n(d_membrane, readout.ticks * answers, Real(0));
  }
  const auto entropy = [](std::vector<double>& values, int label, int) {
    return cross_entropy(values, label);
  };
  if (std::holds_alternative<MaxMembraneCrossEntropy>(loss)) {
    return evaluate(readout, readout.membrane, readout.ticks, d_membrane, logits, Max<Real>{},
                    entropy);
  }
  if (std::holds_alternative<MeanMembraneCrossEntropy>(loss)) {
    return evaluate(readout, readout.membrane, readout.ticks, d_membrane, logits, Mean<Real>{},
                    entropy);
  }
  if (std::holds_alternative<CountCrossEntropy>(loss)) {
    return evaluate(readout, readout.output_sum, 1, d_output, logits, Sum<Real>{}, entropy);
  }
  const auto& mse = std::get<CountMse>(loss);
  const auto error = [&](std::vector<double>& counts, int label, int ticks) {
    double sum = 0;
    const auto classes = static_cast<double>(counts.size());
    for (std::size_t c = 0; c < counts.size(); ++c) {
      const double target = static_cast<int>(c) == label ? mse.correct_rate : mse.incorrect_rate;
      const double difference = counts[c] / ticks - target;
      sum += difference * difference / classes;
      counts[c] = 2.0 * difference / (classes * ticks);
    }
    return sum;
  };
  return evaluate(readout, readout.output_sum, 1, d_output, logits, Sum<Real>{}, error);
}

template LossValue evaluate_loss(const Loss&, const Readout<float>&, float*, float*, float*);
template LossValue evaluate_loss(const Loss&, const Readout<double>&, double*, double*, double*);

}  // namespace snn

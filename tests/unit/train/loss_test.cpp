// SPDX-License-Identifier: Apache-2.0
#include "snn/train/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "snn/math/philox.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

/// A readout with its arrays.
template <class Real>
struct Answers {
  int ticks, batch, classes;
  std::vector<Real> membrane, output;
  std::vector<std::int32_t> labels;

  Answers(int ticks_, int batch_, int classes_)
      : ticks(ticks_),
        batch(batch_),
        classes(classes_),
        membrane(size()),
        output(size()),
        labels(static_cast<std::size_t>(batch_)) {}

  std::size_t size() const { return static_cast<std::size_t>(ticks * batch * classes); }
  Real& at(std::vector<Real>& values, int tick, int sample, int c) const {
    return values[static_cast<std::size_t>((tick * batch + sample) * classes + c)];
  }
  std::size_t answers() const { return static_cast<std::size_t>(batch * classes); }
  std::vector<Real> output_sum() const {
    std::vector<Real> sum(answers());
    for (std::size_t i = 0; i < size(); ++i) sum[i % answers()] += output[i];
    return sum;
  }
  Readout<Real> view(const std::vector<Real>& sum) const {
    return {ticks, batch, classes, membrane.data(), sum.data(), labels.data()};
  }
};

struct Evaluated {
  LossValue value;
  std::vector<double> d_membrane, d_output, logits;
};

template <class Real>
Evaluated evaluate(const Loss& loss, const Answers<Real>& answers) {
  std::vector<Real> d_membrane(answers.size(), Real(77)), d_sum(answers.answers(), Real(77));
  std::vector<Real> logits(static_cast<std::size_t>(answers.batch * answers.classes));
  const std::vector<Real> sum = answers.output_sum();
  const LossValue value =
      evaluate_loss<Real>(loss, answers.view(sum), d_membrane.data(), d_sum.data(), logits.data());
  std::vector<double> d_output;  // of every tick
  for (std::size_t i = 0; i < answers.size(); ++i)
    d_output.push_back(static_cast<double>(d_sum[i % answers.answers()]));
  return {value, {d_membrane.begin(), d_membrane.end()}, d_output, {logits.begin(), logits.end()}};
}

template <class Real>
Answers<Real> random_answers(int ticks, int batch, int classes) {
  Answers<Real> answers(ticks, batch, classes);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto words = random_words(3, RandomUse::weights, 0, i);
    answers.membrane[i] = static_cast<Real>(words[0] * 0x1p-30 - 2.0);
    answers.output[i] = static_cast<Real>(words[1] * 0x1p-32);
  }
  for (int b = 0; b < batch; ++b) answers.labels[static_cast<std::size_t>(b)] = (b * 5) % classes;
  return answers;
}

const std::vector<Loss>& losses() {
  static const std::vector<Loss> all{CountCrossEntropy{}, MaxMembraneCrossEntropy{},
                                     MeanMembraneCrossEntropy{}, CountMse{0.8, 0.05}};
  return all;
}

std::string name_of(const Loss& loss) {
  return "loss " + std::to_string(loss.index());
}

TEST(Loss, GradientIsThatOfTheBatchMean) {
  for (const Loss& loss : losses()) {
    SCOPED_TRACE(name_of(loss));
    Answers<double> answers = random_answers<double>(7, 4, 5);
    const Evaluated exact = evaluate(loss, answers);
    const auto mean = [&] { return evaluate(loss, answers).value.sum / answers.batch; };
    double largest = 0;
    for (const double d : exact.d_membrane) largest = std::max(largest, std::abs(d));
    for (const double d : exact.d_output) largest = std::max(largest, std::abs(d));
    EXPECT_GT(largest, 1e-3);
    const double step = 1e-5;
    for (auto* values : {&answers.membrane, &answers.output}) {
      const auto& gradient = values == &answers.membrane ? exact.d_membrane : exact.d_output;
      for (std::size_t i = 0; i < values->size(); ++i) {
        const double before = (*values)[i];
        (*values)[i] = before + step;
        const double above = mean();
        (*values)[i] = before - step;
        const double below = mean();
        (*values)[i] = before;
        EXPECT_NEAR((above - below) / (2 * step), gradient[i], 1e-6 * largest) << i;
      }
    }
  }
}

TEST(Loss, FloatFollowsDouble) {
  for (const Loss& loss : losses()) {
    SCOPED_TRACE(name_of(loss));
    const Evaluated in_float = evaluate(loss, random_answers<float>(7, 4, 5));
    const Evaluated in_double = evaluate(loss, random_answers<double>(7, 4, 5));
    EXPECT_NEAR(in_float.value.sum, in_double.value.sum, 1e-6);
    EXPECT_EQ(in_float.value.correct, in_double.value.correct);
    for (std::size_t i = 0; i < in_float.d_membrane.size(); ++i) {
      EXPECT_NEAR(in_float.d_membrane[i], in_double.d_membrane[i], 1e-7);
      EXPECT_NEAR(in_float.d_output[i], in_double.d_output[i], 1e-7);
    }
  }
}

TEST(Loss, CountsOfAHandWorkedSample) {
  Answers<double> answers(3, 1, 2);
  answers.at(answers.output, 0, 0, 0) = 1;
  answers.at(answers.output, 2, 0, 0) = 1;
  answers.at(answers.output, 1, 0, 1) = 1;
  const Evaluated found = evaluate(CountCrossEntropy{}, answers);  // counts 2 and 1, label 0
  EXPECT_EQ(found.logits, (std::vector<double>{2, 1}));
  EXPECT_NEAR(found.value.sum, std::log1p(std::exp(-1.0)), 1e-15);
  EXPECT_EQ(found.value.correct, 1);
  const double wrong = 1 / (1 + std::exp(1.0));  // softmax of class 1
  for (int t = 0; t < 3; ++t) {
    EXPECT_NEAR(found.d_output[static_cast<std::size_t>(2 * t)], -wrong, 1e-15);
    EXPECT_NEAR(found.d_output[static_cast<std::size_t>(2 * t + 1)], wrong, 1e-15);
  }
}

TEST(Loss, MeanOfAHandWorkedSample) {
  Answers<double> answers(4, 1, 2);
  for (int t = 0; t < 4; ++t) answers.at(answers.membrane, t, 0, 1) = t;  // mean 1.5
  answers.labels = {1};
  const Evaluated found = evaluate(MeanMembraneCrossEntropy{}, answers);
  EXPECT_EQ(found.logits, (std::vector<double>{0, 1.5}));
  EXPECT_NEAR(found.value.sum, std::log1p(std::exp(-1.5)), 1e-15);
  for (int t = 0; t < 4; ++t)
    EXPECT_NEAR(found.d_membrane[static_cast<std::size_t>(2 * t)], 0.25 / (1 + std::exp(1.5)),
                1e-15);
}

TEST(Loss, MaxSendsItsGradientToTheFirstLargestTick) {
  Answers<double> answers(4, 1, 2);
  const std::vector<double> first{-3, 2, 2, 1};
  for (int t = 0; t < 4; ++t) {
    answers.at(answers.membrane, t, 0, 0) = first[static_cast<std::size_t>(t)];
    answers.at(answers.membrane, t, 0, 1) = -1;
  }
  const Evaluated found = evaluate(MaxMembraneCrossEntropy{}, answers);
  EXPECT_EQ(found.logits, (std::vector<double>{2, -1}));
  const double wrong = 1 / (1 + std::exp(3.0));
  const std::vector<double> expected{0, wrong, -wrong, 0, 0, 0, 0, 0};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(found.d_membrane[i], expected[i], 1e-15) << i;
}

TEST(Loss, SquaredErrorOfAHandWorkedSample) {
  Answers<double> answers(10, 1, 2);
  for (int t = 0; t < 6; ++t) answers.at(answers.output, t, 0, 1) = 1;
  for (int t = 0; t < 3; ++t) answers.at(answers.output, t, 0, 0) = 1;
  answers.labels = {1};
  // Rates 0.3 and 0.6, targets 0.1 and 0.8: (0.2^2 + 0.2^2) / 2.
  const Evaluated found = evaluate(CountMse{.correct_rate = 0.8, .incorrect_rate = 0.1}, answers);
  EXPECT_NEAR(found.value.sum, 0.04, 1e-15);
  EXPECT_EQ(found.value.correct, 1);
  EXPECT_EQ(found.logits, (std::vector<double>{3, 6}));
  for (std::size_t t = 0; t < 10; ++t) {
    EXPECT_NEAR(found.d_output[2 * t], 0.02, 1e-15);  // 2 * 0.2 / (2 classes * 10 ticks)
    EXPECT_NEAR(found.d_output[2 * t + 1], -0.02, 1e-15);
  }
}

TEST(Loss, LargeLogitsNeitherOverflowNorVanish) {
  for (const float size : {1e3f, 1e30f}) {
    Answers<float> answers(1, 2, 2);
    for (int b = 0; b < 2; ++b) {
      answers.at(answers.membrane, 0, b, 0) = size;
      answers.at(answers.membrane, 0, b, 1) = -size;
    }
    answers.labels = {0, 1};
    const Evaluated found = evaluate(MeanMembraneCrossEntropy{}, answers);
    EXPECT_EQ(found.value.sum, 2.0 * static_cast<double>(size));  // 0 and the whole distance
    EXPECT_EQ(found.d_membrane, (std::vector<double>{0, 0, 0.5, -0.5}));
    EXPECT_EQ(found.value.correct, 1);
  }
}

TEST(Loss, TheLowestOfEqualClassesIsTheAnswer) {
  Answers<double> answers(2, 3, 3);
  answers.labels = {0, 1, 2};
  for (const Loss& loss : losses()) EXPECT_EQ(evaluate(loss, answers).value.correct, 1);
}

TEST(Loss, SumsOverTheBatchAndGradientOfItsMean) {
  for (const Loss& loss : losses()) {
    SCOPED_TRACE(name_of(loss));
    const Answers<double> one = random_answers<double>(6, 1, 3);
    Answers<double> two(6, 2, 3);
    two.labels = {one.labels[0], one.labels[0]};
    for (int t = 0; t < 6; ++t) {
      for (int c = 0; c < 3; ++c) {
        for (int b = 0; b < 2; ++b) {
          const auto i = static_cast<std::size_t>(t * 3 + c);
          two.at(two.membrane, t, b, c) = one.membrane[i];
          two.at(two.output, t, b, c) = one.output[i];
        }
      }
    }
    const Evaluated single = evaluate(loss, one);
    Evaluated both = evaluate(loss, two);
    EXPECT_DOUBLE_EQ(both.value.sum, 2 * single.value.sum);
    for (int t = 0; t < 6; ++t) {
      for (int c = 0; c < 3; ++c) {
        const auto i = static_cast<std::size_t>(t * 3 + c);
        EXPECT_DOUBLE_EQ(two.at(both.d_membrane, t, 1, c), single.d_membrane[i] / 2);
        EXPECT_DOUBLE_EQ(two.at(both.d_output, t, 0, c), single.d_output[i] / 2);
      }
    }
  }
}

TEST(Loss, OnlyWhatItReadsHasAGradient) {
  const Answers<float> answers = random_answers<float>(3, 2, 4);
  for (const Loss& loss : losses()) {
    const Evaluated found = evaluate(loss, answers);
    const auto& unused = reads_membrane(loss) ? found.d_output : found.d_membrane;
    EXPECT_EQ(unused, std::vector<double>(unused.size()));
    // Arrays that are not asked for may be absent, and change nothing.
    const std::vector<float> sum = answers.output_sum();
    const LossValue alone = evaluate_loss<float>(loss, answers.view(sum), nullptr, nullptr);
    EXPECT_EQ(alone.sum, found.value.sum);
    EXPECT_EQ(alone.correct, found.value.correct);
  }
}

TEST(Loss, ALabelThatIsNoClassIsAnError) {
  for (const Loss& loss : losses()) {
    for (const int label : {-1, 4}) {
      Answers<float> answers = random_answers<float>(3, 2, 4);
      answers.labels[1] = label;
      try {
        evaluate(loss, answers);
        FAIL() << "label " << label << " was taken";
      } catch (const ConfigError& error) {
        EXPECT_EQ(error.field, "label");
        EXPECT_EQ(error.value, std::to_string(label));
        EXPECT_EQ(error.allowed, "0 .. 3");
      }
    }
  }
}

}  // namespace
}  // namespace snn

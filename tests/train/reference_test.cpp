// SPDX-License-Identifier: Apache-2.0
// The reference gradient is that of a smooth network, in which a spike is S(distance): central
// differences of the loss say so, for every parameter.
#include <gtest/gtest.h>

#include "tests/train/gradient_cases.hpp"

namespace snn {
namespace {

using bptt::Batch;
using cases::Case;
using cases::largest;
using cases::options_of;

/// Places of all distances among the kinks of the surrogate.
std::vector<int> places(const bptt::Net& net, const Batch& batch) {
  const std::vector<double> kinks = reference::kinks(net.options.surrogate);
  std::vector<int> result;
  for (const auto& sample : batch) {
    for (const auto& activity : sample) {
      for (const double d : activity.distance) {
        for (const double kink : kinks) result.push_back(d < kink ? 0 : 1);
      }
    }
  }
  return result;
}

/// dL/d parameter by central differences, extrapolated to step 0 (Richardson). The step shrinks
/// until no distance crosses a kink of the surrogate.
double difference(const Case& c, const Batch& base, std::size_t parameter) {
  const auto at = [&](double shift) {
    std::vector<double> parameters = c.parameters;
    parameters[parameter] += shift;
    const bptt::Net net = bptt::net(c.network, c.plan, c.options, parameters);
    const Batch batch = bptt::run(net, c.data.inputs, {.smooth = true, .frozen = &base});
    return std::pair{bptt::objective(net, batch, c.data.labels), places(net, batch)};
  };
  for (double step = 1e-3;; step /= 10) {
    const auto [above, right] = at(step);
    const auto [below, left] = at(-step);
    const auto half_above = at(step / 2).first, half_below = at(-step / 2).first;
    if (left != right && step > 1e-7) continue;
    const double wide = (above - below) / (2 * step);
    const double narrow = (half_above - half_below) / step;
    return narrow + (narrow - wide) / 3;
  }
}

void expect_gradient_of_differences(const Case& c) {
  const bptt::Net net = c.net();
  const Batch base = bptt::run(net, c.data.inputs, {.smooth = true});
  const std::vector<double> exact = bptt::gradient(net, base, c.data.labels);
  const double scale = largest(exact);
  ASSERT_GT(scale, 1e-3);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const double found = difference(c, base, i);
    ASSERT_NEAR(found, exact[i], 1e-5 * std::max(std::abs(exact[i]), 1e-3 * scale))
        << "parameter " << i;
  }
}

TEST(Reference, IsTheDerivativeOfTheSmoothNetwork) {
  std::size_t number = 0;
  const std::vector<Surrogate> all = cases::surrogates();
  for (const Reset reset : {Reset::to_value, Reset::subtract}) {
    for (const double t_ref_ms : {0.0, 2.0}) {
      for (const bool detach : {true, false}) {
        cases::for_each_spiking_model(reset, t_ref_ms, [&](const char* name, const auto& model) {
          const cases::Shape shape{
              .recurrent = true, .held_input = number % 3 == 0, .spiking_readout = number % 2 == 0};
          SCOPED_TRACE(std::string(name) + ", case " + std::to_string(number));
          // Each model meets another surrogate with each reset.
          TrainOptions options = options_of(shape, all[(number + number / 9) % 9], detach);
          options.ticks = 7;
          options.lambda_rate = 0.3;
          options.lambda_synops = 0.2;
          const Case c(cases::network(model, shape), options, 2, shape.held_input);
          expect_gradient_of_differences(c);
          ++number;
        });
      }
    }
  }
}

TEST(Reference, IsTheDerivativeForEveryLoss) {
  for (const Loss& loss : {Loss{CountCrossEntropy{}}, Loss{MaxMembraneCrossEntropy{}},
                           Loss{MeanMembraneCrossEntropy{}}, Loss{CountMse{0.7, 0.1}}}) {
    SCOPED_TRACE(loss.index());
    const cases::Shape shape{.recurrent = true, .spiking_readout = true};
    TrainOptions options = options_of(shape, Arctan{}, false);
    options.ticks = 7;
    options.loss = loss;
    expect_gradient_of_differences(
        Case(cases::network(Lif::unit(3.0), shape), options, 2, shape.held_input));
  }
}

TEST(Reference, IsTheDerivativeOfRectifiers) {
  TrainOptions options = options_of({}, Arctan{}, true);
  options.ticks = 4;
  expect_gradient_of_differences(
      Case(cases::network(Relu{}, {.held_input = true}), options, 3, true));
}

}  // namespace
}  // namespace snn

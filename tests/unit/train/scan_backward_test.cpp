// SPDX-License-Identifier: Apache-2.0
// The backward scan is the model's own adjoint, neuron by neuron and tick by tick, bit for bit: on
// every instruction set, in float and double, at any size, whole or in pieces. (That adjoints are
// right is the business of the gradient tests.)
#include <gtest/gtest.h>

#include "snn/math/lanes.hpp"
#include "tests/unit/train/scan_cases.hpp"

namespace snn {
namespace {

constexpr int ticks = 7, rows = 3;

/// A forward pass as it might have been, and gradients from above.
template <class Real>
struct Past {
  test::Tape<Real> tape;
  std::vector<Real> d_output, d_constant, d_membrane, initial;

  Past(std::int64_t size, int fields)
      : tape(ticks, rows, size, fields),
        d_output(test::drawn_values<Real>(1, tape.places(), -1, 1)),
        d_constant(test::drawn_values<Real>(2, static_cast<std::size_t>(size), -1, 1)),
        d_membrane(test::drawn_values<Real>(3, tape.places(), -1, 1)),
        initial(test::drawn_values<Real>(4, static_cast<std::size_t>(size), -1, 1)) {
    tape.u = test::drawn_values<Real>(5, tape.places(), -1, 3);
    tape.adaptation = test::drawn_values<Real>(6, tape.places(), 0, 1);
    for (std::size_t line = 0; line < ticks * rows; ++line) {
      for (std::size_t n = 0; n < static_cast<std::size_t>(size); ++n) {
        const double kind = test::drawn(7, line * 1000 + n, 0, 1);
        const std::uint64_t mask = std::uint64_t{1} << (n % 64);
        if (kind < 0.3) tape.spikes[line * tape.words() + n / 64] |= mask;
        if (kind > 0.7) tape.held[line * tape.words() + n / 64] |= mask;
      }
    }
  }
};

struct Asked {
  bool held, learn, constant, membrane, detach;
};

template <class Real>
struct Result {
  std::vector<Real> d_input, adjoint, input_sum, d_decay, d_threshold;
  Result(const Past<Real>& past, int fields)
      : d_input(past.tape.u),
        adjoint(static_cast<std::size_t>(fields) * past.tape.width()),
        input_sum(past.tape.width()),
        d_decay(static_cast<std::size_t>(past.tape.neurons)),
        d_threshold(d_decay.size()) {}
  friend bool operator==(const Result&, const Result&) = default;
};

template <class Real>
Real slope_at(const Surrogate& surrogate, Real distance) {
  return std::visit([&](const auto& kind) { return kind.slope(distance); }, surrogate);
}

template <class Model, class Real>
Result<Real> stepped(const Neurons& neurons, const Past<Real>& past, const Surrogate& surrogate,
                     const Asked& asked) {
  const test::Tape<Real>& tape = past.tape;
  Result<Real> result(past, state_fields(neurons));
  constexpr bool spiking = Model::output == Output::spikes;
  for (std::size_t k = 0; k < tape.width(); ++k) {
    const std::size_t n = k % static_cast<std::size_t>(tape.neurons);
    const std::size_t row = k / static_cast<std::size_t>(tape.neurons);
    const auto c = test::model_of<Model>(neurons, n).template derive<Real>(1.0);
    typename Model::template State<Real> d{};
    for (std::size_t t = ticks; t-- > 0;) {
      const std::size_t at = t * tape.width() + k;
      const auto spike = [&](std::size_t tick) {
        return spiking && test::bit(tape.spikes, tick * rows + row, tape.words(), n) ? Real(1)
                                                                                     : Real(0);
      };
      AdjointInput<Real> in{.u = tape.u[at],
                            .spike = spike(t),
                            .d_spike = past.d_output[at],
                            .d_membrane = asked.membrane ? past.d_membrane[at] : Real(0),
                            .detach_reset = asked.detach};
      if (asked.constant) in.d_spike += past.d_constant[n];
      if constexpr (spiking) {
        in.refractory = asked.held && test::bit(tape.held, t * rows + row, tape.words(), n);
        Real threshold{};
        if constexpr (requires { c.membrane; }) {
          threshold = c.membrane.threshold;
        } else {
          threshold = c.threshold;
        }
        if constexpr (requires { d.a; }) threshold = threshold + tape.adaptation[at];
        in.slope = slope_at(surrogate, in.refractory ? never<Real> : tape.u[at] - threshold);
      }
      if constexpr (HasNetInput<Model>) in.net_input = tape.adaptation[at];
      if (asked.learn || HasNetInput<Model>) {
        in.u_before = past.initial[n];
        if (t > 0) {
          typename Model::template State<Real> before{};
          before.u = tape.u[at - tape.width()];
          Model::fire(before, c, spike(t - 1));
          in.u_before = before.u;
        }
      }
      CoeffGradient<Real> gradient;
      result.d_input[at] = Model::adjoint(d, c, in, gradient);
      result.input_sum[k] += result.d_input[at];
      if (!asked.learn) continue;
      result.d_decay[n] += gradient.decay;
      result.d_threshold[n] += gradient.threshold;
    }
    lanes::store(d, result.adjoint.data(), static_cast<std::int64_t>(tape.width()),
                 static_cast<std::int64_t>(k));
  }
  return result;
}

template <class Model, class Real>
Result<Real> scanned(const Neurons& neurons, const Past<Real>& past, const Surrogate& surrogate,
                     const Asked& asked, Isa isa, int piece) {
  const test::Tape<Real>& tape = past.tape;
  Result<Real> result(past, state_fields(neurons));
  constexpr bool spiking = Model::output == Output::spikes;
  const CoeffTable<Real> coeffs = make_coeffs<Real>(neurons, tape.neurons, 1.0);
  for (int end = ticks; end > 0; end -= piece) {
    const int begin = std::max(0, end - piece);
    backward_scan<Real>(
        neurons, {.tick_begin = begin,
                  .tick_end = end,
                  .rows = rows,
                  .neurons = tape.neurons,
                  .words = words_for(tape.neurons),
                  .u = result.d_input.data(),
                  .spikes = spiking ? tape.spikes.data() : nullptr,
                  .held = spiking && asked.held ? tape.held.data() : nullptr,
                  .adaptation = has_adaptation(neurons) ? tape.adaptation.data() : nullptr,
                  .d_output = past.d_output.data() + static_cast<std::size_t>(begin) * tape.width(),
                  .d_output_constant = asked.constant ? past.d_constant.data() : nullptr,
                  .d_membrane = asked.membrane ? past.d_membrane.data() : nullptr,
                  .adjoint = result.adjoint.data(),
                  .input_sum = result.input_sum.data(),
                  .d_decay = asked.learn ? result.d_decay.data() : nullptr,
                  .d_threshold = asked.learn ? result.d_threshold.data() : nullptr,
                  .u_initial = past.initial.data(),
                  .coeffs = &coeffs,
                  .surrogate = &surrogate,
                  .detach_reset = asked.detach,
                  .isa = isa});
  }
  return result;
}

template <class Real>
void expect_adjoints() {
  const Surrogate surrogates[] = {FastSigmoid{.beta = 5}, Arctan{}, Sigmoid{},     Triangle{},
                                  PiecewiseQuadratic{},   Boxcar{}, Exponential{}, Gaussian{},
                                  MultiGaussian{}};
  const Asked asked[] = {{false, false, false, false, true},
                         {true, false, true, false, false},
                         {false, true, false, true, false},
                         {true, true, true, true, true}};
  std::size_t number = 0;
  for (const std::int64_t size : test::sizes) {
    test::for_each_population(size, [&]<class Model>(const Model&, const Neurons& neurons, bool) {
      const Past<Real> past(size, state_fields(neurons));
      for (const Asked& what : asked) {
        const Surrogate& surrogate = surrogates[number++ % 9];
        const auto expected = stepped<Model>(neurons, past, surrogate, what);
        for (const Isa isa : test::isas()) {
          for (const int piece : {ticks, 1}) {
            // Sums over rows have another order in pieces; so they are compared where there is one.
            const auto found = scanned<Model>(neurons, past, surrogate, what, isa, piece);
            const std::string where = std::string(Model::name) + ", " + std::to_string(size) +
                                      " neurons, " + std::string(name_of(isa)) + ", pieces of " +
                                      std::to_string(piece);
            EXPECT_TRUE(expected.d_input == found.d_input) << where;
            EXPECT_TRUE(expected.adjoint == found.adjoint) << where;
            EXPECT_TRUE(expected.input_sum == found.input_sum) << where;
            const Real bound = std::is_same_v<Real, float> ? Real(2e-4) : Real(1e-12);
            for (std::size_t n = 0; n < found.d_decay.size(); ++n) {
              ASSERT_NEAR(expected.d_decay[n], found.d_decay[n], bound) << where;
              ASSERT_NEAR(expected.d_threshold[n], found.d_threshold[n], bound) << where;
            }
          }
        }
      }
    });
  }
}

TEST(BackwardScan, IsTheModelsAdjointInFloat) {
  expect_adjoints<float>();
}
TEST(BackwardScan, IsTheModelsAdjointInDouble) {
  expect_adjoints<double>();
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
// The forward scan is the model's own step, neuron by neuron and tick by tick, bit for bit: on
// every instruction set, in float and double, at any size, whole or in pieces.
#include <gtest/gtest.h>

#include "snn/math/lanes.hpp"
#include "tests/unit/train/scan_cases.hpp"

namespace snn {
namespace {

constexpr int ticks = 9, rows = 3;

template <class Real>
struct Input {
  std::vector<Real> change, constant, initial;
  explicit Input(std::size_t width)
      : change(test::drawn_values<Real>(1, width * ticks, -0.3, 1.2)),
        constant(test::drawn_values<Real>(2, width, -0.1, 0.3)),
        initial(test::drawn_values<Real>(3, width, -0.5, 0.9)) {}
};

template <class Model, class Real>
test::Tape<Real> stepped(const Neurons& neurons, std::int64_t size, const Input<Real>& input,
                         bool has_input) {
  using State = typename Model::template State<Real>;
  test::Tape<Real> tape(ticks, rows, size, state_fields(neurons));
  for (std::size_t k = 0; k < tape.width(); ++k) {
    const std::size_t n = k % static_cast<std::size_t>(size);
    const std::size_t row = k / static_cast<std::size_t>(size);
    const auto c = test::model_of<Model>(neurons, n).template derive<Real>(1.0);
    State state{};
    state.u = input.initial[k];
    for (std::size_t t = 0; t < ticks; ++t) {
      const std::size_t at = t * tape.width() + k;
      const Real x = has_input ? input.change[at] + input.constant[k] : input.constant[k];
      bool held = false;
      if constexpr (requires { state.refractory; }) held = state.refractory > Real(0);
      if constexpr (HasNetInput<Model>) tape.adaptation[at] = Model::net_input(state, c, x);
      const Real distance = Model::integrate(state, c, x);
      tape.u[at] = Model::output == Output::graded ? x : state.u;
      if constexpr (requires { state.a; }) tape.adaptation[at] = state.a;
      if constexpr (Model::output == Output::graded) tape.output[at] = state.u;
      const bool spike = distance >= Real(0);
      Model::fire(state, c, spike ? Real(1) : Real(0));
      const std::size_t word = (t * rows + row) * tape.words() + n / 64;
      if (spike) tape.spikes[word] |= std::uint64_t{1} << (n % 64);
      if (held) tape.held[word] |= std::uint64_t{1} << (n % 64);
    }
    lanes::store(state, tape.state.data(), static_cast<std::int64_t>(tape.width()),
                 static_cast<std::int64_t>(k));
  }
  return tape;
}

template <class Model, class Real>
test::Tape<Real> scanned(const Neurons& neurons, std::int64_t size, const Input<Real>& input,
                         bool has_input, Isa isa, int piece) {
  test::Tape<Real> tape(ticks, rows, size, state_fields(neurons));
  // What the arrays held before is overwritten.
  std::fill(tape.u.begin(), tape.u.end(), Real(77));
  std::fill(tape.spikes.begin(), tape.spikes.end(), ~std::uint64_t{0});
  std::fill(tape.held.begin(), tape.held.end(), ~std::uint64_t{0});
  if (has_input) tape.u = input.change;
  std::copy(input.initial.begin(), input.initial.end(), tape.state.begin());
  constexpr bool spiking = Model::output == Output::spikes;
  if (!spiking) {
    std::fill(tape.spikes.begin(), tape.spikes.end(), 0);
    std::fill(tape.held.begin(), tape.held.end(), 0);
  }
  const CoeffTable<Real> coeffs = make_coeffs<Real>(neurons, size, 1.0);
  for (int begin = 0; begin < ticks; begin += piece) {
    forward_scan<Real>(neurons,
                       {.tick_begin = begin,
                        .tick_end = std::min(ticks, begin + piece),
                        .rows = rows,
                        .neurons = size,
                        .words = words_for(size),
                        .u = tape.u.data(),
                        .has_input = has_input,
                        .constant = input.constant.data(),
                        .state = tape.state.data(),
                        .spikes = spiking ? tape.spikes.data() : nullptr,
                        .held = spiking ? tape.held.data() : nullptr,
                        .adaptation = has_adaptation(neurons) ? tape.adaptation.data() : nullptr,
                        .output = Model::output == Output::graded ? tape.output.data() : nullptr,
                        .coeffs = &coeffs,
                        .isa = isa});
  }
  return tape;
}

template <class Real>
void expect_steps() {
  for (const std::int64_t size : test::sizes) {
    const Input<Real> input(static_cast<std::size_t>(rows * size));
    test::for_each_population(size, [&]<class Model>(const Model&, const Neurons& neurons, bool) {
      for (const bool has_input : {true, false}) {
        const auto expected = stepped<Model>(neurons, size, input, has_input);
        if (Model::output == Output::spikes && has_input && size > 1) {
          EXPECT_GT(
              count_bits(expected.spikes.data(), static_cast<std::int64_t>(expected.spikes.size())),
              0);
        }
        for (const Isa isa : test::isas()) {
          for (const int piece : {ticks, 2}) {
            EXPECT_TRUE(expected == scanned<Model>(neurons, size, input, has_input, isa, piece))
                << Model::name << ", " << size << " neurons, " << name_of(isa) << ", pieces of "
                << piece;
          }
        }
      }
    });
  }
}

TEST(ForwardScan, IsTheModelsStepInFloat) {
  expect_steps<float>();
}
TEST(ForwardScan, IsTheModelsStepInDouble) {
  expect_steps<double>();
}

/// Float follows double as long as no spike flips: a readout has none.
TEST(ForwardScan, FloatFollowsDouble) {
  const std::int64_t size = 100;
  const Neurons neurons = test::neurons_of(Li{.tau_m_ms = 4}, size, false);
  const Input<float> single(rows * size);
  Input<double> twice(rows * size);
  std::copy(single.change.begin(), single.change.end(), twice.change.begin());
  std::copy(single.constant.begin(), single.constant.end(), twice.constant.begin());
  std::copy(single.initial.begin(), single.initial.end(), twice.initial.begin());
  const auto in_float = scanned<Li>(neurons, size, single, true, best_isa(), ticks);
  const auto in_double = scanned<Li>(neurons, size, twice, true, best_isa(), ticks);
  for (std::size_t i = 0; i < in_float.u.size(); ++i)
    ASSERT_NEAR(static_cast<double>(in_float.u[i]), in_double.u[i], 1e-5) << i;
}

}  // namespace
}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
// The scans of the device are those of the CPU, bit for bit: every model and surrogate, around
// warps and words of spikes, one neuron and four to a thread, whole or in pieces of ticks.
#include "cuda/train/device_scan.hpp"

#include <gtest/gtest.h>

#include "tests/unit/train/scan_cases.hpp"

namespace snn {
namespace {

/// Rows of 64 and 128 have no padding, and may be taken as one long row.
constexpr std::int64_t device_sizes[] = {1, 31, 32, 33, 64, 128, 1000};
constexpr std::int64_t narrow = std::int64_t{1} << 40, wide = 0;
constexpr int rows = 3;

/// Halves of words on the device, words on the host.
gpu::Buffer<std::uint32_t> uploaded_words(const gpu::Stream& stream,
                                          const std::vector<std::uint64_t>& words) {
  return gpu::uploaded(stream,
                       std::span(reinterpret_cast<const std::uint32_t*>(words.data()),  // NOLINT
                                 2 * words.size()));
}
std::vector<std::uint64_t> downloaded_words(const gpu::Stream& stream,
                                            const gpu::Buffer<std::uint32_t>& halves) {
  std::vector<std::uint64_t> words(halves.size() / 2);
  gpu::download(stream,
                std::span(reinterpret_cast<std::uint32_t*>(words.data()), halves.size()),  // NOLINT
                halves.data());
  return words;
}

struct Forward {
  test::Tape<float> tape;
  std::uint64_t spikes = 0, moved = 0;
  friend bool operator==(const Forward&, const Forward&) = default;
};

struct Input {
  std::vector<float> change, constant, initial;
  Input(std::size_t width, int ticks)
      : change(test::drawn_values<float>(1, width * static_cast<std::size_t>(ticks), -0.3, 1.2)),
        constant(test::drawn_values<float>(2, width, -0.1, 0.3)),
        initial(test::drawn_values<float>(3, width, -0.5, 0.9)) {}
};

template <class Model>
Forward on_cpu(const Neurons& neurons, std::int64_t size, int ticks, const Input& input,
               bool has_input) {
  Forward result{test::Tape<float>(ticks, rows, size, state_fields(neurons))};
  test::Tape<float>& tape = result.tape;
  if (has_input) tape.u = input.change;
  std::copy(input.initial.begin(), input.initial.end(), tape.state.begin());
  constexpr bool spiking = Model::output == Output::spikes;
  const CoeffTable<float> coeffs = make_coeffs<float>(neurons, size, 1.0);
  forward_scan<float>(neurons,
                      {.tick_begin = 0,
                       .tick_end = ticks,
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
                       .moved = &result.moved});
  result.spikes = static_cast<std::uint64_t>(
      count_bits(tape.spikes.data(), static_cast<std::int64_t>(tape.spikes.size())));
  return result;
}

template <class Model>
Forward on_device(const Neurons& neurons, std::int64_t size, int ticks, const Input& input,
                  bool has_input, int piece, std::int64_t wide_from) {
  const gpu::Stream stream;
  Forward result{test::Tape<float>(ticks, rows, size, state_fields(neurons))};
  test::Tape<float>& tape = result.tape;
  std::copy(input.initial.begin(), input.initial.end(), tape.state.begin());
  constexpr bool spiking = Model::output == Output::spikes;
  constexpr bool graded = Model::output == Output::graded;
  const CoeffTable<float> coeffs = make_coeffs<float>(neurons, size, 1.0);
  const auto table = gpu::uploaded(stream, coeffs.values);
  const auto constant = gpu::uploaded(stream, input.constant);
  const auto state = gpu::uploaded(stream, tape.state);
  auto u = has_input ? gpu::uploaded(stream, input.change) : gpu::Buffer<float>(tape.u.size());
  // Poisoned until the scan writes them.
  const gpu::Buffer<std::uint32_t> spikes(spiking ? 2 * tape.spikes.size() : 0);
  const gpu::Buffer<std::uint32_t> held(spiking ? 2 * tape.held.size() : 0);
  const gpu::Buffer<float> adaptation(has_adaptation(neurons) ? tape.places() : 0);
  const gpu::Buffer<float> output(graded ? tape.places() : 0);
  const auto totals = gpu::zeros<unsigned long long>(stream, 2);
  for (int begin = 0; begin < ticks; begin += piece) {
    cuda::forward_scan(stream, neurons,
                       {.tick_begin = begin,
                        .tick_end = std::min(ticks, begin + piece),
                        .rows = rows,
                        .neurons = size,
                        .words = words_for(size),
                        .u = u.data(),
                        .has_input = has_input,
                        .constant = constant.data(),
                        .state = state.data(),
                        .spikes = spikes.data(),
                        .held = held.data(),
                        .adaptation = adaptation.data(),
                        .output = output.data(),
                        .coeffs = table.data(),
                        .coeffs_shared = coeffs.shared,
                        .totals = totals.data()},
                       wide_from);
  }
  tape.u = gpu::downloaded(stream, u);
  tape.state = gpu::downloaded(stream, state);
  if (spiking) tape.spikes = downloaded_words(stream, spikes);
  if (spiking) tape.held = downloaded_words(stream, held);
  if (adaptation.size() > 0) tape.adaptation = gpu::downloaded(stream, adaptation);
  if (graded) tape.output = gpu::downloaded(stream, output);
  const auto counted = gpu::downloaded(stream, totals);
  result.spikes = counted[0];
  result.moved = counted[1];
  return result;
}

TEST(DeviceForwardScan, IsThatOfTheCpu) {
  const int ticks = 27;  // more than are loaded ahead
  for (const std::int64_t size : device_sizes) {
    const Input input(static_cast<std::size_t>(rows * size), ticks);
    test::for_each_population(size, [&]<class Model>(const Model&, const Neurons& neurons, bool) {
      const bool has_input = size != 32 || Model::output != Output::graded;
      const Forward expected = on_cpu<Model>(neurons, size, ticks, input, has_input);
      if (Model::output == Output::spikes && size > 1) {
        EXPECT_GT(expected.spikes, 0u) << Model::name;
      }
      for (const auto& [piece, wide_from] :
           {std::pair{ticks, narrow}, std::pair{ticks, wide}, std::pair{1, narrow}}) {
        EXPECT_TRUE(expected ==
                    on_device<Model>(neurons, size, ticks, input, has_input, piece, wide_from))
            << Model::name << ", " << size << " neurons, pieces of " << piece << ", wide from "
            << wide_from;
      }
    });
  }
}

/// A forward pass as it might have been, and gradients from above.
struct Past {
  test::Tape<float> tape;
  std::vector<float> d_output, d_held, d_constant, d_membrane, initial;

  Past(std::int64_t size, int ticks, int fields)
      : tape(ticks, rows, size, fields),
        d_output(test::drawn_values<float>(1, tape.places(), -1, 1)),
        d_held(test::drawn_values<float>(8, tape.width(), -1, 1)),
        d_constant(test::drawn_values<float>(2, static_cast<std::size_t>(size), -1, 1)),
        d_membrane(test::drawn_values<float>(3, tape.places(), -1, 1)),
        initial(test::drawn_values<float>(4, static_cast<std::size_t>(size), -1, 1)) {
    tape.u = test::drawn_values<float>(5, tape.places(), -1, 3);
    tape.adaptation = test::drawn_values<float>(6, tape.places(), 0, 1);
    for (std::size_t line = 0; line < static_cast<std::size_t>(ticks * rows); ++line) {
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
  bool output, output_held, held, learn, constant, membrane, detach;
};

struct Backward {
  std::vector<float> d_input, adjoint, input_sum, d_decay, d_threshold;
};

template <class Model>
Backward backward_on_cpu(const Neurons& neurons, const Past& past, const Surrogate& surrogate,
                         const Asked& asked) {
  const test::Tape<float>& tape = past.tape;
  const auto size = static_cast<std::size_t>(tape.neurons);
  Backward result{.d_input = tape.u,
                  .adjoint = std::vector<float>(tape.state.size()),
                  .input_sum = std::vector<float>(tape.width()),
                  .d_decay = std::vector<float>(size),
                  .d_threshold = std::vector<float>(size)};
  constexpr bool spiking = Model::output == Output::spikes;
  const CoeffTable<float> coeffs = make_coeffs<float>(neurons, tape.neurons, 1.0);
  // The CPU takes what is the same at all ticks within d_output.
  std::vector<float> d_output = past.d_output;
  if (!asked.output) std::fill(d_output.begin(), d_output.end(), 0.0f);
  for (std::size_t k = 0; asked.output_held && k < d_output.size(); ++k)
    d_output[k] = past.d_held[k % tape.width()];
  backward_scan<float>(neurons,
                       {.tick_begin = 0,
                        .tick_end = tape.ticks,
                        .rows = rows,
                        .neurons = tape.neurons,
                        .words = words_for(tape.neurons),
                        .u = result.d_input.data(),
                        .spikes = spiking ? tape.spikes.data() : nullptr,
                        .held = spiking && asked.held ? tape.held.data() : nullptr,
                        .adaptation = has_adaptation(neurons) ? tape.adaptation.data() : nullptr,
                        .d_output = d_output.data(),
                        .d_output_constant = asked.constant ? past.d_constant.data() : nullptr,
                        .d_membrane = asked.membrane ? past.d_membrane.data() : nullptr,
                        .adjoint = result.adjoint.data(),
                        .input_sum = result.input_sum.data(),
                        .d_decay = asked.learn ? result.d_decay.data() : nullptr,
                        .d_threshold = asked.learn ? result.d_threshold.data() : nullptr,
                        .u_initial = past.initial.data(),
                        .coeffs = &coeffs,
                        .surrogate = &surrogate,
                        .detach_reset = asked.detach});
  return result;
}

template <class Model>
Backward backward_on_device(const Neurons& neurons, const Past& past, const Surrogate& surrogate,
                            const Asked& asked, int piece, std::int64_t wide_from) {
  const gpu::Stream stream;
  const test::Tape<float>& tape = past.tape;
  constexpr bool spiking = Model::output == Output::spikes;
  const CoeffTable<float> coeffs = make_coeffs<float>(neurons, tape.neurons, 1.0);
  const auto table = gpu::uploaded(stream, coeffs.values);
  const auto u = gpu::uploaded(stream, tape.u);
  const auto spikes = uploaded_words(stream, tape.spikes), held = uploaded_words(stream, tape.held);
  const auto adaptation = gpu::uploaded(stream, tape.adaptation);
  const auto d_output = gpu::uploaded(stream, past.d_output);
  const auto d_held = gpu::uploaded(stream, past.d_held);
  const auto d_constant = gpu::uploaded(stream, past.d_constant);
  const auto d_membrane = gpu::uploaded(stream, past.d_membrane);
  const auto initial = gpu::uploaded(stream, past.initial);
  const auto adjoint = gpu::zeros<float>(stream, tape.state.size());
  const auto input_sum = gpu::zeros<float>(stream, tape.width());
  const auto d_decay = gpu::zeros<float>(stream, tape.width());
  const auto d_threshold = gpu::zeros<float>(stream, tape.width());
  for (int end = tape.ticks; end > 0; end -= piece) {
    const int begin = std::max(0, end - piece);
    cuda::backward_scan(
        stream, neurons, surrogate,
        {.tick_begin = begin,
         .tick_end = end,
         .rows = rows,
         .neurons = tape.neurons,
         .words = words_for(tape.neurons),
         .u = u.data(),
         .spikes = spiking ? spikes.data() : nullptr,
         .held = spiking && asked.held ? held.data() : nullptr,
         .adaptation = has_adaptation(neurons) ? adaptation.data() : nullptr,
         .d_output = asked.output ? d_output.data() + static_cast<std::size_t>(begin) * tape.width()
                                  : nullptr,
         .d_output_held = asked.output_held ? d_held.data() : nullptr,
         .d_output_constant = asked.constant ? d_constant.data() : nullptr,
         .d_membrane = asked.membrane ? d_membrane.data() : nullptr,
         .adjoint = adjoint.data(),
         .input_sum = input_sum.data(),
         .d_decay = asked.learn ? d_decay.data() : nullptr,
         .d_threshold = asked.learn ? d_threshold.data() : nullptr,
         .u_initial = initial.data(),
         .coeffs = table.data(),
         .coeffs_shared = coeffs.shared,
         .detach_reset = asked.detach},
        wide_from);
  }
  Backward result{.d_input = gpu::downloaded(stream, u),
                  .adjoint = gpu::downloaded(stream, adjoint),
                  .input_sum = gpu::downloaded(stream, input_sum),
                  .d_decay = gpu::downloaded(stream, d_decay),
                  .d_threshold = gpu::downloaded(stream, d_threshold)};
  for (std::vector<float>* each : {&result.d_decay, &result.d_threshold}) {
    for (std::size_t k = static_cast<std::size_t>(tape.neurons); k < each->size(); ++k)
      (*each)[k % static_cast<std::size_t>(tape.neurons)] += (*each)[k];
    each->resize(static_cast<std::size_t>(tape.neurons));
  }
  return result;
}

TEST(DeviceBackwardScan, IsThatOfTheCpu) {
  const int ticks = 15;  // more than are loaded ahead
  const Surrogate surrogates[] = {FastSigmoid{.beta = 5}, Arctan{}, Sigmoid{},     Triangle{},
                                  PiecewiseQuadratic{},   Boxcar{}, Exponential{}, Gaussian{},
                                  MultiGaussian{}};
  const Asked asked[] = {{true, false, false, false, false, false, true},
                         {false, true, true, false, false, false, false},
                         {true, false, false, true, true, true, false},
                         {false, false, true, true, false, true, true}};
  std::size_t number = 0;
  for (const std::int64_t size : device_sizes) {
    test::for_each_population(size, [&]<class Model>(const Model&, const Neurons& neurons, bool) {
      const Past past(size, ticks, state_fields(neurons));
      for (const Asked& what : asked) {
        const Surrogate& surrogate = surrogates[number++ % 9];
        const Backward expected = backward_on_cpu<Model>(neurons, past, surrogate, what);
        for (const auto& [piece, wide_from] :
             {std::pair{ticks, narrow}, std::pair{ticks, wide}, std::pair{1, narrow}}) {
          const Backward found =
              backward_on_device<Model>(neurons, past, surrogate, what, piece, wide_from);
          const std::string where = std::string(Model::name) + ", " + std::to_string(size) +
                                    " neurons, pieces of " + std::to_string(piece) +
                                    ", wide from " + std::to_string(wide_from);
          EXPECT_TRUE(expected.d_input == found.d_input) << where;
          EXPECT_TRUE(expected.adjoint == found.adjoint) << where;
          EXPECT_TRUE(expected.input_sum == found.input_sum) << where;
          // The CPU adds the rows' shares tick by tick.
          for (std::size_t n = 0; n < found.d_decay.size(); ++n) {
            ASSERT_NEAR(expected.d_decay[n], found.d_decay[n], 5e-4f) << where;
            ASSERT_NEAR(expected.d_threshold[n], found.d_threshold[n], 5e-4f) << where;
          }
        }
      }
    });
  }
}

}  // namespace
}  // namespace snn

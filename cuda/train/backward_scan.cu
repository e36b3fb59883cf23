// SPDX-License-Identifier: Apache-2.0
#include "cuda/train/scan_threads.hpp"
#include "snn/math/lanes.hpp"
#include "snn/train/trainable.hpp"

namespace snn::cuda {
namespace {

template <class Coeffs>
SNN_HD inline float threshold_of(const Coeffs& c) {
  if constexpr (requires { c.membrane; }) {
    return c.membrane.threshold;
  } else {
    return c.threshold;
  }
}

/// Backward scan. Bytes per neuron and tick: 4 read (membrane), 4 written (the input's gradient in
/// its place), 4 read where a gradient comes from above, 1/8 read (spike). Operations of an LIF
/// neuron: about 15 in float, with a division in most surrogates, and 20 others, so that memory is
/// the limit. `plain`: no refractory time and no learnt coefficients, the case that has to be fast.
template <class Model, class Kind, bool plain, int width>
__global__ void __launch_bounds__(scan_block)
    backward_kernel(BackwardScan scan, Kind surrogate, std::int64_t lanes) {
  using State = typename Model::template State<float>;
  using Coeffs = typename Model::template Coeffs<float>;
  constexpr bool adapts = std::is_same_v<Model, AdaptiveLif>;
  constexpr bool second_tape = adapts || HasNetInput<Model>;
  constexpr bool needs_before = !plain || HasNetInput<Model>;
  constexpr bool spiking = Model::output == Output::spikes;
  constexpr bool answers = Model::output == Output::none;  // only its membrane is looked at
  constexpr int ahead = spiking ? backward_ahead<width> : 4;

  const Place place = place_of_thread<width>(scan.rows, scan.neurons, lanes);
  if (!place.alive) return;  // no lane waits for another
  const std::int64_t at = place.row * scan.neurons + place.neuron;
  const std::int64_t stride = scan.rows * scan.neurons;
  const Coeffs coeffs = lanes::load<Coeffs>(scan.coeffs, scan.coeffs_shared ? 1 : scan.neurons,
                                            scan.coeffs_shared ? 0 : place.neuron);
  State state[width];
  CoeffGradient<float> sums[width] = {};
  Pack<width> constant = {};
  for (int j = 0; j < width; ++j) {
    state[j] = lanes::load<State>(scan.adjoint, stride, at + j);
    if (scan.d_output_held != nullptr) constant.v[j] += scan.d_output_held[at + j];
    if (scan.d_output_constant != nullptr)
      constant.v[j] += scan.d_output_constant[place.neuron + j];
  }
  Pack<width> input_sum = load_pack<width>(scan.input_sum + at);
  const float* above = answers ? scan.d_membrane : scan.d_output;
  const int above_from = answers ? 0 : scan.tick_begin;
  const std::int64_t half = place.row * 2 * scan.words + place.neuron / 32;
  const std::int64_t halves = scan.rows * 2 * scan.words;
  // The membrane before a tick is that of the tick before, after its reset.
  const int lowest = needs_before && scan.tick_begin > 0 ? scan.tick_begin - 1 : scan.tick_begin;

  // Tick t in slot (tick_end - 1 - t) % ahead.
  Pack<width> membranes[ahead] = {}, wanted[ahead] = {};
  std::uint32_t words[ahead] = {};
  const auto load = [&](int k, int tick) {
    if (tick < lowest) return;
    membranes[k] = load_pack<width>(scan.u + tick * stride + at);
    if constexpr (spiking) words[k] = scan.spikes[tick * halves + half];
    if (above != nullptr && tick >= scan.tick_begin)
      wanted[k] = load_pack<width>(above + (tick - above_from) * stride + at);
  };
#pragma unroll
  for (int k = 0; k < ahead; ++k) load(k, scan.tick_end - 1 - k);
  for (int last = scan.tick_end - 1; last >= scan.tick_begin; last -= ahead) {
#pragma unroll
    for (int k = 0; k < ahead; ++k) {
      const int tick = last - k;
      if (tick < scan.tick_begin) break;
      const Pack<width> u = membranes[k], d_above = wanted[k];
      const std::uint32_t word = words[k];
      load(k, tick - ahead);
      const std::int64_t here = tick * stride + at;
      Pack<width> second = {}, membrane = {}, d_input;
      if constexpr (second_tape) second = load_pack<width>(scan.adaptation + here);
      if (!answers && scan.d_membrane != nullptr)
        membrane = load_pack<width>(scan.d_membrane + here);
      std::uint32_t held = 0;
      if constexpr (spiking && !plain)
        if (scan.held != nullptr) held = scan.held[tick * halves + half];
#pragma unroll
      for (int j = 0; j < width; ++j) {
        const unsigned lane = static_cast<unsigned>((place.neuron + j) % 32);
        const float from_above = d_above.v[j];
        AdjointInput<float> in;
        in.u = u.v[j];
        in.d_spike = answers ? 0.0f : from_above + constant.v[j];
        in.d_membrane = answers ? from_above : membrane.v[j];
        in.detach_reset = scan.detach_reset;
        in.refractory = (held >> lane & 1u) != 0;
        if constexpr (spiking) {
          const float base = threshold_of(coeffs);
          const float distance = in.u - (adapts ? base + second.v[j] : base);
          in.spike = (word >> lane & 1u) != 0 ? 1.0f : 0.0f;
          in.slope = surrogate.slope(in.refractory ? never<float> : distance);
        }
        if constexpr (HasNetInput<Model>) in.net_input = second.v[j];
        if constexpr (needs_before) {
          State before{};
          before.u = membranes[(k + 1) % ahead].v[j];
          if constexpr (spiking)
            Model::fire(before, coeffs, (words[(k + 1) % ahead] >> lane & 1u) != 0 ? 1.0f : 0.0f);
          in.u_before = tick == 0 ? scan.u_initial[place.neuron + j] : before.u;
        }
        CoeffGradient<float> gradient;
        d_input.v[j] = Model::adjoint(state[j], coeffs, in, gradient);
        input_sum.v[j] += d_input.v[j];
        if constexpr (!plain) {
          sums[j].decay += gradient.decay;
          sums[j].threshold += gradient.threshold;
        }
      }
      store_pack<width>(scan.u + here, d_input);
    }
  }
  store_pack<width>(scan.input_sum + at, input_sum);
  for (int j = 0; j < width; ++j) {
    lanes::store(state[j], scan.adjoint, stride, at + j);
    if constexpr (!plain) {
      if (scan.d_decay != nullptr) scan.d_decay[at + j] += sums[j].decay;
      if (scan.d_threshold != nullptr) scan.d_threshold[at + j] += sums[j].threshold;
    }
  }
}

template <class Model, class Kind, bool plain, int width>
void start(const gpu::Stream& stream, const BackwardScan& scan, const Kind& surrogate) {
  const std::int64_t lanes = lanes_of_row(scan, width);
  gpu::launch(stream, scan_grid(scan, lanes, width), backward_kernel<Model, Kind, plain, width>,
              scan, surrogate, lanes);
}

template <class Model, class Kind>
void choose(const gpu::Stream& stream, const BackwardScan& scan, const Kind& surrogate,
            std::int64_t wide_from) {
  const bool plain = scan.held == nullptr && scan.d_decay == nullptr && scan.d_threshold == nullptr;
  if (!plain) {
    start<Model, Kind, false, 1>(stream, scan, surrogate);
  } else if (width_of(scan, wide_from) == 1) {
    start<Model, Kind, true, 1>(stream, scan, surrogate);
  } else {
    start<Model, Kind, true, 4>(stream, scan, surrogate);
  }
}

}  // namespace

void backward_scan(const gpu::Stream& stream, const Neurons& neurons, const Surrogate& surrogate,
                   const BackwardScan& scan, std::int64_t wide_from) {
  visit_trainable(
      [&](const auto& parameters) {
        using Model = KernelModel<typename std::decay_t<decltype(parameters)>::model>;
        // Kernels that are told of held neurons read the initial membranes, too.
        const bool per_neuron = HasNetInput<Model> || !scan.coeffs_shared ||
                                scan.d_output_constant != nullptr || scan.d_decay != nullptr ||
                                scan.d_threshold != nullptr || scan.held != nullptr;
        const BackwardScan flat = flattened(scan, per_neuron);
        if constexpr (Model::output == Output::spikes) {
          std::visit([&](const auto& kind) { choose<Model>(stream, flat, kind, wide_from); },
                     surrogate);
        } else {
          choose<Model>(stream, flat, Boxcar{}, wide_from);  // of no spikes
        }
      },
      neurons);
}

}  // namespace snn::cuda

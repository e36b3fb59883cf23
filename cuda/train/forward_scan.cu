// SPDX-License-Identifier: Apache-2.0
#include "cuda/train/scan_threads.hpp"
#include "snn/math/lanes.hpp"
#include "snn/train/trainable.hpp"

namespace snn::cuda {
namespace {

/// Forward scan. Bytes per neuron and tick: 4 read (input), 4 written (membrane in its place), 1/8
/// written (spike); 4 more where there is a second tape. Operations of an LIF neuron: about 12 in
/// float and 20 others, so that memory is the limit.
template <class Model, int width>
__global__ void __launch_bounds__(scan_block) forward_kernel(ForwardScan scan, std::int64_t lanes) {
  using State = typename Model::template State<float>;
  using Coeffs = typename Model::template Coeffs<float>;
  constexpr bool adapts = std::is_same_v<Model, AdaptiveLif>;
  constexpr bool graded = Model::output == Output::graded;
  constexpr bool spiking = Model::output == Output::spikes;
  constexpr unsigned all = 0xFFFFFFFFu;
  constexpr int ahead = forward_ahead<width>;

  const Place place = place_of_thread<width>(scan.rows, scan.neurons, lanes);
  if (!place.warp_alive) return;
  const std::int64_t at = place.row * scan.neurons + place.neuron;
  const std::int64_t stride = scan.rows * scan.neurons;
  State state[width] = {};
  Coeffs coeffs{};
  Pack<width> constant = {};
  if (place.alive) {
    coeffs = lanes::load<Coeffs>(scan.coeffs, scan.coeffs_shared ? 1 : scan.neurons,
                                 scan.coeffs_shared ? 0 : place.neuron);
    for (int j = 0; j < width; ++j) state[j] = lanes::load<State>(scan.state, stride, at + j);
    if (scan.constant != nullptr) constant = load_pack<width>(scan.constant + at);
  }
  const bool reads = scan.has_input && place.alive;
  const std::int64_t half = place.row * 2 * scan.words + place.neuron / 32;
  const std::int64_t halves = scan.rows * 2 * scan.words;
  unsigned spikes = 0, moved = 0;

  Pack<width> loaded[ahead] = {};  // tick t in slot (t - tick_begin) % ahead
  const auto load = [&](Pack<width>& slot, int tick) {
    if (reads && tick < scan.tick_end) slot = load_pack<width>(scan.u + tick * stride + at);
  };
#pragma unroll
  for (int k = 0; k < ahead; ++k) load(loaded[k], scan.tick_begin + k);
  for (int first = scan.tick_begin; first < scan.tick_end; first += ahead) {
#pragma unroll
    for (int k = 0; k < ahead; ++k) {
      const int tick = first + k;
      if (tick >= scan.tick_end) break;
      const Pack<width> input = loaded[k];
      load(loaded[k], tick + ahead);
      const std::int64_t here = tick * stride + at;
      Pack<width> tape, second = {}, out = {};
      unsigned fired = 0, was_held = 0;
#pragma unroll
      for (int j = 0; j < width; ++j) {
        State& s = state[j];
        const float x = scan.has_input ? input.v[j] + constant.v[j] : constant.v[j];
        if constexpr (requires { s.refractory; }) was_held |= (s.refractory > 0.0f ? 1u : 0u) << j;
        const float before = s.u;
        if constexpr (HasNetInput<Model>) second.v[j] = Model::net_input(s, coeffs, x);
        const float distance = Model::integrate(s, coeffs, x);
        tape.v[j] = graded ? x : s.u;
        if constexpr (adapts) second.v[j] = s.a;
        if constexpr (spiking) {
          const bool spike = distance >= 0.0f;
          fired |= (spike ? 1u : 0u) << j;
          Model::fire(s, coeffs, spike ? 1.0f : 0.0f);
        }
        if constexpr (graded) out.v[j] = s.u;
        moved += !graded && tick > 0 && s.u != before ? 1u : 0u;
      }
      if (place.alive) {
        store_pack<width>(scan.u + here, tape);
        if constexpr (adapts || HasNetInput<Model>)
          store_pack<width>(scan.adaptation + here, second);
        if constexpr (graded) store_pack<width>(scan.output + here, out);
      }
      if constexpr (spiking) {
        const auto store_bits = [&](std::uint32_t* bits, unsigned own) {
          unsigned mine = place.alive ? own : 0u;
          if constexpr (width == 1) {
            mine = __ballot_sync(all, static_cast<int>(mine));
          } else {  // eight lanes of four neurons fill a half
            mine <<= 4 * (threadIdx.x % 8);
            for (int step = 1; step < 8; step *= 2) mine |= __shfl_xor_sync(all, mine, step);
          }
          if (threadIdx.x % (32 / width) == 0 && place.row < scan.rows)
            bits[tick * halves + half] = mine;
          return mine;
        };
        const unsigned word = store_bits(scan.spikes, fired);
        if (threadIdx.x % (32 / width) == 0) spikes += static_cast<unsigned>(__popc(word));
        if (scan.held != nullptr) store_bits(scan.held, was_held);
      }
    }
  }
  if (place.alive) {
    for (int j = 0; j < width; ++j) lanes::store(state[j], scan.state, stride, at + j);
  }
  if (scan.totals == nullptr) return;
  spikes = __reduce_add_sync(all, spikes);
  moved = __reduce_add_sync(all, place.alive ? moved : 0u);
  if (threadIdx.x % 32 != 0) return;
  atomicAdd(scan.totals, static_cast<unsigned long long>(spikes));
  atomicAdd(scan.totals + 1, static_cast<unsigned long long>(moved));
}

template <class Model, int width>
void start(const gpu::Stream& stream, const ForwardScan& scan) {
  const std::int64_t lanes = lanes_of_row(scan, width);
  gpu::launch(stream, scan_grid(scan, lanes, width), forward_kernel<Model, width>, scan, lanes);
}

}  // namespace

void forward_scan(const gpu::Stream& stream, const Neurons& neurons, const ForwardScan& scan,
                  std::int64_t wide_from) {
  const ForwardScan flat = flattened(scan, !scan.coeffs_shared);
  const int width = width_of(flat, wide_from);
  visit_trainable(
      [&](const auto& parameters) {
        using Model = KernelModel<typename std::decay_t<decltype(parameters)>::model>;
        width == 4 ? start<Model, 4>(stream, flat) : start<Model, 1>(stream, flat);
      },
      neurons);
}

}  // namespace snn::cuda

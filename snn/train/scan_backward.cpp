// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <type_traits>

#include "snn/math/lanes.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/scan.hpp"
#include "snn/train/trainable.hpp"

namespace snn {
namespace {

constexpr std::int64_t segment = 256;

template <class Model>
using KernelModel = std::conditional_t<std::is_same_v<Model, If>, Lif, Model>;

/// slope[j] = surrogate derivative at distance[j], in place.
template <class Kind, class Real>
struct SlopeKernel {
  Kind surrogate;
  Real* value;
  std::int64_t count;
  void operator()() const {
    for (std::int64_t j = 0; j < count; ++j) value[j] = surrogate.slope(value[j]);
  }
};

/// `Plain`: no refractory time and no learnt coefficients, the case that has to be fast.
template <class Model, class Real, bool Shared, bool Plain>
struct BackwardKernel {
  using State = typename Model::template State<Real>;
  using Coeffs = typename Model::template Coeffs<Real>;
  static constexpr bool adapts = std::is_same_v<Model, AdaptiveLif>;
  static constexpr bool needs_before = !Plain || HasNetInput<Model>;
  static constexpr bool spiking = Model::output == Output::spikes;

  /// Scratch of a segment, on the stack of the caller.
  struct Lane {
    alignas(64) Real state[lanes::fields<State, Real> * segment];
    alignas(64) Real spike[segment];
    alignas(64) Real slope[segment];
    alignas(64) Real before[segment];
    alignas(64) Real held[segment];
    alignas(64) Real d_spike[segment];
    alignas(64) Real d_membrane[segment];
  };

  BackwardScan<Real> scan;
  Lane* lane;
  int tick;
  std::int64_t begin, count, at;

  /// First half of a tick: spikes, and the distances the surrogate is to be taken at.
  void distances() const {
    const Real* __restrict table = scan.coeffs->values.data();
    const Coeffs shared = lanes::load<Coeffs>(table, 1, 0);
    const std::int64_t neurons = scan.neurons;
    const Real* __restrict u = scan.u + index(tick);
    const Real* __restrict adaptation = adapts ? scan.adaptation + index(tick) : nullptr;
    Real* __restrict slope = lane->slope;
    unpack(scan.spikes, tick, lane->spike);
    for (std::int64_t j = 0; j < count; ++j) {
      const Coeffs c = Shared ? shared : lanes::load<Coeffs>(table, neurons, begin + j);
      Real threshold{};
      if constexpr (adapts) {
        threshold = c.membrane.threshold + adaptation[j];
      } else if constexpr (std::is_same_v<Model, CubaLif>) {
        threshold = c.membrane.threshold;
      } else {
        threshold = c.threshold;
      }
      slope[j] = u[j] - threshold;
    }
    if constexpr (!Plain) {
      if (scan.held == nullptr) return;
      unpack(scan.held, tick, lane->held);
      for (std::int64_t j = 0; j < count; ++j)
        slope[j] = lane->held[j] > Real(0) ? never<Real> : slope[j];
    }
  }

  /// Second half: the adjoint of the tick; the input's gradient replaces the membrane.
  void operator()() const {
    const Real* __restrict table = scan.coeffs->values.data();
    const Coeffs shared = lanes::load<Coeffs>(table, 1, 0);
    const std::int64_t neurons = scan.neurons;
    Real* __restrict u = scan.u + index(tick);
    Real* __restrict input_sum = scan.input_sum + at;
    const Real* __restrict net = HasNetInput<Model> ? scan.adaptation + index(tick) : nullptr;
    Lane* __restrict l = lane;
    const bool detach = scan.detach_reset;
    from_above();
    if constexpr (needs_before) membranes_before(table, shared);
    for (std::int64_t j = 0; j < count; ++j) {
      const Coeffs c = Shared ? shared : lanes::load<Coeffs>(table, neurons, begin + j);
      State d = lanes::load<State>(l->state, segment, j);
      AdjointInput<Real> in;
      in.u = u[j];
      in.spike = spiking ? l->spike[j] : Real(0);
      in.slope = spiking ? l->slope[j] : Real(0);
      in.d_spike = l->d_spike[j];
      in.d_membrane = l->d_membrane[j];
      in.detach_reset = detach;
      if constexpr (needs_before) in.u_before = l->before[j];
      if constexpr (HasNetInput<Model>) in.net_input = net[j];
      if constexpr (!Plain) {
        in.refractory = scan.held != nullptr && l->held[j] > Real(0);
      }
      CoeffGradient<Real> gradient;
      const Real d_input = Model::adjoint(d, c, in, gradient);
      u[j] = d_input;
      input_sum[j] += d_input;
      if constexpr (!Plain) {
        if (scan.d_decay != nullptr) scan.d_decay[begin + j] += gradient.decay;
        if (scan.d_threshold != nullptr) scan.d_threshold[begin + j] += gradient.threshold;
      }
      lanes::store(d, l->state, segment, j);
    }
  }

 private:
  inline std::int64_t index(int t) const { return std::int64_t{t} * scan.rows * scan.neurons + at; }

  /// What later layers, the loss and the regularisers want of this tick.
  inline void from_above() const {
    const std::int64_t above = index(tick - scan.tick_begin);
    if (scan.d_output != nullptr) {
      std::copy_n(scan.d_output + above, count, lane->d_spike);
    } else {
      std::fill_n(lane->d_spike, count, Real(0));
    }
    if (scan.d_output_constant != nullptr) {
      for (std::int64_t j = 0; j < count; ++j)
        lane->d_spike[j] += scan.d_output_constant[begin + j];
    }
    if (scan.d_membrane != nullptr) {
      std::copy_n(scan.d_membrane + index(tick), count, lane->d_membrane);
    } else {
      std::fill_n(lane->d_membrane, count, Real(0));
    }
  }

  inline void unpack(const std::uint64_t* bits, int t, Real* out) const {
    const std::int64_t row = at / scan.neurons;
    const std::uint64_t* words =
        bits + (std::int64_t{t} * scan.rows + row) * scan.words + begin / 64;
    for (std::int64_t base = 0; base < count; base += 64) {
      const std::uint64_t word = words[base / 64];
      const std::int64_t n = std::min<std::int64_t>(64, count - base);
      for (std::int64_t j = 0; j < n; ++j) out[base + j] = static_cast<Real>((word >> j) & 1);
    }
  }

  /// The membrane each neuron had before this tick: that of the tick before, after its reset.
  inline void membranes_before(const Real* table, const Coeffs& shared) const {
    if (!HasNetInput<Model> && scan.d_decay == nullptr) {  // nobody asks; rows may be one long row
      std::fill_n(lane->before, count, Real(0));
      return;
    }
    if (tick == 0) {
      for (std::int64_t j = 0; j < count; ++j) lane->before[j] = scan.u_initial[begin + j];
      return;
    }
    alignas(64) Real spike[segment] = {};
    if constexpr (spiking) unpack(scan.spikes, tick - 1, spike);
    const std::int64_t earlier = index(tick - 1);
    for (std::int64_t j = 0; j < count; ++j) {
      const Coeffs c = Shared ? shared : lanes::load<Coeffs>(table, scan.neurons, begin + j);
      State s{};
      s.u = scan.u[earlier + j];
      Model::fire(s, c, spike[j]);
      lane->before[j] = s.u;
    }
  }
};

template <class Kernel>
struct DistanceKernel {
  Kernel kernel;
  void operator()() const { kernel.distances(); }
};

template <class Model, class Real, bool Shared, bool Plain>
void run_backward(const BackwardScan<Real>& scan) {
  using Kernel = BackwardKernel<Model, Real, Shared, Plain>;
  constexpr std::size_t fields = lanes::fields<typename Kernel::State, Real>;
  typename Kernel::Lane lane;
  const std::int64_t stride = scan.rows * scan.neurons;
  for (int row = 0; row < scan.rows; ++row) {
    for (std::int64_t begin = 0; begin < scan.neurons; begin += segment) {
      const std::int64_t count = std::min(segment, scan.neurons - begin);
      const std::int64_t at = row * scan.neurons + begin;
      for (std::size_t f = 0; f < fields; ++f) {
        std::copy_n(scan.adjoint + static_cast<std::int64_t>(f) * stride + at, count,
                    lane.state + f * segment);
      }
      for (int tick = scan.tick_end - 1; tick >= scan.tick_begin; --tick) {
        const Kernel kernel{scan, &lane, tick, begin, count, at};
        if constexpr (Kernel::spiking) {
          run_kernel(DistanceKernel<Kernel>{kernel}, scan.isa);
          std::visit(
              [&](const auto& kind) {
                run_kernel(SlopeKernel<std::decay_t<decltype(kind)>, Real>{kind, lane.slope, count},
                           scan.isa);
              },
              *scan.surrogate);
        }
        run_kernel(kernel, scan.isa);
      }
      for (std::size_t f = 0; f < fields; ++f) {
        std::copy_n(lane.state + f * segment, count,
                    scan.adjoint + static_cast<std::int64_t>(f) * stride + at);
      }
    }
  }
}

}  // namespace

template <class Real>
void backward_scan(const Neurons& neurons, const BackwardScan<Real>& scan) {
  BackwardScan<Real> flat = scan;
  const bool takes_ticks_again = visit_trainable(
      [](const auto& parameters) {
        return HasNetInput<typename std::decay_t<decltype(parameters)>::model>;
      },
      neurons);
  const bool per_neuron = takes_ticks_again || !scan.coeffs->shared ||
                          scan.d_output_constant != nullptr || scan.d_decay != nullptr ||
                          scan.d_threshold != nullptr;
  if (!per_neuron && (scan.spikes == nullptr || scan.neurons % 64 == 0)) {
    flat.neurons = scan.neurons * scan.rows;
    flat.words = scan.words * scan.rows;
    flat.rows = 1;
  }
  visit_trainable(
      [&](const auto& parameters) {
        using Model = KernelModel<typename std::decay_t<decltype(parameters)>::model>;
        const bool plain =
            scan.held == nullptr && scan.d_decay == nullptr && scan.d_threshold == nullptr;
        if (scan.coeffs->shared) {
          plain ? run_backward<Model, Real, true, true>(flat)
                : run_backward<Model, Real, true, false>(flat);
        } else {
          plain ? run_backward<Model, Real, false, true>(flat)
                : run_backward<Model, Real, false, false>(flat);
        }
      },
      neurons);
}

template void backward_scan(const Neurons&, const BackwardScan<float>&);
template void backward_scan(const Neurons&, const BackwardScan<double>&);

}  // namespace snn

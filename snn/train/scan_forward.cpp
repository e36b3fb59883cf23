// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <type_traits>

#include "snn/math/counters.hpp"
#include "snn/math/lanes.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/scan.hpp"
#include "snn/train/trainable.hpp"

namespace snn {
namespace {

/// Neurons whose state stays in the first cache level while time runs.
constexpr std::int64_t segment = 256;

/// If is Lif with decay 1: one kernel serves both.
template <class Model>
using KernelModel = std::conditional_t<std::is_same_v<Model, If>, Lif, Model>;

template <class Model, class Real, bool Shared>
struct ForwardKernel {
  using State = typename Model::template State<Real>;
  using Coeffs = typename Model::template Coeffs<Real>;
  static constexpr bool adapts = std::is_same_v<Model, AdaptiveLif>;
  static constexpr bool second_tape = adapts || HasNetInput<Model>;
  static constexpr bool graded = Model::output == Output::graded;
  static constexpr bool spiking = Model::output == Output::spikes;
  static constexpr bool counted = counters && !graded;

  ForwardScan<Real> scan;

  void operator()() const {
    for (int row = 0; row < scan.rows; ++row) {
      for (std::int64_t begin = 0; begin < scan.neurons; begin += segment) {
        run(row, begin, std::min(segment, scan.neurons - begin));
      }
    }
  }

 private:
  inline void run(int row, std::int64_t begin, std::int64_t count) const {
    constexpr std::size_t fields = lanes::fields<State, Real>;
    alignas(64) Real state[fields * segment];
    alignas(64) Real distance[segment];
    alignas(64) std::uint8_t fired[segment];
    alignas(64) std::uint8_t was_held[segment];
    alignas(64) Real before[segment];  // the membrane after the tick before
    std::uint64_t moved = 0;
    const std::int64_t at = row * scan.neurons + begin;
    const std::int64_t stride = scan.rows * scan.neurons;
    for (std::size_t f = 0; f < fields; ++f) {
      std::copy_n(scan.state + static_cast<std::int64_t>(f) * stride + at, count,
                  state + f * segment);
    }
    const Real* __restrict table = scan.coeffs->values.data();
    const Coeffs shared = lanes::load<Coeffs>(table, 1, 0);
    const std::int64_t neurons = scan.neurons;
    for (int tick = scan.tick_begin; tick < scan.tick_end; ++tick) {
      const std::int64_t here = tick * stride + at;
      Real* __restrict u = scan.u + here;
      Real* __restrict adaptation = second_tape ? scan.adaptation + here : nullptr;
      const Real* __restrict constant = scan.constant + at;
      if (scan.has_input) {
        for (std::int64_t j = 0; j < count; ++j) u[j] = u[j] + constant[j];
      } else {
        std::copy_n(constant, count, u);
      }
      // Two loops: in one, compilers turn the refractory case into a jump, and no longer vectorise.
      for (std::int64_t j = 0; j < count; ++j) {
        State s = lanes::load<State>(state, segment, j);
        const Coeffs c = Shared ? shared : lanes::load<Coeffs>(table, neurons, begin + j);
        if constexpr (requires { s.refractory; }) {
          was_held[j] = s.refractory > Real(0);
        } else {
          was_held[j] = 0;
        }
        if constexpr (counted) before[j] = s.u;
        if constexpr (HasNetInput<Model>) adaptation[j] = Model::net_input(s, c, u[j]);
        distance[j] = Model::integrate(s, c, u[j]);
        if constexpr (!graded) u[j] = s.u;
        if constexpr (adapts) adaptation[j] = s.a;
        lanes::store(s, state, segment, j);
      }
      if constexpr (spiking) {
        for (std::int64_t j = 0; j < count; ++j) {
          State s = lanes::load<State>(state, segment, j);
          const Coeffs c = Shared ? shared : lanes::load<Coeffs>(table, neurons, begin + j);
          const bool spike = distance[j] >= Real(0);
          fired[j] = spike;
          Model::fire(s, c, spike ? Real(1) : Real(0));
          lanes::store(s, state, segment, j);
        }
      }
      if constexpr (counted) {
        if (tick > 0) moved += moves(state, before, count);
      }
      if constexpr (graded) std::copy_n(state, count, scan.output + here);
      if constexpr (spiking) {
        pack(fired, count, scan.spikes, tick, row, begin);
        if (scan.held != nullptr) pack(was_held, count, scan.held, tick, row, begin);
      }
    }
    if (counted && scan.moved != nullptr) *scan.moved += moved;
    for (std::size_t f = 0; f < fields; ++f) {
      std::copy_n(state + f * segment, count,
                  scan.state + static_cast<std::int64_t>(f) * stride + at);
    }
  }

  /// The membrane is the first field of every state.
  static inline std::uint32_t moves(const Real* now, const Real* before, std::int64_t count) {
    std::uint32_t sum = 0;
    for (std::int64_t j = 0; j < count; ++j) sum += now[j] != before[j] ? 1 : 0;
    return sum;
  }

  inline void pack(const std::uint8_t* bytes, std::int64_t count, std::uint64_t* bits, int tick,
                   int row, std::int64_t begin) const {
    std::uint64_t* words = bits + (std::int64_t{tick} * scan.rows + row) * scan.words + begin / 64;
    for (std::int64_t j = 0; j < count; j += 64) {
      words[j / 64] = pack_word(bytes + j, std::min<std::int64_t>(64, count - j));
    }
  }
};

}  // namespace

template <class Real>
CoeffTable<Real> make_coeffs(const Neurons& neurons, std::int64_t size, double dt_ms) {
  return visit_trainable(
      [&](const auto& parameters) {
        using Model = typename std::decay_t<decltype(parameters)>::model;
        using Coeffs = typename Model::template Coeffs<Real>;
        CoeffTable<Real> table;
        table.shared = parameters.size() == 1;
        const std::int64_t count = table.shared ? 1 : size;
        table.values.resize(lanes::fields<Coeffs, Real> * static_cast<std::size_t>(count));
        for (std::int64_t n = 0; n < count; ++n) {
          lanes::store(parameters[static_cast<std::size_t>(n)].template derive<Real>(dt_ms),
                       table.values.data(), count, n);
        }
        return table;
      },
      neurons);
}

int state_fields(const Neurons& neurons) {
  return visit_trainable(
      [](const auto& parameters) {
        using Model = typename std::decay_t<decltype(parameters)>::model;
        return static_cast<int>(lanes::fields<typename Model::template State<float>, float>);
      },
      neurons);
}

bool has_adaptation(const Neurons& neurons) {
  return visit_trainable(
      [](const auto& parameters) {
        using Model = typename std::decay_t<decltype(parameters)>::model;
        return std::is_same_v<Model, AdaptiveLif> || HasNetInput<Model>;
      },
      neurons);
}

template <class Real>
void forward_scan(const Neurons& neurons, const ForwardScan<Real>& scan) {
  ForwardScan<Real> flat = scan;
  // Rows without padding and without coefficients of their own are one long row.
  if (scan.coeffs->shared && (scan.spikes == nullptr || scan.neurons % 64 == 0)) {
    flat.neurons = scan.neurons * scan.rows;
    flat.words = scan.words * scan.rows;
    flat.rows = 1;
  }
  visit_trainable(
      [&](const auto& parameters) {
        using Model = KernelModel<typename std::decay_t<decltype(parameters)>::model>;
        if (scan.coeffs->shared) {
          run_kernel(ForwardKernel<Model, Real, true>{flat}, scan.isa);
        } else {
          run_kernel(ForwardKernel<Model, Real, false>{flat}, scan.isa);
        }
      },
      neurons);
}

template CoeffTable<float> make_coeffs(const Neurons&, std::int64_t, double);
template CoeffTable<double> make_coeffs(const Neurons&, std::int64_t, double);
template void forward_scan(const Neurons&, const ForwardScan<float>&);
template void forward_scan(const Neurons&, const ForwardScan<double>&);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/train/product.hpp"

#include <cblas.h>

#include <algorithm>
#include <cstring>

#include "snn/math/counters.hpp"
#include "snn/math/isa.hpp"
#include "snn/train/bits.hpp"

namespace snn {
namespace {

/// Rows of spikes that are unpacked at a time: 2 Mi values keep the buffer at 8 MiB (float) while
/// the matrix product still packs its other operand rarely.
constexpr std::int64_t unpacked_values = std::int64_t{1} << 21;

void gemm(CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, std::int64_t m, std::int64_t n,
          std::int64_t k, const float* a, std::int64_t lda, const float* b, std::int64_t ldb,
          float beta, float* c, std::int64_t ldc) {
  cblas_sgemm(CblasRowMajor, trans_a, trans_b, static_cast<int>(m), static_cast<int>(n),
              static_cast<int>(k), 1.0f, a, static_cast<int>(lda), b, static_cast<int>(ldb), beta,
              c, static_cast<int>(ldc));
}
void gemm(CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, std::int64_t m, std::int64_t n,
          std::int64_t k, const double* a, std::int64_t lda, const double* b, std::int64_t ldb,
          double beta, double* c, std::int64_t ldc) {
  cblas_dgemm(CblasRowMajor, trans_a, trans_b, static_cast<int>(m), static_cast<int>(n),
              static_cast<int>(k), 1.0, a, static_cast<int>(lda), b, static_cast<int>(ldb), beta, c,
              static_cast<int>(ldc));
}

/// Spikes of rows first_row.. as 0 and 1: words first_word .. first_word + words - 1 of each.
template <class Real>
struct UnpackKernel {
  const std::uint64_t* bits;
  std::int64_t row_words, rows, first_word, neurons;
  Real* out;
  void operator()() const {
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::uint64_t* words = bits + row * row_words + first_word;
      Real* to = out + row * neurons;
      for (std::int64_t base = 0; base < neurons; base += 64) {
        const std::uint64_t word = words[base / 64];
        const std::int64_t n = std::min<std::int64_t>(64, neurons - base);
        for (std::int64_t j = 0; j < n; ++j) to[base + j] = static_cast<Real>((word >> j) & 1);
      }
    }
  }
};

/// out[row] (+)= sum of the weight rows of the neurons that fired, a block of columns at a time so
/// that the sums stay in registers.
template <class Real>
struct GatherKernel {
  const std::uint64_t* bits;
  std::int64_t rows, words, targets;
  const Real* weight;
  Real* out;
  bool accumulate;
  std::uint32_t* list;  ///< room for the spikes of a row

  /// 64 bytes of lanes: one register with AVX-512, two with AVX2, four with SSE.
  using Lanes [[gnu::vector_size(64)]] = Real;
  static constexpr std::int64_t width = 64 / sizeof(Real);

  void operator()() const {
    for (std::int64_t row = 0; row < rows; ++row) {
      std::int64_t spikes = 0;
      for_each_bit(bits + row * words, words,
                   [&](std::int64_t k) { list[spikes++] = static_cast<std::uint32_t>(k); });
      Real* to = out + row * targets;
      std::int64_t begin = 0;
      for (; begin + 4 * width <= targets; begin += 4 * width) add_four(to + begin, begin, spikes);
      for (; begin + width <= targets; begin += width) add_one(to + begin, begin, spikes);
      if (begin < targets) add_rest(to + begin, begin, targets - begin, spikes);
    }
  }

  // Unaligned loads and stores; a row of weights need not start at a multiple of 64 bytes.
  static inline void load(Lanes& lanes, const Real* from) {
    std::memcpy(&lanes, from, sizeof lanes);
  }
  static inline void store(const Lanes& lanes, Real* to) { std::memcpy(to, &lanes, sizeof lanes); }

  inline void add_four(Real* to, std::int64_t begin, std::int64_t spikes) const {
    Lanes a{}, b{}, c{}, d{};
    if (accumulate) {
      load(a, to);
      load(b, to + width);
      load(c, to + 2 * width);
      load(d, to + 3 * width);
    }
    Lanes w;
    for (std::int64_t s = 0; s < spikes; ++s) {
      const Real* from = weight + std::int64_t{list[s]} * targets + begin;
      load(w, from);
      a += w;
      load(w, from + width);
      b += w;
      load(w, from + 2 * width);
      c += w;
      load(w, from + 3 * width);
      d += w;
    }
    store(a, to);
    store(b, to + width);
    store(c, to + 2 * width);
    store(d, to + 3 * width);
  }

  inline void add_one(Real* to, std::int64_t begin, std::int64_t spikes) const {
    Lanes a{};
    if (accumulate) load(a, to);
    Lanes w;
    for (std::int64_t s = 0; s < spikes; ++s) {
      load(w, weight + std::int64_t{list[s]} * targets + begin);
      a += w;
    }
    store(a, to);
  }

  inline void add_rest(Real* to, std::int64_t begin, std::int64_t count,
                       std::int64_t spikes) const {
    if (!accumulate) std::fill_n(to, count, Real(0));
    for (std::int64_t s = 0; s < spikes; ++s) {
      const Real* from = weight + std::int64_t{list[s]} * targets + begin;
      for (std::int64_t j = 0; j < count; ++j) to[j] += from[j];
    }
  }
};

/// d_weight[k] += gradient[row] for every spike (row, k) of words first_word .. last_word - 1.
template <class Real>
struct ScatterKernel {
  const std::uint64_t* bits;
  std::int64_t rows, words, first_word, last_word, targets;
  const Real* gradient;
  Real* d_weight;
  void operator()() const {
    for (std::int64_t row = 0; row < rows; ++row) {
      const Real* from = gradient + row * targets;
      for_each_bit(bits + row * words + first_word, last_word - first_word, [&](std::int64_t k) {
        Real* to = d_weight + k * targets;
        for (std::int64_t j = 0; j < targets; ++j) to[j] += from[j];
      });
    }
  }
};

bool use_sparse(ProductPath path, std::int64_t spikes, std::int64_t places, double crossover) {
  if (path != ProductPath::automatic) return path == ProductPath::sparse;
  return static_cast<double>(spikes) < crossover * static_cast<double>(places);
}

}  // namespace

double forward_crossover(std::int64_t sources, std::int64_t targets) {
  // Rows narrower than a register waste lanes; a panel of weights beyond the second cache level
  // makes gathering slower than the matrix product, which reuses what it has loaded.
  if (targets < 16) return 0.085;
  const double bytes = 4.0 * static_cast<double>(sources) * static_cast<double>(targets);
  if (bytes <= 0.15e6) return 0.42;
  if (bytes <= 0.9e6) return 0.36;
  if (bytes <= 1.5e6) return 0.30;
  return bytes <= 6e6 ? 0.155 : 0.115;
}

double weight_gradient_crossover(std::int64_t, std::int64_t targets) {
  // Narrow rows of the gradient stay in the first cache level while spikes are scattered over them.
  if (targets < 16) return 0.15;
  return targets <= 256 ? 0.36 : 0.28;
}

template <class Real>
void forward_product(const Activity<Real>& activity, const Real* weight, std::int64_t targets,
                     Real* out, bool accumulate, ProductPath path, Scratch<Real>& scratch,
                     Operations& done) {
  const std::int64_t rows = activity.rows;
  const std::int64_t sources = activity.neurons;
  if (rows <= 0) return;
  if (activity.values != nullptr) {
    gemm(CblasNoTrans, CblasNoTrans, rows, targets, sources, activity.values, sources, weight,
         targets, accumulate ? Real(1) : Real(0), out, targets);
    if (counters) done.macs += static_cast<std::uint64_t>(rows * sources * targets);
    return;
  }
  const std::int64_t spikes = count_bits(activity.bits, rows * activity.words);
  if (use_sparse(path, spikes, rows * sources, forward_crossover(sources, targets))) {
    std::vector<std::uint32_t> list(static_cast<std::size_t>(sources));
    run_kernel(GatherKernel<Real>{activity.bits, rows, activity.words, targets, weight, out,
                                  accumulate, list.data()});
    if (counters) done.acs += static_cast<std::uint64_t>(spikes * targets);
    return;
  }
  const std::int64_t tile = std::max<std::int64_t>(1, std::min(rows, unpacked_values / sources));
  scratch.resize(std::max(scratch.size(), static_cast<std::size_t>(tile * sources)));
  for (std::int64_t first = 0; first < rows; first += tile) {
    const std::int64_t n = std::min(tile, rows - first);
    run_kernel(UnpackKernel<Real>{activity.bits + first * activity.words, activity.words, n, 0,
                                  sources, scratch.data()});
    gemm(CblasNoTrans, CblasNoTrans, n, targets, sources, scratch.data(), sources, weight, targets,
         accumulate ? Real(1) : Real(0), out + first * targets, targets);
  }
  if (counters) done.macs += static_cast<std::uint64_t>(rows * sources * targets);
}

template <class Real>
void backward_product(const Real* gradient, std::int64_t rows, std::int64_t targets,
                      const Real* weight, std::int64_t sources, Real* out, bool accumulate,
                      Operations& done) {
  if (rows <= 0) return;
  gemm(CblasNoTrans, CblasTrans, rows, sources, targets, gradient, targets, weight, targets,
       accumulate ? Real(1) : Real(0), out, sources);
  if (counters) done.macs += static_cast<std::uint64_t>(rows * sources * targets);
}

template <class Real>
void weight_gradient(const Activity<Real>& activity, const Real* gradient, std::int64_t targets,
                     std::int64_t first, std::int64_t last, Real* d_weight, ProductPath path,
                     Scratch<Real>& scratch, Operations& done) {
  const std::int64_t rows = activity.rows;
  const std::int64_t count = last - first;
  if (rows <= 0 || count <= 0) return;
  if (activity.values != nullptr) {
    gemm(CblasTrans, CblasNoTrans, count, targets, rows, activity.values + first, activity.neurons,
         gradient, targets, Real(1), d_weight, targets);
    if (counters) done.macs += static_cast<std::uint64_t>(rows * count * targets);
    return;
  }
  const std::int64_t first_word = first / 64;
  const std::int64_t last_word = words_for(last);
  std::int64_t spikes = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    spikes += count_bits(activity.bits + row * activity.words + first_word, last_word - first_word);
  }
  if (use_sparse(path, spikes, rows * count, weight_gradient_crossover(count, targets))) {
    run_kernel(ScatterKernel<Real>{activity.bits, rows, activity.words, first_word, last_word,
                                   targets, gradient, d_weight});
    if (counters) done.acs += static_cast<std::uint64_t>(spikes * targets);
    return;
  }
  const std::int64_t tile = std::max<std::int64_t>(1, std::min(rows, unpacked_values / count));
  scratch.resize(std::max(scratch.size(), static_cast<std::size_t>(tile * count)));
  for (std::int64_t begin = 0; begin < rows; begin += tile) {
    const std::int64_t n = std::min(tile, rows - begin);
    run_kernel(UnpackKernel<Real>{activity.bits + begin * activity.words, activity.words, n,
                                  first_word, count, scratch.data()});
    gemm(CblasTrans, CblasNoTrans, count, targets, n, scratch.data(), count,
         gradient + begin * targets, targets, Real(1), d_weight, targets);
  }
  if (counters) done.macs += static_cast<std::uint64_t>(rows * count * targets);
}

template void forward_product(const Activity<float>&, const float*, std::int64_t, float*, bool,
                              ProductPath, Scratch<float>&, Operations&);
template void forward_product(const Activity<double>&, const double*, std::int64_t, double*, bool,
                              ProductPath, Scratch<double>&, Operations&);
template void backward_product(const float*, std::int64_t, std::int64_t, const float*, std::int64_t,
                               float*, bool, Operations&);
template void backward_product(const double*, std::int64_t, std::int64_t, const double*,
                               std::int64_t, double*, bool, Operations&);
template void weight_gradient(const Activity<float>&, const float*, std::int64_t, std::int64_t,
                              std::int64_t, float*, ProductPath, Scratch<float>&, Operations&);
template void weight_gradient(const Activity<double>&, const double*, std::int64_t, std::int64_t,
                              std::int64_t, double*, ProductPath, Scratch<double>&, Operations&);

}  // namespace snn

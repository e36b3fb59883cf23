// SPDX-License-Identifier: Apache-2.0
#include "cuda/blas/bfloat16.hpp"
#include "cuda/blas/gemm.hpp"

/// Matrix products of the emulation, with operands rounded as on the device and sums in double.
namespace snn::cuda {
namespace {

float round_to_tf32(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return std::bit_cast<float>((bits + 0xFFFu + (bits >> 13 & 1u)) & ~std::uint32_t{0x1FFF});
}

double element(const Matrix& m, std::int64_t i, std::int64_t j, Operands operands) {
  const std::int64_t at = m.transposed ? j * m.stride + i : i * m.stride + j;
  if (operands == Operands::bf16)
    return static_cast<double>(to_float(static_cast<const Bfloat16*>(m.data)[at]));
  const float value = static_cast<const float*>(m.data)[at];
  return static_cast<double>(operands == Operands::tf32 ? round_to_tf32(value) : value);
}

}  // namespace

struct Gemm::Impl {};

Gemm::Gemm() = default;
Gemm::~Gemm() = default;
Gemm::Gemm(Gemm&&) noexcept = default;
Gemm& Gemm::operator=(Gemm&&) noexcept = default;

void Gemm::multiply(const gpu::Stream& stream, const MatrixProduct& p) {
  stream.submit([p] {
    for (std::int64_t i = 0; i < p.m; ++i) {
      for (std::int64_t j = 0; j < p.n; ++j) {
        float& c = p.c[i * p.c_stride + j];
        double sum = p.accumulate ? static_cast<double>(c) : 0.0;
        for (std::int64_t k = 0; k < p.k; ++k)
          sum += element(p.a, i, k, p.operands) * element(p.b, k, j, p.operands);
        c = static_cast<float>(sum);
      }
    }
  });
}

}  // namespace snn::cuda

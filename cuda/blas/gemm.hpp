// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "gpu_runtime.hpp"

namespace snn::cuda {

/// What the elements of both operands are: floats, which may be rounded to 11 significant bits
/// while they are multiplied (tf32), or Bfloat16.
enum class Operands : std::uint8_t { fp32, tf32, bf16 };

/// A matrix on the device, row by row: element (i, j) at data[i*stride + j], or data[j*stride + i]
/// if transposed.
struct Matrix {
  const void* data;  ///< float, or Bfloat16
  std::int64_t stride;
  bool transposed = false;
};

/// c[m][n] (+)= a[m][k] * b[k][n].
struct MatrixProduct {
  std::int64_t m, n, k;
  Matrix a, b;
  float* c;
  std::int64_t c_stride;
  bool accumulate = false;
  Operands operands = Operands::fp32;
};

/// Matrix products on the device, by cuBLASLt, which is loaded when the first Gemm is made. Repeats
/// give the same bits. In the emulation plain loops.
class Gemm {
 public:
  /// Throws UnavailableError, which says where it looked, if there is no cuBLASLt.
  Gemm();
  ~Gemm();
  Gemm(Gemm&&) noexcept;
  Gemm& operator=(Gemm&&) noexcept;

  void multiply(const gpu::Stream& stream, const MatrixProduct& product);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace snn::cuda

// SPDX-License-Identifier: Apache-2.0
#include <cublasLt.h>

#include <array>
#include <map>
#include <string>

#include "cuda/blas/gemm.hpp"
#include "snn/model/shared_library.hpp"

namespace snn::cuda {
namespace {

constexpr std::size_t workspace_bytes = std::size_t{32} << 20;  // what cuBLAS advises for Hopper

/// The functions that are used, with the types of their declarations.
struct Library {
  SharedLibrary file = SharedLibrary::open(
      cuda_library_files("libcublasLt.so." + std::to_string(CUDART_VERSION / 1000)));
  template <class Function>
  Function* find(const char* name) const {
    return file.get<Function>(name);
  }
  decltype(cublasLtCreate)* create = find<decltype(cublasLtCreate)>("cublasLtCreate");
  decltype(cublasLtDestroy)* destroy = find<decltype(cublasLtDestroy)>("cublasLtDestroy");
  decltype(cublasLtMatmulDescCreate)* create_matmul =
      find<decltype(cublasLtMatmulDescCreate)>("cublasLtMatmulDescCreate");
  decltype(cublasLtMatmulDescDestroy)* destroy_matmul =
      find<decltype(cublasLtMatmulDescDestroy)>("cublasLtMatmulDescDestroy");
  decltype(cublasLtMatmulDescSetAttribute)* set_matmul =
      find<decltype(cublasLtMatmulDescSetAttribute)>("cublasLtMatmulDescSetAttribute");
  decltype(cublasLtMatrixLayoutCreate)* create_layout =
      find<decltype(cublasLtMatrixLayoutCreate)>("cublasLtMatrixLayoutCreate");
  decltype(cublasLtMatrixLayoutDestroy)* destroy_layout =
      find<decltype(cublasLtMatrixLayoutDestroy)>("cublasLtMatrixLayoutDestroy");
  decltype(cublasLtMatmulPreferenceCreate)* create_preference =
      find<decltype(cublasLtMatmulPreferenceCreate)>("cublasLtMatmulPreferenceCreate");
  decltype(cublasLtMatmulPreferenceDestroy)* destroy_preference =
      find<decltype(cublasLtMatmulPreferenceDestroy)>("cublasLtMatmulPreferenceDestroy");
  decltype(cublasLtMatmulPreferenceSetAttribute)* set_preference =
      find<decltype(cublasLtMatmulPreferenceSetAttribute)>("cublasLtMatmulPreferenceSetAttribute");
  decltype(cublasLtMatmulAlgoGetHeuristic)* choose =
      find<decltype(cublasLtMatmulAlgoGetHeuristic)>("cublasLtMatmulAlgoGetHeuristic");
  decltype(cublasLtMatmul)* matmul = find<decltype(cublasLtMatmul)>("cublasLtMatmul");
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

void check(cublasStatus_t status, const char* what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw UnavailableError(std::string("cuBLASLt, ") + what + ": status " +
                           std::to_string(static_cast<int>(status)));
}

/// Largest power of two, up to 256, that an address is a multiple of.
std::uint32_t alignment_of(const void* data) {
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  std::uint32_t alignment = 256;
  while (address % alignment != 0) alignment /= 2;
  return alignment;
}

/// A product of certain sizes, strides and alignments, with the algorithm chosen for it.
struct Prepared {
  cublasLtMatmulDesc_t matmul = nullptr;
  cublasLtMatrixLayout_t first = nullptr, second = nullptr, result = nullptr;
  cublasLtMatmulAlgo_t algorithm{};

  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() {
    for (const auto layout : {first, second, result})
      if (layout != nullptr) library().destroy_layout(layout);
    if (matmul != nullptr) library().destroy_matmul(matmul);
  }
};

}  // namespace

struct Gemm::Impl {
  using Key = std::array<std::int64_t, 13>;

  Impl() : workspace(workspace_bytes) { check(library().create(&handle), "starting"); }
  ~Impl() { library().destroy(handle); }

  std::unique_ptr<Prepared> prepare(const MatrixProduct& product) const;

  cublasLtHandle_t handle = nullptr;
  gpu::Buffer<unsigned char> workspace;
  std::map<Key, std::unique_ptr<Prepared>> prepared;
};

/// cuBLAS takes matrices column by column: it is asked for the transposed product, b' a'.
std::unique_ptr<Prepared> Gemm::Impl::prepare(const MatrixProduct& p) const {
  const Library& lt = library();
  auto owned = std::make_unique<Prepared>();
  Prepared& made = *owned;
  const auto compute =
      p.operands == Operands::tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
  const auto operand = p.operands == Operands::bf16 ? CUDA_R_16BF : CUDA_R_32F;
  check(lt.create_matmul(&made.matmul, compute, CUDA_R_32F), "describing a product");
  const auto operation = [](bool transposed) { return transposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
  const cublasOperation_t of_first = operation(p.b.transposed),
                          of_second = operation(p.a.transposed);
  check(lt.set_matmul(made.matmul, CUBLASLT_MATMUL_DESC_TRANSA, &of_first, sizeof of_first),
        "describing a product");
  check(lt.set_matmul(made.matmul, CUBLASLT_MATMUL_DESC_TRANSB, &of_second, sizeof of_second),
        "describing a product");
  const auto layout = [&](cublasLtMatrixLayout_t& to, cudaDataType_t type, std::int64_t rows,
                          std::int64_t columns, std::int64_t stride) {
    check(lt.create_layout(&to, type, static_cast<std::uint64_t>(rows),
                           static_cast<std::uint64_t>(columns), stride),
          "describing a matrix");
  };
  layout(made.first, operand, p.b.transposed ? p.k : p.n, p.b.transposed ? p.n : p.k, p.b.stride);
  layout(made.second, operand, p.a.transposed ? p.m : p.k, p.a.transposed ? p.k : p.m, p.a.stride);
  layout(made.result, CUDA_R_32F, p.n, p.m, p.c_stride);
  cublasLtMatmulPreference_t preference = nullptr;
  check(lt.create_preference(&preference), "choosing an algorithm");
  const auto prefer = [&](cublasLtMatmulPreferenceAttributes_t attribute, auto value) {
    check(lt.set_preference(preference, attribute, &value, sizeof value), "choosing an algorithm");
  };
  prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, std::uint64_t{workspace_bytes});
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment_of(p.b.data));
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment_of(p.a.data));
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignment_of(p.c));
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignment_of(p.c));
  cublasLtMatmulHeuristicResult_t found{};
  int count = 0;
  const cublasStatus_t status = lt.choose(handle, made.matmul, made.first, made.second, made.result,
                                          made.result, preference, 1, &found, &count);
  lt.destroy_preference(preference);
  check(status, "choosing an algorithm");
  if (count == 0) throw UnavailableError("cuBLASLt has no algorithm for a product");
  made.algorithm = found.algo;
  return owned;
}

Gemm::Gemm() : impl_(std::make_unique<Impl>()) {}
Gemm::~Gemm() = default;
Gemm::Gemm(Gemm&&) noexcept = default;
Gemm& Gemm::operator=(Gemm&&) noexcept = default;

void Gemm::multiply(const gpu::Stream& stream, const MatrixProduct& p) {
  if (p.m <= 0 || p.n <= 0 || p.k <= 0) return;
  const Impl::Key key{p.m,
                      p.n,
                      p.k,
                      p.a.stride,
                      p.b.stride,
                      p.c_stride,
                      p.a.transposed ? 1 : 0,
                      p.b.transposed ? 1 : 0,
                      p.accumulate ? 1 : 0,
                      static_cast<std::int64_t>(p.operands),
                      alignment_of(p.a.data),
                      alignment_of(p.b.data),
                      alignment_of(p.c)};
  auto at = impl_->prepared.find(key);
  if (at == impl_->prepared.end()) at = impl_->prepared.emplace(key, impl_->prepare(p)).first;
  const Prepared& made = *at->second;
  const float alpha = 1.0f, beta = p.accumulate ? 1.0f : 0.0f;
  check(library().matmul(impl_->handle, made.matmul, &alpha, p.b.data, made.first, p.a.data,
                         made.second, &beta, p.c, made.result, p.c, made.result, &made.algorithm,
                         impl_->workspace.data(), workspace_bytes, stream.get()),
        "multiplying");
}

}  // namespace snn::cuda

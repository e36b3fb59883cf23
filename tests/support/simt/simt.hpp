// SPDX-License-Identifier: Apache-2.0
// CPU emulation of the CUDA execution model for tests: every CUDA thread is a fiber.
// A fiber runs until it blocks (__syncthreads, *_sync warp call, grid sync), then another one
// runs, so a whole grid runs on one OS thread, deterministically for a given seed.
// What it reports (as std::runtime_error out of launch()):
//   barrier divergence, warp calls whose mask names an exited lane or a lane waiting elsewhere,
//   a caller outside its own mask, deadlock with the file:line every group waits at, launch limits.
// Shared memory and device buffers start poisoned (0xFF: NaN as float), order() permutes the
// schedule, preempt() yields at atomics, and ASan / TSan see fibers properly.
#pragma once
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

// ---- CUDA spelling -------------------------------------------------------------------------
#define __global__
#define __device__
#define __host__
#define __launch_bounds__(...)
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
  constexpr std::size_t count() const { return std::size_t(x) * y * z; }
};
template <class T, int N>
struct alignas(sizeof(T) * N) simt_vec;
template <class T>
struct alignas(2 * sizeof(T)) simt_vec<T, 2> {
  T x, y;
};
template <class T>
struct alignas(4 * sizeof(T)) simt_vec<T, 4> {
  T x, y, z, w;
};
using float2 = simt_vec<float, 2>;
using float4 = simt_vec<float, 4>;
using int2 = simt_vec<int, 2>;
using int4 = simt_vec<int, 4>;
using uint2 = simt_vec<unsigned, 2>;
using uint4 = simt_vec<unsigned, 4>;
inline constinit thread_local uint3 threadIdx{}, blockIdx{};
inline constinit thread_local dim3 blockDim{}, gridDim{};
inline constexpr int warpSize = 32;

namespace simt {
struct Loc {  // std::source_location is missing with clang 14 + libstdc++ 12
  const char* file = "";
  unsigned line = 0;
  static constexpr Loc current(const char* f = __builtin_FILE(), unsigned l = __builtin_LINE()) {
    return {f, l};
  }
};

// ---- options -------------------------------------------------------------------------------
struct Options {
  enum class Order { forward, reverse, random } order = Order::forward;
  std::uint64_t seed = 1;
  unsigned preempt_one_in = 0;  // yield at one atomic in N (0: never)
  unsigned resident = 1;        // blocks interleaved on one OS thread
  unsigned os_threads = 1;      // OS threads that share the blocks of a grid
  bool strict = true;           // exited threads at __syncthreads are an error
  std::size_t stack_bytes = 64 * 1024;
};
inline Options& options() {
  static Options o;
  return o;
}

// ---- implemented in simt.cpp, which is built without sanitizers ------------------------------
enum class Call : int {
  sync,
  ballot,
  reduce_and,
  reduce_or,
  reduce_add,
  shuffle,
  reduce_max,
  match_any
};
enum class Join : int { plain, count, any, all };
int lane();
std::uint64_t block_sync(Join op, int pred, Loc where);
std::uint64_t warp_call(Call op, unsigned mask, std::uint64_t in, int aux, Loc where);
void grid_sync(Loc where = Loc::current());
void yield();
void maybe_preempt();
unsigned char* shared(const void* tag, std::size_t bytes);
unsigned char* dyn_shared();
void run_grid(dim3 grid, dim3 block, std::size_t smem, bool cooperative,
              const std::function<void()>& body);

// ---- warp calls -------------------------------------------------------------------------------
template <class T>
std::uint64_t bits(T v) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  std::uint64_t r = 0;
  std::memcpy(&r, &v, sizeof v);
  return r;
}
template <class T>
T from_bits(std::uint64_t r) {
  T v;
  std::memcpy(&v, &r, sizeof v);
  return v;
}
template <class T>
T shuffle(unsigned mask, T v, int src, bool in_range, Loc where) {
  const std::uint64_t r = warp_call(Call::shuffle, mask, bits(v), in_range ? src : lane(), where);
  return from_bits<T>(r);
}

// ---- atomics ----------------------------------------------------------------------------------
template <class T, class F>
T rmw(T* p, F f) {
  maybe_preempt();
  std::atomic_ref<T> a(*p);
  T old = a.load(std::memory_order_relaxed);
  while (!a.compare_exchange_weak(old, f(old), std::memory_order_relaxed)) {
  }
  return old;
}
}  // namespace simt

// ---- device functions, CUDA names -----------------------------------------------------------
inline void __syncthreads(simt::Loc w = simt::Loc::current()) {
  simt::block_sync(simt::Join::plain, 0, w);
}
inline int __syncthreads_count(int p, simt::Loc w = simt::Loc::current()) {
  return int(simt::block_sync(simt::Join::count, p, w));
}
inline int __syncthreads_or(int p, simt::Loc w = simt::Loc::current()) {
  return int(simt::block_sync(simt::Join::any, p, w));
}
inline int __syncthreads_and(int p, simt::Loc w = simt::Loc::current()) {
  return int(simt::block_sync(simt::Join::all, p, w));
}
inline void __syncwarp(unsigned m = ~0u, simt::Loc w = simt::Loc::current()) {
  simt::warp_call(simt::Call::sync, m, 0, 0, w);
}
inline unsigned __ballot_sync(unsigned m, int p, simt::Loc w = simt::Loc::current()) {
  return unsigned(simt::warp_call(simt::Call::ballot, m, std::uint64_t(p != 0), 0, w));
}
inline int __any_sync(unsigned m, int p, simt::Loc w = simt::Loc::current()) {
  return __ballot_sync(m, p, w) != 0;
}
inline int __all_sync(unsigned m, int p, simt::Loc w = simt::Loc::current()) {
  return __ballot_sync(m, p, w) == m;
}
inline unsigned __reduce_add_sync(unsigned m, unsigned v, simt::Loc w = simt::Loc::current()) {
  return unsigned(simt::warp_call(simt::Call::reduce_add, m, v, 0, w));
}
inline unsigned __reduce_or_sync(unsigned m, unsigned v, simt::Loc w = simt::Loc::current()) {
  return unsigned(simt::warp_call(simt::Call::reduce_or, m, v, 0, w));
}
inline unsigned __reduce_and_sync(unsigned m, unsigned v, simt::Loc w = simt::Loc::current()) {
  return unsigned(simt::warp_call(simt::Call::reduce_and, m, v, 0, w));
}
inline unsigned __reduce_max_sync(unsigned m, unsigned v, simt::Loc w = simt::Loc::current()) {
  return unsigned(simt::warp_call(simt::Call::reduce_max, m, v, 0, w));
}
template <class T>
unsigned __match_any_sync(unsigned m, T v, simt::Loc w = simt::Loc::current()) {
  return unsigned(simt::warp_call(simt::Call::match_any, m, simt::bits(v), 0, w));
}
inline unsigned __activemask() {
  return 1u << simt::lane();
}
template <class T>
T __shfl_sync(unsigned m, T v, int src, int width = 32, simt::Loc w = simt::Loc::current()) {
  const int l = simt::lane(), base = l & ~(width - 1);
  return simt::shuffle(m, v, base + (src & (width - 1)), true, w);
}
template <class T>
T __shfl_up_sync(unsigned m, T v, unsigned d, int width = 32, simt::Loc w = simt::Loc::current()) {
  const int l = simt::lane(), s = l - int(d);
  return simt::shuffle(m, v, s, s >= (l & ~(width - 1)), w);
}
template <class T>
T __shfl_down_sync(unsigned m, T v, unsigned d, int width = 32,
                   simt::Loc w = simt::Loc::current()) {
  const int l = simt::lane(), s = l + int(d);
  return simt::shuffle(m, v, s, s < (l & ~(width - 1)) + width, w);
}
template <class T>
T __shfl_xor_sync(unsigned m, T v, int x, int width = 32, simt::Loc w = simt::Loc::current()) {
  const int l = simt::lane(), s = l ^ x;
  return simt::shuffle(m, v, s, s < (l & ~(width - 1)) + width, w);
}
template <class T>
T atomicAdd(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return T(o + v); });
}
template <class T>
T atomicSub(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return T(o - v); });
}
template <class T>
T atomicMax(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return std::max(o, v); });
}
template <class T>
T atomicMin(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return std::min(o, v); });
}
template <class T>
T atomicOr(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return T(o | v); });
}
template <class T>
T atomicAnd(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return T(o & v); });
}
template <class T>
T atomicExch(T* p, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T) { return v; });
}
template <class T>
T atomicCAS(T* p, std::type_identity_t<T> c, std::type_identity_t<T> v) {
  return simt::rmw(p, [=](T o) { return o == c ? v : o; });
}
inline void __nanosleep(unsigned) {
  simt::yield();
}
#if defined(__SANITIZE_THREAD__)
inline void __threadfence() {}
#else
inline void __threadfence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
#endif
inline void __threadfence_block() {
  __threadfence();
}
template <class T>
T __ldg(const T* p) {
  return *p;
}
template <class T>
T __ldcs(const T* p) {
  return *p;
}
template <class T>
void __stcs(T* p, T v) {
  *p = v;
}
inline int __popc(unsigned x) {
  return std::popcount(x);
}
inline int __clz(unsigned x) {
  return std::countl_zero(x);
}
inline int __ffs(unsigned x) {
  return x ? std::countr_zero(x) + 1 : 0;
}
inline unsigned __umulhi(unsigned a, unsigned b) {
  return unsigned(std::uint64_t(a) * b >> 32);
}
inline unsigned __float_as_uint(float f) {
  return std::bit_cast<unsigned>(f);
}
inline float __uint_as_float(unsigned u) {
  return std::bit_cast<float>(u);
}
inline float __expf(float x) {
  return std::exp(x);
}
inline float rsqrtf(float x) {
  return 1.0f / std::sqrt(x);
}

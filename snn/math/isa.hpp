// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

/// Instruction sets chosen at run time. A kernel is a struct whose operator() const holds the loop;
/// it is compiled once for each instruction set, with everything it calls inlined, so that one
/// binary uses what the machine has. Contraction is off for all of them: results do not depend on
/// the choice.
namespace snn {

enum class Isa : std::uint8_t { baseline, avx2, avx512 };

/// The best instruction set of this machine that kernels are compiled for.
inline Isa best_isa() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return Isa::avx512;
  }
  if (__builtin_cpu_supports("avx2")) return Isa::avx2;
#endif
  return Isa::baseline;
}

inline std::string_view name_of(Isa isa) {
  return isa == Isa::avx512 ? "avx512" : isa == Isa::avx2 ? "avx2" : "baseline";
}

namespace detail {

template <class Kernel>
[[gnu::flatten, gnu::noinline]] void run_baseline(const Kernel& kernel) {
  kernel();
}
#if defined(__x86_64__)
template <class Kernel>
[[gnu::target("avx2"), gnu::flatten, gnu::noinline]] void run_avx2(const Kernel& kernel) {
  kernel();
}
template <class Kernel>
#if defined(__clang__)
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl"), gnu::flatten, gnu::noinline]]
#else  // gcc would use half of each register
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512"), gnu::flatten,
  gnu::noinline]]
#endif
void run_avx512(const Kernel& kernel) {
  kernel();
}
#endif
}  // namespace detail

/// Runs the kernel as compiled for `isa`, which must not exceed best_isa().
template <class Kernel>
void run_kernel(const Kernel& kernel, Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return detail::run_avx512(kernel);
  if (isa == Isa::avx2) return detail::run_avx2(kernel);
#endif
  (void)isa;
  detail::run_baseline(kernel);
}

template <class Kernel>
void run_kernel(const Kernel& kernel) {
  run_kernel(kernel, best_isa());
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

/// CUDA's keywords, types and built-in variables, for the host's compiler.
/// Not __noinline__, which the C++ library uses as the name of an attribute.
#define __global__
#define __device__
#define __host__
#define __launch_bounds__(...)
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))

namespace simt {

template <class T, int Count>
struct Vector;
template <class T>
struct alignas(2 * sizeof(T)) Vector<T, 2> {
  T x, y;
};
template <class T>
struct Vector<T, 3> {
  T x, y, z;
};
template <class T>
struct alignas(4 * sizeof(T)) Vector<T, 4> {
  T x, y, z, w;
};

}  // namespace simt

using uchar2 = simt::Vector<unsigned char, 2>;
using uchar4 = simt::Vector<unsigned char, 4>;
using ushort2 = simt::Vector<unsigned short, 2>;
using ushort4 = simt::Vector<unsigned short, 4>;
using int2 = simt::Vector<int, 2>;
using int3 = simt::Vector<int, 3>;
using int4 = simt::Vector<int, 4>;
using uint2 = simt::Vector<unsigned, 2>;
using uint3 = simt::Vector<unsigned, 3>;
using uint4 = simt::Vector<unsigned, 4>;
using longlong2 = simt::Vector<long long, 2>;
using ulonglong2 = simt::Vector<unsigned long long, 2>;
using float2 = simt::Vector<float, 2>;
using float3 = simt::Vector<float, 3>;
using float4 = simt::Vector<float, 4>;
using double2 = simt::Vector<double, 2>;

constexpr uchar4 make_uchar4(unsigned char x, unsigned char y, unsigned char z, unsigned char w) {
  return {x, y, z, w};
}
constexpr int2 make_int2(int x, int y) {
  return {x, y};
}
constexpr int4 make_int4(int x, int y, int z, int w) {
  return {x, y, z, w};
}
constexpr uint2 make_uint2(unsigned x, unsigned y) {
  return {x, y};
}
constexpr uint3 make_uint3(unsigned x, unsigned y, unsigned z) {
  return {x, y, z};
}
constexpr uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) {
  return {x, y, z, w};
}
constexpr longlong2 make_longlong2(long long x, long long y) {
  return {x, y};
}
constexpr ulonglong2 make_ulonglong2(unsigned long long x, unsigned long long y) {
  return {x, y};
}
constexpr float2 make_float2(float x, float y) {
  return {x, y};
}
constexpr float3 make_float3(float x, float y, float z) {
  return {x, y, z};
}
constexpr float4 make_float4(float x, float y, float z, float w) {
  return {x, y, z, w};
}
constexpr double2 make_double2(double x, double y) {
  return {x, y};
}

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

inline constinit thread_local uint3 threadIdx{}, blockIdx{};
inline constinit thread_local dim3 blockDim{}, gridDim{};
inline constexpr int warpSize = 32;

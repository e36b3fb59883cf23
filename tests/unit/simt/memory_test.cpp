// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <climits>
#include <cmath>

#include "spikes_kernel.hpp"

namespace emulation {
namespace {

__global__ void read_shared(float* fixed, float* dynamic, float* own) {
  auto& array = gpu::shared<float[4], struct Fixed>();
  auto& other = gpu::shared<float[4], struct Other>();
  fixed[blockIdx.x] = array[3];
  dynamic[blockIdx.x] = gpu::dynamic_shared<float>()[7];
  array[3] = 1.0f;  // not the other array, nor that of the next block
  gpu::dynamic_shared<float>()[7] = 1.0f;
  own[blockIdx.x] = other[3];
}

TEST(Memory, OfABlockStartsAsPoisonInEveryBlock) {
  const gpu::Stream stream;
  const auto found = gpu::zeros<float>(stream, 9);
  gpu::launch(stream, {.grid = 3, .block = 1, .shared_bytes = 32}, read_shared, found.data(),
              found.data() + 3, found.data() + 6);
  for (const float value : gpu::downloaded(stream, found)) EXPECT_TRUE(std::isnan(value)) << value;
}

TEST(Memory, OfTheDeviceStartsAsPoison) {
  const gpu::Stream stream;
  const gpu::Buffer<double> buffer(5);
  for (const double value : gpu::downloaded(stream, buffer)) EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(gpu::downloaded(stream, gpu::zeros<double>(stream, 2)), std::vector<double>(2, 0.0));
}

TEST(Memory, IsAlignedForEveryType) {
  const gpu::Stream stream;
  struct alignas(128) Line {
    unsigned char bytes[128];
  };
  const gpu::Buffer<Line> buffer(1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 128, 0u);
  EXPECT_EQ(sizeof(float4), 16u);
  EXPECT_EQ(alignof(float4), 16u);
  EXPECT_EQ(alignof(ulonglong2), 16u);
  EXPECT_EQ(sizeof(float3), 12u);
  const auto offset = gpu::zeros<unsigned>(stream, 1);
  gpu::launch(
      stream, {.grid = 1, .block = 1},
      +[](unsigned* to) {
        const auto at = reinterpret_cast<std::uintptr_t>(&gpu::shared<Line[2], struct Lines>());
        *to = static_cast<unsigned>(at % 128);
      },
      offset.data());
  EXPECT_EQ(gpu::downloaded(stream, offset).front(), 0u);
}

template <class T>
__global__ void sums(T* cells, T value) {
  atomicAdd(cells, value);
}

template <class T>
T sum_of(T start, T value, unsigned threads) {
  const gpu::Stream stream;
  const auto cells = gpu::uploaded(stream, std::vector<T>{start});
  const simt::ScopedOptions options({.preempt_one_in = 2});
  gpu::launch(stream, {.grid = 2, .block = threads}, sums<T>, cells.data(), value);
  return gpu::downloaded(stream, cells).front();
}

TEST(Atomics, AddEveryTypeThatCudaAdds) {
  EXPECT_EQ(sum_of<int>(INT_MAX - 1, 1, 32), INT_MIN + 62);  // wraps
  EXPECT_EQ(sum_of<unsigned>(UINT_MAX, 2, 32), 127u);
  EXPECT_EQ(sum_of<unsigned long long>(1ull << 40, 1ull << 41, 32), (1ull << 40) + (1ull << 47));
  EXPECT_EQ(sum_of<float>(1.0f, 0.25f, 32), 17.0f);
  EXPECT_EQ(sum_of<double>(1.0, 1e-3, 1), 1.0 + 1e-3 + 1e-3);
}

TEST(Atomics, ReturnWhatWasThereBefore) {
  const gpu::Stream stream;
  const auto cells = gpu::uploaded(stream, std::vector<unsigned>{5, 5, 5, 6, 6, 6, 5, 5, 5});
  const auto before = gpu::zeros<unsigned>(stream, 9);
  gpu::launch(
      stream, {.grid = 1, .block = 1},
      +[](unsigned* c, unsigned* old) {
        old[0] = atomicAdd(c + 0, 2u);
        old[1] = atomicSub(c + 1, 6u);
        old[2] = atomicMax(c + 2, 9u);
        old[3] = atomicMin(c + 3, 9u);
        old[4] = atomicOr(c + 4, 9u);
        old[5] = atomicAnd(c + 5, 3u);
        old[6] = atomicExch(c + 6, 3u);
        old[7] = atomicCAS(c + 7, 5u, 1u);
        old[8] = atomicXor(c + 8, 3u) + 10 * atomicCAS(c + 8, 5u, 1u);
      },
      cells.data(), before.data());
  EXPECT_EQ(gpu::downloaded(stream, before), (std::vector<unsigned>{5, 5, 5, 6, 6, 6, 5, 5, 65}));
  EXPECT_EQ(gpu::downloaded(stream, cells),
            (std::vector<unsigned>{7, 0xFFFFFFFFu, 9, 6, 15, 2, 3, 1, 6}));
}

TEST(Intrinsics, CountAndFindBits) {
  EXPECT_EQ(__popc(0xF0F0u), 8);
  EXPECT_EQ(__popcll(0xF000'0000'0000'000Full), 8);
  EXPECT_EQ(__clz(1), 31);
  EXPECT_EQ(__clz(0), 32);
  EXPECT_EQ(__clzll(1), 63);
  EXPECT_EQ(__ffs(0), 0);
  EXPECT_EQ(__ffs(12), 3);
  EXPECT_EQ(__ffsll(1ll << 40), 41);
  EXPECT_EQ(__brev(0x80000001u), 0x80000001u);
  EXPECT_EQ(__brev(0x00000003u), 0xC0000000u);
  EXPECT_EQ(__umulhi(0x80000000u, 6u), 3u);
}

TEST(Intrinsics, MoveValuesUnchanged) {
  const float4 from = make_float4(1, 2, 3, 4);
  EXPECT_EQ(__ldg(&from).w, 4.0f);
  EXPECT_EQ(__ldcs(&from).x, 1.0f);
  EXPECT_EQ(__ldcg(&from).y, 2.0f);
  ulonglong2 to{};
  __stcs(&to, make_ulonglong2(7, 8));
  EXPECT_EQ(to.y, 8u);
  __stcg(&to, {9, 10});
  EXPECT_EQ(to.x, 9u);
  EXPECT_EQ(__uint_as_float(0x3F800000u), 1.0f);
  EXPECT_EQ(__float_as_uint(-0.0f), 0x80000000u);
}

TEST(Intrinsics, OneOfTwoNaNsLosesInMinAndMax) {
  EXPECT_EQ(min(NAN, 2.0f), 2.0f);
  EXPECT_EQ(max(2.0, std::nan("")), 2.0);
  EXPECT_EQ(min(-3, 2), -3);
  EXPECT_EQ(max(3u, 2u), 3u);
}

}  // namespace
}  // namespace emulation

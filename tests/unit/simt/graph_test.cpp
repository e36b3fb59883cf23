// SPDX-License-Identifier: Apache-2.0
// Graphs of the emulation are those of a device: launches keep the arguments that they were
// recorded with, and the host cannot take part.
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "gpu_runtime.hpp"

namespace {

__global__ void add(float* to, float value) {
  to[threadIdx.x] += value;
}

TEST(SimtGraph, KeepsTheArgumentsOfItsLaunches) {
  const gpu::Stream stream;
  const auto values = gpu::zeros<float>(stream, 2);
  float value = 3.0f;
  const gpu::Graph graph(stream, [&] {
    gpu::clear(stream, values.data(), 1);
    gpu::launch(stream, {.block = 2}, add, values.data(), value);
  });
  EXPECT_EQ(gpu::downloaded(stream, values), (std::vector<float>{0, 0}));  // nothing ran yet
  value = 5.0f;
  for (int time = 0; time < 2; ++time) graph.launch(stream);
  EXPECT_EQ(gpu::downloaded(stream, values), (std::vector<float>{3, 6}));
  gpu::launch(stream, {.block = 2}, add, values.data(),
              value);  // after a recording all runs at once
  EXPECT_EQ(gpu::downloaded(stream, values), (std::vector<float>{8, 11}));
}

TEST(SimtGraph, RefusesTheHost) {
  const gpu::Stream stream;
  const auto values = gpu::zeros<float>(stream, 2);
  std::vector<float> host(2);
  const auto record = [&](const auto& work) { const gpu::Graph graph(stream, work); };
  EXPECT_THROW(record([&] { stream.synchronize(); }), std::runtime_error);
  EXPECT_THROW(record([&] { gpu::download(stream, std::span(host), values.data()); }),
               std::runtime_error);
  EXPECT_THROW(record([&] { gpu::upload(stream, values.data(), std::span<const float>(host)); }),
               std::runtime_error);
  stream.synchronize();  // none is being recorded any more
}

}  // namespace

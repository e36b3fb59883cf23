// SPDX-License-Identifier: Apache-2.0
// What a layer of training costs on a CUDA device, as JSON: the bandwidth of copying; the scans
// over time as a share of it, by the bytes they must move; and a whole layer, forward and backward,
// against the bare matrix products of its sizes. Needs nothing but the driver and cuBLASLt.
//   bench_gpu_layer [inputs [neurons [ticks [batch]]]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "cuda/train/convert.hpp"
#include "cuda/train/device_product.hpp"
#include "cuda/train/device_scan.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/scan.hpp"

namespace snn {
namespace {

constexpr int rounds = 7;

/// Median milliseconds of `work`, repeated until a timing lasts about 5 ms.
double milliseconds(const gpu::Stream& stream, const std::function<void()>& work) {
  cudaEvent_t begin = nullptr, end = nullptr;
  gpu::check(cudaEventCreate(&begin), "timing");
  gpu::check(cudaEventCreate(&end), "timing");
  const auto time = [&](int repeats) {
    gpu::check(cudaEventRecord(begin, stream.get()), "timing");
    for (int r = 0; r < repeats; ++r) work();
    gpu::check(cudaEventRecord(end, stream.get()), "timing");
    gpu::check(cudaEventSynchronize(end), "timing");
    float ms = 0;
    gpu::check(cudaEventElapsedTime(&ms, begin, end), "timing");
    return static_cast<double>(ms) / repeats;
  };
  time(1);
  const int repeats = std::clamp(static_cast<int>(5.0 / std::max(time(1), 1e-3)), 1, 200);
  std::vector<double> all;
  for (int r = 0; r < rounds; ++r) all.push_back(time(repeats));
  std::sort(all.begin(), all.end());
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  return all[rounds / 2];
}

struct alignas(16) Sixteen {
  float v[4];
};
__global__ void copy_kernel(Sixteen* to, const Sixteen* from, std::int64_t count) {
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += step)
    to[i] = from[i];
}

/// Values in [-scale, scale), and bits of some density.
__device__ unsigned mixed(std::uint64_t i) {
  i = (i ^ (i >> 31)) * 0x9E3779B97F4A7C15ull;
  i = (i ^ (i >> 29)) * 0xBF58476D1CE4E5B9ull;
  return static_cast<unsigned>(i >> 32);
}
__global__ void fill_values(float* to, std::int64_t count, float scale) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count)
    to[i] = (static_cast<float>(mixed(static_cast<std::uint64_t>(i))) * 0x1p-31f - 1) * scale;
}
__global__ void fill_bits(std::uint32_t* to, std::int64_t count, unsigned limit) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  std::uint32_t word = 0;
  for (unsigned b = 0; b < 32; ++b)
    word |= (mixed(static_cast<std::uint64_t>(i) * 32 + b) < limit ? 1u : 0u) << b;
  to[i] = word;
}
gpu::Config over(std::int64_t count) {
  return {.grid = dim3(static_cast<unsigned>((count + 255) / 256)), .block = dim3(256)};
}
gpu::Buffer<float> values(const gpu::Stream& stream, std::int64_t count, float scale) {
  gpu::Buffer<float> buffer(static_cast<std::size_t>(count));
  gpu::launch(stream, over(count), fill_values, buffer.data(), count, scale);
  return buffer;
}
gpu::Buffer<std::uint32_t> spikes(const gpu::Stream& stream, std::int64_t halves, double density) {
  gpu::Buffer<std::uint32_t> buffer(static_cast<std::size_t>(halves));
  gpu::launch(stream, over(halves), fill_bits, buffer.data(), halves,
              static_cast<unsigned>(density * 4294967295.0));
  return buffer;
}

double copy_bandwidth(const gpu::Stream& stream) {
  const std::int64_t count = std::int64_t{1} << 28;  // 1 GiB of floats
  const auto from = values(stream, count, 1.0f);
  const gpu::Buffer<float> to(from.size());
  const double by_library =
      milliseconds(stream, [&] { gpu::copy(stream, to.data(), from.data(), from.size()); });
  const double by_kernel = milliseconds(stream, [&] {
    gpu::launch(
        stream,
        {.grid = dim3(static_cast<unsigned>(gpu::multiprocessors()) * 16), .block = dim3(512)},
        copy_kernel, reinterpret_cast<Sixteen*>(to.data()),
        reinterpret_cast<const Sixteen*>(from.data()), count / 4);
  });
  const double bytes = 8.0 * static_cast<double>(count);
  std::printf("  \"copy_bytes_per_s\": {\"library\": %.4g, \"kernel\": %.4g},\n",
              bytes / by_library * 1e3, bytes / by_kernel * 1e3);
  return bytes / std::min(by_library, by_kernel) * 1e3;
}

/// A population of unit LIF neurons whose membrane averages its input, so that scans may run over
/// their own results again.
struct Layer {
  Neurons neurons;
  gpu::Buffer<float> coeffs;
  Surrogate surrogate = Arctan{};

  explicit Layer(const gpu::Stream& stream) {
    Lif lif = Lif::unit(10.0);
    lif.input = Input::current;
    neurons = ParametersOf<Lif>{lif};
    coeffs = gpu::uploaded(stream, make_coeffs<float>(neurons, 1, 1.0).values);
  }
};

struct Sizes {
  std::int64_t neurons, batch;
  int ticks;
  std::int64_t width() const { return neurons * batch; }
  std::int64_t places() const { return width() * ticks; }
  std::int64_t halves() const { return 2 * words_for(neurons) * batch * ticks; }
};

/// Arrays of one layer; several copies where one would fit into the device's cache.
struct Arrays {
  gpu::Buffer<float> u, above, state, adjoint, sum;
  gpu::Buffer<std::uint32_t> bits;
  Arrays(const gpu::Stream& stream, const Sizes& s, std::int64_t copies)
      : u(values(stream, s.places() * copies, 2.0f)),
        above(values(stream, s.places() * copies, 0.1f)),
        state(gpu::zeros<float>(stream, static_cast<std::size_t>(2 * s.width()))),
        adjoint(gpu::zeros<float>(stream, state.size())),
        sum(gpu::zeros<float>(stream, static_cast<std::size_t>(s.width()))),
        bits(spikes(stream, s.halves() * copies, 0.05)) {}

  cuda::ForwardScan forward(const Layer& layer, const Sizes& s, std::int64_t copy) const {
    return {.tick_begin = 0,
            .tick_end = s.ticks,
            .rows = s.batch,
            .neurons = s.neurons,
            .words = words_for(s.neurons),
            .u = u.data() + copy * s.places(),
            .has_input = true,
            .constant = nullptr,
            .state = state.data(),
            .spikes = bits.data() + copy * s.halves(),
            .held = nullptr,
            .adaptation = nullptr,
            .output = nullptr,
            .coeffs = layer.coeffs.data(),
            .coeffs_shared = true,
            .totals = nullptr};
  }
  cuda::BackwardScan backward(const Layer& layer, const Sizes& s, std::int64_t copy) const {
    return {.tick_begin = 0,
            .tick_end = s.ticks,
            .rows = s.batch,
            .neurons = s.neurons,
            .words = words_for(s.neurons),
            .u = u.data() + copy * s.places(),
            .spikes = bits.data() + copy * s.halves(),
            .held = nullptr,
            .adaptation = nullptr,
            .d_output = above.data() + copy * s.places(),
            .d_output_held = nullptr,
            .d_output_constant = nullptr,
            .d_membrane = nullptr,
            .adjoint = adjoint.data(),
            .input_sum = sum.data(),
            .d_decay = nullptr,
            .d_threshold = nullptr,
            .u_initial = nullptr,
            .coeffs = layer.coeffs.data(),
            .coeffs_shared = true,
            .detach_reset = true};
  }
};

void scans(const gpu::Stream& stream, double copy_rate) {
  const Layer layer(stream);
  const Sizes all[] = {{1024, 16, 100},  {1024, 128, 100}, {1024, 256, 100}, {4096, 128, 100},
                       {16384, 16, 500}, {16384, 64, 200}, {65536, 16, 100}, {65536, 64, 100}};
  std::printf("  \"scans\": [");
  bool first = true;
  for (const Sizes& s : all) {
    const std::int64_t copies =
        std::max<std::int64_t>(1, (std::int64_t{1} << 28) / (4 * s.places()));
    const Arrays arrays(stream, s, copies);
    for (const bool backward : {false, true}) {
      const double bytes = (backward ? 12.125 : 8.125) * static_cast<double>(s.places());
      for (const bool wide : {false, true}) {
        const std::int64_t from = wide ? 0 : std::int64_t{1} << 60;
        std::int64_t turn = 0;
        const double ms = milliseconds(stream, [&] {
          const std::int64_t copy = turn++ % copies;
          if (backward)
            cuda::backward_scan(stream, layer.neurons, layer.surrogate,
                                arrays.backward(layer, s, copy), from);
          else
            cuda::forward_scan(stream, layer.neurons, arrays.forward(layer, s, copy), from);
        });
        std::printf(
            "%s\n    {\"scan\": \"%s\", \"neurons\": %lld, \"batch\": %lld, \"ticks\": %d, "
            "\"neurons_per_thread\": %d, \"ms\": %.4f, \"bytes_per_s\": %.4g, "
            "\"share_of_copy\": %.3f}",
            first ? "" : ",", backward ? "backward" : "forward", static_cast<long long>(s.neurons),
            static_cast<long long>(s.batch), s.ticks, wide ? 4 : 1, ms, bytes / ms * 1e3,
            bytes / ms * 1e3 / copy_rate);
        first = false;
      }
    }
  }
  std::printf("\n  ],\n");
  std::fflush(stdout);
}

std::size_t free_bytes() {
  std::size_t free = 0, total = 0;
  gpu::check(cudaMemGetInfo(&free, &total), "asking for free memory");
  return free;
}

/// A linear layer and its LIF neurons: all that forward and backward do, and the products alone; of
/// bf16_split those of floats, which it stands for.
void whole_layer(const gpu::Stream& stream, std::int64_t inputs, const Sizes& s,
                 Precision precision, const char* name) {
  const std::int64_t rows = s.batch * s.ticks, words = words_for(inputs);
  const bool round = precision == Precision::bf16;
  const std::size_t free_before = free_bytes();
  const Layer layer(stream);
  const auto in = spikes(stream, rows * 2 * words, 0.05);
  const auto weight = values(stream, inputs * s.neurons, 0.01f);
  const int terms = cuda::weight_terms(precision);
  const gpu::Buffer<cuda::Bfloat16> rounded(weight.size() * static_cast<std::size_t>(terms));
  const gpu::Buffer<float> d_weight(weight.size());
  const gpu::Buffer<float> d_in(static_cast<std::size_t>(rows * inputs));
  const Arrays arrays(stream, s, 1);
  cuda::Products products(precision, cuda::unpacked_spikes_bytes);
  const cuda::Activity activity{.rows = rows, .neurons = inputs, .words = words, .bits = in.data()};
  const auto term = static_cast<std::int64_t>(weight.size());
  const cuda::Weights weights{weight.data(), rounded.data(), term};
  const auto forward = [&] {
    if (round)
      cuda::convert(stream, weight.data(), s.neurons, inputs, s.neurons, s.neurons, rounded.data());
    for (int t = 0; t < terms && !round; ++t)
      cuda::split(stream, weight.data(), s.neurons, inputs, s.neurons, s.neurons, t,
                  rounded.data() + t * term);
    products.forward(stream, activity, weights, s.neurons, arrays.u.data(), false);
    cuda::forward_scan(stream, layer.neurons, arrays.forward(layer, s, 0));
  };
  const auto backward = [&] {
    cuda::backward_scan(stream, layer.neurons, layer.surrogate, arrays.backward(layer, s, 0));
    products.take_gradient(stream, arrays.u.data(), rows, s.neurons);
    products.backward(stream, weights, inputs, d_in.data(), false);
    products.weight_gradient(stream, activity, d_weight.data(), false);
  };
  const double forward_ms = milliseconds(stream, forward);
  const double whole_ms = milliseconds(stream, [&] {
    forward();
    backward();
  });
  const std::size_t peak = free_before - free_bytes();

  // The products alone, of operands that are ready.
  cuda::Gemm gemm;
  const auto operands = round                          ? cuda::Operands::bf16
                        : precision == Precision::tf32 ? cuda::Operands::tf32
                                                       : cuda::Operands::fp32;
  const std::size_t value = round ? 2 : 4;
  const gpu::Buffer<unsigned char> a(static_cast<std::size_t>(rows * inputs) * value);
  const gpu::Buffer<unsigned char> g(round ? static_cast<std::size_t>(rows * s.neurons) * 2 : 0);
  if (round) {
    cuda::unpack(stream, in.data(), 2 * words, rows, 0, inputs, inputs,
                 reinterpret_cast<cuda::Bfloat16*>(a.data()));
    cuda::convert(stream, arrays.above.data(), s.neurons, rows, s.neurons, s.neurons,
                  reinterpret_cast<cuda::Bfloat16*>(g.data()));
  } else {
    cuda::unpack(stream, in.data(), 2 * words, rows, 0, inputs, inputs,
                 reinterpret_cast<float*>(a.data()));
  }
  const void* gradient = round ? static_cast<const void*>(g.data()) : arrays.above.data();
  const void* b = round ? static_cast<const void*>(rounded.data()) : weight.data();
  const auto multiply = [&](cuda::MatrixProduct p) {
    p.operands = operands;
    gemm.multiply(stream, p);
  };
  const double bare_ms = milliseconds(stream, [&] {
    multiply({.m = rows,
              .n = s.neurons,
              .k = inputs,
              .a = {a.data(), inputs},
              .b = {b, s.neurons},
              .c = arrays.u.data(),
              .c_stride = s.neurons});
    multiply({.m = rows,
              .n = inputs,
              .k = s.neurons,
              .a = {gradient, s.neurons},
              .b = {b, s.neurons, true},
              .c = d_in.data(),
              .c_stride = inputs});
    multiply({.m = inputs,
              .n = s.neurons,
              .k = rows,
              .a = {a.data(), inputs, true},
              .b = {gradient, s.neurons},
              .c = d_weight.data(),
              .c_stride = s.neurons});
  });
  const double flop = 6.0 * static_cast<double>(rows) * static_cast<double>(inputs) *
                      static_cast<double>(s.neurons);
  std::printf(
      "    {\"precision\": \"%s\", \"inputs\": %lld, \"neurons\": %lld, \"ticks\": %d, \"batch\": "
      "%lld, \"forward_ms\": %.3f, \"forward_backward_ms\": %.3f, \"products_alone_ms\": %.3f, "
      "\"ratio\": %.3f, \"products_flop_per_s\": %.4g, \"peak_bytes\": %zu}",
      name, static_cast<long long>(inputs), static_cast<long long>(s.neurons), s.ticks,
      static_cast<long long>(s.batch), forward_ms, whole_ms, bare_ms, whole_ms / bare_ms,
      flop / bare_ms * 1e3, peak);
  std::fflush(stdout);
}

void run(std::int64_t inputs, const Sizes& sizes) {
  const gpu::Stream stream;
  cudaDeviceProp device{};
  gpu::check(cudaGetDeviceProperties(&device, 0), "describing the device");
  std::printf("{\n  \"device\": \"%s\", \"multiprocessors\": %d, \"memory_bytes\": %zu,\n",
              device.name, device.multiProcessorCount, device.totalGlobalMem);
  scans(stream, copy_bandwidth(stream));
  std::printf("  \"layer\": [\n");
  whole_layer(stream, inputs, sizes, Precision::fp32, "fp32");
  std::printf(",\n");
  whole_layer(stream, inputs, sizes, Precision::tf32, "tf32");
  std::printf(",\n");
  whole_layer(stream, inputs, sizes, Precision::bf16, "bf16");
  std::printf(",\n");
  whole_layer(stream, inputs, sizes, Precision::bf16_split, "bf16_split");
  std::printf("\n  ]\n}\n");
}

}  // namespace

void benchmark_layers(std::int64_t inputs, std::int64_t neurons, int ticks, std::int64_t batch) {
  run(inputs, {.neurons = neurons, .batch = batch, .ticks = ticks});
}

}  // namespace snn

int main(int count, char** arguments) {
  const auto number = [&](int at, long long otherwise) {
    return count > at ? std::atoll(arguments[at]) : otherwise;
  };
  try {
    snn::benchmark_layers(number(1, 16384), number(2, 16384), static_cast<int>(number(3, 500)),
                          number(4, 16));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/sim/draw_work.hpp"
#include "snn/backend/cuda.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/compile/memory.hpp"

namespace snn::cuda {

DeviceRowBuilder::DeviceRowBuilder(int device, const RowBuilderOptions& options)
    : device_(device), options_(options) {
  const gpu::DeviceScope scope(device_);
  stream_ = std::make_shared<const gpu::Stream>();
  work_ = std::make_unique<DrawWork>(*stream_, options_.chunk_synapses);
}

DeviceRowBuilder::~DeviceRowBuilder() {
  const gpu::DeviceScope scope(device_);
  work_.reset();
  stream_.reset();
}

void DeviceRowBuilder::require(const BuildEstimate& needed) {
  const gpu::DeviceScope scope(device_);
  const std::int64_t available = options_.memory_bytes > 0
                                     ? options_.memory_bytes
                                     : static_cast<std::int64_t>(gpu::free_memory());
  double synapses = 0;
  for (const BuildEstimate::Projection& projection : needed.projections)
    synapses += projection.synapses;
  constexpr double scratch_bytes = 40;
  const double at_a_time = std::min(synapses, static_cast<double>(options_.chunk_synapses));
  const std::int64_t bytes = needed.synapse_bytes +
                             static_cast<std::int64_t>(scratch_bytes * at_a_time) +
                             needed.neuron_bytes;
  if (bytes <= available) return;
  const auto largest =
      std::max_element(needed.projections.begin(), needed.projections.end(),
                       [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
  throw ResourceError(
      bytes, available,
      "the network takes " + memory_text(bytes) + " on CUDA device " + std::to_string(device_) +
          " (" + memory_text(needed.synapse_bytes) + " for synapses), " + memory_text(available) +
          " are free; what would help: fewer synapses, where there are most (projection \"" +
          largest->name + "\": " + memory_text(static_cast<std::int64_t>(largest->bytes)) +
          "), Storage::procedural, or a device with more memory");
}

std::vector<std::uint32_t> DeviceRowBuilder::degrees(const LineDraw& lines) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;  // of the emulation, whose kernels run on this thread
  return work_->degrees(lines);
}

void DeviceRowBuilder::draw(const DrawPlan& plan, FanOut& out) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  const auto rows = std::make_shared<DeviceRows>(device_, stream_);
  work_->draw(plan, out, *rows);
  stream_->synchronize();
  out.elsewhere = rows;
  drawn_ += out.synapses();
}

void DeviceRowBuilder::adopt(FanOut& out) {
  const gpu::DeviceScope scope(device_);
  const auto rows = std::make_shared<DeviceRows>(device_, stream_);
  rows->sub_end = gpu::uploaded(*stream_, out.sub_end.span());
  rows->words = gpu::uploaded(*stream_, out.words.span());
  rows->weights = gpu::uploaded(*stream_, out.weights.span());
  rows->eligibility = gpu::uploaded(*stream_, out.eligibility.span());
  work_->measure(out, *rows);
  stream_->synchronize();
  out.sub_end = {};
  out.words = {};
  out.weights = {};
  out.eligibility = {};
  out.elsewhere = rows;
  adopted_ += out.synapses();
}

}  // namespace snn::cuda

namespace snn {

std::unique_ptr<RowBuilder> make_cuda_row_builder(int device) {
  return std::make_unique<cuda::DeviceRowBuilder>(device);
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "gpu_runtime.hpp"
#include "snn/compile/fan_out.hpp"
#include "snn/compile/row_builder.hpp"

namespace snn::cuda {

/// Rows in device memory. Row begins are on the host (FanOut::row).
class DeviceRows : public RowsElsewhere {
 public:
  DeviceRows(int device, std::shared_ptr<const gpu::Stream> stream)
      : device_(device), stream_(std::move(stream)) {}
  ~DeviceRows() override;
  DeviceRows(const DeviceRows&) = delete;
  DeviceRows& operator=(const DeviceRows&) = delete;

  std::int64_t bytes() const override {
    return static_cast<std::int64_t>(sub_end.bytes() + words.bytes() + weights.bytes() +
                                     eligibility.bytes());
  }
  FanOut copy(const FanOut& whole, std::int64_t first, std::int64_t end) const override;

  gpu::Buffer<std::uint32_t> sub_end;
  gpu::Buffer<std::byte> words;
  /// Of a plastic fan-out, until what simulates it takes them over.
  mutable gpu::Buffer<float> weights, eligibility;
  std::vector<std::int64_t> longest;  ///< [delay]: synapses of the longest sub-row

 private:
  int device_;
  std::shared_ptr<const gpu::Stream> stream_;
};

class DrawWork;

struct RowBuilderOptions {
  /// Drawn at a time, as far as lines are not longer: 40 bytes of scratch each.
  std::uint32_t chunk_synapses = 1u << 23;
  std::int64_t memory_bytes = 0;  ///< most that the network may take; 0: what the device has free
};

/// Draws rows on a CUDA device, those of the host bit for bit. Rules: AllToAll, OneToOne,
/// FixedProbability, and with repetition FixedInDegree, FixedOutDegree and FixedTotalNumber;
/// constant and drawn weights; one delay, delays per source, drawn ones. What else there is the
/// host draws, one fan-out at a time, and hands over.
class DeviceRowBuilder : public RowBuilder {
 public:
  explicit DeviceRowBuilder(int device, const RowBuilderOptions& options = {});
  ~DeviceRowBuilder() override;
  DeviceRowBuilder(const DeviceRowBuilder&) = delete;
  DeviceRowBuilder& operator=(const DeviceRowBuilder&) = delete;

  void require(const BuildEstimate& needed) override;
  std::vector<std::uint32_t> degrees(const LineDraw& lines) override;
  void draw(const DrawPlan& plan, FanOut& out) override;
  void adopt(FanOut& out) override;

  std::int64_t synapses_drawn() const { return drawn_; }      ///< on the device
  std::int64_t synapses_adopted() const { return adopted_; }  ///< drawn by the host

 private:
  int device_;
  RowBuilderOptions options_;
  std::shared_ptr<const gpu::Stream> stream_;
  std::unique_ptr<DrawWork> work_;
  std::int64_t drawn_ = 0, adopted_ = 0;
};

}  // namespace snn::cuda

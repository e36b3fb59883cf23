// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/io/dataset.hpp"
#include "snn/model/source.hpp"
#include "snn/train/augment.hpp"

namespace snn {

/// What a source presents for one sample: the one place where data becomes input, used by the
/// trainer and by the event-driven simulation alike.
struct EncodedSample {
  /// Graded sources: one value per feature, held over all ticks. Empty for spiking sources.
  std::vector<float> values;
  /// Spiking sources: tick t spikes are unit[begin[t]] .. unit[begin[t+1]], ascending and unique.
  std::vector<std::int32_t> begin;
  /// Units that spike, tick by tick.
  std::vector<std::uint32_t> unit;
};

/// Encodes sample `sample` of `data` for `ticks` ticks of dt_ms.
///   CurrentSource + images: values/full_scale; + events: mean over all ticks, each cut into
///   source.bins parts, of the binned spikes.
///   RateSource, LatencySource + images; EventSource + events (events later than the last tick are
///   dropped; several events of a unit in one tick are one spike).
/// Random codes follow from (seed, presentation, sample, tick, unit): `presentation` is the epoch
/// in training and 0 in evaluation. Throws ConfigError if the source does not fit the data.
EncodedSample encode_sample(const Source& source, const Dataset& data, std::int64_t sample,
                            int ticks, double dt_ms, std::uint64_t seed, std::uint32_t presentation,
                            const Augmentation& augmentation = {});

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/io/dataset.hpp"
#include "snn/math/philox.hpp"
#include "snn/train/trainer.hpp"

/// Small tasks for tests of training.
namespace tasks {

/// Temporal exclusive or: two cues, each on one of two channels groups, `gap` ticks apart; the
/// class is whether they differ. A network whose memory is shorter than the gap and that has no
/// recurrence can only add up what each cue does by itself, which does not tell the classes apart.
inline snn::Dataset temporal_xor(int samples, int gap, int channels_per_cue, std::uint64_t seed) {
  snn::Events events;
  snn::Dataset data;
  data.name = "temporal xor";
  data.shape = {2 * channels_per_cue};
  data.classes = 2;
  events.begin.push_back(0);
  for (int s = 0; s < samples; ++s) {
    const auto words =
        snn::random_words(seed, snn::RandomUse::poisson, 0, static_cast<std::uint64_t>(s));
    const unsigned first = words[0] >> 31;
    const unsigned second = words[1] >> 31;
    for (const auto& [cue, tick] : {std::pair{first, 0}, std::pair{second, gap}}) {
      for (int channel = 0; channel < channels_per_cue; ++channel) {
        events.time_s.push_back(static_cast<float>(tick) * 1e-3f + 5e-4f);
        events.unit.push_back(cue * static_cast<unsigned>(channels_per_cue) +
                              static_cast<unsigned>(channel));
      }
    }
    events.begin.push_back(static_cast<std::int64_t>(events.unit.size()));
    data.label.push_back(static_cast<std::int32_t>(first ^ second));
  }
  data.data = std::move(events);
  return data;
}

/// Points of `classes` noisy prototypes in [0, 1]^features, as images.
inline snn::Dataset prototypes(int samples, int features, int classes, std::uint64_t seed) {
  snn::Images images;
  snn::Dataset data;
  data.name = "prototypes";
  data.shape = {features};
  data.classes = classes;
  for (int s = 0; s < samples; ++s) {
    const int label = s % classes;
    data.label.push_back(label);
    for (int f = 0; f < features; ++f) {
      const auto centre = snn::random_words(seed, snn::RandomUse::weights, 0,
                                            static_cast<std::uint64_t>(label * features + f))[0];
      const auto noise = snn::random_words(seed, snn::RandomUse::poisson, 0,
                                           static_cast<std::uint64_t>(s * features + f))[0];
      images.values.push_back(static_cast<std::uint8_t>((centre >> 25) + (noise >> 25)));
    }
  }
  data.data = std::move(images);
  return data;
}

/// The first 60 % train, the next 20 % validate, the rest test.
inline snn::Split split(const snn::Dataset& data) {
  snn::Split parts;
  for (std::int64_t s = 0; s < data.size(); ++s) {
    (s < data.size() * 3 / 5   ? parts.train
     : s < data.size() * 4 / 5 ? parts.validation
                               : parts.test)
        .push_back(s);
  }
  return parts;
}

}  // namespace tasks

// SPDX-License-Identifier: Apache-2.0
#include "snn/train/encode.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "snn/math/philox.hpp"

namespace snn {
namespace {

/// What is encoded, for how long, and with which random numbers.
struct Presentation {
  const Dataset& data;
  std::int64_t sample;
  int ticks;
  double dt_ms;
  std::uint64_t seed;
  std::uint32_t number;
  const Augmentation& augmentation;
  std::vector<std::uint8_t> warped{};  ///< the image, if it was distorted
};

/// Spikes as (tick, unit), listed with ascending units within each tick.
struct Spike {
  std::int32_t tick;
  std::uint32_t unit;
};

/// Collects spikes by tick; their order within a tick is kept.
EncodedSample by_tick(const std::vector<Spike>& spikes, int ticks) {
  EncodedSample encoded;
  encoded.begin.assign(static_cast<std::size_t>(ticks) + 1, 0);
  encoded.unit.resize(spikes.size());
  for (const Spike& spike : spikes) ++encoded.begin[static_cast<std::size_t>(spike.tick) + 1];
  for (std::size_t t = 1; t < encoded.begin.size(); ++t) encoded.begin[t] += encoded.begin[t - 1];
  std::vector<std::int32_t> next(encoded.begin.begin(), encoded.begin.end() - 1);
  for (const Spike& spike : spikes) {
    encoded.unit[static_cast<std::size_t>(next[static_cast<std::size_t>(spike.tick)]++)] =
        spike.unit;
  }
  return encoded;
}

[[noreturn]] void does_not_fit(std::string_view source, const char* data, const char* allowed) {
  throw ConfigError("source " + std::string(source), "data", data, allowed);
}

std::span<const std::uint8_t> pixels(const Presentation& p, const Images& images) {
  if (!p.warped.empty()) return p.warped;
  const auto features = static_cast<std::size_t>(p.data.features());
  return std::span(images.values).subspan(static_cast<std::size_t>(p.sample) * features, features);
}

/// Events of a sample in the ticks presented, one per unit and tick, by tick and unit. The tick of
/// an event is floor(time / dt), in double precision.
std::vector<Spike> binned(const Presentation& p, const Events& events) {
  const auto begin = static_cast<std::size_t>(events.begin[static_cast<std::size_t>(p.sample)]);
  const auto count =
      static_cast<std::size_t>(events.begin[static_cast<std::size_t>(p.sample) + 1]) - begin;
  const auto times = std::span(events.time_s).subspan(begin, count);
  const auto units = std::span(events.unit).subspan(begin, count);
  std::vector<Spike> spikes;
  const auto add = [&](double time_s, std::uint32_t unit) {
    const double tick = std::floor(time_s * 1000.0 / p.dt_ms);
    if (tick < p.ticks) spikes.push_back({static_cast<std::int32_t>(tick), unit});
  };
  if (p.number > 0 && p.augmentation.of_events()) {
    for (const TimedEvent& event :
         disturbed(times, units, p.data.features(), p.augmentation, p.seed, p.number, p.sample)) {
      add(event.time_s, event.unit);
    }
  } else {
    for (std::size_t e = 0; e < count; ++e) add(double{times[e]}, units[e]);
  }
  const auto order = [](const Spike& a, const Spike& b) {
    return a.tick != b.tick ? a.tick < b.tick : a.unit < b.unit;
  };
  std::sort(spikes.begin(), spikes.end(), order);
  const auto same = [](const Spike& a, const Spike& b) {
    return a.tick == b.tick && a.unit == b.unit;
  };
  spikes.erase(std::unique(spikes.begin(), spikes.end(), same), spikes.end());
  return spikes;
}

EncodedSample encode(const CurrentSource& source, const Presentation& p) {
  EncodedSample encoded;
  encoded.values.assign(static_cast<std::size_t>(p.data.features()), 0.0f);
  if (const auto* images = std::get_if<Images>(&p.data.data)) {
    const auto values = pixels(p, *images);
    for (std::size_t i = 0; i < values.size(); ++i) {
      encoded.values[i] = static_cast<float>(values[i]) / images->full_scale;
    }
  } else {
    std::vector<std::int32_t> count(encoded.values.size(), 0);
    Presentation fine = p;
    fine.ticks = p.ticks * source.bins;
    fine.dt_ms = p.dt_ms / source.bins;
    for (const Spike& spike : binned(fine, std::get<Events>(p.data.data))) ++count[spike.unit];
    for (std::size_t i = 0; i < count.size(); ++i) {
      encoded.values[i] = static_cast<float>(count[i]) / static_cast<float>(fine.ticks);
    }
  }
  for (const float value : encoded.values) {
    if (double{value} > source.max_abs) {
      throw ConfigError("source CurrentSource", "value in sample " + std::to_string(p.sample),
                        std::to_string(value), "<= max_abs = " + std::to_string(source.max_abs));
    }
  }
  return encoded;
}

EncodedSample encode(const RateSource& source, const Presentation& p) {
  const auto* images = std::get_if<Images>(&p.data.data);
  if (images == nullptr) does_not_fit(RateSource::name, "events", "images; events: EventSource");
  const auto values = pixels(p, *images);
  std::vector<std::uint64_t> bound(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = static_cast<double>(values[i]) / double{images->full_scale};
    bound[i] = probability_bound(value * source.probability);
  }
  std::vector<Spike> spikes;
  // A block of four words serves four neighbouring units.
  for (std::size_t first = 0; first < bound.size(); first += 4) {
    const std::size_t last = std::min(first + 4, bound.size());
    if (std::all_of(bound.begin() + static_cast<std::ptrdiff_t>(first),
                    bound.begin() + static_cast<std::ptrdiff_t>(last),
                    [](std::uint64_t b) { return b == 0; })) {
      continue;
    }
    const std::uint64_t element =
        static_cast<std::uint64_t>(p.sample) << 32 | static_cast<std::uint64_t>(first / 4);
    for (std::int32_t tick = 0; tick < p.ticks; ++tick) {
      const auto words = random_words(p.seed, RandomUse::encode, p.number, element,
                                      static_cast<std::uint32_t>(tick));
      for (std::size_t i = first; i < last; ++i) {
        if (words[i - first] < bound[i]) spikes.push_back({tick, static_cast<std::uint32_t>(i)});
      }
    }
  }
  return by_tick(spikes, p.ticks);
}

EncodedSample encode(const LatencySource& source, const Presentation& p) {
  const auto* images = std::get_if<Images>(&p.data.data);
  if (images == nullptr) does_not_fit(LatencySource::name, "events", "images; events: EventSource");
  const int window = source.ticks == 0 ? p.ticks : source.ticks;
  if (window < 1 || window > p.ticks) {
    throw ConfigError("source LatencySource", "ticks", std::to_string(source.ticks),
                      "0 to the ticks presented, " + std::to_string(p.ticks));
  }
  const auto values = pixels(p, *images);
  std::vector<Spike> spikes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(values[i]) / double{images->full_scale};
    if (!(x > source.threshold)) continue;
    const double tick = std::round((1.0 - x) / (1.0 - source.threshold) * (window - 1));
    spikes.push_back({static_cast<std::int32_t>(tick), static_cast<std::uint32_t>(i)});
  }
  return by_tick(spikes, p.ticks);
}

EncodedSample encode(const EventSource&, const Presentation& p) {
  const auto* events = std::get_if<Events>(&p.data.data);
  if (events == nullptr) {
    does_not_fit(EventSource::name, "images",
                 "events; images: CurrentSource, RateSource or LatencySource");
  }
  return by_tick(binned(p, *events), p.ticks);
}

/// The others have spikes of their own.
template <class Autonomous>
EncodedSample encode(const Autonomous&, const Presentation&) {
  does_not_fit(Autonomous::name, "a data set", "none: this source makes its own spikes");
}

}  // namespace

EncodedSample encode_sample(const Source& source, const Dataset& data, std::int64_t sample,
                            int ticks, double dt_ms, std::uint64_t seed, std::uint32_t presentation,
                            const Augmentation& augmentation) {
  const auto require = [](bool good, const char* field, const std::string& value,
                          const std::string& allowed) {
    if (!good) throw ConfigError("encoding", field, value, allowed);
  };
  require(ticks >= 1, "ticks", std::to_string(ticks), ">= 1");
  require(dt_ms > 0 && std::isfinite(dt_ms), "dt_ms", std::to_string(dt_ms), "> 0 ms");
  require(sample >= 0 && sample < data.size(), "sample", std::to_string(sample),
          "0 to " + std::to_string(data.size() - 1));
  Presentation what{data, sample, ticks, dt_ms, seed, presentation, augmentation};
  const auto* images = std::get_if<Images>(&data.data);
  if (augmentation.of_images() && images == nullptr)
    throw ConfigError("augmentation", "of images", "asked for", "images, not events");
  if (augmentation.of_events() && images != nullptr)
    throw ConfigError("augmentation", "of events", "asked for", "events, not images");
  if (augmentation.of_images() && presentation > 0) {
    what.warped =
        warped(pixels(what, *images), data.shape, augmentation, seed, presentation, sample);
  }
  return std::visit([&](const auto& kind) { return encode(kind, what); }, source);
}

}  // namespace snn

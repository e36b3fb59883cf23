// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "snn/io/hdf5_file.hpp"
#include "snn/io/load.hpp"
#include "snn/io/split.hpp"

namespace snn {
namespace {

/// One of the two files.
struct EventFile {
  std::string path;
  Ragged<float> times;
  std::vector<std::uint32_t> units;  ///< beside times.values
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> speakers;  ///< empty: none
  std::vector<std::string> keys;       ///< empty: none
  std::int64_t features = 0;           ///< attribute; 0: none
};

[[noreturn]] void fail(const std::string& path, const char* object, std::int64_t sample,
                       const std::string& what) {
  throw FileError(path, std::string(object) + " sample " + std::to_string(sample), what);
}

/// Orders the events of a sample by time; events of one time keep their order.
void sort_sample(std::span<float> times, std::span<std::uint32_t> units) {
  if (std::is_sorted(times.begin(), times.end())) return;
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  const std::vector<float> old_times(times.begin(), times.end());
  const std::vector<std::uint32_t> old_units(units.begin(), units.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    times[i] = old_times[order[i]];
    units[i] = old_units[order[i]];
  }
}

void check_samples(EventFile& file, const std::vector<std::int64_t>& unit_begin) {
  const std::int64_t samples = file.times.rows();
  if (static_cast<std::int64_t>(unit_begin.size()) - 1 != samples) {
    throw FileError(file.path, "/spikes/units",
                    std::to_string(unit_begin.size() - 1) + " rows, but /spikes/times has " +
                        std::to_string(samples));
  }
  for (std::int64_t s = 0; s < samples; ++s) {
    const auto i = static_cast<std::size_t>(s);
    const std::int64_t begin = file.times.begin[i];
    const std::int64_t count = file.times.begin[i + 1] - begin;
    if (unit_begin[i + 1] - unit_begin[i] != count) {
      fail(file.path, "/spikes/units", s,
           std::to_string(unit_begin[i + 1] - unit_begin[i]) + " units for " +
               std::to_string(count) + " times");
    }
    const auto first = static_cast<std::size_t>(begin);
    const auto events = static_cast<std::size_t>(count);
    const auto times = std::span(file.times.values).subspan(first, events);
    for (const float time : times) {
      if (!std::isfinite(time) || time < 0) {
        fail(file.path, "/spikes/times", s,
             "time " + std::to_string(time) + " s; allowed: finite, >= 0");
      }
    }
    sort_sample(times, std::span(file.units).subspan(first, events));
  }
}

EventFile read_file(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  EventFile events;
  events.path = file.path();
  events.times = file.read_ragged<float>("/spikes/times");
  Ragged<std::uint32_t> units = file.read_ragged<std::uint32_t>("/spikes/units");
  events.units = std::move(units.values);
  check_samples(events, units.begin);
  const auto samples = static_cast<std::size_t>(events.times.rows());
  const auto one_per_sample = [&](const char* object) {
    auto values = file.read<std::int32_t>(object);
    if (values.size() != samples) {
      throw FileError(
          events.path, object,
          std::to_string(values.size()) + " values for " + std::to_string(samples) + " samples");
    }
    for (std::size_t s = 0; s < samples; ++s) {
      if (values[s] < 0) {
        fail(events.path, object, static_cast<std::int64_t>(s),
             "value " + std::to_string(values[s]) + "; allowed: >= 0");
      }
    }
    return values;
  };
  events.labels = one_per_sample("/labels");
  if (file.exists("/extra/speaker")) events.speakers = one_per_sample("/extra/speaker");
  if (file.exists("/extra/keys")) events.keys = file.read_strings("/extra/keys");
  if (file.has_attribute("/", "features")) {
    events.features = file.attribute<std::int64_t>("/", "features");
    if (events.features < 1) {
      throw FileError(events.path, "/@features",
                      std::to_string(events.features) + "; allowed: >= 1");
    }
  }
  return events;
}

/// Classes: the names there are, else the largest label plus 1. Labels beyond are refused.
std::int32_t count_classes(const EventFile& train, const EventFile& test) {
  constexpr std::int32_t most = 1 << 16;
  std::int32_t classes = 1;
  if (!train.keys.empty()) {
    if (!test.keys.empty() && test.keys != train.keys) {
      throw FileError(test.path, "/extra/keys", "other class names than " + train.path);
    }
    classes = static_cast<std::int32_t>(train.keys.size());
  } else {
    for (const EventFile* file : {&train, &test}) {
      for (const std::int32_t label : file->labels) {
        if (label < most) classes = std::max(classes, label + 1);
      }
    }
  }
  for (const EventFile* file : {&train, &test}) {
    for (std::size_t s = 0; s < file->labels.size(); ++s) {
      if (file->labels[s] >= classes) {
        fail(file->path, "/labels", static_cast<std::int64_t>(s),
             "label " + std::to_string(file->labels[s]) + "; allowed: 0 to " +
                 std::to_string(classes - 1));
      }
    }
  }
  return classes;
}

std::int64_t count_features(const EventFile& train, const EventFile& test, std::int64_t given) {
  std::int64_t features = given > 0 ? given : train.features;
  if (features == 0) {
    for (const EventFile* file : {&train, &test}) {
      for (const std::uint32_t unit : file->units) {
        features = std::max(features, std::int64_t{unit} + 1);
      }
    }
    if (features == 0) throw FileError(train.path, "/spikes/units", "there is no event at all");
  }
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  for (const EventFile* file : {&train, &test}) {
    for (std::int64_t s = 0; s < file->times.rows(); ++s) {
      const auto i = static_cast<std::size_t>(s);
      for (auto e = file->times.begin[i]; e < file->times.begin[i + 1]; ++e) {
        const std::uint32_t unit = file->units[static_cast<std::size_t>(e)];
        if (unit >= std::min(features, most)) {
          fail(file->path, "/spikes/units", s,
               "unit " + std::to_string(unit) + "; allowed: 0 to " +
                   std::to_string(std::min(features, most) - 1));
        }
      }
    }
  }
  return features;
}

void append(const EventFile& file, bool with_groups, Dataset& data, Events& events) {
  const auto offset = static_cast<std::int64_t>(events.time_s.size());
  events.time_s.insert(events.time_s.end(), file.times.values.begin(), file.times.values.end());
  events.unit.insert(events.unit.end(), file.units.begin(), file.units.end());
  for (std::size_t s = 1; s < file.times.begin.size(); ++s) {
    events.begin.push_back(offset + file.times.begin[s]);
  }
  data.label.insert(data.label.end(), file.labels.begin(), file.labels.end());
  if (!with_groups) return;
  if (file.speakers.empty()) {
    data.group.resize(data.label.size(), -1);  // not known
  } else {
    data.group.insert(data.group.end(), file.speakers.begin(), file.speakers.end());
  }
}

}  // namespace

LoadedData load_events(const std::filesystem::path& train_path,
                       const std::filesystem::path& test_path, const SplitOptions& options,
                       std::int64_t features) {
  const double fraction = validation_fraction(options, 0.1);
  const EventFile train = read_file(train_path);
  const EventFile test = read_file(test_path);
  LoadedData loaded;
  Dataset& data = loaded.data;
  data.name = train_path.stem().string();
  data.classes = count_classes(train, test);
  data.shape = {count_features(train, test, features)};
  const bool with_groups = !train.speakers.empty();
  Events events{.begin = {0}, .time_s = {}, .unit = {}};
  append(train, with_groups, data, events);
  append(test, with_groups, data, events);
  data.data = std::move(events);

  loaded.split.train.resize(train.labels.size());
  loaded.split.test.resize(test.labels.size());
  std::iota(loaded.split.train.begin(), loaded.split.train.end(), 0);
  std::iota(loaded.split.test.begin(), loaded.split.test.end(),
            static_cast<std::int64_t>(train.labels.size()));
  const auto [least, most] = std::minmax_element(train.speakers.begin(), train.speakers.end());
  const bool several = with_groups && *least != *most;
  if (several || options.validation_group >= 0) {
    hold_out_group(data, loaded.split, options.validation_group);
  } else {
    hold_out_fraction(data, loaded.split, fraction, options.seed);
  }
  return loaded;
}

}  // namespace snn

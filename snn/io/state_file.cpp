// SPDX-License-Identifier: Apache-2.0
#include "snn/io/state_file.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "snn/io/background_queue.hpp"
#include "snn/io/hdf5_stream.hpp"
#include "snn/io/sonata_detail.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

struct Sample {
  std::int64_t tick;
  std::int32_t population;
};

/// What goes to the writing thread at once.
struct Block {
  std::vector<Sample> samples;
  std::vector<float> values;
  bool flush = false;  ///< bring everything to the disk after it
  bool close = false;
};

// A block takes 1 MiB and the rest of a sample, and 4 of them wait at most.
constexpr std::size_t block_values = std::size_t{1} << 18;
constexpr std::size_t waiting_blocks = 4;

/// The file, as the writing thread sees it.
class StateStream {
 public:
  StateStream(const std::filesystem::path& path, const StateFileOptions& options,
              const std::vector<StateEntry>& populations)
      : file_(path, options.compression), dt_ms_(options.dt_ms), interval_(options.interval_ticks) {
    sonata::write_marks(file_.prepare(0));
    if (populations.empty()) file_.prepare(0).make_group("/report");
    for (const StateEntry& entry : populations) add(options, entry, populations.size());
    file_.start();
  }

  ~StateStream() {
    try {
      flush();
    } catch (const Error&) {  // close() is there for those who want to know
    }
  }
  StateStream(const StateStream&) = delete;
  StateStream& operator=(const StateStream&) = delete;

  void write(const Block& block) {
    const float* value = block.values.data();
    for (const Sample& sample : block.samples) {
      Population& to = populations_[static_cast<std::size_t>(sample.population)];
      if (!to.first_tick) to.first_tick = sample.tick;
      file_.append({{to.series, std::as_bytes(std::span(value, to.columns))}});
      value += to.columns;
      write_time(to);
    }
    if (block.flush) flush();
    if (block.close) {
      flush();
      file_.publish();
      closed_ = true;
    }
  }

 private:
  struct Population {
    std::string group;
    int series;
    std::size_t columns;
    std::optional<std::int64_t> first_tick;
    std::int64_t samples_told = 0;  ///< by mapping/time
  };

  void add(const StateFileOptions& options, const StateEntry& entry, std::size_t count) {
    const std::string group = "/report/" + entry.name, mapping = group + "/mapping";
    const std::size_t columns = entry.neurons.size();
    constexpr std::uint64_t bytes_per_column = 8 + 8 + 4 + 4, bytes_per_group = 16384;
    Hdf5File& file = file_.prepare(columns * bytes_per_column + bytes_per_group);
    const int series =
        file_.add_series<float>(group + "/data", static_cast<std::int64_t>(columns), count);
    file.set_attribute(group + "/data", "units", options.units);
    file.set_attribute(group + "/data", "variable", options.variable);

    const std::vector<std::uint64_t> nodes(entry.neurons.begin(), entry.neurons.end());
    file.write(mapping + "/node_ids", nodes);
    file.set_attribute(mapping + "/node_ids", "sorted",
                       std::uint8_t{std::is_sorted(nodes.begin(), nodes.end())});
    std::vector<std::uint64_t> pointers(columns + 1);
    std::iota(pointers.begin(), pointers.end(), 0);
    // The guide and libsonata say pointers; bmtk, which made the guide's examples, says pointer.
    file.write(mapping + "/index_pointers", pointers);
    file.link(mapping + "/index_pointers", mapping + "/index_pointer");
    file.write(mapping + "/element_ids", std::vector<std::uint32_t>(columns));
    file.write(mapping + "/element_pos", std::vector<float>(columns));
    const double time[3] = {0, 0, step_ms()};
    // Not inside a header, since it changes as the file grows.
    file.write<double>(mapping + "/time", time, {}, Hdf5Storage::contiguous);
    file.set_attribute(mapping + "/time", "units", std::string("ms"));
    populations_.push_back({group, series, columns, std::nullopt});
  }

  double step_ms() const { return static_cast<double>(interval_) * dt_ms_; }

  /// Brings mapping/time up to the samples that lie in the file.
  void write_time(Population& one) {
    const std::int64_t samples = file_.rows_written(one.series);
    if (samples == one.samples_told) return;
    const std::int64_t end = *one.first_tick + samples * interval_;
    const double time[3] = {static_cast<double>(*one.first_tick) * dt_ms_,
                            static_cast<double>(end) * dt_ms_, step_ms()};
    file_.overwrite(one.group + "/mapping/time", time);
    one.samples_told = samples;
  }

  void flush() {
    if (closed_) return;
    file_.flush();
    for (Population& one : populations_) write_time(one);
    file_.flush();
  }

  Hdf5Stream file_;
  double dt_ms_;
  std::int64_t interval_;
  bool closed_ = false;
  std::vector<Population> populations_;
};

}  // namespace

struct StateFileWriter::Impl {
  struct Population {
    std::size_t columns;
    std::optional<std::int64_t> next_tick;
  };

  Impl(const std::filesystem::path& path, const StateFileOptions& options,
       const std::vector<StateEntry>& entries)
      : name("state file " + path.string()),
        interval_ticks(options.interval_ticks),
        stream(path, options, entries),
        queue(waiting_blocks, [this](Block& full) { stream.write(full); }) {
    for (const StateEntry& entry : entries) populations.push_back({entry.neurons.size(), {}});
  }

  std::string name;
  std::int64_t interval_ticks;
  std::vector<Population> populations;
  Block block;
  bool closed = false;
  StateStream stream;
  BackgroundQueue<Block> queue;  ///< last: it uses the stream until it is gone

  void send() { queue.push(std::exchange(block, {})); }
  void check_open(const char* what) const {
    if (closed) throw ConfigError(name, what, "after close()", "before it");
  }
};

namespace {

void check(const std::string& name, const StateFileOptions& options,
           const std::vector<StateEntry>& populations) {
  if (!(options.dt_ms > 0) || !std::isfinite(options.dt_ms)) {
    throw ConfigError(name, "dt_ms", std::to_string(options.dt_ms), "> 0 ms, finite");
  }
  if (options.interval_ticks < 1) {
    throw ConfigError(name, "interval_ticks", std::to_string(options.interval_ticks), ">= 1");
  }
  std::vector<std::string> names;
  for (const StateEntry& entry : populations) {
    names.push_back(entry.name);
    std::vector<std::int32_t> sorted = entry.neurons;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    const std::string object = name + ", population \"" + entry.name + "\"";
    if (sorted.empty()) throw ConfigError(object, "neurons", "none", "at least one");
    if (sorted.front() < 0) {
      throw ConfigError(object, "neuron", std::to_string(sorted.front()), ">= 0");
    }
    if (twice != sorted.end()) {
      throw ConfigError(object, "neuron", std::to_string(*twice) + " twice", "each once");
    }
  }
  sonata::check_names(name, names);
}

}  // namespace

StateFileWriter::StateFileWriter(const std::filesystem::path& path, StateFileOptions options,
                                 const std::vector<StateEntry>& populations) {
  check("state file " + path.string(), options, populations);
  impl_ = std::make_unique<Impl>(path, options, populations);
}

StateFileWriter::StateFileWriter(StateFileWriter&&) noexcept = default;
StateFileWriter& StateFileWriter::operator=(StateFileWriter&&) noexcept = default;

StateFileWriter::~StateFileWriter() {
  if (impl_ == nullptr || impl_->closed) return;
  try {
    impl_->send();
  } catch (const Error&) {  // close() is there for those who want to know
  }
}

void StateFileWriter::append(std::int32_t population, std::int64_t tick,
                             std::span<const float> values) {
  Impl& impl = *impl_;
  impl.check_open("append");
  impl.queue.check();
  const auto count = static_cast<std::int32_t>(impl.populations.size());
  if (population < 0 || population >= count) {
    throw ConfigError(impl.name, "population", std::to_string(population),
                      "0 to " + std::to_string(count - 1));
  }
  Impl::Population& one = impl.populations[static_cast<std::size_t>(population)];
  const auto object = [&] { return impl.name + ", population " + std::to_string(population); };
  if (tick < 0 || (one.next_tick && tick != *one.next_tick)) {
    throw ConfigError(object(), "tick", std::to_string(tick),
                      one.next_tick ? std::to_string(*one.next_tick) : ">= 0");
  }
  if (values.size() != one.columns) {
    throw ConfigError(object(), "number of values", std::to_string(values.size()),
                      std::to_string(one.columns));
  }
  one.next_tick = tick + impl.interval_ticks;
  Block& block = impl.block;
  block.samples.push_back({tick, population});
  block.values.insert(block.values.end(), values.begin(), values.end());
  if (block.values.size() >= block_values) impl.send();
}

void StateFileWriter::flush() {
  impl_->check_open("flush");
  impl_->block.flush = true;
  impl_->send();
  impl_->queue.wait_until_empty();
}

void StateFileWriter::close() {
  if (impl_->closed) return;
  impl_->block.close = true;
  impl_->send();
  impl_->queue.wait_until_empty();
  impl_->closed = true;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/io/spike_file.hpp"

#include <algorithm>
#include <cmath>

#include "snn/io/background_queue.hpp"
#include "snn/io/hdf5_stream.hpp"
#include "snn/io/sonata_detail.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

/// Spikes of one population in one tick: the next `count` neurons of the block.
struct Run {
  std::int64_t tick;
  std::int32_t population;
  std::int32_t count;
};

/// What goes to the writing thread at once.
struct Block {
  std::vector<Run> runs;
  std::vector<std::int32_t> neurons;
  bool flush = false;  ///< bring everything to the disk after it
  bool close = false;
};

// A block takes at most 2 MiB, and 4 of them wait at most.
constexpr std::size_t block_neurons = std::size_t{1} << 18;
constexpr std::size_t block_runs = std::size_t{1} << 16;
constexpr std::size_t waiting_blocks = 4;

/// The file, as the writing thread sees it.
class SpikeStream {
 public:
  SpikeStream(const std::filesystem::path& path, double dt_ms,
              const std::vector<PopulationEntry>& populations, Compression compression)
      : file_(path, compression), dt_ms_(dt_ms) {
    constexpr std::uint64_t bytes_per_group = 8192;
    Hdf5File& file = file_.prepare(populations.size() * bytes_per_group);
    sonata::write_marks(file);
    if (populations.empty()) file.make_group("/spikes");
    for (const PopulationEntry& population : populations) {
      const std::string group = "/spikes/" + population.name;
      const std::size_t series = 2 * populations.size();
      const int nodes =
          file_.add_series<std::uint64_t>(group + "/node_ids", Hdf5Stream::scalar, series);
      const int times = file_.add_series<double>(group + "/timestamps", Hdf5Stream::scalar, series);
      file.set_attribute(group + "/timestamps", "units", std::string("ms"));
      sonata::mark_sorted_by_time(file, group);
      series_.push_back({nodes, times});
    }
    file_.start();
  }

  void write(const Block& block) {
    const std::int32_t* neuron = block.neurons.data();
    for (const Run& run : block.runs) {
      const auto count = static_cast<std::size_t>(run.count);
      nodes_.assign(neuron, neuron + count);
      times_.assign(count, static_cast<double>(run.tick) * dt_ms_);
      neuron += count;
      const Series& to = series_[static_cast<std::size_t>(run.population)];
      file_.append({{to.nodes, std::as_bytes(std::span(nodes_))},
                    {to.times, std::as_bytes(std::span(times_))}});
    }
    if (block.flush) file_.flush();
    if (block.close) file_.publish();
  }

 private:
  struct Series {
    int nodes, times;
  };
  Hdf5Stream file_;
  double dt_ms_;
  std::vector<Series> series_;
  std::vector<std::uint64_t> nodes_;
  std::vector<double> times_;
};

}  // namespace

struct SpikeFileWriter::Impl {
  struct Population {
    std::int32_t size;
    std::int64_t last_tick = 0;
  };

  Impl(const std::filesystem::path& path, double dt_ms, const std::vector<PopulationEntry>& entries,
       Compression compression)
      : name("spike file " + path.string()),
        stream(path, dt_ms, entries, compression),
        queue(waiting_blocks, [this](Block& full) { stream.write(full); }) {
    for (const PopulationEntry& entry : entries) populations.push_back({entry.size});
  }

  std::string name;
  std::vector<Population> populations;
  Block block;
  bool closed = false;
  SpikeStream stream;
  BackgroundQueue<Block> queue;  ///< last: it uses the stream until it is gone

  void send() { queue.push(std::exchange(block, {})); }
  void check_open(const char* what) const {
    if (closed) throw ConfigError(name, what, "after close()", "before it");
  }
};

namespace {

void check_neurons(const std::string& file, std::int32_t population, std::int32_t size,
                   std::span<const std::int32_t> neurons) {
  std::uint32_t largest = 0;  // negative ones are larger still; without a branch, this vectorises
  for (const std::int32_t neuron : neurons) {
    largest = std::max(largest, static_cast<std::uint32_t>(neuron));
  }
  if (neurons.empty() || largest < static_cast<std::uint32_t>(size)) return;
  throw ConfigError(file + ", population " + std::to_string(population), "neuron",
                    std::to_string(static_cast<std::int32_t>(largest)),
                    "0 to " + std::to_string(size - 1));
}

}  // namespace

SpikeFileWriter::SpikeFileWriter(const std::filesystem::path& path, double dt_ms,
                                 const std::vector<PopulationEntry>& populations,
                                 Compression compression) {
  const std::string name = path.string();
  if (!(dt_ms > 0) || !std::isfinite(dt_ms)) {
    throw ConfigError("spike file " + name, "dt_ms", std::to_string(dt_ms), "> 0 ms, finite");
  }
  std::vector<std::string> names;
  for (const PopulationEntry& population : populations) {
    names.push_back(population.name);
    if (population.size < 0) {
      throw ConfigError("population \"" + population.name + "\" of spike file " + name, "size",
                        std::to_string(population.size), ">= 0 neurons");
    }
  }
  sonata::check_names(name, names);
  impl_ = std::make_unique<Impl>(path, dt_ms, populations, compression);
}

SpikeFileWriter::SpikeFileWriter(SpikeFileWriter&&) noexcept = default;
SpikeFileWriter& SpikeFileWriter::operator=(SpikeFileWriter&&) noexcept = default;

SpikeFileWriter::~SpikeFileWriter() {
  if (impl_ == nullptr || impl_->closed) return;
  try {
    impl_->send();
  } catch (const Error&) {  // close() is there for those who want to know
  }
}

void SpikeFileWriter::append(std::int32_t population, std::int64_t tick,
                             std::span<const std::int32_t> neurons) {
  Impl& impl = *impl_;
  impl.check_open("append");
  impl.queue.check();
  const auto count = static_cast<std::int32_t>(impl.populations.size());
  if (population < 0 || population >= count) {
    throw ConfigError(impl.name, "population", std::to_string(population),
                      "0 to " + std::to_string(count - 1));
  }
  Impl::Population& one = impl.populations[static_cast<std::size_t>(population)];
  if (tick < one.last_tick) {
    throw ConfigError(impl.name + ", population " + std::to_string(population), "tick",
                      std::to_string(tick), ">= " + std::to_string(one.last_tick));
  }
  check_neurons(impl.name, population, one.size, neurons);
  one.last_tick = tick;
  while (!neurons.empty()) {
    Block& block = impl.block;
    const std::size_t take = std::min(neurons.size(), block_neurons - block.neurons.size());
    block.runs.push_back({tick, population, static_cast<std::int32_t>(take)});
    block.neurons.insert(block.neurons.end(), neurons.begin(),
                         neurons.begin() + static_cast<long>(take));
    neurons = neurons.subspan(take);
    if (block.neurons.size() == block_neurons || block.runs.size() == block_runs) impl.send();
  }
}

void SpikeFileWriter::flush() {
  impl_->check_open("flush");
  impl_->block.flush = true;
  impl_->send();
  impl_->queue.wait_until_empty();
}

void SpikeFileWriter::close() {
  if (impl_->closed) return;
  impl_->block.close = true;
  impl_->send();
  impl_->queue.wait_until_empty();
  impl_->closed = true;
}

}  // namespace snn

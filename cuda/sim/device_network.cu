// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>

#include "cuda/sim/deliver.hpp"
#include "cuda/sim/device_network.hpp"
#include "snn/backend/model_number.hpp"

namespace snn::cuda {
namespace {

/// Ticks that run without the host: many, as starting costs, but the ring of spikes must hold them
/// beside the longest delay.
int choose_batch(const CompiledNetwork& network) {
  std::int64_t neurons = 1;
  for (const CompiledPopulation& population : network.populations) neurons += population.size;
  constexpr std::int64_t ring_bytes = std::int64_t{1} << 28;
  return static_cast<int>(std::clamp<std::int64_t>(ring_bytes / (4 * neurons), 16, 128));
}

/// Longest sub-row over one of a fan-out's delays.
std::int64_t longest_part(const FanOut& fan_out, std::size_t delay) {
  if (const DeviceRows* rows = device_rows(fan_out)) return rows->longest[delay];
  std::int64_t longest = 0;
  if (fan_out.format == SynapseFormat::dense) return fan_out.span;
  for (std::int64_t k = 0; k < fan_out.sources; ++k) {
    const FanOut::Part part = fan_out.part(k, delay);
    longest = std::max(longest, part.end - part.begin);
  }
  return longest;
}

bool is_poisson(const CompiledPopulation& population) {
  return population.is_source() && std::holds_alternative<PoissonSource>(*population.source);
}

}  // namespace

std::vector<Arrival> arrivals_of(const FanOut& fan_out, std::int32_t number) {
  std::vector<Arrival> arrivals;
  for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
    const std::int64_t longest = longest_part(fan_out, d);
    if (longest == 0) continue;
    arrivals.push_back(
        {.fan_out = number,
         .delay_index = static_cast<std::int32_t>(d),
         .delay = fan_out.delays[d],
         .chunks = static_cast<std::uint32_t>((longest + item_synapses - 1) / item_synapses)});
  }
  return arrivals;
}

DeviceNetwork::DeviceNetwork(const CompiledNetwork& network, const gpu::Stream& stream)
    : stream_(stream), populations_(network.populations.size()) {
  std::size_t ports = 1;
  for (const CompiledPopulation& population : network.populations)
    ports = std::max(ports, static_cast<std::size_t>(population.receptors));
  const auto populations = static_cast<std::int32_t>(network.populations.size());
  view_.neurons = network.neurons;
  view_.population_count = populations;
  view_.batch_ticks = choose_batch(network);
  // The host looks at one batch while the next one runs.
  view_.ring_ticks = network.largest_delay + 2 * view_.batch_ticks + 1;
  view_.seed = network.seed;
  counts_ = gpu::Buffer<std::int32_t>(static_cast<std::size_t>(view_.ring_ticks) *
                                      network.populations.size());
  sums_ = gpu::Buffer<std::int32_t>(ports * static_cast<std::size_t>(network.neurons));
  batch_ = gpu::Buffer<BatchView>(1);
  host_batch_ = gpu::HostBuffer<BatchView>(2);
  view_.counts = counts_.data();
  view_.sums = sums_.data();
  view_.batch = batch_.data();
  population_views_.resize(populations_.size());
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const CompiledPopulation& population = network.populations[p];
    DevicePopulation& device = populations_[p];
    const auto size = static_cast<std::size_t>(population.size);
    device.spikes = gpu::Buffer<std::int32_t>(size * static_cast<std::size_t>(view_.ring_ticks));
    device.emitted = gpu::Buffer<std::uint64_t>(size);
    if (population.is_source()) continue;
    if (number_of_model(population.loops) < 0) {
      throw UnavailableError("population \"" + population.name + "\": the model \"" +
                             std::string(population.loops->name) +
                             "\" was not built into snn, so there is no kernel of it for a CUDA "
                             "device; the device \"cpu\" runs it");
    }
    device.state =
        gpu::Buffer<float>(static_cast<std::size_t>(population.loops->state_fields) * size);
    device.base.resize(static_cast<std::size_t>(population.receptors));
  }
  load_fan_outs(network);
  plan_levels(network);
  reset(network);
}

void DeviceNetwork::load_fan_outs(const CompiledNetwork& network) {
  std::vector<FanOutView> views;
  for (const FanOut& fan_out : network.fan_outs) {
    DeviceFanOut device{
        .row = gpu::uploaded(stream_, fan_out.row.span()), .sub_end = {}, .words = {}};
    const DeviceRows* rows = device_rows(fan_out);
    if (rows == nullptr) {
      device.sub_end = gpu::uploaded(stream_, fan_out.sub_end.span());
      device.words = gpu::uploaded(stream_, fan_out.words.span());
    }
    views.push_back({.source = fan_out.source,
                     .source_size = fan_out.sources,
                     .spikes = populations_[static_cast<std::size_t>(fan_out.source)].spikes.data(),
                     .delays = static_cast<std::int32_t>(fan_out.delays.size()),
                     .format = fan_out.format,
                     .uniform = fan_out.uniform,
                     .weight = fan_out.weight,
                     .weight_bits = fan_out.weight_bits,
                     .shift = fan_out.shift,
                     .sums = view_.sums + fan_out.receptor * view_.neurons + fan_out.base,
                     .span = fan_out.span,
                     .row = device.row.data(),
                     .sub_end = rows ? rows->sub_end.data() : device.sub_end.data(),
                     .words = rows ? rows->words.data() : device.words.data()});
    fan_outs_.push_back(std::move(device));
  }
  device_fan_outs_ = gpu::uploaded(stream_, views);
  view_.fan_outs = device_fan_outs_.data();
}

void DeviceNetwork::plan_levels(const CompiledNetwork& network) {
  const bool undelayed = network.least_delay == 0;
  levels_.resize(static_cast<std::size_t>(undelayed ? network.levels : 1));
  const auto level_of = [&](const CompiledPopulation& population) -> Level& {
    return levels_[undelayed ? static_cast<std::size_t>(population.level) : 0];
  };
  for (std::size_t f = 0; f < network.fan_outs.size(); ++f) {
    const FanOut& fan_out = network.fan_outs[f];
    if (fan_out.by_target() || fan_out.procedural) continue;  // ChangingSynapses deliver it
    const CompiledProjection& projection =
        network.projections[static_cast<std::size_t>(fan_out.projections.front())];
    Level& level = fan_out.delays.front() > 0
                       ? levels_.front()
                       : level_of(network.populations[static_cast<std::size_t>(projection.target)]);
    const std::vector<Arrival> arrivals = arrivals_of(fan_out, static_cast<std::int32_t>(f));
    level.host_arrivals.insert(level.host_arrivals.end(), arrivals.begin(), arrivals.end());
  }
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const CompiledPopulation& population = network.populations[p];
    Level& level = level_of(population);
    const auto number = static_cast<std::int32_t>(p);
    std::vector<NeuronBlock>* blocks = nullptr;
    if (is_poisson(population)) {
      blocks = &level.host_poisson;
    } else if (population.is_source()) {
      level.host_listed.push_back(number);
      continue;
    } else {
      const int model = number_of_model(population.loops);
      const UpdateKernel kernel = update_kernel(model);
      auto launch = std::find_if(level.updates.begin(), level.updates.end(),
                                 [&](const UpdateLaunch& l) { return l.kernel == kernel; });
      if (launch == level.updates.end())
        launch = level.updates.insert(launch, UpdateLaunch{.model = model, .kernel = kernel});
      blocks = &launch->host_blocks;
    }
    for (std::int64_t begin = 0; begin < population.size; begin += block_threads)
      blocks->push_back({number, static_cast<std::int32_t>(begin)});
  }
  // Enough blocks to fill the device, whichever arrivals have most to do.
  constexpr int blocks_per_multiprocessor = 8;
  const int blocks = blocks_per_multiprocessor * gpu::multiprocessors();
  for (Level& level : levels_) {
    level.blocks_each =
        std::max(1, blocks / std::max(1, static_cast<int>(level.host_arrivals.size())));
    level.arrivals = gpu::uploaded(stream_, level.host_arrivals);
    level.poisson = gpu::uploaded(stream_, level.host_poisson);
    level.listed = gpu::uploaded(stream_, level.host_listed);
    level.lists = gpu::Buffer<ListedView>(1);
    level.list_begin = gpu::Buffer<std::int32_t>(
        level.host_listed.size() * static_cast<std::size_t>(view_.batch_ticks) + 1);
    for (UpdateLaunch& launch : level.updates) {
      launch.blocks = gpu::uploaded(stream_, launch.host_blocks);
      launch.counts = gpu::Buffer<WarpCounts>(launch.host_blocks.size() * (block_threads / 32));
    }
  }
}

/// Entries of the schedule: what may change from tick to tick without the host.
void DeviceNetwork::number_schedule(const CompiledNetwork& network) {
  int entries = 0;
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const CompiledPopulation& population = network.populations[p];
    PopulationView& view = population_views_[p];
    view.poisson = is_poisson(population) ? entries++ : -1;
    view.common = population.currents.empty() ? -1 : entries++;
    DevicePopulation& device = populations_[p];
    device.bounds.clear();
    std::vector<DriveView> drives;
    for (const CompiledPoissonDrive& drive : population.drives) {
      std::vector<std::uint32_t> all;
      for (const auto& bounds : drive.bounds.value)
        all.insert(all.end(), bounds.begin(), bounds.end());
      device.bounds.push_back(gpu::uploaded(stream_, all));
      drives.push_back({.receptor = drive.receptor,
                        .weight = drive.fixed,
                        .stream = drive.stream,
                        .entry = entries++,
                        .bounds = device.bounds.back().data()});
    }
    std::vector<NoiseView> noises;
    for (const CompiledNoise& noise : population.currents.noises) {
      noises.push_back({.begin = noise.range.begin,
                        .end = noise.range.end,
                        .interval = noise.interval,
                        .sd = noise.sd,
                        .stream = noise.stream});
    }
    device.drives = gpu::uploaded(stream_, drives);
    device.noises = gpu::uploaded(stream_, noises);
    view.drives = device.drives.data();
    view.drive_count = static_cast<int>(drives.size());
    view.noises = device.noises.data();
    view.noise_count = static_cast<int>(noises.size());
  }
  host_schedule_.clear();
  schedule_ = gpu::Buffer<std::uint64_t>(
      static_cast<std::size_t>(std::max(entries, 1) * view_.batch_ticks));
  view_.schedule = schedule_.data();
}

void DeviceNetwork::view_population(const CompiledNetwork& network, std::size_t p) {
  const CompiledPopulation& population = network.populations[p];
  DevicePopulation& device = populations_[p];
  PopulationView& view = population_views_[p];
  view.size = population.size;
  view.first = population.first;
  view.spikes = device.spikes.data();
  view.emitted = device.emitted.data();
  if (population.is_source()) return;
  device.coeffs = gpu::uploaded(stream_, population.coeffs);
  view.stride = population.size;
  view.coeff_stride = population.shared ? 0 : population.size;
  view.state = device.state.data();
  view.coeffs = device.coeffs.data();
  view.u = device.u.data();
  for (std::size_t port = 0; port < device.base.size(); ++port) {
    view.scale[port] = std::ldexp(1.0f, -population.scale_log2[port]);
    view.base[port] = device.base[port].data();
  }
}

void DeviceNetwork::load_views() {
  if (device_populations_.size() == 0)
    device_populations_ = gpu::Buffer<PopulationView>(population_views_.size());
  gpu::upload(stream_, device_populations_.data(),
              std::span<const PopulationView>(population_views_));
  view_.populations = device_populations_.data();
}

void DeviceNetwork::follow(const CompiledNetwork& network, std::size_t population) {
  stream_.synchronize();
  view_population(network, population);
  number_schedule(network);
  load_views();
}

void DeviceNetwork::set_base(std::size_t p, const std::vector<std::vector<std::int32_t>>& base) {
  stream_.synchronize();
  for (std::size_t port = 0; port < base.size(); ++port) {
    populations_[p].base[port] = gpu::uploaded(stream_, base[port]);
    population_views_[p].base[port] = populations_[p].base[port].data();
  }
  load_views();
}

void DeviceNetwork::keep_membranes(std::size_t p) {
  DevicePopulation& device = populations_[p];
  if (device.u.size() > 0) return;
  stream_.synchronize();
  device.u = gpu::Buffer<float>(static_cast<std::size_t>(population_views_[p].size));
  population_views_[p].u = device.u.data();
  load_views();
}

void DeviceNetwork::reset(const CompiledNetwork& network) {
  gpu::clear(stream_, counts_.data(), counts_.size());
  gpu::clear(stream_, sums_.data(), sums_.size());
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const CompiledPopulation& population = network.populations[p];
    DevicePopulation& device = populations_[p];
    gpu::clear(stream_, device.emitted.data(), device.emitted.size());
    if (population.is_source()) continue;
    gpu::clear(stream_, device.state.data(), device.state.size());
    gpu::upload(stream_, device.state.data(), std::span<const float>(population.initial_u));
    for (std::size_t port = 0; port < device.base.size(); ++port)
      device.base[port] = gpu::uploaded(stream_, population.bias[port]);
  }
  for (Level& level : levels_) {
    for (UpdateLaunch& launch : level.updates)
      gpu::clear(stream_, launch.counts.data(), launch.counts.size());
  }
  for (std::size_t p = 0; p < populations_.size(); ++p) view_population(network, p);
  number_schedule(network);
  load_views();
}

void DeviceNetwork::tell_batch(const CompiledNetwork& network, std::int64_t first, int turn) {
  BatchView& batch = host_batch_.data()[turn];
  batch = {.tick = first, .slot = view_.slot(first)};
  gpu::upload(stream_, batch_.data(), std::span<const BatchView>(&batch, 1));
  std::vector<std::uint64_t> schedule;
  const auto each_tick = [&](const auto& value) {
    for (int t = 0; t < view_.batch_ticks; ++t) schedule.push_back(value(first + t));
  };
  for (const CompiledPopulation& population : network.populations) {
    if (is_poisson(population)) {
      each_tick([&](std::int64_t tick) {
        const std::uint64_t* bound = population.poisson_bound.at(tick);
        return bound == nullptr ? 0 : *bound;
      });
    }
    if (!population.currents.empty()) {
      each_tick([&](std::int64_t tick) -> std::uint64_t {
        return std::bit_cast<std::uint32_t>(
            static_cast<float>(population.currents.common_at(tick) + 0.0));
      });
    }
    for (const CompiledPoissonDrive& drive : population.drives) {
      each_tick([&](std::int64_t tick) -> std::uint64_t {
        const std::vector<std::uint32_t>* bounds = drive.bounds.at(tick);
        if (bounds == nullptr) return 0;
        std::uint32_t offset = 0;
        for (const auto& before : drive.bounds.value) {
          if (&before == bounds) break;
          offset += static_cast<std::uint32_t>(before.size());
        }
        return pack_bounds(offset, static_cast<std::uint32_t>(bounds->size()));
      });
    }
  }
  if (schedule == host_schedule_) return;
  host_schedule_ = std::move(schedule);
  gpu::upload(stream_, schedule_.data(), std::span<const std::uint64_t>(host_schedule_));
}

void DeviceNetwork::tell_lists(Level& level, std::span<const std::int32_t> begin,
                               std::span<const std::int32_t> neurons) {
  if (neurons.size() > level.list_neurons.size() || level.list_neurons.size() == 0) {
    stream_.synchronize();
    level.list_neurons = gpu::Buffer<std::int32_t>(std::max<std::size_t>(2 * neurons.size(), 64));
    const ListedView lists{level.list_begin.data(), level.list_neurons.data()};
    gpu::upload(stream_, level.lists.data(), std::span<const ListedView>(&lists, 1));
  }
  gpu::upload(stream_, level.list_begin.data(), begin);
  gpu::upload(stream_, level.list_neurons.data(), neurons);
}

}  // namespace snn::cuda

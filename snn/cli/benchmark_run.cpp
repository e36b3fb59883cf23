// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/benchmark_run.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "snn/cli/commands.hpp"
#include "snn/cli/progress.hpp"
#include "snn/model/benchmark_networks.hpp"
#include "snn/record/spike_statistics.hpp"
#include "snn/sim/simulation.hpp"

namespace snn::cli {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr double dt_ms = 0.1;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double peak_rss_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Mean, standard deviation and percentiles of the weights of plastic projections.
Json weights_of(const Simulation& simulation, const Network& network) {
  std::vector<double> weights;
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    if (!is_plastic(network.projections()[q].synapse)) continue;
    for (const SynapseNow& synapse : simulation.synapses({static_cast<std::int32_t>(q)}))
      weights.push_back(static_cast<double>(synapse.weight));
  }
  if (weights.empty()) return nullptr;
  std::sort(weights.begin(), weights.end());
  const auto n = static_cast<double>(weights.size());
  double mean = 0, variance = 0;
  for (const double w : weights) mean += w / n;
  for (const double w : weights) variance += (w - mean) * (w - mean) / n;
  const auto quantile = [&](double share) {
    return weights[static_cast<std::size_t>(share * (n - 1))];
  };
  return {
      {"mean", mean}, {"sd", std::sqrt(variance)}, {"p1", quantile(0.01)}, {"p99", quantile(0.99)}};
}

std::uint64_t events_of(const RawCounts& counts) {
  std::uint64_t events = 0;
  for (const ProjectionCounts& projection : counts.projections)
    events += projection.synaptic_events;
  return events;
}

/// JSON has no NaN: what is not defined is null.
Json or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// What the network would take, as figures of a run that is not made.
int print_estimate(const BenchmarkRun& run, const Network& network, int threads) {
  const BuildEstimate estimate =
      Simulation::estimate(network, {.dt_ms = dt_ms, .seed = run.seed, .threads = threads});
  std::int64_t neurons = 0;
  double synapses = 0;
  for (const Population& population : network.populations()) neurons += population.size();
  for (const auto& projection : estimate.projections) synapses += projection.synapses;
  const auto megabytes = [](std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  const Json result{{"network", run.name},
                    {"neurons", neurons},
                    {"synapses", std::llround(synapses)},
                    {"synapses_mb", megabytes(estimate.synapse_bytes)},
                    {"peak_build_mb", megabytes(estimate.peak_bytes)},
                    {"neurons_mb", megabytes(estimate.neuron_bytes)},
                    {"per_thread_mb", megabytes(estimate.bytes_per_thread)},
                    {"threads", threads},
                    {"build_s", estimate.seconds}};
  if (run.json) {
    std::cout << result.dump(2) << '\n';
    return success;
  }
  std::cout << std::setprecision(4) << run.name << ": " << neurons << " neurons, "
            << std::llround(synapses) << " synapses\n"
            << "synapses " << result["synapses_mb"].get<double>() << " MB (at most "
            << result["peak_build_mb"].get<double>() << " MB while they are built), neurons "
            << result["neurons_mb"].get<double>() << " MB, "
            << result["per_thread_mb"].get<double>() << " MB for each of " << threads
            << " threads\nabout " << result["build_s"].get<double>()
            << " s to build. Nothing was built.\n";
  return success;
}

void print_figures(const Json& result) {
  std::cout << std::setprecision(4) << result["network"].get<std::string>() << ": "
            << result["neurons"] << " neurons, " << result["synapses"] << " synapses at "
            << result["bytes_per_synapse"].get<double>() << " bytes\n"
            << "built in " << result["build_s"].get<double>() << " s; "
            << result["model_s"].get<double>() << " s of model time in "
            << result["simulate_s"].get<double>() << " s: real-time factor "
            << result["real_time_factor"].get<double>() << ", "
            << result["events_per_s"].get<double>() / 1e6 << " M events/s on "
            << (result["device"] == "cpu" ? result["threads"].dump() + " threads"
                                          : result["device"].get<std::string>())
            << "\n\n"
            << std::left << std::setw(12) << "population" << std::right << std::setw(10) << "Hz"
            << std::setw(10) << "CV" << std::setw(10) << "Fano" << '\n';
  for (const auto& [name, rate] : result["rates_hz"].items()) {
    std::cout << std::left << std::setw(12) << name << std::right << std::setw(10)
              << rate.get<double>();
    for (const char* what : {"cv", "fano"}) {
      const Json& value = result[what][name];
      value.is_null() ? std::cout << std::setw(10) << "-"
                      : std::cout << std::setw(10) << value.get<double>();
    }
    std::cout << '\n';
  }
  if (!result["weights"].is_null()) std::cout << "\nweights: " << result["weights"].dump() << '\n';
  std::cout << "\npeak memory " << result["peak_rss_mb"].get<double>() << " MB; spike train "
            << result["spike_hash"].get<std::string>() << '\n';
}

}  // namespace

const std::vector<std::string>& benchmark_names() {
  static const std::vector<std::string> names{"brunel-busy", "brunel-low",   "cuba",
                                              "coba",        "microcircuit", "stdp-balanced"};
  return names;
}

Network benchmark_network(const BenchmarkRun& run) {
  if (run.drive != "poisson" && run.drive != "dc")
    throw ConfigError("option", "--drive", run.drive, "poisson or dc");
  if (run.drive == "dc" && run.name != "microcircuit")
    throw ConfigError("option", "--drive", run.drive,
                      "poisson for " + run.name + "; dc is for microcircuit");
  if (run.name == "brunel-busy") return brunel({.scale = run.scale});
  if (run.name == "brunel-low") {
    BrunelOptions options = brunel_low;
    options.scale = run.scale;
    return brunel(options);
  }
  if (run.name == "cuba") return cuba({.scale = run.scale});
  if (run.name == "coba") return coba({.scale = run.scale});
  if (run.name == "stdp-balanced") return stdp_balanced({.scale = run.scale});
  if (run.name == "microcircuit") {
    return microcircuit({.scale = run.scale,
                         .drive = run.drive == "dc" ? MicrocircuitOptions::Drive::dc
                                                    : MicrocircuitOptions::Drive::poisson});
  }
  std::string names;
  for (const std::string& name : benchmark_names()) names += " " + name;
  throw ConfigError("command line", "network", run.name, "a file, or one of" + names);
}

int run_benchmark(const BenchmarkRun& run, const MaybeMeter& meter) {
  const Network network = benchmark_network(run);
  const int threads = run.threads > 0
                          ? run.threads
                          : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (run.estimate) return print_estimate(run, network, threads);
  const auto building = Clock::now();
  Simulation simulation(
      network, {.dt_ms = dt_ms, .seed = run.seed, .threads = threads, .device = run.device});
  const double build_s = seconds_since(building);
  catch_interrupts();
  const RunHooks hooks{.progress = [](double, double) { return !interrupted(); }};
  simulation.run_ms(run.warmup_ms, hooks);
  const std::int64_t first = simulation.tick();
  std::vector<SpikeStatistics> statistics;
  statistics.reserve(network.populations().size());
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    statistics.emplace_back(network.populations()[p].size(), dt_ms);
    statistics.back().start(first);
    simulation.listen_to_spikes(
        {static_cast<std::int32_t>(p)},
        [&statistics, p](std::int64_t tick, std::span<const std::int32_t> neurons) {
          statistics[p].add(tick, neurons);
        });
  }
  if (!run.out.empty()) simulation.record_spikes_to(run.out);
  const std::uint64_t events_before = events_of(simulation.counts());
  double simulate_s = 0;  // without the meter's wait for an edge of its counter
  const MeasuredEnergy energy = metered_once(meter, [&] {
    const auto running = Clock::now();
    simulation.run_ms(run.seconds * 1e3, hooks);
    simulate_s = seconds_since(running);
  });
  simulation.close_files();

  const std::int64_t end = simulation.tick();
  const double model_s = static_cast<double>(end - first) * dt_ms * 1e-3;
  const RawCounts counts = simulation.counts();
  Json result;
  result["network"] = run.name;
  result["scale"] = run.scale;
  if (run.name == "microcircuit") result["drive"] = run.drive;
  result["seed"] = run.seed;
  result["threads"] = threads;
  result["device"] = run.device;
  std::int64_t neurons = 0, synapses = 0;
  for (const Population& population : network.populations()) neurons += population.size();
  double bytes = 0;
  const auto precision = simulation.precision();
  for (std::size_t q = 0; q < counts.projections.size(); ++q) {
    synapses += counts.projections[q].synapses;
    bytes += static_cast<double>(counts.projections[q].synapses) * precision[q].bytes_per_synapse;
  }
  result["neurons"] = neurons;
  result["synapses"] = synapses;
  result["model_s"] = model_s;
  std::uint64_t hash = 0;
  for (std::size_t p = 0; p < statistics.size(); ++p) {
    const std::string& name = network.populations()[p].name;
    result["rates_hz"][name] = statistics[p].rate_hz(end);
    result["cv"][name] = or_null(statistics[p].cv());
    result["fano"][name] = or_null(statistics[p].fano(end));
    hash = hash * 0x100000001B3u ^ statistics[p].hash();
  }
  result["build_s"] = build_s;
  result["simulate_s"] = simulate_s;
  result["real_time_factor"] = simulate_s / model_s;
  const std::uint64_t events = events_of(counts) - events_before;
  result["synaptic_events"] = events;
  result["events_per_s"] = static_cast<double>(events) / simulate_s;
  result["energy"] = run_energy_json(energy, events);
  result["bytes_per_synapse"] = bytes / static_cast<double>(std::max<std::int64_t>(synapses, 1));
  result["peak_rss_mb"] = peak_rss_mb();
  std::ostringstream hex;
  hex << std::hex << std::setfill('0') << std::setw(16) << hash;
  result["spike_hash"] = hex.str();
  result["weights"] = weights_of(simulation, network);
  if (run.json) {
    std::cout << result.dump(2) << '\n';
  } else {
    print_figures(result);
    std::cout << run_energy_words(energy, events);
  }
  return interrupted() ? run_failed : success;
}

}  // namespace snn::cli

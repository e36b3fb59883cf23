// SPDX-License-Identifier: Apache-2.0
// What a network costs that does nothing, and what recording adds to one that does much. Prints one
// JSON object per line.
//   simulation_costs [rounds] [threads]
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "benchmarks/harness.hpp"
#include "snn/snn.hpp"

namespace {

/// 1 M neurons, 100 M synapses, with Poisson input that lets them fire, or with nothing at all.
snn::Network large(double rate_hz) {
  snn::Network net;
  const auto all = net.add(
      snn::Lif{.tau_m_ms = 20, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 20, .t_ref_ms = 2},
      {1'000'000}, "all");
  if (rate_hz > 0) net.drive(all, snn::PoissonDrive{.rate_hz = rate_hz, .weight = 0.5});
  net.connect(all, all, snn::FixedInDegree{100}, {.weight = -0.1, .delay_ms = 1.5});
  return net;
}

void silence(int rounds, int threads) {
  const snn::SimulationOptions options{.dt_ms = 0.1, .seed = 1, .threads = threads};
  constexpr double piece_ms = 100;
  snn::Simulation active(large(2500), options), silent(large(0), options);
  active.run_ms(200);
  silent.run_ms(200);
  const auto spikes = [&] { return snn::neurobench_counts(active.counts()).spikes; };
  const double before = spikes(), from_ms = static_cast<double>(active.tick()) * options.dt_ms;
  const auto t = harness::compare(
      {[&] { active.run_ms(piece_ms); }, [&] { silent.run_ms(piece_ms); }}, rounds);
  const double ran_s = (static_cast<double>(active.tick()) * options.dt_ms - from_ms) * 1e-3;
  std::printf(
      "{\"what\": \"silent\", \"neurons\": 1000000, \"synapses\": 100000000, \"threads\": %d, "
      "\"active_rate_hz\": %.2f, \"active_s_per_model_s\": %.4f, \"silent_s_per_model_s\": %.6f, "
      "\"silent_of_active\": %.6f}\n",
      threads, (spikes() - before) / 1e6 / ran_s, t[0].median_s / piece_ms * 1e3,
      t[1].median_s / piece_ms * 1e3, t[1].median_s / t[0].median_s);
}

void recording(const char* name, const snn::Network& net, int rounds, int threads) {
  const auto folder = std::filesystem::temp_directory_path() / "snn_simulation_costs";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const snn::SimulationOptions options{.dt_ms = 0.1, .seed = 1, .threads = threads};
  snn::Simulation plain(net, options), memory(net, options), file(net, options),
      states(net, options);
  std::vector<snn::PopulationId> populations;
  std::vector<std::int32_t> hundred(100);
  for (std::size_t n = 0; n < hundred.size(); ++n) hundred[n] = static_cast<std::int32_t>(n);
  std::vector<snn::StateSelection> reports;
  for (std::int32_t p = 0; p < static_cast<std::int32_t>(net.populations().size()); ++p) {
    memory.record_spikes({p});
    reports.push_back({{p}, "v", hundred});
  }
  file.record_spikes_to(folder / "spikes.h5");
  states.record_states_to(folder / "v.h5", reports, 1.0);
  std::vector<std::function<void()>> contestants;
  for (snn::Simulation* run : {&plain, &memory, &file, &states}) {
    run->run_ms(500);
    contestants.push_back([run] { run->run_ms(200); });
  }
  const auto t = harness::compare(contestants, rounds, 0);
  const auto times = [&](std::size_t c) { return t[c].median_s / t[0].median_s; };
  std::printf(
      "{\"what\": \"recording\", \"network\": \"%s\", \"threads\": %d, \"plain_s_per_model_s\": "
      "%.4f, \"spikes_in_memory\": %.3f, \"spikes_to_file\": %.3f, "
      "\"hundred_membranes_to_file\": %.3f}\n",
      name, threads, t[0].median_s / 0.2, times(1), times(2), times(3));
  std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
  silence(rounds, threads);
  recording("brunel-low", snn::brunel(snn::brunel_low), rounds, threads);
  recording("microcircuit, a tenth", snn::microcircuit({.scale = 0.1}), rounds, threads);
}

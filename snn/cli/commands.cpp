// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/commands.hpp"

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "snn/cli/contest.hpp"
#include "snn/cli/progress.hpp"
#include "snn/cli/results.hpp"
#include "snn/cli/table.hpp"
#include "snn/io/atomic_file.hpp"
#include "snn/io/network_file.hpp"
#include "snn/model/version.hpp"
#include "snn/sim/simulation.hpp"
#include "snn/train/encode.hpp"

namespace snn::cli {
namespace {

/// A counts report where --out says, or on stdout.
void report(const RunOptions& options, const std::string& json) {
  if (options.out.empty()) {
    std::cout << json;
    return;
  }
  const std::filesystem::path path = options.out;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
  write_atomically(path, std::string_view(json));
  std::cout << "written to " << std::filesystem::absolute(path).string() << '\n';
}

}  // namespace

int bench(const RunOptions& options, const std::string& command) {
  catch_interrupts();
  const Contest contest = run_contest(options, command);
  if (contest.interrupted) {
    std::cerr << "interrupted: nothing was written\n";
    return run_failed;
  }
  std::cout << table_of(contest);
  if (!options.out.empty()) {
    write_results(options.out, contest);
    std::cout << "\nResults: " << std::filesystem::absolute(options.out).string() << '\n';
  }
  return success;
}

int train(const RunOptions& options, const std::string& command) {
  catch_interrupts();
  const LoadedData loaded = load_data(options);
  const double dt_ms = tick_ms(options, loaded.data);
  Trainer trainer(classifier(loaded.data, classifier_options(options), dt_ms),
                  train_options(options, dt_ms));
  ProgressPrinter progress("training", options.quiet);
  const TrainResult result = trainer.train(loaded.data, loaded.split, progress.callback());
  if (result.interrupted) {
    std::cerr << "interrupted"
              << (options.checkpoint.empty() ? "; without --checkpoint nothing was kept\n"
                                             : "; continue with --resume\n");
    return run_failed;
  }
  const Evaluation test = trainer.evaluate(loaded.data, loaded.split.test);
  std::printf(
      "test accuracy %.2f %% (best epoch %d by validation, %.2f %%), %.2f s of training, %.3f s "
      "per epoch\n",
      100 * test.accuracy, result.best_epoch + 1,
      100 * result.epochs[static_cast<std::size_t>(result.best_epoch)].validation_accuracy,
      result.seconds, result.seconds / static_cast<double>(result.epochs.size()));
  if (!options.save.empty()) {
    save_network(options.save, trainer.network(), dt_ms,
                 {.version = std::string(version()),
                  .commit = std::string(commit()),
                  .command = command,
                  .seed = options.seed});
    std::cout << "network written to " << std::filesystem::absolute(options.save).string() << '\n';
  }
  if (!options.out.empty()) report(options, counts_json(test.counts, test.accuracy));
  return success;
}

int evaluate(const RunOptions& options) {
  const SavedNetwork saved = load_network(options.load);
  const LoadedData loaded = load_data(options);
  Trainer trainer(saved.network, train_options(options, saved.dt_ms));
  const Evaluation test = trainer.evaluate(loaded.data, loaded.split.test);
  if (!options.quiet)
    std::fprintf(stderr, "test accuracy %.2f %% of %zu samples\n", 100 * test.accuracy,
                 loaded.split.test.size());
  report(options, counts_json(test.counts, test.accuracy));
  return success;
}

int simulate(const RunOptions& options) {
  const SavedNetwork saved = load_network(options.load);
  const Network& network = saved.network;
  Simulation simulation(network, {.dt_ms = saved.dt_ms,
                                  .seed = options.seed,
                                  .threads = options.threads > 0 ? options.threads : 1});
  std::int32_t input = -1;
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    const Population& population = network.populations()[p];
    if (!population.is_source()) continue;
    const Source& source = population.source();
    if (!std::holds_alternative<PoissonSource>(source) &&
        !std::holds_alternative<SpikeSource>(source))
      input = static_cast<std::int32_t>(p);
  }
  if (input >= 0) {
    const LoadedData loaded = load_data(options);
    if (options.sample < 0 ||
        static_cast<std::size_t>(options.sample) >= loaded.split.test.size()) {
      throw ConfigError(
          "option", "--sample", std::to_string(options.sample),
          "0 .. " + std::to_string(loaded.split.test.size() - 1) + ", of the test samples");
    }
    const std::int64_t sample = loaded.split.test[static_cast<std::size_t>(options.sample)];
    const EncodedSample encoded =
        encode_sample(network[PopulationId{input}].source(), loaded.data, sample, options.steps,
                      saved.dt_ms, options.seed, 0);
    if (encoded.values.empty())
      simulation.set_spikes({input}, encoded.begin, encoded.unit);
    else
      simulation.set_values({input}, encoded.values);
    simulation.run_ticks(options.steps);
  } else {
    simulation.run_ms(options.ms);
  }
  report(options, counts_json(simulation.counts(), -1));
  return success;
}

}  // namespace snn::cli

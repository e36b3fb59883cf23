// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/commands.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "snn/cli/contest.hpp"
#include "snn/cli/counts_file.hpp"
#include "snn/cli/progress.hpp"
#include "snn/cli/report/write_report.hpp"
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
  write_atomically(options.out, std::string_view(json));
  std::cout << "written to " << std::filesystem::absolute(options.out).string() << '\n';
}

/// The page would replace the results it was made from.
void refuse_one_file_for_both(const RunOptions& options) {
  const auto full = [](const std::string& file) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file));
  };
  if (options.report.empty() || options.out.empty() || full(options.report) != full(options.out))
    return;
  throw ConfigError("option", "--report", options.report, "another file than that of --out");
}

/// What the flags leave open is as the network was trained.
RunOptions completed(RunOptions options, const SavedNetwork& saved) {
  if (options.seed == 0) options.seed = saved.provenance.seed;
  if (options.steps == 0) options.steps = saved.presentation.ticks;
  if (options.steps == 0)
    throw ConfigError("option", "--steps", "0", ">= 1, because " + options.load + " does not say");
  if (options.loss == "saved") options.loss = saved.presentation.loss;
  return options;
}

/// The population that data is presented to, if there is one.
std::optional<PopulationId> data_source(const Network& network) {
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    const Population& population = network.populations()[p];
    if (population.is_source() && takes_data(population.source()))
      return PopulationId{static_cast<std::int32_t>(p)};
  }
  return std::nullopt;
}

/// Presents test sample --sample and runs as long as it lasts.
void present(Simulation& simulation, PopulationId input, const SavedNetwork& saved,
             const RunOptions& options) {
  const LoadedData loaded = load_data(options);
  const Population& population = saved.network[input];
  if (population.size() != loaded.data.features()) {
    throw ConfigError(
        "population \"" + population.name + "\"", "size",
        std::to_string(population.size()) + " neurons",
        std::to_string(loaded.data.features()) + ", the features of \"" + loaded.data.name + "\"");
  }
  const auto samples = static_cast<std::int64_t>(loaded.split.test.size());
  if (options.sample < 0 || options.sample >= samples) {
    throw ConfigError("option", "--sample", std::to_string(options.sample),
                      "0 .. " + std::to_string(samples - 1) + ", of the test samples");
  }
  const EncodedSample encoded = encode_sample(
      population.source(), loaded.data, loaded.split.test[static_cast<std::size_t>(options.sample)],
      options.steps, saved.dt_ms, options.seed, 0);
  if (encoded.values.empty())
    simulation.set_spikes(input, encoded.begin, encoded.unit);
  else
    simulation.set_values(input, encoded.values);
  simulation.run_ticks(options.steps);
}

/// What a user at a terminal sees of a contest; Ctrl-C ends it.
ContestHooks shown_on_stderr(const RunOptions& options) {
  ContestHooks hooks;
  hooks.training = [quiet = options.quiet](const std::string& label) -> ProgressCallback {
    const auto printer = std::make_shared<ProgressPrinter>(label, quiet);
    return [printer, shown = printer->callback()](const Progress& now) { return shown(now); };
  };
  if (!options.quiet) {
    hooks.on_trial = [](int trial, int trials) {
      std::cerr << "measuring energy: trial " << trial + 1 << " of " << trials << '\n';
    };
  }
  hooks.go_on = [] { return !interrupted(); };
  return hooks;
}

}  // namespace

void prepare(const char* flag, const std::filesystem::path& file) {
  if (file.empty()) return;
  const auto refuse = [&](const std::string& why) { throw FileError(file.string(), flag, why); };
  if (std::filesystem::is_directory(file)) refuse("is a folder");
  if (std::filesystem::exists(file) && !std::filesystem::is_regular_file(file)) return;  // a pipe
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) refuse("cannot make the folder: " + error.message());
  const std::filesystem::path probe = folder / ("." + file.filename().string() + ".partial");
  if (!std::ofstream(probe))
    refuse(std::string("cannot write into the folder: ") + std::strerror(errno));
  std::filesystem::remove(probe, error);
}

int bench(const RunOptions& options, const std::string& command) {
  prepare("--out", options.out);
  prepare("--report", options.report);
  refuse_one_file_for_both(options);
  catch_interrupts();
  const Contest contest = run_contest(options, command, shown_on_stderr(options));
  if (contest.interrupted) {
    std::cerr << "interrupted: nothing was written\n";
    return run_failed;
  }
  std::cout << table_of(contest);
  if (!options.out.empty()) {
    write_results(options.out, contest);
    std::cout << "\nResults: " << std::filesystem::absolute(options.out).string() << '\n';
  }
  if (!options.report.empty()) {
    write_report(options.report, results_json(contest), "results");
    std::cout << "\nReport: " << std::filesystem::absolute(options.report).string() << '\n';
  }
  return success;
}

int train(const RunOptions& options, const std::string& command) {
  prepare("--out", options.out);
  prepare("--counts", options.counts);
  prepare("--save", options.save);
  prepare("--checkpoint", options.checkpoint);
  catch_interrupts();
  const LoadedData loaded = load_data(options);
  const double dt_ms = tick_ms(options, loaded.data);
  Trainer trainer(classifier(loaded.data, classifier_options(options), dt_ms),
                  train_options(options, dt_ms));
  const TrainResult result = [&] {
    ProgressPrinter progress("training", options.quiet);
    return trainer.train(loaded.data, loaded.split, progress.callback());
  }();
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
                  .seed = options.seed},
                 {.ticks = options.steps, .loss = options.loss});
    std::cout << "network written to " << std::filesystem::absolute(options.save).string() << '\n';
  }
  const CountsFile counted{options.save.empty() ? "trained network" : options.save, test.counts,
                           test.accuracy};
  if (!options.counts.empty()) write_counts(options.counts, counted);
  if (!options.out.empty()) report(options, evaluation_json(counted, test.samples));
  return success;
}

int evaluate(const RunOptions& given) {
  prepare("--out", given.out);
  prepare("--counts", given.counts);
  const SavedNetwork saved = load_network(given.load);
  const RunOptions options = completed(given, saved);
  if (options.loss.empty()) {
    throw ConfigError(
        "option", "--loss", "saved",
        "mean-membrane max-membrane count count-mse, because " + options.load + " does not say");
  }
  const LoadedData loaded = load_data(options);
  Trainer trainer(saved.network, train_options(options, saved.dt_ms));
  const Evaluation test = trainer.evaluate(loaded.data, loaded.split.test);
  if (!options.quiet)
    std::fprintf(stderr, "test accuracy %.2f %% of %zu samples\n", 100 * test.accuracy,
                 loaded.split.test.size());
  const CountsFile counted{options.load, test.counts, test.accuracy};
  if (!options.counts.empty()) write_counts(options.counts, counted);
  const auto rate =
      options.execution_rate_hz > 0 ? std::optional(options.execution_rate_hz) : std::nullopt;
  report(options, evaluation_json(counted, test.samples, rate));
  return success;
}

int simulate(const RunOptions& given) {
  prepare("--out", given.out);
  prepare("--counts", given.counts);
  const SavedNetwork saved = load_network(given.load);
  const std::optional<PopulationId> input = data_source(saved.network);
  const RunOptions options = input ? completed(given, saved) : given;
  Simulation simulation(saved.network, {.dt_ms = saved.dt_ms,
                                        .seed = options.seed,
                                        .threads = options.threads > 0 ? options.threads : 1,
                                        .device = options.device});
  if (input)
    present(simulation, *input, saved, options);
  else
    simulation.run_ms(options.ms);
  const CountsFile counted{options.load, simulation.counts(), {}};
  if (!options.counts.empty()) write_counts(options.counts, counted);
  report(options, evaluation_json(counted, {}));
  return success;
}

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>

#include "snn/cli/commands.hpp"
#include "snn/cli/machine.hpp"
#include "snn/model/errors.hpp"
#include "snn/model/version.hpp"

namespace snn::cli {
namespace {

void add_data_options(CLI::App& app, RunOptions& o) {
  app.add_option("--data", o.data, "digits | mnist:DIR | events:TRAIN.h5,TEST.h5")
      ->capture_default_str();
  app.add_option("--train-limit", o.train_limit,
                 "train on this many samples, equally from all classes; 0: all")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--validation-speaker", o.validation_speaker,
                 "events with speakers: the training speaker that validates; -1: the last")
      ->capture_default_str();
  app.add_option("--steps", o.steps, "ticks per sample")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  app.add_option(
         "--dt-ms", o.dt_ms,
         "length of a tick, ms; 0: 1 ms, events: so that the steps cover 95 % of the recordings")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", o.seed, "seed of every random choice")->capture_default_str();
  app.add_option("--threads", o.threads, "threads; 0: all cores")
      ->capture_default_str()
      ->check(CLI::Range(0, 4096));
  app.add_option("--batch", o.batch, "samples per batch")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--loss", o.loss, "mean-membrane | max-membrane | count | count-mse")
      ->capture_default_str()
      ->check(CLI::IsMember({"mean-membrane", "max-membrane", "count", "count-mse"}));
  app.add_flag("--quiet", o.quiet, "no progress on stderr");
}

void add_network_options(CLI::App& app, RunOptions& o) {
  app.add_option("--hidden", o.hidden, "neurons per hidden layer, e.g. 256,128")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_flag("--recurrent", o.recurrent, "hidden layers also project to themselves");
  app.add_option("--encode", o.encode, "images: direct | rate | latency")
      ->capture_default_str()
      ->check(CLI::IsMember({"direct", "rate", "latency"}));
  app.add_option("--neuron", o.neuron, "lif | if | cuba | adaptive")
      ->capture_default_str()
      ->check(CLI::IsMember({"lif", "if", "cuba", "adaptive"}));
  app.add_option("--tau", o.tau, "membrane time constant of hidden neurons, ticks")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--tau-syn", o.tau_syn, "synaptic time constant (cuba), ticks")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--tau-out", o.tau_out, "time constant of the readout, ticks")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--reset", o.reset, "subtract | value")
      ->capture_default_str()
      ->check(CLI::IsMember({"subtract", "value"}));
  app.add_option("--delay", o.delay, "delay between layers, ticks")
      ->capture_default_str()
      ->check(CLI::Range(0, 1 << 20));
  app.add_option("--gain", o.gain, "scale of the initial weights")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
}

void add_training_options(CLI::App& app, RunOptions& o) {
  app.add_option("--epochs", o.epochs, "passes over the training samples")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--lr", o.lr, "learning rate")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--optimizer", o.optimizer, "adam | adamw | sgd")
      ->capture_default_str()
      ->check(CLI::IsMember({"adam", "adamw", "sgd"}));
  app.add_option("--weight-decay", o.weight_decay, "of the optimiser; -1: its default")
      ->capture_default_str();
  app.add_option("--schedule", o.schedule, "cosine | step | plateau | constant")
      ->capture_default_str()
      ->check(CLI::IsMember({"cosine", "step", "plateau", "constant"}));
  app.add_option("--surrogate", o.surrogate,
                 "arctan | fast-sigmoid | sigmoid | triangle | piecewise-quadratic | boxcar | "
                 "exponential | gaussian | multi-gaussian")
      ->capture_default_str()
      ->check(CLI::IsMember({"arctan", "fast-sigmoid", "sigmoid", "triangle", "piecewise-quadratic",
                             "boxcar", "exponential", "gaussian", "multi-gaussian"}));
  app.add_option("--surrogate-slope", o.surrogate_slope,
                 "steepness of the surrogate; 0: its default")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--learn-tau", o.learn_tau, "also learn membrane time constants");
  app.add_flag("--learn-threshold", o.learn_threshold, "also learn thresholds");
  app.add_option("--augment", o.augment,
                 "distort training images: rotation in degrees, shift in pixels, scale, shear, "
                 "e.g. 10,1,0.1,0.1")
      ->delimiter(',')
      ->expected(1, 4)
      ->check(CLI::NonNegativeNumber);
  app.add_option("--clip-norm", o.clip_norm, "largest norm of the gradient; 0: any")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--patience", o.patience,
                 "epochs without a better validation before stopping; 0: never stop")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--lambda-synops", o.lambda_synops,
                 "weight of synaptic events relative to the dense network's operations")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--lambda-rate", o.lambda_rate, "weight of the distance to the target rate")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--target-rate", o.target_rate, "spikes per neuron and tick")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
}

std::string joined(int argc, const char* const* argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) {
    const std::string word = i == 0 ? "snn" : argv[i];
    line += (i == 0 ? "" : " ") + word;
  }
  return line;
}

int dispatch(int argc, const char* const* argv) {
  CLI::App app("Spiking neural networks whose energy is known, not claimed.", "snn");
  app.set_version_flag("--version", std::string(version()));
  app.require_subcommand(1);
  app.allow_config_extras(CLI::config_extras_mode::error);
  RunOptions options;
  const auto command = [&](const char* name, const char* about, const char* examples) {
    CLI::App* sub = app.add_subcommand(name, about);
    sub->footer(std::string("Examples:\n") + examples);
    return sub;
  };
  const auto with_config = [](CLI::App* sub) {
    sub->set_config("--config", "", "options from a TOML file; flags win over it");
    sub->allow_config_extras(CLI::config_extras_mode::error);
  };
  CLI::App* info = command("info", "What this build and this machine can do", "  snn info");
  CLI::App* bench_app = command(
      "bench", "Train a spiking network and its dense twins, count, meter, and say who wins",
      "  snn bench\n  snn bench --hidden 128,128 --lambda-synops 1 --out results.json\n"
      "  snn bench --data mnist:DIR --epochs 10 --seeds 3\n"
      "  snn bench --data events:train.h5,test.h5 --recurrent --steps 50");
  CLI::App* train_app =
      command("train", "Train one spiking network and save it",
              "  snn train --save net.h5\n  snn train --checkpoint run.h5 --resume --save net.h5");
  CLI::App* eval_app = command("eval", "Accuracy and counts of a saved network on the test samples",
                               "  snn eval net.h5 --out eval.json");
  CLI::App* simulate_app =
      command("simulate", "Event-driven run of a saved network",
              "  snn simulate net.h5 --sample 3\n  snn simulate autonomous.h5 --ms 500");
  for (CLI::App* sub : {bench_app, train_app}) {
    add_data_options(*sub, options);
    add_network_options(*sub, options);
    add_training_options(*sub, options);
  }
  for (CLI::App* sub : {eval_app, simulate_app}) {
    add_data_options(*sub, options);
    sub->add_option("network", options.load, "a network saved by snn train")->required();
  }
  for (CLI::App* sub : {bench_app, train_app, eval_app, simulate_app}) {
    sub->add_option("--out", options.out, "write the results as JSON");
    with_config(sub);
  }
  bench_app->add_option("--seeds", options.seeds, "runs with seeds seed, seed+1, ...")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  bench_app->add_option("--country", options.country, "ISO code of the grid for CO2e")
      ->capture_default_str();
  bench_app
      ->add_option("--measure-seconds", options.measure_seconds,
                   "least window of an energy measurement")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  train_app->add_option("--save", options.save, "write the trained network (HDF5)");
  train_app->add_option("--checkpoint", options.checkpoint,
                        "written after each epoch and on Ctrl-C (HDF5)");
  train_app->add_flag("--resume", options.resume, "go on from --checkpoint if it exists");
  simulate_app->add_option("--sample", options.sample, "which test sample is presented")
      ->capture_default_str();
  simulate_app->add_option("--ms", options.ms, "duration of networks with sources of their own, ms")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? success : usage_error;
  }
  if (info->parsed()) {
    std::cout << info_text();
    return success;
  }
  if (bench_app->parsed()) return bench(options, joined(argc, argv));
  if (train_app->parsed()) return train(options, joined(argc, argv));
  if (eval_app->parsed()) return evaluate(options);
  return simulate(options);
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    return dispatch(argc, argv);
  } catch (const ConfigError& error) {
    std::cerr << "snn: " << error.what() << '\n';
    return usage_error;
  } catch (const std::exception& error) {
    std::cerr << "snn: " << error.what() << '\n';
    return run_failed;
  }
}

}  // namespace snn::cli

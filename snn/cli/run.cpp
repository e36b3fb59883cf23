// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <new>
#include <optional>

#include "snn/cli/bench_options.hpp"
#include "snn/cli/benchmark_run.hpp"
#include "snn/cli/commands.hpp"
#include "snn/cli/config_file.hpp"
#include "snn/cli/energy_command.hpp"
#include "snn/cli/flags.hpp"
#include "snn/cli/machine.hpp"
#include "snn/cli/recipe.hpp"
#include "snn/cli/report/report_command.hpp"
#include "snn/math/counters.hpp"
#include "snn/model/errors.hpp"
#include "snn/model/version.hpp"

namespace snn::cli {
namespace {

std::string benchmark_list() {
  std::string list;
  for (const std::string& name : benchmark_names()) list += (list.empty() ? "" : ", ") + name;
  return list;
}

/// Whether a word is the name of a network, even a wrong one, and not a file.
bool may_name_benchmark(const std::string& word) {
  const std::filesystem::path path(word);
  return !path.empty() && !path.has_parent_path() && !path.has_extension() &&
         !std::filesystem::exists(path);
}

std::string joined(int argc, const char* const* argv) {
  std::string line = "snn";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

/// The parser of the whole command line; options are written to the two structs.
class Parser {
 public:
  Parser() : app_("Spiking neural networks whose energy is known, not claimed.", "snn") {
    app_.set_version_flag("--version", std::string(version()));
    app_.footer("Examples:\n  snn info\n  snn bench --hidden 128 --out results.json");
    info_ = add("info", "What this build and this machine can do", "  snn info");
    bench_ =
        add("bench", "Train a spiking network and its dense twins, count, meter, and say who wins",
            "  snn bench\n  snn bench --hidden 128,128 --lambda-synops 1 --out results.json\n"
            "  snn bench --out results.json --report results.html\n"
            "  snn bench --data mnist:DIR --epochs 10 --seeds 3\n"
            "  snn bench --data events:train.h5,test.h5 --recurrent --steps 50\n"
            "  snn bench --opponent equal-accuracy,mine.json --country FRA --pue 1.2\n"
            "  snn bench --config run.toml --epochs 5\n\n" +
                recipes_text());
    train_ = add("train", "Train one spiking network and save it",
                 "  snn train --save net.h5\n"
                 "  snn train --checkpoint run.h5 --resume --save net.h5\n\n" +
                     recipes_text());
    eval_ = add("eval", "Accuracy and counts of a saved network on the test samples",
                "  snn eval net.h5\n  snn eval net.h5 --data mnist:DIR --out eval.json");
    simulate_ =
        add("simulate",
            "Event-driven run of a network that simulators are compared with, or of a saved "
            "one",
            "  snn simulate microcircuit --scale 0.1 --seconds 2\n"
            "  snn simulate microcircuit --drive dc --json\n"
            "  snn simulate brunel-low --out spikes.h5\n"
            "  snn simulate stdp-balanced --estimate\n"
            "  snn simulate net.h5 --sample 3\n  snn simulate autonomous.h5 --ms 500\n\n"
            "Networks: " +
                benchmark_list() + " (docs/simulation.md)");
    add_training_commands();
    add_saved_network_commands();
    energy_.emplace(app_);
    report_.emplace(app_);
    for (CLI::App* sub : {bench_, train_, eval_, simulate_}) {
      sub->add_option("--config", config_, "options from a TOML file; flags win over it")
          ->configurable(false);
    }
  }

  /// Exit code, after running the command.
  int run(int argc, const char* const* argv) {
    try {
      check_command(argc, argv);
      parse(argc, argv);
      if (bench_->parsed() || train_->parsed()) parse_over_recipe(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? success : usage_error;
    }
    if (bench_->parsed()) return bench(options_, joined(argc, argv));
    if (train_->parsed()) return train(options_, joined(argc, argv));
    if (eval_->parsed()) return evaluate(saved_);
    if (simulate_->parsed()) {
      if (!may_name_benchmark(saved_.load)) return simulate(saved_);
      benchmark_.name = saved_.load;
      benchmark_.threads = saved_.threads;
      benchmark_.device = saved_.device;
      benchmark_.seed = saved_.seed != 0 ? saved_.seed : 1;
      benchmark_.out = saved_.out;
      return run_benchmark(benchmark_, meter_of(benchmark_.device));
    }
    if (energy_->parsed()) return energy_->run();
    if (report_->parsed()) return report_->run();
    std::cout << info_text();
    return success;
  }

  /// The options of a command line of `bench`; CLI::ParseError for what is refused.
  RunOptions bench_options(int argc, const char* const* argv) {
    parse(argc, argv);
    parse_over_recipe(argc, argv);
    return options_;
  }

 private:
  /// Now that the data are known: the same flags over the defaults that suit them.
  void parse_over_recipe(int argc, const char* const* argv) {
    options_ = recipe_for(options_.data, options_.recurrent);
    parse(argc, argv);
  }

  void parse(int argc, const char* const* argv) {
    app_.parse(argc, argv);
    if (!config_.empty()) apply_config(*app_.get_subcommands().front(), config_);
  }

  CLI::App* add(const char* name, const char* about, const std::string& examples) {
    CLI::App* sub = app_.add_subcommand(name, about);
    sub->footer("Examples:\n" + examples);
    return sub;
  }

  void add_training_commands() {
    for (CLI::App* sub : {bench_, train_}) {
      add_common_flags(*sub, options_);
      add_data_flags(*sub, options_);
      add_batch_flag(*sub, options_);
      add_network_flags(*sub, options_);
      add_training_flags(*sub, options_);
    }
    bench_->add_option("--seeds", options_.seeds, "runs with seeds seed, seed+1, ...")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    add_measurement_flags(*bench_, options_);
    bench_
        ->add_option("--opponent", options_.opponent,
                     "opponents beside the twins: equal-accuracy (the smallest dense network as "
                     "accurate), or files of counts (docs/counts.md)")
        ->delimiter(',');
    add_target_flag(*bench_, options_);
    bench_->add_option("--report", options_.report, "write the results as one HTML page");
    train_->add_option("--save", options_.save, "write the trained network (HDF5)");
    train_->add_option("--checkpoint", options_.checkpoint,
                       "written after each epoch and on Ctrl-C (HDF5)");
    train_->add_flag("--resume", options_.resume, "go on from --checkpoint if it exists");
  }

  void add_saved_network_commands() {
    train_->add_option("--counts", options_.counts, "write the counts of the test samples");
    for (CLI::App* sub : {eval_, simulate_}) {
      sub->add_option("--counts", saved_.counts,
                      "write the counts, for snn energy model and snn bench --opponent");
      add_common_flags(*sub, saved_);
      add_saved_network_flags(*sub, saved_);
    }
    add_device_flags(*eval_, saved_);
    add_batch_flag(*eval_, saved_);
    add_loss_of_saved_flag(*eval_, saved_);
    add_rate_flag(*eval_, saved_);
    add_benchmark_flags();
    simulate_->add_option("--sample", saved_.sample, "which test sample is presented")
        ->capture_default_str();
    simulate_->add_option("--ms", saved_.ms, "duration of networks with sources of their own, ms")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e12));
  }

  /// Of networks that have a name.
  void add_benchmark_flags() {
    const std::string group = "Networks by name";
    simulate_->add_option("--device", saved_.device, "cpu | cuda | cuda:N")->capture_default_str();
    simulate_->add_option("--scale", benchmark_.scale, "of the number of neurons")
        ->capture_default_str()
        ->check(CLI::Range(1e-3, 1e4))
        ->group(group);
    simulate_->add_option("--drive", benchmark_.drive, "of the microcircuit: poisson | dc")
        ->capture_default_str()
        ->check(CLI::IsMember({"poisson", "dc"}))
        ->group(group);
    simulate_->add_option("--seconds", benchmark_.seconds, "measured model time")
        ->capture_default_str()
        ->check(CLI::Range(1e-3, 1e6))
        ->group(group);
    simulate_->add_option("--warmup-ms", benchmark_.warmup_ms, "model time before it")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e9))
        ->group(group);
    simulate_
        ->add_flag("--estimate", benchmark_.estimate,
                   "say what memory and time it would take, and build nothing")
        ->group(group);
    simulate_->add_flag("--json", benchmark_.json, "print the figures as JSON")->group(group);
  }

  /// The first word must be a command, and of a command with commands, the next too; CLI11's own
  /// message would not name them.
  static void check_word(const CLI::App& app, const std::string& of, int argc,
                         const char* const* argv, int at) {
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    if (commands.empty()) return;
    const std::string word = argc > at ? argv[at] : "";
    if (word == "-h" || word == "--help" || word == "--version") return;
    std::string names;
    for (const CLI::App* sub : commands) {
      if (sub->get_name() == word) {
        std::string path = of;
        path.append(" ").append(word);
        return check_word(*sub, path, argc, argv, at + 1);
      }
      names += (names.empty() ? "" : " ") + sub->get_name();
    }
    throw ConfigError("command line", "command", word.empty() ? "none" : word,
                      names + " (see " + of + " --help)");
  }
  void check_command(int argc, const char* const* argv) const {
    check_word(app_, "snn", argc, argv, 1);
  }

  CLI::App app_;
  CLI::App *info_, *bench_, *train_, *eval_, *simulate_;
  RunOptions options_;      ///< of commands that train
  RunOptions saved_;        ///< of commands that load a network
  BenchmarkRun benchmark_;  ///< of networks that have a name
  std::optional<EnergyCommand> energy_;
  std::optional<ReportCommand> report_;
  std::string config_;
};

/// "--lr: value -1; allowed: > 0" as an error of its parts.
ConfigError refusal(const std::string& message, const std::vector<std::string>& flags) {
  const auto after = [&](const std::string& mark) {
    const std::size_t at = message.find(mark);
    return at == std::string::npos ? std::string() : message.substr(at + mark.size());
  };
  std::string field = "options", value = message, allowed = "those of snn bench --help";
  for (const std::string& flag : flags) {
    const std::size_t end = std::min(flag.find('='), flag.size());
    const std::string name = flag.substr(0, end);
    if (message.find(name + ":") == std::string::npos &&
        message.find(name + " ") == std::string::npos)
      continue;
    field = name.substr(name.find_first_not_of('-'));
    std::replace(field.begin(), field.end(), '-', '_');
    value = end < flag.size() ? flag.substr(end + 1) : "set";
    for (const char* mark : {"allowed: ", "not in range ", "not in "}) {
      if (allowed = after(mark); !allowed.empty()) break;
    }
    if (allowed.empty()) allowed = message;
    break;
  }
  return {"bench", field, value, allowed};
}

}  // namespace

RunOptions bench_options(const std::vector<std::string>& flags) {
  std::vector<const char*> words{"snn", "bench"};
  for (const std::string& flag : flags) words.push_back(flag.c_str());
  try {
    return Parser().bench_options(static_cast<int>(words.size()), words.data());
  } catch (const CLI::ParseError& error) {
    throw refusal(error.what(), flags);
  }
}

int run(int argc, const char* const* argv) {
  try {
    if (!counters) {
      throw UnavailableError(
          "this build counts nothing (SNN_COUNTERS=OFF): it is for measuring what counting costs");
    }
    return Parser().run(argc, argv);
  } catch (const ConfigError& error) {
    std::cerr << "snn: " << error.what() << '\n';
    return usage_error;
  } catch (const std::bad_alloc&) {
    std::cerr << "snn: not enough memory; smaller --hidden, --batch or --steps need less\n";
    return run_failed;
  } catch (const std::exception& error) {
    std::cerr << "snn: " << error.what() << '\n';
    return run_failed;
  }
}

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/flags.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace snn::cli {
namespace {

/// Accepts finite numbers that meet a condition; the message names the value and what is allowed.
CLI::Validator number(const char* allowed, bool (*fine)(double)) {
  return {[=](std::string& text) {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            const bool good = !text.empty() && *end == 0 && std::isfinite(value) && fine(value);
            return good ? std::string() : "value " + text + "; allowed: " + allowed;
          },
          allowed};
}

CLI::Validator positive() {
  return number("> 0", [](double value) { return value > 0; });
}
CLI::Validator not_negative() {
  return number(">= 0", [](double value) { return value >= 0; });
}

/// What 64 bits hold; CLI11 would take -1 for the largest number.
CLI::Validator seed() {
  return {[](std::string& text) {
            std::uint64_t value = 0;
            const char* last = text.data() + text.size();
            const auto [end, error] = std::from_chars(text.data(), last, value);
            const bool good = error == std::errc() && end == last;
            return good ? std::string() : "value " + text + "; allowed: 0 .. 18446744073709551615";
          },
          "0 .. 2^64-1"};
}

constexpr std::array all_meters = {MeterKind::automatic, MeterKind::rapl, MeterKind::perf,
                                   MeterKind::nvml,      MeterKind::amd,  MeterKind::jetson,
                                   MeterKind::external,  MeterKind::none};

std::vector<std::string> meter_names() {
  std::vector<std::string> names;
  for (const MeterKind kind : all_meters) names.emplace_back(name_of(kind));
  return names;
}

const std::vector<std::string> losses = {"mean-membrane", "max-membrane", "count", "count-mse"};

}  // namespace

CLI::Validator number_in(double low, double high) {
  const std::string allowed = nlohmann::json(low).dump() + " to " + nlohmann::json(high).dump();
  return {[=](std::string& text) {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            const bool good = !text.empty() && *end == 0 && value >= low && value <= high;
            return good ? std::string() : "value " + text + "; allowed: " + allowed;
          },
          allowed};
}

void add_common_flags(CLI::App& app, RunOptions& o) {
  app.add_option("--data", o.data, "digits | mnist:DIR | events:TRAIN.h5,TEST.h5")
      ->capture_default_str();
  app.add_option("--threads", o.threads, "threads; 0: all cores")
      ->capture_default_str()
      ->check(CLI::Range(0, 4096));
  app.add_option("--out", o.out, "write the results as JSON");
  app.add_flag("--quiet", o.quiet, "nothing on stderr but errors");
}

void add_saved_network_flags(CLI::App& app, RunOptions& o) {
  app.add_option("network", o.load, "a network saved by snn train, or the name of one")->required();
  o.steps = 0;
  o.seed = 0;
  app.add_option("--steps", o.steps, "ticks per sample; 0: as it was trained")
      ->capture_default_str()
      ->check(CLI::Range(0, 1 << 20));
  app.add_option("--seed", o.seed, "seed of random codes; 0: the one it was trained with")
      ->capture_default_str()
      ->check(seed());
}

void add_loss_of_saved_flag(CLI::App& app, RunOptions& o) {
  o.loss = "saved";
  std::vector<std::string> names = losses;
  names.emplace_back("saved");
  app.add_option("--loss", o.loss,
                 "how the answer is read: saved (as it was trained) | mean-membrane | "
                 "max-membrane | count | count-mse")
      ->capture_default_str()
      ->check(CLI::IsMember(names));
}

void add_rate_flag(CLI::App& app, RunOptions& o) {
  app.add_option("--execution-rate-hz", o.execution_rate_hz,
                 "how often the model is meant to be run, for NeuroBench's metrics; 0: not stated")
      ->capture_default_str()
      ->check(not_negative());
}

void add_batch_flag(CLI::App& app, RunOptions& o) {
  app.add_option("--batch", o.batch, "samples per batch")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
}

void add_meter_flags(CLI::App& app, MeterChoice& meter) {
  app.add_option_function<std::string>(
         "--meter",
         [&meter](const std::string& name) {
           for (const MeterKind kind : all_meters)
             if (name == name_of(kind)) meter.kind = kind;
         },
         "automatic | rapl | perf | nvml | amd | jetson | external | none (docs/meters.md)")
      ->default_str("automatic")
      ->check(CLI::IsMember(meter_names()));
  app.add_option("--meter-device", meter.device, "which device; nvml and amd")
      ->capture_default_str()
      ->check(CLI::Range(0, 1023));
  app.add_option("--meter-file", meter.path, "file or pipe of lines \"time_s joules\"; external");
  app.add_flag("--allow-shared-device", meter.allow_shared,
               "nvml: measure a device that other processes use, too");
}

void add_measurement_flags(CLI::App& app, RunOptions& o) {
  add_meter_flags(app, o.meter);
  app.add_option("--measure-seconds", o.measure_seconds, "least window of an energy measurement")
      ->capture_default_str()
      ->check(number("0.001 to 3600", [](double v) { return v >= 0.001 && v <= 3600; }));
  app.add_option("--trials", o.trials, "measured rounds of all contestants")
      ->capture_default_str()
      ->check(CLI::Range(5, 1000));
  app.add_option(
      "--country", o.country,
      "ISO code of the grid for CO2e, or g per kWh; if not given SNN_CARBON_REGION, else "
      "WORLD");
  app.add_option("--pue", o.pue, "energy of the data centre over that of its machines")
      ->capture_default_str()
      ->check(number("1 to 10", [](double v) { return v >= 1 && v <= 10; }));
}

void add_target_flag(CLI::App& app, RunOptions& o) {
  app.add_option(
         "--target-accuracy", o.target_accuracy,
         "trainings are compared at this validation accuracy; 0: at the best that all reach")
      ->capture_default_str()
      ->check(number("0 to 1", [](double v) { return v >= 0 && v <= 1; }));
}

void add_data_flags(CLI::App& app, RunOptions& o) {
  app.add_option("--train-limit", o.train_limit,
                 "train on this many samples, equally from all classes; 0: all")
      ->capture_default_str()
      ->check(not_negative());
  app.add_option("--validation-fraction", o.validation_fraction,
                 "share of the training samples that validates; -1: what suits the data set")
      ->capture_default_str()
      ->check(number("0 .. below 1, or -1",
                     [](double value) { return (value >= 0 && value < 1) || value == -1; }));
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
      ->check(not_negative());
  app.add_option("--seed", o.seed, "seed of every random choice")
      ->capture_default_str()
      ->check(seed());
  app.add_option("--loss", o.loss, "mean-membrane | max-membrane | count | count-mse")
      ->capture_default_str()
      ->check(CLI::IsMember(losses));
}

void add_network_flags(CLI::App& app, RunOptions& o) {
  app.add_option("--hidden", o.hidden, "neurons per hidden layer, e.g. 256,128")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 24));
  app.add_flag("--recurrent", o.recurrent, "hidden layers also project to themselves");
  app.add_option("--encode", o.encode, "images: direct | rate | latency")
      ->capture_default_str()
      ->check(CLI::IsMember({"direct", "rate", "latency"}));
  app.add_option("--neuron", o.neuron, "lif | if | cuba | adaptive")
      ->capture_default_str()
      ->check(CLI::IsMember({"lif", "if", "cuba", "adaptive"}));
  app.add_option("--tau", o.tau, "membrane time constant of hidden neurons, ticks")
      ->capture_default_str()
      ->check(positive());
  app.add_option("--tau-syn", o.tau_syn, "synaptic time constant (cuba), ticks")
      ->capture_default_str()
      ->check(positive());
  app.add_option("--tau-out", o.tau_out, "time constant of the readout, ticks")
      ->capture_default_str()
      ->check(positive());
  app.add_option("--reset", o.reset, "subtract | value")
      ->capture_default_str()
      ->check(CLI::IsMember({"subtract", "value"}));
  app.add_option("--delay", o.delay, "delay between layers, ticks")
      ->capture_default_str()
      ->check(CLI::Range(0, 1 << 20));
  app.add_option("--gain", o.gain, "scale of the initial weights")
      ->capture_default_str()
      ->check(positive());
}

void add_device_flags(CLI::App& app, RunOptions& o) {
  app.add_option("--device", o.device, "cpu | cuda | cuda:N (docs/cuda.md)")->capture_default_str();
  app.add_option("--precision", o.precision,
                 "products on a CUDA device: fp32 | tf32 | bf16 | bf16-split")
      ->capture_default_str()
      ->check(CLI::IsMember({"fp32", "tf32", "bf16", "bf16-split"}));
}

void add_training_flags(CLI::App& app, RunOptions& o) {
  add_device_flags(app, o);
  app.add_option("--epochs", o.epochs, "passes over the training samples")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--lr", o.lr, "learning rate")->capture_default_str()->check(positive());
  app.add_option("--optimizer", o.optimizer, "adam | adamw | sgd")
      ->capture_default_str()
      ->check(CLI::IsMember({"adam", "adamw", "sgd"}));
  app.add_option("--weight-decay", o.weight_decay, "of the optimiser; -1: its default")
      ->capture_default_str()
      ->check(number(">= 0, or -1", [](double value) { return value >= 0 || value == -1; }));
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
      ->check(not_negative());
  app.add_flag("--learn-tau", o.learn_tau, "also learn membrane time constants");
  app.add_flag("--learn-threshold", o.learn_threshold, "also learn thresholds");
  app.add_option("--augment", o.augment,
                 "distort training samples; images: rotation in degrees, shift in pixels, scale, "
                 "shear; events: shift in units, stretch of time, share left out; 0: not at all")
      ->delimiter(',')
      ->expected(1, 4)
      ->check(not_negative());
  app.add_option("--clip-norm", o.clip_norm, "largest norm of the gradient; 0: any")
      ->capture_default_str()
      ->check(not_negative());
  app.add_option("--patience", o.patience,
                 "epochs without a better validation before stopping; 0: never stop")
      ->capture_default_str()
      ->check(not_negative());
  app.add_option("--lambda-synops", o.lambda_synops,
                 "weight of synaptic events relative to the dense network's operations")
      ->capture_default_str()
      ->check(not_negative());
  app.add_option("--lambda-rate", o.lambda_rate, "weight of the distance to the target rate")
      ->capture_default_str()
      ->check(not_negative());
  app.add_option("--target-rate", o.target_rate, "spikes per neuron and tick")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
}

}  // namespace snn::cli

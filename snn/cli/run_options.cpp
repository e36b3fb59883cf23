// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/run_options.hpp"

#include <algorithm>
#include <cmath>

#include "snn/io/load.hpp"
#include "snn/io/split.hpp"

namespace snn::cli {
namespace {

ConfigError unknown(const char* flag, const std::string& value, const char* allowed) {
  return {"option", flag, value, allowed};
}

Surrogate surrogate_of(const RunOptions& o) {
  const auto with = [&](double fallback) {
    return o.surrogate_slope > 0 ? o.surrogate_slope : fallback;
  };
  if (o.surrogate == "arctan") return Arctan{.alpha = with(2.0)};
  if (o.surrogate == "fast-sigmoid") return FastSigmoid{.beta = with(25.0)};
  if (o.surrogate == "sigmoid") return Sigmoid{.k = with(4.0)};
  if (o.surrogate == "triangle") return Triangle{.width = 1.0 / with(1.0)};
  if (o.surrogate == "piecewise-quadratic") return PiecewiseQuadratic{.alpha = with(1.0)};
  if (o.surrogate == "boxcar") return Boxcar{.width = 1.0 / with(1.0)};
  if (o.surrogate == "exponential") return Exponential{.alpha = with(5.0)};
  if (o.surrogate == "gaussian") return Gaussian{.sigma = 1.0 / with(2.0)};
  if (o.surrogate == "multi-gaussian") return MultiGaussian{.sigma = 1.0 / with(2.0)};
  throw unknown("--surrogate", o.surrogate,
                "arctan fast-sigmoid sigmoid triangle piecewise-quadratic boxcar exponential "
                "gaussian multi-gaussian");
}

OptimizerKind optimizer_of(const RunOptions& o) {
  const auto decay = [&](double fallback) {
    return o.weight_decay >= 0 ? o.weight_decay : fallback;
  };
  if (o.optimizer == "adam") return Adam{.weight_decay = decay(0.0)};
  if (o.optimizer == "adamw") return AdamW{.weight_decay = decay(0.01)};
  if (o.optimizer == "sgd") return Sgd{.weight_decay = decay(0.0)};
  throw unknown("--optimizer", o.optimizer, "adam adamw sgd");
}

Schedule schedule_of(const RunOptions& o) {
  if (o.schedule == "cosine") return CosineRate{};
  if (o.schedule == "constant") return ConstantRate{};
  if (o.schedule == "step") return StepRate{};
  if (o.schedule == "plateau") return PlateauRate{};
  throw unknown("--schedule", o.schedule, "cosine step plateau constant");
}

Loss loss_of(const RunOptions& o) {
  if (o.loss == "mean-membrane") return MeanMembraneCrossEntropy{};
  if (o.loss == "max-membrane") return MaxMembraneCrossEntropy{};
  if (o.loss == "count") return CountCrossEntropy{};
  if (o.loss == "count-mse") return CountMse{};
  throw unknown("--loss", o.loss, "mean-membrane max-membrane count count-mse");
}

bool is_events(const std::string& data) {
  return data.rfind("events:", 0) == 0;
}

LoadedData load_unlimited(const RunOptions& o) {
  const SplitOptions split{.validation_fraction = o.validation_fraction,
                           .seed = o.seed,
                           .validation_group = o.validation_speaker};
  if (o.data == "digits") return load_digits(find_example_data("digits.h5"), split);
  if (o.data.rfind("mnist:", 0) == 0) return load_mnist(o.data.substr(6), split);
  if (is_events(o.data)) {
    const std::string files = o.data.substr(7);
    const auto comma = files.find(',');
    if (comma != std::string::npos)
      return load_events(files.substr(0, comma), files.substr(comma + 1), split);
  }
  throw unknown("--data", o.data, "digits | mnist:DIR | events:TRAIN.h5,TEST.h5");
}

/// Length that a share of the recordings does not exceed, s.
double recording_length_s(const Events& events, double share) {
  std::vector<float> last;
  for (std::size_t s = 0; s + 1 < events.begin.size(); ++s) {
    if (events.begin[s + 1] > events.begin[s])
      last.push_back(events.time_s[static_cast<std::size_t>(events.begin[s + 1]) - 1]);
  }
  if (last.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(last.size() - 1));
  std::nth_element(last.begin(), last.begin() + static_cast<std::ptrdiff_t>(at), last.end());
  return static_cast<double>(last[at]);
}

Precision precision_of(const RunOptions& o) {
  if (o.precision == "fp32") return Precision::fp32;
  if (o.precision == "tf32") return Precision::tf32;
  if (o.precision == "bf16") return Precision::bf16;
  if (o.precision == "bf16-split") return Precision::bf16_split;
  throw unknown("--precision", o.precision, "fp32 tf32 bf16 bf16-split");
}

}  // namespace

LoadedData load_data(const RunOptions& options) {
  LoadedData loaded = load_unlimited(options);
  if (options.train_limit > 0)
    loaded.split = train_limit(loaded.data, loaded.split, options.train_limit, options.seed);
  return loaded;
}

double tick_ms(const RunOptions& options, const Dataset& data) {
  if (options.dt_ms > 0) return options.dt_ms;
  const auto* events = std::get_if<Events>(&data.data);
  if (events == nullptr) return 1.0;
  // The longest twentieth of the recordings is cut: padding all others would cost more than it
  // tells.
  const double length_ms = 1e3 * recording_length_s(*events, 0.95);
  return std::max(1e-3, std::ceil(length_ms / options.steps * 10.0) / 10.0);
}

ClassifierOptions classifier_options(const RunOptions& o) {
  ClassifierOptions c;
  c.hidden = o.hidden;
  c.recurrent = o.recurrent;
  if (o.encode == "direct")
    c.encoding = Encoding::direct;
  else if (o.encode == "rate")
    c.encoding = Encoding::rate;
  else if (o.encode == "latency")
    c.encoding = Encoding::latency;
  else
    throw unknown("--encode", o.encode, "direct rate latency");
  if (o.neuron == "lif")
    c.neuron = HiddenNeuron::lif;
  else if (o.neuron == "if")
    c.neuron = HiddenNeuron::integrate_and_fire;
  else if (o.neuron == "cuba")
    c.neuron = HiddenNeuron::cuba;
  else if (o.neuron == "adaptive")
    c.neuron = HiddenNeuron::adaptive;
  else
    throw unknown("--neuron", o.neuron, "lif if cuba adaptive");
  if (o.reset == "subtract")
    c.reset = Reset::subtract;
  else if (o.reset == "value")
    c.reset = Reset::to_value;
  else
    throw unknown("--reset", o.reset, "subtract value");
  c.tau_m_ticks = o.tau;
  c.tau_syn_ticks = o.tau_syn;
  c.tau_out_ticks = o.tau_out;
  c.delay_ticks = o.delay;
  c.gain = o.gain;
  c.spiking_readout = o.loss == "count" || o.loss == "count-mse";
  return c;
}

TrainOptions train_options(const RunOptions& o, double dt_ms) {
  TrainOptions t;
  t.dt_ms = dt_ms;
  t.ticks = o.steps;
  t.epochs = o.epochs;
  t.batch = o.batch;
  t.learning_rate = o.lr;
  t.seed = o.seed;
  t.threads = o.threads;
  t.device = o.device;
  t.precision = precision_of(o);
  t.surrogate = surrogate_of(o);
  t.loss = loss_of(o);
  t.optimizer = optimizer_of(o);
  t.schedule = schedule_of(o);
  t.clip_norm = o.clip_norm;
  t.lambda_rate = o.lambda_rate;
  t.target_rate = o.target_rate;
  t.lambda_synops = o.lambda_synops;
  t.learn_tau = o.learn_tau;
  t.learn_threshold = o.learn_threshold;
  t.patience = o.patience;
  const auto bound = [&](std::size_t i) { return i < o.augment.size() ? o.augment[i] : 0.0; };
  if (is_events(o.data))
    t.augmentation = {.shift_units = bound(0), .stretch = bound(1), .drop = bound(2)};
  else
    t.augmentation = {
        .rotation_deg = bound(0), .shift_px = bound(1), .scale = bound(2), .shear = bound(3)};
  t.checkpoint = o.checkpoint;
  t.resume = o.resume;
  return t;
}

}  // namespace snn::cli

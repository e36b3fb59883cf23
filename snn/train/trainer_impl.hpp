// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>

#include "snn/energy/counts/describe.hpp"
#include "snn/model/validate.hpp"
#include "snn/train/batches.hpp"
#include "snn/train/encode.hpp"
#include "snn/train/fingerprint.hpp"
#include "snn/train/parameters.hpp"
#include "snn/train/train_options_check.hpp"
#include "snn/train/trainer.hpp"
#include "snn/train/training_engine.hpp"

/// What a Trainer holds: shared by it and by the Training that it begins.
namespace snn {

inline TrainOptions with_default_threads(TrainOptions options) {
  if (options.threads == 0) options.threads = omp_get_num_procs();
  return options;
}

struct Trainer::Impl {
  Impl(const Network& description, TrainOptions given)
      : options(with_default_threads(std::move(given))),
        network(description),
        digest(options.checkpoint.empty() ? "" : digest_of(description)) {
    check_options(options);
    validate(network, options.dt_ms);
    for (std::size_t q = 0; q < network.projections().size(); ++q) {
      ProjectionCounts described;
      describe_synapses(described, network, {static_cast<std::int32_t>(q)});
      padded_synapses.push_back(described.padded_synapses);
    }
    network = with_listed_pairs(network, options.seed);
    plan = make_plan(network, {options.dt_ms, options.learn_tau, options.learn_threshold});
    check_loss();
    parameters = initial_parameters(network, plan, options.dt_ms, options.seed);
    apply_neuron_parameters(network, plan, options.dt_ms, parameters);
    engine = make_engine(network, plan, options);
    load();
  }

  /// Counts of nothing. Training makes shared weights weights of their own; padding stays.
  RawCounts empty_counts() const {
    RawCounts counts = engine->empty_counts();
    for (std::size_t q = 0; q < counts.projections.size(); ++q)
      counts.projections[q].padded_synapses = padded_synapses[q];
    return counts;
  }

  void load() {
    apply_neuron_parameters(network, plan, options.dt_ms, parameters);
    engine->load(parameters);
  }

  const Source& source() const {
    return network.populations()[static_cast<std::size_t>(plan.input)].source();
  }

  /// Count losses read outputs, which a leaky integrator has none of.
  void check_loss() const {
    const PlannedPopulation& readout = plan.populations[static_cast<std::size_t>(plan.readout)];
    if (reads_membrane(options.loss) || readout.spiking || readout.graded) return;
    throw ConfigError("training options", "loss", "a loss on spike counts",
                      "a loss on membranes: population \"" + network.populations().back().name +
                          "\" does not spike");
  }

  void check_data(const Dataset& data) const {
    const PlannedPopulation& input = plan.populations[static_cast<std::size_t>(plan.input)];
    const PlannedPopulation& readout = plan.populations[static_cast<std::size_t>(plan.readout)];
    const auto name = [&](int p) {
      return "population \"" + network.populations()[static_cast<std::size_t>(p)].name + "\"";
    };
    if (input.size != data.features()) {
      throw ConfigError(
          name(plan.input), "size", std::to_string(input.size) + " neurons",
          std::to_string(data.features()) + ", the features of \"" + data.name + "\"");
    }
    if (readout.size != data.classes) {
      throw ConfigError(name(plan.readout), "size", std::to_string(readout.size) + " neurons",
                        std::to_string(data.classes) + ", the classes of \"" + data.name + "\"");
    }
  }

  /// Refers to `data`, `samples` and the labels of the last call.
  BatchInput input(const Dataset& data, std::span<const std::int64_t> samples,
                   std::uint32_t presentation) {
    labels.clear();
    for (const std::int64_t sample : samples)
      labels.push_back(data.label.at(static_cast<std::size_t>(sample)));
    return {.samples = static_cast<int>(samples.size()),
            .encoded =
                [this, &data, samples, presentation](int b) {
                  return encode_sample(source(), data, samples[static_cast<std::size_t>(b)],
                                       options.ticks, options.dt_ms, options.seed, presentation,
                                       options.augmentation);
                },
            .labels = labels};
  }

  LossValue forward(const Dataset& data, std::span<const std::int64_t> samples,
                    std::uint32_t presentation) {
    return engine->forward(input(data, samples, presentation));
  }

  Evaluation evaluate(const Dataset& data, std::span<const std::int64_t> samples, bool counts);

  TrainOptions options;
  Network network;
  std::string digest;  ///< of the network as it was described; only for checkpoints
  Plan plan;
  std::vector<std::int64_t> padded_synapses;  ///< of each projection as it was described
  std::vector<float> parameters;
  std::vector<std::int32_t> labels;
  std::unique_ptr<TrainingEngine<float>> engine;
};

}  // namespace snn

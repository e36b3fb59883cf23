// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "snn/cli/machine.hpp"
#include "snn/cli/sample_run.hpp"
#include "snn/energy/carbon/carbon_choice.hpp"
#include "snn/energy/counts/dialects.hpp"
#include "snn/energy/energy.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/protocol/figures.hpp"

/// A results file of `snn bench`, read back and checked: what a page is made of. Keys and meanings:
/// docs/results.md.
namespace snn::cli::page {

/// The newest layout of results that is understood; older ones are not.
inline constexpr std::int64_t results_schema = 2;

enum class Role : std::uint8_t { spiking, dense, quantised, equal_accuracy, user };

/// Joules of a training of either kind, with grams of the same.
struct TrainingEnergy {
  MeasuredEnergy measured;
  MeasuredGrams measured_co2e;  ///< of joules that were measured
  ModelledJoules modelled;
  ModelledGrams modelled_co2e;
};

/// Up to the first epoch that reached an accuracy on the validation samples.
struct TargetCost {
  double validation_accuracy = 0;
  std::int64_t epochs = 0;
  double seconds = 0;
  TrainingEnergy energy;
};

struct Training {
  double seconds = 0, seconds_per_epoch = 0;
  std::int64_t epochs = 0;
  double synaptic_operations = 0;  ///< MACs and ACs, forward and backward
  TrainingEnergy energy;
  Modelled modelled;                    ///< formula, constants and notes; of the whole run
  std::optional<TargetCost> to_target;  ///< nothing: not reached
};

struct Contender {
  Role role = Role::user;
  std::string label;
  std::optional<double> accuracy;  ///< 0 .. 1, mean over seeds
  double accuracy_sd = 0;
  std::size_t seeds = 0;
  std::int64_t ticks = 1;
  Counts counts;  ///< per inference, by NeuroBench's rule
  std::variant<Unavailable, ContestantEnergy> measured;
  std::vector<Modelled> modelled;
  std::optional<Training> training;
  std::optional<SampleRun> sample;

  /// By one model's name; null if the file has no figure of it.
  const Modelled* by(const std::string& model) const;
};

/// How the measured figures came about, in numbers.
struct Protocol {
  std::string counter;
  double resolution_j = 0, update_interval_s = 0;
  std::optional<double> systematic_gain;
  std::int64_t seed = 0, resamples = 0;
  std::size_t trials = 0, voided = 0;
};

using MeasuredRatio = std::variant<Unavailable, EnergyRatio>;

struct Verdict {
  std::vector<std::string> text;
  std::vector<LayerBreakEven> fp32_layers, int8_layers;  ///< against the dense, the quantised twin
  MeasuredRatio against_dense, against_quantised;
};

/// A bound on spikes per synapse that others published.
struct Bound {
  std::string name;
  double low = 0, high = 0;
  std::string source;
};

struct ScaleTraining {
  std::string model, devices, note, source;
  double hours = 0, kwh = 0;
  double co2e_g = 0;  ///< as published, or as corrected later
  bool corrected = false;
};

struct Results {
  std::string version, commit, command;
  Machine machine;
  std::string compiler;
  std::string data;
  std::vector<std::int64_t> shape;
  std::int64_t classes = 0, train = 0, validation = 0, test = 0;
  double dt_ms = 0;
  std::vector<std::pair<std::string, std::string>> options;  ///< as asked for
  CarbonChoice carbon;
  std::variant<Unavailable, Protocol> measurement;
  std::vector<Contender> contenders;  ///< spiking, dense, quantised, then others
  Verdict verdict;
  std::vector<Bound> bounds;
  std::vector<ScaleTraining> published;

  const Contender& spiking() const { return contenders[0]; }
  const Contender& dense() const { return contenders[1]; }
  const Contender& quantised() const { return contenders[2]; }
};

/// Parses the text of a results file; `file` is its name in messages. FileError, with the key, for
/// anything that is missing, of another type, out of its range or of another layout.
Results read_results(const std::string& text, const std::string& file);

}  // namespace snn::cli::page

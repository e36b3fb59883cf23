// SPDX-License-Identifier: Apache-2.0
#include "snn/train/checkpoint.hpp"

#include <array>

#include "snn/io/hdf5_file.hpp"

namespace snn {
namespace {

constexpr std::int32_t schema = 1;

/// The fields of an epoch report, one column each.
template <class Report, class Visit>
void visit_report(Report& report, Visit&& visit) {
  visit("train_loss", report.train_loss);
  visit("train_accuracy", report.train_accuracy);
  visit("validation_loss", report.validation_loss);
  visit("validation_accuracy", report.validation_accuracy);
  visit("learning_rate", report.learning_rate);
  visit("seconds", report.seconds);
  visit("spikes_per_sample", report.spikes_per_sample);
}

/// The numbers of a checkpoint, written and read by the same list.
template <class State, class Visit>
void visit_numbers(State& state, Visit&& visit) {
  visit("epoch", state.epoch);
  visit("batch", state.batch);
  visit("loss_sum", state.loss_sum);
  visit("correct", state.correct);
  visit("samples", state.samples);
  visit("spikes", state.spikes);
  visit("epoch_seconds", state.epoch_seconds);
  visit("optimizer_steps", state.optimizer.steps);
  visit("schedule_scale", state.schedule.scale);
  visit("schedule_best_loss", state.schedule.best_loss);
  visit("schedule_bad_epochs", state.schedule.bad_epochs);
  visit("bad_epochs", state.bad_epochs);
  visit("best_epoch", state.result.best_epoch);
  visit("seconds", state.result.seconds);
  visit("forward_macs", state.result.operations.forward.macs);
  visit("forward_acs", state.result.operations.forward.acs);
  visit("backward_macs", state.result.operations.backward.macs);
  visit("backward_acs", state.result.operations.backward.acs);
}

template <class State, class Visit>
void visit_arrays(State& state, Visit&& visit) {
  visit("/parameters", state.parameters);
  visit("/best_parameters", state.best_parameters);
  visit("/optimizer/first", state.optimizer.first);
  visit("/optimizer/second", state.optimizer.second);
}

/// Operations as rows of integers: the whole, then each projection.
constexpr std::size_t operation_columns = 11;

std::array<std::uint64_t*, operation_columns> columns_of(TrainingOperations& row) {
  return {&row.forward.macs,     &row.forward.acs,        &row.backward.macs,
          &row.backward.acs,     &row.neuron_updates,     &row.adjoint_updates,
          &row.bias_additions,   &row.update.additions,   &row.update.multiplications,
          &row.update.divisions, &row.update.square_roots};
}
std::array<std::uint64_t*, operation_columns> columns_of(ProjectionOperations& row) {
  return {&row.forward.macs,       &row.forward.acs,          &row.input_gradient.macs,
          &row.input_gradient.acs, &row.weight_gradient.macs, &row.weight_gradient.acs,
          &row.bias_additions,     &row.update.additions,     &row.update.multiplications,
          &row.update.divisions,   &row.update.square_roots};
}

/// visit(number) for every integer, row by row.
template <class Visit>
void visit_operations(TrainingOperations& operations, Visit&& visit) {
  for (std::uint64_t* number : columns_of(operations)) visit(*number);
  for (ProjectionOperations& projection : operations.projections) {
    for (std::uint64_t* number : columns_of(projection)) visit(*number);
  }
}

/// Of the run, of the epoch so far, and of each finished epoch.
template <class State, class Visit>
void visit_all_operations(State& state, Visit&& visit) {
  visit("/operations/run", state.result.operations);
  visit("/operations/epoch", state.epoch_operations);
  for (std::size_t e = 0; e < state.result.epochs.size(); ++e)
    visit("/operations/epoch_" + std::to_string(e), state.result.epochs[e].operations);
}

void read_operations(const Hdf5File& file, const std::string& name,
                     TrainingOperations& operations) {
  if (!file.exists(name)) return;  // of a version that kept totals only
  const auto numbers = file.read<std::uint64_t>(name);
  if (numbers.empty() || numbers.size() % operation_columns != 0) {
    throw FileError(file.path(), name, "has " + std::to_string(numbers.size()) + " values");
  }
  operations.projections.resize(numbers.size() / operation_columns - 1);
  std::size_t at = 0;
  visit_operations(operations, [&](std::uint64_t& number) { number = numbers[at++]; });
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  write_hdf5_atomically(path, [&](Hdf5File& file) {
    file.set_attribute<std::int32_t>("/", "schema", schema);
    file.set_attribute<std::string>("/", "kind", "snn checkpoint");
    file.set_attribute<std::string>("/", "fingerprint", checkpoint.fingerprint);
    visit_numbers(checkpoint, [&](const char* name, const auto& value) {
      file.set_attribute<std::decay_t<decltype(value)>>("/", name, value);
    });
    visit_arrays(checkpoint,
                 [&](const char* name, const auto& values) { file.write(name, values); });
    visit_all_operations(checkpoint, [&](const std::string& name, TrainingOperations operations) {
      std::vector<std::uint64_t> numbers;
      visit_operations(operations, [&](std::uint64_t& number) { numbers.push_back(number); });
      file.write(name, numbers);
    });
    const Operations& validation = checkpoint.result.validation;
    file.write("/operations/validation",
               std::vector<std::uint64_t>{validation.macs, validation.acs});
    // An epoch's number is its row.
    EpochReport columns;
    std::size_t column = 0;
    visit_report(columns, [&](const char* name, double&) {
      std::vector<double> values;
      for (const EpochReport& report : checkpoint.result.epochs) {
        std::size_t at = 0;
        visit_report(report, [&](const char*, double value) {
          if (at++ == column) values.push_back(value);
        });
      }
      ++column;
      file.write(std::string("/epochs/") + name, values);
    });
  });
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  if (!file.has_attribute("/", "kind") ||
      file.attribute<std::string>("/", "kind") != "snn checkpoint") {
    throw FileError(path.string(), "/", "is not a checkpoint of snn");
  }
  if (const auto found = file.attribute<std::int32_t>("/", "schema"); found != schema) {
    throw FileError(
        path.string(), "/schema",
        "is " + std::to_string(found) + "; this version reads " + std::to_string(schema));
  }
  Checkpoint checkpoint;
  checkpoint.fingerprint = file.attribute<std::string>("/", "fingerprint");
  visit_numbers(checkpoint, [&](const char* name, auto& value) {
    value = file.attribute<std::decay_t<decltype(value)>>("/", name);
  });
  visit_arrays(checkpoint, [&](const char* name, std::vector<float>& values) {
    values = file.read<float>(name);
  });
  if (checkpoint.best_parameters.size() != checkpoint.parameters.size()) {
    throw FileError(path.string(), "/best_parameters",
                    "has " + std::to_string(checkpoint.best_parameters.size()) +
                        " values, /parameters " + std::to_string(checkpoint.parameters.size()));
  }
  EpochReport columns;
  visit_report(columns, [&](const char* name, double&) {
    const std::vector<double> values = file.read<double>(std::string("/epochs/") + name);
    checkpoint.result.epochs.resize(values.size());
    for (std::size_t e = 0; e < values.size(); ++e) {
      EpochReport& report = checkpoint.result.epochs[e];
      report.epoch = static_cast<int>(e);
      visit_report(report, [&](const char* field, double& value) {
        if (std::string_view(field) == name) value = values[e];
      });
    }
  });
  visit_all_operations(checkpoint, [&](const std::string& name, TrainingOperations& operations) {
    read_operations(file, name, operations);
  });
  if (const std::string name = "/operations/validation"; file.exists(name)) {
    const auto numbers = file.read<std::uint64_t>(name);
    if (numbers.size() != 2)
      throw FileError(file.path(), name, "has " + std::to_string(numbers.size()) + " values");
    checkpoint.result.validation = {numbers[0], numbers[1]};
  }
  if (checkpoint.result.best_epoch >= static_cast<int>(checkpoint.result.epochs.size())) {
    throw FileError(path.string(), "/best_epoch",
                    "is " + std::to_string(checkpoint.result.best_epoch) + " of " +
                        std::to_string(checkpoint.result.epochs.size()) + " epochs");
  }
  return checkpoint;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/read_model.hpp"

#include <limits>

namespace snn::cli::page {
namespace {

constexpr double any = -std::numeric_limits<double>::max();

template <class Quantity>
TrialMean<Quantity> read_mean(const FileValue& value, double least) {
  const auto read = [&](const FileValue& number) { return Quantity(number.number_from(least)); };
  const std::vector<FileValue> interval = value.at("interval_95").list();
  if (interval.size() != 2) value.at("interval_95").refuse("needs two numbers: low and high");
  // An interval around a small positive mean may begin below 0.
  const auto bound = [](const FileValue& number) { return Quantity(number.number()); };
  return {read(value.at("mean")), read(value.at("median")), Quantity(value.at("sd").number_from(0)),
          bound(interval[0]), bound(interval[1])};
}

ContestantEnergy read_inference(const FileValue& value) {
  ContestantEnergy energy;
  energy.total_per_sample = read_mean<MeasuredJoules>(value.at("total_joules"), 0);
  energy.dynamic_per_sample = read_mean<MeasuredJoules>(value.at("dynamic_joules"), any);
  energy.power_w = read_mean<double>(value.at("power_w"), 0);
  energy.repetition_s = read_mean<double>(value.at("pass_s"), 0);
  energy.energy_delay = read_mean<MeasuredJouleSeconds>(value.at("energy_delay_js"), 0);
  energy.quantisation = value.at("quantisation").number_from(0);
  energy.trials = static_cast<int>(value.at("trials").integer_from(1));
  return energy;
}

Modelled read_modelled(const FileValue& value, const char* joules) {
  Modelled modelled;
  modelled.model = value.at("model").text();
  modelled.formula = value.at("formula").text();
  modelled.hardware = value.at("hardware").text();
  modelled.joules_per_inference = ModelledJoules(value.at(joules).number_from(0));
  if (const auto terms = value.find("terms")) {
    for (const FileValue& term : terms->list()) {
      modelled.terms.push_back({.layer = term.at("layer").text(),
                                .name = term.at("name").text(),
                                .operations = term.at("operations").number_from(0),
                                .price = term.at("price").text(),
                                .picojoules = term.at("picojoules").number_from(0),
                                .joules = ModelledJoules(term.at("joules").number_from(0))});
    }
  }
  if (const auto constants = value.find("constants")) {
    for (const FileValue& constant : constants->list()) {
      modelled.constants.push_back({.name = constant.at("name").text(),
                                    .value = constant.at("value").number_from(0),
                                    .unit = constant.at("unit").text(),
                                    .bits = static_cast<int>(constant.at("bits").integer_from(0)),
                                    .source = constant.at("source").text(),
                                    .evidence = constant.at("evidence").text()});
    }
  }
  if (const auto notes = value.find("notes")) modelled.notes = notes->texts();
  return modelled;
}

/// Exactly one of the two must be there.
std::optional<Unavailable> unavailable_in(const FileValue& energy) {
  const auto why = energy.find("unavailable");
  if (why && energy.find("measured")) energy.refuse("holds both `measured` and `unavailable`");
  if (!why) return std::nullopt;
  return read_unavailable(*why);
}

TrainingEnergy read_training_energy(const FileValue& value) {
  TrainingEnergy energy;
  if (const auto why = unavailable_in(value)) {
    energy.measured = *why;
  } else {
    const FileValue run = value.at("measured");
    Measured measured;
    measured.joules = MeasuredJoules(run.at("joules").number_from(0));
    measured.total_joules = MeasuredJoules(run.at("total_joules").number_from(0));
    measured.window_s = run.at("window_s").number_from(0);
    measured.repetitions = run.at("repetitions").integer_from(1);
    measured.counter = run.at("counter").text();
    measured.resolution_j = run.at("resolution_j").number_from(0);
    measured.update_interval_s = run.at("update_interval_s").number_from(0);
    measured.quantisation_j = run.at("quantisation_j").number_from(0);
    energy.measured = measured;
    energy.measured_co2e = MeasuredGrams(run.at("co2e_g").number_from(0));
  }
  const FileValue modelled = value.at("modelled");
  energy.modelled = ModelledJoules(modelled.at("joules").number_from(0));
  energy.modelled_co2e = ModelledGrams(modelled.at("co2e_g").number_from(0));
  return energy;
}

double operations_of(const FileValue& value) {
  return value.at("macs").number_from(0) + value.at("acs").number_from(0);
}

Training read_training(const FileValue& value) {
  Training training;
  training.seconds = value.at("seconds").number_from(0);
  training.seconds_per_epoch = value.at("seconds_per_epoch").number_from(0);
  training.epochs = value.at("epochs").integer_from(0);
  const FileValue operations = value.at("operations");
  training.synaptic_operations =
      operations_of(operations.at("forward")) + operations_of(operations.at("backward"));
  training.energy = read_training_energy(value.at("energy"));
  training.modelled = read_modelled(value.at("energy").at("modelled"), "joules");
  const FileValue target = value.at("to_target");
  if (target.is_null()) return training;
  training.to_target = {.validation_accuracy = target.at("validation_accuracy").number_in(0, 1),
                        .epochs = target.at("epochs").integer_from(1),
                        .seconds = target.at("seconds").number_from(0),
                        .energy = read_training_energy(target.at("energy"))};
  return training;
}

PopulationRun read_population(const FileValue& value, int ticks) {
  PopulationRun run;
  run.name = value.at("name").text();
  run.neurons = value.at("neurons").integer_from(1);
  run.neurons_shown = value.at("neurons_shown").integer_from(0);
  run.spikes = value.at("spikes").integer_from(0);
  if (run.neurons_shown > run.neurons || run.neurons_shown > most_neurons_shown)
    value.at("neurons_shown").refuse("is more than neurons, or than 100");
  const auto fired = value.at("neurons_fired").list();
  const auto at = value.at("ticks").list();
  if (fired.size() != at.size())
    value.refuse("`ticks` and `neurons_fired` differ in length: each spike has one of both");
  for (std::size_t s = 0; s < at.size(); ++s) {
    run.ticks.push_back(static_cast<std::int32_t>(at[s].integer_from(0)));
    run.neurons_fired.push_back(fired[s].integer_from(0));
    if (run.ticks.back() >= ticks) at[s].refuse("is beyond the ticks of the sample");
    if (run.neurons_fired.back() >= run.neurons_shown)
      fired[s].refuse("is beyond the neurons that are shown");
  }
  return run;
}

SampleRun read_sample(const FileValue& value) {
  SampleRun sample;
  sample.index = value.at("index").integer_from(0);
  sample.label = static_cast<std::int32_t>(value.at("label").integer_from(0));
  sample.predicted = static_cast<std::int32_t>(value.at("predicted").integer_from(0));
  sample.ticks = static_cast<int>(value.at("ticks").integer_from(1));
  for (const FileValue& population : value.at("populations").list())
    sample.populations.push_back(read_population(population, sample.ticks));
  return sample;
}

}  // namespace

Unavailable read_unavailable(const FileValue& value) {
  return {value.at("reason").text(), value.at("fix").text()};
}

Contender read_contender(const FileValue& model, Role role) {
  Contender c;
  c.role = role;
  c.label = model.at("label").text();
  if (!model.at("accuracy").is_null()) c.accuracy = model.at("accuracy").number_in(0, 1);
  c.accuracy_sd = model.at("accuracy_sd").number_from(0);
  if (const auto each = model.find("accuracies")) c.seeds = each->list().size();
  c.ticks = model.at("ticks").integer_from(1);
  const FileValue counts = model.at("counts");
  c.counts.macs_dense = counts.at("macs_dense").number_from(0);
  c.counts.macs_effective = counts.at("macs_effective").number_from(0);
  c.counts.acs_effective = counts.at("acs_effective").number_from(0);
  c.counts.synaptic_events = counts.at("synaptic_events").number_from(0);
  c.counts.spikes = counts.at("spikes").number_from(0);
  c.counts.neuron_updates = counts.at("neuron_updates").number_from(0);
  const FileValue energy = model.at("energy");
  if (const auto why = unavailable_in(energy))
    c.measured = *why;
  else
    c.measured = read_inference(energy.at("measured"));
  for (const FileValue& modelled : energy.at("modelled").list())
    c.modelled.push_back(read_modelled(modelled, "joules_per_inference"));
  if (const auto training = model.find("training")) c.training = read_training(*training);
  if (const auto sample = model.find("sample")) c.sample = read_sample(*sample);
  return c;
}

const Modelled* Contender::by(const std::string& model) const {
  for (const Modelled& figure : modelled) {
    if (figure.model == model) return &figure;
  }
  return nullptr;
}

}  // namespace snn::cli::page

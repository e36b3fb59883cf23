// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_command.hpp"

#include <iostream>

#include "snn/cli/commands.hpp"
#include "snn/cli/energy_doctor.hpp"
#include "snn/cli/energy_report.hpp"
#include "snn/cli/energy_tables.hpp"
#include "snn/cli/flags.hpp"

namespace snn::cli {

EnergyCommand::EnergyCommand(CLI::App& snn)
    : app_(snn.add_subcommand("energy", "What can be measured here, joules by model, constants")) {
  app_->require_subcommand(1);
  app_->footer(
      "Examples:\n  snn energy doctor\n  snn energy measure -- ./my-program --its-flag\n"
      "  snn energy model --counts counts.json --hardware loihi\n"
      "  snn energy hardware list\n  snn energy hardware show horowitz-45nm\n"
      "  snn energy carbon show FRA");
  add_measurements();
  add_model();
  add_tables();
}

void EnergyCommand::add_measurements() {
  doctor_ = app_->add_subcommand("doctor", "What this machine can measure, why not, how to fix it");
  doctor_->add_flag("--json", json_, "print JSON");
  measure_ = app_->add_subcommand("measure", "Joules of any command, by the protocol");
  CommandMeasurement& m = measurement_;
  measure_->add_option("command", m.command, "after --: the command with its words")
      ->required()
      ->type_name("COMMAND");
  add_meter_flags(*measure_, m.meter);
  measure_->add_option("--trials", m.trials, "measured rounds, each with an idle baseline")
      ->capture_default_str()
      ->check(CLI::Range(5, 1000));
  measure_->add_option("--measure-seconds", m.window_s, "least window of a trial")
      ->capture_default_str()
      ->check(number_in(0.001, 3600));
  measure_->add_option("--cool-down-seconds", m.cool_down_s, "rest before each window")
      ->capture_default_str()
      ->check(number_in(0, 3600));
  measure_->add_flag("--once", m.once, "one run, without baseline and interval");
  measure_->add_option("--country", m.country, "ISO code of the grid for CO2e, or g per kWh");
  measure_->add_option("--pue", m.pue, "energy of the data centre over that of its machines")
      ->capture_default_str()
      ->check(number_in(1, 10));
  measure_->add_flag("--json", m.json, "print JSON, with every trial");
  measure_->add_flag("--quiet", m.quiet, "nothing on stderr but the command's output");
}

void EnergyCommand::add_model() {
  model_ = app_->add_subcommand("model", "Joules of counts, by published prices");
  model_->add_option("--counts", counts_, "a counts file (docs/counts.md)")->required();
  model_
      ->add_option("--hardware", hardware_,
                   "names of snn energy hardware list, or files with prices of your own")
      ->delimiter(',')
      ->capture_default_str();
  model_->add_option("--against", against_, "counts of an opponent, to compare with");
  model_->add_option("--weight-bits", weight_bits_, "bits of a weight, where a model pays per bit")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  model_
      ->add_option("--activation-bits", activation_bits_,
                   "bits of a dense activation, where a model pays per bit")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  model_->add_flag("--held-input", held_,
                   "sums of constant analogue inputs are computed once per inference");
  model_->add_flag("--json", json_, "print JSON, with every constant and its source");
}

int EnergyCommand::run_model() const {
  EnergyReport report;
  report.counts = read_counts(counts_);
  for (const std::string& name : hardware_) report.hardware.push_back(find_hardware(name));
  if (!against_.empty()) report.against = read_counts(against_);
  report.weight_bits = weight_bits_;
  report.activation_bits = activation_bits_;
  report.held = held_;
  std::cout << energy_report(report, json_);
  return success;
}

void EnergyCommand::add_tables() {
  const auto add = [&](const char* table, const char* about, const char* name, CLI::App*& list,
                       CLI::App*& show) {
    CLI::App* app = app_->add_subcommand(table, about);
    app->require_subcommand(1);
    list = app->add_subcommand("list", "All rows");
    show = app->add_subcommand("show", "One of them, with sources");
    show->add_option(name, name_, "as in the list")->required();
    for (CLI::App* one : {list, show}) one->add_flag("--json", json_, "print JSON");
  };
  add("hardware", "Prices of operations, by hardware", "hardware", hardware_list_, hardware_show_);
  add("carbon", "Carbon intensity of electricity, by country", "country", carbon_list_,
      carbon_show_);
}

int EnergyCommand::run() {
  if (measure_->parsed()) return measure_command(measurement_);
  if (doctor_->parsed()) std::cout << doctor_text(examine_meters(), json_);
  if (model_->parsed()) return run_model();
  if (hardware_list_->parsed()) std::cout << hardware_list(json_);
  if (hardware_show_->parsed()) std::cout << hardware_text(find_hardware(name_), json_);
  if (carbon_list_->parsed()) std::cout << carbon_list(json_);
  if (carbon_show_->parsed()) std::cout << carbon_text(name_, json_);
  return success;
}

}  // namespace snn::cli

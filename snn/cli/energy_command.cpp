// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_command.hpp"

#include <iostream>

#include "snn/cli/commands.hpp"
#include "snn/cli/energy_tables.hpp"

namespace snn::cli {

EnergyCommand::EnergyCommand(CLI::App& snn)
    : app_(snn.add_subcommand("energy", "What can be measured here, joules by model, constants")) {
  app_->require_subcommand(1);
  app_->footer(
      "Examples:\n  snn energy doctor\n  snn energy measure -- ./my-program --its-flag\n"
      "  snn energy model --counts counts.json --hardware loihi\n"
      "  snn energy hardware list\n  snn energy hardware show horowitz-45nm\n"
      "  snn energy carbon show FRA");
  add_tables();
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
  if (hardware_list_->parsed()) std::cout << hardware_list(json_);
  if (hardware_show_->parsed()) std::cout << hardware_text(find_hardware(name_), json_);
  if (carbon_list_->parsed()) std::cout << carbon_list(json_);
  if (carbon_show_->parsed()) std::cout << carbon_text(name_, json_);
  return success;
}

}  // namespace snn::cli

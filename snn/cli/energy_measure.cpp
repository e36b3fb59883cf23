// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_measure.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "snn/cli/commands.hpp"
#include "snn/cli/measured_json.hpp"
#include "snn/cli/metered.hpp"
#include "snn/cli/text.hpp"
#include "snn/energy/carbon/carbon_choice.hpp"
#include "snn/model/errors.hpp"

extern char** environ;

namespace snn::cli {
namespace {

/// Actions of a spawned process: its standard output goes where ours writes errors.
class SpawnActions {
 public:
  SpawnActions() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
  }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Starts the command and waits for its end. UnavailableError if it could not be started or failed:
/// joules of a failure mean nothing.
void run_command(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const SpawnActions actions;
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, words.front(), actions.get(), nullptr, words.data(), environ);
  if (error != 0)
    throw UnavailableError("cannot run " + command.front() + ": " + std::strerror(error));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw UnavailableError("lost " + command.front());
  }
  if (WIFSIGNALED(status)) {
    throw UnavailableError(command.front() + " was ended by signal " +
                           std::to_string(WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    throw UnavailableError(command.front() + " failed with exit code " +
                           std::to_string(WEXITSTATUS(status)) + "; nothing is reported");
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

int refused(const Unavailable& why, bool json) {
  if (json) {
    std::cout << json_of(why).dump(2) << '\n';
  } else {
    std::cout << "energy: unavailable: " << why.reason << '\n';
    if (!why.fix.empty()) std::cout << "  to fix it: " << why.fix << '\n';
  }
  return run_failed;
}

std::string interval_text(const TrialMean<MeasuredJoules>& energy) {
  return with_prefix(energy.mean.value(), "J") + " (95 %: " + with_prefix(energy.low.value(), "J") +
         " to " + with_prefix(energy.high.value(), "J") + ")";
}

int report_once(const CommandMeasurement& m, const MeasuredEnergy& energy,
                const CarbonChoice& carbon) {
  if (const auto* why = std::get_if<Unavailable>(&energy)) return refused(*why, m.json);
  const auto& measured = std::get<Measured>(energy);
  if (m.json) {
    Json json = energy_json(energy);
    json["command"] = joined(m.command);
    json["measured"]["co2e_g"] = carbon.grams(measured.joules).value();
    json["grid"] = json_of(carbon.grid);
    json["grid"]["pue"] = carbon.pue;
    std::cout << json.dump(2) << '\n';
    return success;
  }
  std::cout << joined(m.command) << ": " << with_prefix(measured.joules.value(), "J") << " in "
            << with_prefix(measured.window_s, "s")
            << ", one run, idle power included; the counter (" << measured.counter
            << ") may be off by " << with_prefix(measured.quantisation_j, "J") << "; "
            << with_prefix(carbon.grams(measured.joules).value(), "g") << " CO2e at "
            << carbon.text() << '\n';
  return success;
}

int report_trials(const CommandMeasurement& m, const MaybeComparison& comparison,
                  const CarbonChoice& carbon) {
  if (const auto* why = std::get_if<Unavailable>(&comparison)) return refused(*why, m.json);
  const auto& measured = std::get<EnergyComparison>(comparison);
  const auto energy = contestant_energy(measured, 0);
  if (m.json) {
    Json json = inference_json(energy, comparison);
    json["command"] = joined(m.command);
    json["measurement"] = comparison_json(comparison);
    if (const auto* e = std::get_if<ContestantEnergy>(&energy)) {
      json["measured"]["co2e_g"] = carbon.grams(e->total.mean).value();
      json["grid"] = json_of(carbon.grid);
      json["grid"]["pue"] = carbon.pue;
    }
    std::cout << json.dump(2) << '\n';
    return std::holds_alternative<ContestantEnergy>(energy) ? success : run_failed;
  }
  if (const auto* why = std::get_if<Unavailable>(&energy)) return refused(*why, false);
  const auto& e = std::get<ContestantEnergy>(energy);
  std::cout << joined(m.command) << ", per run, " << e.trials << " trials, " << measured.counter
            << '\n'
            << "  total, idle power included: " << interval_text(e.total) << '\n'
            << "  dynamic, above idle:        " << interval_text(e.dynamic) << '\n'
            << "  mean power: " << with_prefix(e.power_w.mean, "W")
            << ", time: " << with_prefix(e.repetition_s.mean, "s") << '\n'
            << "  largest error from the counter's steps: "
            << format("%.2g %%", 100 * e.quantisation)
            << (measured.systematic_gain ? format("; of its gain, not in the intervals: %.0f %%",
                                                  100 * *measured.systematic_gain)
                                         : "")
            << '\n'
            << "  CO2e of the total: " << with_prefix(carbon.grams(e.total.mean).value(), "g")
            << " at " << carbon.text() << '\n';
  return success;
}

}  // namespace

int measure_command(const CommandMeasurement& m) {
  const CarbonChoice carbon = choose_carbon(m.country, m.pue);
  OpenedMeter opened = open_meter(m.meter);
  if (const auto* why = std::get_if<Unavailable>(&opened)) return refused(*why, m.json);
  Meter& meter = *std::get<std::unique_ptr<Meter>>(opened);
  const auto work = [&] { run_command(m.command); };
  if (m.once) return report_once(m, measure_once(meter, work), carbon);
  CompareOptions options;
  options.trials = m.trials;
  options.window.min_window_s = m.window_s;
  // A command is a process of its own: it warms up by running, and may be long.
  options.min_repetitions = 1;
  options.warm_up_repetitions = 1;
  options.warm_up_s = 0;
  options.window.max_window_s = 3600;
  options.max_total_s = 24 * 3600;
  options.cool_down_s = m.cool_down_s;
  options.systematic_gain = systematic_gain_of(m.meter.kind);
  if (!m.quiet) {
    options.on_trial = [](int trial, int trials) {
      std::cerr << "trial " << trial + 1 << " of " << trials << '\n';
    };
  }
  return report_trials(m, measure_trials(meter, {joined(m.command), work, 1}, options), carbon);
}

}  // namespace snn::cli

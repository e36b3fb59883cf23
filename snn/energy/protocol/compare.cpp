// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/compare.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "snn/energy/protocol/chance.hpp"
#include "snn/energy/protocol/counter_watch.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

void check(bool allowed, const std::string& object, const std::string& field, double value,
           const std::string& what) {
  if (!allowed) throw ConfigError(object, field, std::to_string(value), what);
}

void check(const std::vector<Contestant>& contestants, const CompareOptions& options) {
  check(!contestants.empty(), "compare", "contestants", 0, "at least one");
  std::set<std::string> names;
  for (const Contestant& c : contestants) {
    if (!names.insert(c.name).second)
      throw ConfigError("compare", "name of a contestant", c.name, "a name of its own");
    if (!c.work) throw ConfigError(c.name, "work", "none", "a function");
    check(std::isfinite(c.samples) && c.samples > 0, c.name, "samples", c.samples, "> 0");
  }
  const auto not_negative = [](const char* field, double value) {
    check(std::isfinite(value) && value >= 0, "compare", field, value, ">= 0");
  };
  check(options.trials >= 5, "compare", "trials", options.trials, "at least 5");
  check(options.min_repetitions >= 1, "compare", "min_repetitions",
        static_cast<double>(options.min_repetitions), "at least 1");
  check(options.warm_up_repetitions >= 1, "compare", "warm_up_repetitions",
        static_cast<double>(options.warm_up_repetitions), "at least 1");
  check(options.max_total_s >= 0, "compare", "max_total_s", options.max_total_s, ">= 0");
  check(options.window.min_updates >= 1, "compare", "min_updates", options.window.min_updates,
        "at least 1");
  check(options.resamples >= 1000, "compare", "resamples", options.resamples, "at least 1000");
  not_negative("min_window_s", options.window.min_window_s);
  not_negative("max_window_s", options.window.max_window_s);
  not_negative("warm_up_s", options.warm_up_s);
  not_negative("cool_down_s", options.cool_down_s);
  not_negative("max_delay_s", options.max_delay_s);
  not_negative("max_idle_drift", options.max_idle_drift);
  not_negative("max_difference", options.max_difference);
  if (options.systematic_gain) not_negative("systematic_gain", *options.systematic_gain);
}

double window_s(double repetition_s, double update_s, const CompareOptions& options) {
  return std::max({options.window.min_window_s, options.window.min_updates * update_s,
                   static_cast<double>(options.min_repetitions) * repetition_s});
}

Unavailable too_long(const std::string& what, double needed_s, double allowed_s,
                     const std::string& fix) {
  return {what + ": " + seconds_text(needed_s) + " are needed, at most " + seconds_text(allowed_s) +
              " are allowed",
          fix};
}

/// Runs the work for as long as a warm-up: what happens in a first run happens here, and how long a
/// repetition takes is known then. Stops as soon as it would be too long.
std::variant<double, Unavailable> first_run(const Contestant& contestant, double update_s,
                                            const CompareOptions& options) {
  const auto repeat = [&] {
    contestant.work();
    synchronise(options.window);
    return options.window.clock.now_s();
  };
  const double from = repeat();  // the first is not typical
  double repetition_s = 0;
  for (std::int64_t n = 1;; ++n) {
    const double elapsed = repeat() - from;
    repetition_s = elapsed / static_cast<double>(n);
    const double needed = window_s(repetition_s, update_s, options);
    if (needed > options.window.max_window_s) {
      return too_long("a window of " + contestant.name, needed, options.window.max_window_s,
                      "allow a longer window, or put less work into a repetition");
    }
    if (n >= options.warm_up_repetitions && elapsed >= options.warm_up_s) return repetition_s;
  }
}

/// Random orders, each contestant in each place once in as many trials as there are contestants.
std::vector<std::vector<int>> random_orders(int contestants, int trials,
                                            std::mt19937_64& generator) {
  std::vector<std::vector<int>> orders;
  while (static_cast<int>(orders.size()) < trials) {
    const std::vector<int> base = shuffled(contestants, generator);
    for (const int shift : shuffled(contestants, generator)) {
      orders.push_back(base);
      std::rotate(orders.back().begin(), orders.back().begin() + shift, orders.back().end());
    }
  }
  orders.resize(static_cast<std::size_t>(trials));
  return orders;
}

/// The trials of a plan.
class TrialRunner {
 public:
  TrialRunner(Meter& meter, const std::vector<Contestant>& contestants,
              const std::vector<WindowPlan>& plans, double idle_s, const CompareOptions& options,
              std::mt19937_64& generator)
      : meter_(meter),
        contestants_(contestants),
        plans_(plans),
        idle_s_(idle_s),
        options_(options),
        generator_(generator) {}

  std::variant<EnergyTrial, Unavailable> run(const std::vector<int>& order) {
    EnergyTrial trial;
    trial.order = order;
    trial.work.resize(contestants_.size());
    std::optional<Unavailable> failed = idle(trial.idle_before);
    for (const int c : order) {
      if (failed) return *failed;
      const auto i = static_cast<std::size_t>(c);
      rest();
      failed = store(work_window(meter_, contestants_[i].work, plans_[i], options_.window),
                     trial.work[i]);
    }
    if (!failed) failed = idle(trial.idle_after);
    if (failed) return *failed;
    const double before = trial.idle_before.power_w(), after = trial.idle_after.power_w();
    const double drift = std::abs(after - before) / std::min(before, after);
    if (drift > options_.max_idle_drift) {
      trial.voided = "the idle power went from " + std::to_string(before) + " W to " +
                     std::to_string(after) + " W";
    }
    return trial;
  }

 private:
  using MaybeWindow = std::variant<EnergyWindow, Unavailable>;

  static std::optional<Unavailable> store(const MaybeWindow& window, EnergyWindow& into) {
    if (const auto* why = std::get_if<Unavailable>(&window)) return *why;
    into = std::get<EnergyWindow>(window);
    return {};
  }
  std::optional<Unavailable> idle(EnergyWindow& into) {
    rest();
    return store(idle_window(meter_, plans_.front().update_s, idle_s_, options_.window), into);
  }
  /// Lets the device cool down, and puts the work at a random phase of the counter's sampling.
  void rest() {
    options_.window.clock.wait(options_.cool_down_s +
                               options_.max_delay_s * uniform_share(generator_));
  }

  Meter& meter_;
  const std::vector<Contestant>& contestants_;
  const std::vector<WindowPlan>& plans_;
  double idle_s_;
  const CompareOptions& options_;
  std::mt19937_64& generator_;
};

}  // namespace

MaybeComparison compare(Meter& meter, const std::vector<Contestant>& contestants,
                        const CompareOptions& options) {
  check(contestants, options);
  const auto interval = update_interval(meter, options.window);
  if (const auto* why = std::get_if<Unavailable>(&interval)) return *why;

  EnergyComparison result;
  result.counter = meter.name();
  result.resolution_j = meter.resolution_j();
  result.update_interval_s = std::get<double>(interval);
  result.max_difference = options.max_difference;
  result.seed = options.seed;
  result.resamples = options.resamples;
  result.systematic_gain = options.systematic_gain;
  result.planned_idle_s = window_s(0, result.update_interval_s, options);
  if (result.planned_idle_s > options.window.max_window_s) {
    return too_long(meter.name() + " moves every " + seconds_text(result.update_interval_s),
                    result.planned_idle_s, options.window.max_window_s, "allow a longer window");
  }

  std::vector<WindowPlan> plans;
  const double rest_s = options.cool_down_s + options.max_delay_s / 2;
  double trial_s = 0;
  for (const Contestant& contestant : contestants) {
    const auto first = first_run(contestant, result.update_interval_s, options);
    if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
    WindowPlan plan;
    plan.update_s = result.update_interval_s;
    plan.repetition_s = std::get<double>(first);
    plan.seconds = window_s(plan.repetition_s, plan.update_s, options);
    plan.repetitions = options.min_repetitions;
    plan.warm_up_s = options.warm_up_s;
    plan.warm_up_repetitions = options.warm_up_repetitions;
    plans.push_back(plan);
    result.contestants.push_back({contestant.name, contestant.samples, plan.seconds});
    result.planned_idle_s = std::max(result.planned_idle_s, plan.seconds);
    trial_s +=
        rest_s + plan.seconds +
        std::max(plan.warm_up_s, static_cast<double>(plan.warm_up_repetitions) * plan.repetition_s);
  }
  trial_s += 2 * (rest_s + result.planned_idle_s);
  result.planned_total_s = options.trials * trial_s;
  if (result.planned_total_s > options.max_total_s) {
    return too_long(std::to_string(options.trials) + " trials", result.planned_total_s,
                    options.max_total_s, "allow more time in all, or measure fewer contestants");
  }

  std::mt19937_64 generator(options.seed);
  TrialRunner runner(meter, contestants, plans, result.planned_idle_s, options, generator);
  for (const auto& order :
       random_orders(static_cast<int>(contestants.size()), options.trials, generator)) {
    if (options.on_trial) options.on_trial(static_cast<int>(result.trials.size()), options.trials);
    auto trial = runner.run(order);
    if (const auto* why = std::get_if<Unavailable>(&trial)) return *why;
    result.trials.push_back(std::move(std::get<EnergyTrial>(trial)));
  }
  return result;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/energy_bind.hpp"
#include "python/bindings/energy_fields.hpp"
#include "python/bindings/measuring_fields.hpp"
#include "python/bindings/meter_handle.hpp"
#include "python/bindings/python_work.hpp"
#include "python/bindings/register.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

/// The number of a contestant, of a comparison whose parts fit together: one that Python made may
/// not. No name: the only one.
std::size_t contestant_of(const EnergyComparison& comparison,
                          const std::optional<std::string>& name) {
  const std::size_t count = comparison.contestants.size();
  for (const EnergyTrial& trial : comparison.trials) {
    if (trial.work.size() != count)
      throw ConfigError("EnergyComparison", "windows of a trial", std::to_string(trial.work.size()),
                        std::to_string(count) + ", one for each contestant");
  }
  if (!name && count == 1) return 0;
  std::string names;
  for (std::size_t c = 0; c < count; ++c) {
    if (name && comparison.contestants[c].name == *name) return c;
    names += (c == 0 ? "" : ", ") + comparison.contestants[c].name;
  }
  throw ConfigError("EnergyComparison", "name", name.value_or("None"), names);
}

void bind_comparison(py::module_& m) {
  auto comparison = bind_result<EnergyComparison>(m, "EnergyComparison");
  computed(
      comparison, "names", "tuple[str, ...]",
      [](const EnergyComparison& self) {
        py::list names;
        for (const auto& entry : self.contestants) names.append(entry.name);
        return py::tuple(names);
      },
      "Names of the programs, in the order they were given.");
  comparison.def(
      "energy",
      [](const EnergyComparison& self, const std::optional<std::string>& name) {
        return shown(contestant_energy(self, contestant_of(self, name)));
      },
      py::arg("name") = py::none(),
      ("energy(self, name: str | None = None) -> ContestantEnergy | Unavailable\n\nFigures of one "
       "program; of the only one without a name. " +
       doc_of("contestant_energy") +
       "\n\nRaises\n------\nConfigError\n    For a name there is not.")
          .c_str());
  comparison.def(
      "ratio",
      [](const EnergyComparison& self, const std::string& over, const std::string& under) {
        return shown(energy_ratio(self, contestant_of(self, over), contestant_of(self, under)));
      },
      py::arg("over"), py::arg("under"),
      ("ratio(self, over: str, under: str) -> EnergyRatio | Unavailable\n\n" +
       doc_of("energy_ratio") + "\n\nRaises\n------\nConfigError\n    For a name there is not.")
          .c_str());
  comparison.def(
      "trial_energy",
      [](const EnergyComparison& self, std::size_t trial, const std::optional<std::string>& name) {
        const std::size_t contestant = contestant_of(self, name);
        if (trial >= self.trials.size())
          throw py::index_error("trial " + std::to_string(trial) + " of " +
                                std::to_string(self.trials.size()));
        return trial_energy(self, trial, contestant);
      },
      py::arg("trial"), py::arg("name") = py::none(),
      ("trial_energy(self, trial: int, name: str | None = None) -> TrialEnergy\n\n" +
       doc_of("TrialEnergy"))
          .c_str());
  comparison.def(
      "__repr__",
      [](const EnergyComparison& self) {
        std::string names;
        for (const auto& entry : self.contestants)
          names += (names.empty() ? "" : ", ") + entry.name;
        return "<EnergyComparison of " + names + ": " + std::to_string(self.trials.size()) +
               " trials on " + self.counter + ">";
      },
      "__repr__(self) -> str");
}

/// What the protocol needs to know of a run, from Python.
struct Call {
  MeterHandle& handle;
  const py::object& clock;
  const py::object& sync;

  template <class Run>
  auto operator()(MeasureOptions options, const Run& run) const {
    const Busy busy(handle.busy);
    options = with_python(std::move(options), clock, sync);
    const py::gil_scoped_release without;
    return run(*handle.meter, options);
  }
};

py::object compare_python(MeterHandle& meter, const py::list& programs, CompareOptions options,
                          const py::object& clock, const py::object& sync,
                          const py::object& on_trial) {
  std::vector<Contestant> contestants;
  for (const auto& program : programs) {
    const auto parts = program.cast<py::tuple>();
    contestants.push_back(
        {parts[0].cast<std::string>(), python_work(parts[1]), parts[2].cast<double>()});
  }
  if (!on_trial.is_none()) {
    options.on_trial = [&on_trial](int trial, int trials) {
      const py::gil_scoped_acquire gil;
      on_trial(trial, trials);
    };
  }
  const MaybeComparison result =
      Call{meter, clock, sync}(options.window, [&](Meter& m, const MeasureOptions& window) {
        options.window = window;
        return compare(m, contestants, options);
      });
  return shown(result);
}

/// The mark of a job as Python calls it: the GIL is free while the meter is read.
py::object run_python(MeterHandle* meter, const Unavailable& why, const py::object& job,
                      const MeasureOptions& options, const py::object& clock,
                      const py::object& sync) {
  const MarkedWork work = [&job](const std::function<void()>& mark) {
    const py::gil_scoped_acquire gil;
    job(py::cpp_function([&mark] {
      const py::gil_scoped_release without;
      mark();
    }));
  };
  if (meter != nullptr) {
    return shown(Call{*meter, clock, sync}(options, [&](Meter& m, const MeasureOptions& given) {
      return measure_run(m, work, given);
    }));
  }
  const MeasureOptions given = with_python(options, clock, sync);
  const MarkedRun run = [&] {
    const py::gil_scoped_release without;
    return measure_run(OpenedMeter(why), work, given);
  }();
  return shown(run);
}

void bind_figures(py::module_& m) {
  bind_result<TrialMean<MeasuredJoules>>(m, "TrialMeanJoules", "TrialMean");
  bind_result<TrialMean<MeasuredJouleSeconds>>(m, "TrialMeanJouleSeconds", "TrialMean");
  bind_result<TrialMean<double>>(m, "TrialMeanNumber", "TrialMean");
  bind_result<TrialEnergy>(m, "TrialEnergy");
  bind_result<ContestantEnergy>(m, "ContestantEnergy");
  bind_result<RatioInterval>(m, "RatioInterval");
  bind_result<EnergyRatio>(m, "EnergyRatio");
}

}  // namespace

void register_measuring(py::module_& m) {
  bind_result<CompareOptions>(m, "CompareOptions");
  auto window = bind_result<EnergyWindow>(m, "EnergyWindow");
  computed(window, "power_w", "float", &EnergyWindow::power_w, "Mean power, W.");
  auto trial = bind_result<EnergyTrial>(m, "EnergyTrial");
  computed(trial, "idle_w", "float", &EnergyTrial::idle_w, "Idle power over both baselines, W.");
  bind_result<EnergyComparison::Entry>(m, "ContestantEntry", "EnergyComparison::Entry");
  bind_figures(m);
  bind_comparison(m);
  bind_result<EnergyMark>(m, "EnergyMark");
  bind_result<MarkedRun>(m, "MarkedRun");
  // Called by snn.energy, which opens the meter and sorts the options.
  m.def("_compare", &compare_python, py::arg("meter"), py::arg("programs"), py::arg("options"),
        py::arg("clock"), py::arg("sync"), py::arg("on_trial"),
        "_compare(meter: Meter, programs: list[tuple[str, collections.abc.Callable[[], object], "
        "float]], options: CompareOptions, clock: object | None, sync: "
        "collections.abc.Callable[[], object] | None, on_trial: collections.abc.Callable[[int, "
        "int], object] | None) -> EnergyComparison | Unavailable");
  m.def(
      "_measure_window",
      [](MeterHandle& meter, const py::object& work, const MeasureOptions& options,
         const py::object& clock, const py::object& sync) {
        return shown(Call{meter, clock, sync}(options, [&](Meter& m_, const MeasureOptions& given) {
          return measure(m_, python_work(work), given);
        }));
      },
      py::arg("meter"), py::arg("work"), py::arg("options"), py::arg("clock"), py::arg("sync"),
      "_measure_window(meter: Meter, work: collections.abc.Callable[[], object], options: "
      "MeasureOptions, clock: object | None, sync: collections.abc.Callable[[], object] | None) -> "
      "Measured | Unavailable");
  m.def("_measure_run", &run_python, py::arg("meter"), py::arg("why"), py::arg("job"),
        py::arg("options"), py::arg("clock"), py::arg("sync"),
        "_measure_run(meter: Meter | None, why: Unavailable, job: "
        "collections.abc.Callable[[collections.abc.Callable[[], None]], object], options: "
        "MeasureOptions, clock: object | None, sync: collections.abc.Callable[[], object] | None) "
        "-> MarkedRun");
}

}  // namespace snn::python

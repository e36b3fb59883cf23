// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "python/bindings/energy_fields.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/measuring_fields.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/watched_run.hpp"
#include "snn/cli/bench_options.hpp"
#include "snn/cli/contest.hpp"
#include "snn/cli/report/write_report.hpp"
#include "snn/cli/results.hpp"
#include "snn/cli/table.hpp"
#include "snn/io/atomic_file.hpp"

namespace snn::python {
namespace {

using cli::Contest;
using cli::ContestHooks;
using cli::ModelResult;

/// What snn.BenchModel is made of.
py::tuple parts_of(const Contest& contest, const char* role, const ModelResult& model) {
  return py::make_tuple(role, model.label, py::tuple(py::cast(model.accuracies)),
                        shown(model.counts), model.ticks, model.bits,
                        shown(cli::measured_of(contest, model)), shown(model.modelled()));
}

/// The models that were trained, the spiking one first, and a user's.
py::tuple models_of(const Contest& contest) {
  py::list models;
  const auto add = [&](const char* role, const ModelResult& model) {
    if (!model.accuracies.empty()) models.append(parts_of(contest, role, model));
  };
  add("spiking", contest.spiking);
  add("dense", contest.dense);
  add("quantised", contest.quantised);
  if (contest.equal) add("equal_accuracy", *contest.equal);
  for (const ModelResult& user : contest.users) models.append(parts_of(contest, "user", user));
  return py::tuple(models);
}

/// The command names its flags; Python knows them as keywords of bench().
ConfigError renamed(ConfigError error) {
  if (error.object != "option") return error;
  std::string field = error.field.substr(error.field.find_first_not_of('-'));
  std::replace(field.begin(), field.end(), '-', '_');
  return {"bench", field, error.value, error.allowed};
}

/// Runs the contest without the GIL. Returns what ended it early and is to be raised (or None), the
/// results file and the table as text (None if it ended early), the models and the verdict.
py::tuple bench(std::vector<std::string> flags, const std::string& command,
                const std::shared_ptr<Dataset>& data, const std::optional<Split>& split,
                const py::object& progress) {
  ContestHooks hooks;
  if (data) {
    const bool events = std::holds_alternative<Events>(data->data);
    flags.push_back("--data=" + std::string(events ? "events:" : "images:") + data->name);
    hooks.data = [&](const cli::RunOptions&) { return LoadedData{*data, *split}; };
  }
  const cli::RunOptions options = cli::bench_options(flags);
  Watcher watcher(progress);
  hooks.training = [&](const std::string& label) -> ProgressCallback {
    return [&watcher, label](const Progress& p) {
      const double part =
          p.batches > 0 ? static_cast<double>(p.batch) / static_cast<double>(p.batches) : 0;
      return watcher.tell(
          [&](const py::object& call) { return call(label, p.epoch + part, double(p.epochs)); });
    };
  };
  hooks.on_trial = [&](int trial, int trials) {
    watcher.tell([&](const py::object& call) {
      return call("measuring energy", double(trial), double(trials));
    });
  };
  hooks.go_on = [&] { return watcher.going(); };
  const Contest contest = [&] {
    const py::gil_scoped_release without;
    try {
      return cli::run_contest(options, command, hooks);
    } catch (const ConfigError& error) {
      throw renamed(error);
    }
  }();
  py::object error = py::none();
  try {
    watcher.finish();
  } catch (const py::error_already_set& raised) {
    error = raised.value();
  }
  py::object json = py::none(), table = py::none();
  if (!contest.interrupted) {
    json = py::str(cli::results_json(contest));
    table = py::str(cli::table_of(contest));
  }
  return py::make_tuple(error, json, table, models_of(contest), shown(contest.verdict));
}

}  // namespace

void register_bench(py::module_& m) {
  // Called by snn.benchmark, which names the flags.
  m.def("_bench", &bench, py::arg("flags"), py::arg("command"), py::arg("data"), py::arg("split"),
        py::arg("progress"),
        "_bench(flags: list[str], command: str, data: Dataset | None, split: Split | None, "
        "progress: collections.abc.Callable[[str, float, float], object] | None) -> "
        "tuple[BaseException | None, str | None, str | None, "
        "tuple[tuple[str, str, tuple[float, ...], RawCounts, int, int, "
        "ContestantEnergy | Unavailable, tuple[Modelled, ...]], ...], tuple[str, ...]]");
  m.def(
      "_write_text",
      [](const std::filesystem::path& path, const std::string& text) {
        write_atomically(path, std::string_view(text));
      },
      py::arg("path"), py::arg("text"),
      "_write_text(path: str | os.PathLike[str], text: str) -> None");
  m.def(
      "_write_report",
      [](const std::filesystem::path& path, const std::string& results) {
        cli::write_report(path, results, "results");
      },
      py::arg("path"), py::arg("results"),
      "_write_report(path: str | os.PathLike[str], results: str) -> None");
}

}  // namespace snn::python

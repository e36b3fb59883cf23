// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/training_results.hpp"

#include "python/bindings/record.hpp"
#include "snn/train/trainer.hpp"

namespace snn::python {
namespace {

constexpr std::tuple epoch_fields{Field{"epoch", &EpochReport::epoch},
                                  Field{"train_loss", &EpochReport::train_loss},
                                  Field{"train_accuracy", &EpochReport::train_accuracy},
                                  Field{"validation_loss", &EpochReport::validation_loss},
                                  Field{"validation_accuracy", &EpochReport::validation_accuracy},
                                  Field{"learning_rate", &EpochReport::learning_rate},
                                  Field{"seconds", &EpochReport::seconds},
                                  Field{"spikes_per_sample", &EpochReport::spikes_per_sample},
                                  Field{"operations", &EpochReport::operations}};

constexpr std::tuple result_fields{
    Field{"epochs", &TrainResult::epochs},         Field{"best_epoch", &TrainResult::best_epoch},
    Field{"seconds", &TrainResult::seconds},       Field{"operations", &TrainResult::operations},
    Field{"validation", &TrainResult::validation}, Field{"interrupted", &TrainResult::interrupted}};

constexpr std::tuple evaluation_fields{
    Field{"accuracy", &Evaluation::accuracy}, Field{"loss", &Evaluation::loss},
    Field{"counts", &Evaluation::counts}, Field{"samples", &Evaluation::samples}};

static_assert(
    std::tuple_size_v<decltype(epoch_fields)> == model_fields::count_fields<EpochReport>() &&
    std::tuple_size_v<decltype(result_fields)> == model_fields::count_fields<TrainResult>() &&
    std::tuple_size_v<decltype(evaluation_fields)> == model_fields::count_fields<Evaluation>());

std::string number(double value) {
  return py::cast<std::string>(py::str("{:.4g}").attr("format")(value));
}

std::string repr(const EpochReport& r) {
  return "<EpochReport " + std::to_string(r.epoch) + ": loss " + number(r.train_loss) +
         ", accuracy " + number(r.train_accuracy) + ", validation " +
         number(r.validation_accuracy) + ", " + number(r.seconds) + " s>";
}

std::string repr(const TrainResult& r) {
  std::string best;
  if (r.best_epoch >= 0) {
    best = ", best " + std::to_string(r.best_epoch) + " (validation " +
           number(r.epochs[static_cast<std::size_t>(r.best_epoch)].validation_accuracy) + ")";
  }
  return "<TrainResult: " + std::to_string(r.epochs.size()) + " epochs" + best + ", " +
         number(r.seconds) + " s" + (r.interrupted ? ", interrupted" : "") + ">";
}

/// What a notebook shows: a row for each epoch.
std::string html(const TrainResult& r) {
  std::string text =
      "<table><tr><th>epoch</th><th>loss</th><th>accuracy</th><th>validation loss</th>"
      "<th>validation accuracy</th><th>seconds</th></tr>";
  for (const EpochReport& e : r.epochs) {
    const std::string mark = e.epoch == r.best_epoch ? " (best)" : "";
    text += "<tr><td>" + std::to_string(e.epoch) + mark + "</td><td>" + number(e.train_loss) +
            "</td><td>" + number(e.train_accuracy) + "</td><td>" + number(e.validation_loss) +
            "</td><td>" + number(e.validation_accuracy) + "</td><td>" + number(e.seconds) +
            "</td></tr>";
  }
  return text + "</table>";
}

}  // namespace

void register_training_results(py::module_& m) {
  bind_record<EpochReport>(m, "EpochReport", epoch_fields)
      .def(
          "__repr__", [](const EpochReport& r) { return repr(r); }, "__repr__(self) -> str");
  bind_record<TrainResult>(m, "TrainResult", result_fields)
      .def(
          "__repr__", [](const TrainResult& r) { return repr(r); }, "__repr__(self) -> str")
      .def("_repr_html_", &html, "_repr_html_(self) -> str");
  bind_record<Evaluation>(m, "Evaluation", evaluation_fields)
      .def(
          "__repr__",
          [](const Evaluation& e) {
            return "<Evaluation: accuracy " + number(e.accuracy) + ", loss " + number(e.loss) +
                   ", " + std::to_string(e.samples.size()) + " samples>";
          },
          "__repr__(self) -> str");
}

}  // namespace snn::python

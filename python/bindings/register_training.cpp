// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "python/bindings/device_array.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/training_fields.hpp"
#include "python/bindings/training_results.hpp"
#include "python/bindings/watched_run.hpp"
#include "snn/train/training.hpp"
#include "snn/train/twin.hpp"

namespace snn::python {
namespace {

/// A trainer with its data, and the training that it is in.
struct TrainerHandle {
  std::shared_ptr<const Dataset> data;
  Split split;
  Trainer trainer;
  std::optional<Training> training{};
  std::atomic<bool> busy = false;

  TrainerHandle(const Network& network, std::shared_ptr<const Dataset> samples, Split parts,
                TrainOptions options)
      : data(std::move(samples)), split(std::move(parts)), trainer(network, std::move(options)) {}

  Training& begun() {
    if (!training) training.emplace(trainer.begin(*data, split));
    return *training;
  }
  std::vector<std::int64_t> samples(const py::object& which) const {
    if (py::isinstance<py::str>(which)) {
      const auto name = py::cast<std::string>(which);
      if (name == "train") return split.train;
      if (name == "validation") return split.validation;
      if (name == "test") return split.test;
      throw ConfigError("Trainer", "samples", name, "train, validation, test, or numbers");
    }
    auto numbers = to_vector<std::int64_t>(which, "Trainer", "samples");
    for (const std::int64_t n : numbers)
      if (n < 0 || n >= data->size())
        throw ConfigError("Trainer", "samples", std::to_string(n),
                          "0 .. " + std::to_string(data->size() - 1));
    return numbers;
  }
};

/// One call of the library without the GIL, that Ctrl-C and a callback can end.
template <class Run>
auto watched(TrainerHandle& self, const py::object& progress, const Run& run) {
  const Busy busy(self.busy);
  Watcher watcher(progress);
  const ProgressCallback callback = [&](const Progress& p) {
    return watcher.tell([&](const py::object& call) {
      return call(p.epoch, p.epochs, p.batch, p.batches, p.loss, p.accuracy);
    });
  };
  auto result = [&] {
    const py::gil_scoped_release without;
    return run(callback);
  }();
  watcher.finish();
  return result;
}

Trainer& idle(TrainerHandle& self) {
  if (self.busy) throw Error("the trainer is running: wait until it has ended");
  return self.trainer;
}

py::dict trace(TrainerHandle& self, std::int64_t sample) {
  const Trainer::Trace t = idle(self).trace(*self.data, sample);
  const Network network = self.trainer.network();
  const auto ticks = static_cast<py::ssize_t>(self.trainer.options().ticks);
  py::dict all;
  for (std::size_t p = 0; p < t.spikes.size(); ++p) {
    const auto matrix = [&](const auto& values) -> py::object {
      if (values.empty()) return py::none();
      return to_array(values).reshape({ticks, static_cast<py::ssize_t>(values.size()) / ticks});
    };
    all[py::str(network.populations()[p].name)] =
        py::make_tuple(matrix(t.spikes[p]), matrix(t.membrane[p]));
  }
  return all;
}

/// Each keeps the trainer, in whose memory it lies.
py::dict parameters(const py::object& trainer) {
  py::dict all;
  for (ParameterView& view : idle(trainer.cast<TrainerHandle&>()).parameters()) {
    const py::str name(view.name);
    if (view.device) {
      all[name] = DeviceArray{*view.device, std::move(view.shape), trainer};
      continue;
    }
    const std::vector<py::ssize_t> shape(view.shape.begin(), view.shape.end());
    py::array_t<float> array(shape, view.host.data(), trainer);
    array.attr("setflags")(py::arg("write") = false);
    all[name] = array;
  }
  return all;
}

void register_twin(py::module_& m) {
  bind_enum<TwinKind>(m, "TwinKind",
                      {{"dense", TwinKind::dense}, {"quantised", TwinKind::quantised}});
  py::class_<Twin>(m, "Twin", doc_of("Twin").c_str())
      .def_property_readonly(
          "network",
          py::cpp_function([](const Twin& t) { return std::make_shared<Network>(t.network); },
                           "(self) -> Network"),
          "A copy of its description.")
      .def_property_readonly(
          "ticks", py::cpp_function([](const Twin& t) { return t.ticks; }, "(self) -> int"),
          "Ticks per sample.")
      .def_property_readonly(
          "bits", py::cpp_function([](const Twin& t) { return t.bits; }, "(self) -> int"),
          doc_of("Twin::bits").c_str())
      .def_property_readonly("loss",
                             py::cpp_function([](const Twin& t) { return shown(t.loss); },
                                              ("(self) -> " + argument_type<Loss>()).c_str()),
                             "The loss to train it with.")
      .def(
          "__repr__",
          [](const Twin& t) {
            return "<Twin: " + std::to_string(t.ticks) + " ticks, " +
                   (t.bits == 0 ? std::string("fp32") : std::to_string(t.bits) + " bits") + ">";
          },
          "__repr__(self) -> str");
  m.def(
      "make_twin",
      [](const Network& network, const py::object& kind, int ticks) {
        return make_twin(network, value_of<TwinKind>(kind, "make_twin", "kind"), ticks);
      },
      py::arg("network"), py::arg("kind"), py::arg("ticks"),
      ("make_twin(network: Network, kind: TwinKind | str, ticks: int) -> Twin\n\n" +
       doc_of("make_twin"))
          .c_str());
  m.def(
      "classifier",
      [](const Dataset& data, const std::optional<ClassifierOptions>& given, double dt_ms,
         const py::kwargs& fields) {
        return std::make_shared<Network>(
            classifier(data,
                       options_from<ClassifierOptions>(
                           "classifier", FieldsOf<ClassifierOptions>::list, given, fields),
                       dt_ms));
      },
      py::arg("data"), py::arg("options") = py::none(), py::arg("dt_ms") = 1.0,
      ("classifier(data: Dataset, options: ClassifierOptions | None = None, dt_ms: float = 1.0, "
       "*, " +
       parameters_of<ClassifierOptions>(FieldsOf<ClassifierOptions>::list) + ") -> Network\n\n" +
       doc_of("classifier") +
       parameters_section<ClassifierOptions>("ClassifierOptions",
                                             FieldsOf<ClassifierOptions>::list))
          .c_str());
}

}  // namespace

void register_training(py::module_& m) {
  register_twin(m);
  register_training_results(m);
  const std::string options = parameters_of<TrainOptions>(FieldsOf<TrainOptions>::list);
  py::class_<TrainerHandle>(m, "_Trainer",
                            (doc_of("Trainer") + parameters_section<TrainOptions>(
                                                     "TrainOptions", FieldsOf<TrainOptions>::list))
                                .c_str())
      .def(
          py::init([](const Network& network, const std::shared_ptr<Dataset>& data,
                      const Split& split, const std::optional<TrainOptions>& given,
                      const py::kwargs& fields) {
            return std::make_unique<TrainerHandle>(
                network, data, split,
                options_from<TrainOptions>("Trainer", FieldsOf<TrainOptions>::list, given, fields));
          }),
          py::arg("network"), py::arg("data"), py::arg("split"), py::arg("options") = py::none(),
          ("__init__(self, network: Network, data: Dataset, split: Split, options: TrainOptions | "
           "None = None, *, " +
           options + ") -> None")
              .c_str())
      .def(
          "_train",
          [](TrainerHandle& self, const py::object& progress) {
            return watched(self, progress, [&](const ProgressCallback& callback) {
              self.training.reset();
              return self.trainer.train(*self.data, self.split, callback);
            });
          },
          py::arg("progress"),
          "_train(self, progress: collections.abc.Callable[..., object] | None) -> TrainResult")
      .def(
          "_next",
          [](TrainerHandle& self, const py::object& progress) {
            return watched(self, progress, [&](const ProgressCallback& callback) {
              return self.begun().next(callback);
            });
          },
          py::arg("progress"),
          "_next(self, progress: collections.abc.Callable[..., object] | None) -> EpochReport | "
          "None")
      .def(
          "_finish",
          [](TrainerHandle& self) {
            idle(self);
            TrainResult result = self.begun().finish();
            self.training.reset();
            return result;
          },
          "_finish(self) -> TrainResult")
      .def_property_readonly(
          "_begun",
          py::cpp_function([](TrainerHandle& self) { return self.training.has_value(); },
                           "(self) -> bool"),
          "Whether a training goes on.")
      .def(
          "evaluate",
          [](TrainerHandle& self, const py::object& which) {
            const auto samples = self.samples(which);
            return watched(self, py::none(), [&](const ProgressCallback&) {
              return self.trainer.evaluate(*self.data, samples);
            });
          },
          py::arg("samples") = "test",
          "evaluate(self, samples: str | numpy.typing.ArrayLike = 'test') -> Evaluation\n\n"
          "Accuracy, loss and exact counts over samples.\n\n"
          "Parameters\n----------\n"
          "samples : 'train', 'validation', 'test' or int array\n    Which.")
      .def(
          "accuracy",
          [](TrainerHandle& self, const py::object& which) {
            const auto samples = self.samples(which);
            return watched(self, py::none(), [&](const ProgressCallback&) {
              return self.trainer.evaluate_accuracy(*self.data, samples);
            });
          },
          py::arg("samples") = "test",
          "accuracy(self, samples: str | numpy.typing.ArrayLike = 'test') -> float\n\n"
          "Accuracy alone, 0 to 1, without counting: what an inference costs.")
      .def(
          "scores",
          [](TrainerHandle& self, const py::object& which) {
            const auto samples = self.samples(which);
            auto scores = watched(self, py::none(), [&](const ProgressCallback&) {
              return self.trainer.scores(*self.data, samples);
            });
            return to_array(std::move(scores))
                .reshape({static_cast<py::ssize_t>(samples.size()),
                          static_cast<py::ssize_t>(self.data->classes)});
          },
          py::arg("samples") = "test",
          ("scores(self, samples: str | numpy.typing.ArrayLike = 'test') -> numpy.ndarray\n\n" +
           doc_of("Trainer::scores") +
           "\n\nReturns\n-------\nfloat32 array of shape (samples, classes)")
              .c_str())
      .def("trace", &trace, py::arg("sample"),
           "trace(self, sample: int) -> dict[str, tuple[numpy.ndarray | None, numpy.ndarray | "
           "None]]\n\n"
           "Of each population, for one sample: spikes (uint8, 0 or 1) and membranes before the "
           "reset (float32), both of shape (ticks, neurons); None where there is none.")
      .def("parameters", &parameters,
           "parameters(self) -> dict[str, numpy.ndarray | DeviceArray]\n\n"
           "Weights and biases by name, as 'input->hidden.weight' and 'input->hidden.bias', in the "
           "memory in which they are trained: to be read, and changing as training goes on. On the "
           "CPU arrays of NumPy; on a CUDA device DeviceArray, which other libraries take there. "
           "Weights have the shape (source, target), 0 where there is no synapse; biases and "
           "one-to-one weights the shape (target,). Learnt time constants and thresholds are in "
           "network().")
      .def(
          "network",
          [](TrainerHandle& self) { return std::make_shared<Network>(idle(self).network()); },
          ("network(self) -> Network\n\n" + doc_of("Trainer::network")).c_str())
      .def_property_readonly(
          "options",
          py::cpp_function([](TrainerHandle& self) { return self.trainer.options(); },
                           "(self) -> TrainOptions"),
          "A copy of its options.")
      .def_property_readonly(
          "split",
          py::cpp_function([](TrainerHandle& self) { return self.split; }, "(self) -> Split"),
          "Which samples train, validate and test.");
}

}  // namespace snn::python

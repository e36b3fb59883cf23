// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/training_fields.hpp"

namespace snn::python {
namespace {

using DatasetPointer = std::shared_ptr<Dataset>;

/// Labels 0 .. classes-1 and their number, which is the largest plus one unless it is given.
void set_labels(Dataset& data, const py::object& labels, std::int32_t classes) {
  data.label = to_vector<std::int32_t>(labels, "Dataset", "labels");
  std::int32_t largest = -1;
  for (const std::int32_t label : data.label) {
    if (label < 0)
      throw ConfigError("Dataset", "labels", std::to_string(label), "whole numbers from 0");
    largest = std::max(largest, label);
  }
  data.classes = classes > 0 ? classes : largest + 1;
  if (largest >= data.classes)
    throw ConfigError("Dataset", "labels", std::to_string(largest),
                      "0 .. " + std::to_string(data.classes - 1));
}

DatasetPointer from_images(const py::object& values, const py::object& labels,
                           const std::string& name, std::int32_t classes, double full_scale) {
  const py::array given = array_of(values, "Dataset.from_images", "values");
  if (given.ndim() < 2 || given.dtype().kind() != 'u' || given.itemsize() != 1)
    refuse("Dataset.from_images", "values", given, "a uint8 array of shape (samples, extent, ...)");
  if (!(full_scale > 0) || !std::isfinite(full_scale))
    throw ConfigError("Dataset", "full_scale", std::to_string(full_scale), "> 0 and finite");
  const auto bytes = py::array_t<std::uint8_t, py::array::c_style>::ensure(given);
  auto data = std::make_shared<Dataset>();
  data->name = name;
  for (py::ssize_t d = 1; d < bytes.ndim(); ++d) data->shape.push_back(bytes.shape(d));
  set_labels(*data, labels, classes);
  if (data->size() != bytes.shape(0))
    throw ConfigError("Dataset", "labels", std::to_string(data->size()) + " of them",
                      std::to_string(bytes.shape(0)) + ", one per sample");
  data->data = Images{{bytes.data(), bytes.data() + bytes.size()}, static_cast<float>(full_scale)};
  return data;
}

DatasetPointer from_events(const py::sequence& times_s, const py::sequence& units,
                           const py::object& labels, std::int64_t features, const std::string& name,
                           std::int32_t classes) {
  if (features < 1) throw ConfigError("Dataset", "features", std::to_string(features), ">= 1");
  auto data = std::make_shared<Dataset>();
  data->name = name;
  data->shape = {features};
  set_labels(*data, labels, classes);
  const auto samples = static_cast<std::size_t>(data->size());
  if (py::len(times_s) != samples || py::len(units) != samples)
    throw ConfigError(
        "Dataset", "times_s, units",
        std::to_string(py::len(times_s)) + ", " + std::to_string(py::len(units)) + " lists",
        std::to_string(samples) + ", one per label");
  Events events{.begin = {0}, .time_s = {}, .unit = {}};
  for (std::size_t s = 0; s < samples; ++s) {
    const auto time = to_vector<float>(times_s[s], "Dataset", "times_s");
    const auto unit = to_vector<std::int64_t>(units[s], "Dataset", "units");
    if (time.size() != unit.size())
      throw ConfigError("Dataset", "units", std::to_string(unit.size()) + " of a sample",
                        std::to_string(time.size()) + ", one per time");
    std::vector<std::size_t> order(time.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return time[a] < time[b]; });
    for (const std::size_t e : order) {
      if (!(time[e] >= 0) || !std::isfinite(time[e]))
        throw ConfigError("Dataset", "times_s", std::to_string(time[e]) + " s", ">= 0 s");
      if (unit[e] < 0 || unit[e] >= features)
        throw ConfigError("Dataset", "units", std::to_string(unit[e]),
                          "0 .. " + std::to_string(features - 1));
      events.time_s.push_back(time[e]);
      events.unit.push_back(static_cast<std::uint32_t>(unit[e]));
    }
    events.begin.push_back(static_cast<std::int64_t>(events.time_s.size()));
  }
  data->data = std::move(events);
  return data;
}

/// Without a copy; the data set stays alive as long as the array.
py::object images(const py::object& self) {
  const auto& data = self.cast<const Dataset&>();
  const auto* found = std::get_if<Images>(&data.data);
  if (found == nullptr) return py::none();
  std::vector<py::ssize_t> shape{static_cast<py::ssize_t>(data.size())};
  shape.insert(shape.end(), data.shape.begin(), data.shape.end());
  py::array_t<std::uint8_t> array(shape, found->values.data(), self);
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

/// Those that the package brings along.
std::filesystem::path packaged_digits() {
  const py::list folders = py::module_::import("snn").attr("__path__");
  return py::cast<std::filesystem::path>(folders[0]) / "data" / "digits.h5";
}

std::string repr(const Dataset& data) {
  return "<Dataset " + data.name + ": " + std::to_string(data.size()) + " " +
         (std::holds_alternative<Images>(data.data) ? "images" : "event samples") + " of " +
         std::to_string(data.features()) + " features, " + std::to_string(data.classes) +
         " classes>";
}

void register_dataset(py::module_& m) {
  py::class_<Dataset, DatasetPointer>(m, "Dataset", doc_of("Dataset").c_str())
      .def_static(
          "from_images", &from_images, py::arg("values"), py::arg("labels"), py::kw_only(),
          py::arg("name") = "images", py::arg("classes") = 0, py::arg("full_scale") = 255.0,
          "from_images(values: numpy.typing.ArrayLike, labels: numpy.typing.ArrayLike, *, name: "
          "str = 'images', classes: int = 0, full_scale: float = 255.0) -> Dataset\n\n"
          "Graded samples.\n\n"
          "Parameters\n----------\n"
          "values : uint8 array of shape (samples, extent, ...)\n    Copied once.\n"
          "labels : int array of shape (samples,)\n    0 .. classes-1.\n"
          "name : str, default 'images'\n    For reports.\n"
          "classes : int, default 0\n    0: the largest label plus 1.\n"
          "full_scale : float, default 255.0\n    The value that means 1.\n\n"
          "Raises\n------\nTypeError\n    For another type or shape.\nConfigError\n    For labels "
          "that do not fit.")
      .def_static(
          "from_events", &from_events, py::arg("times_s"), py::arg("units"), py::arg("labels"),
          py::kw_only(), py::arg("features"), py::arg("name") = "events", py::arg("classes") = 0,
          "from_events(times_s: collections.abc.Sequence[numpy.typing.ArrayLike], units: "
          "collections.abc.Sequence[numpy.typing.ArrayLike], labels: numpy.typing.ArrayLike, *, "
          "features: int, name: str = 'events', classes: int = 0) -> Dataset\n\n"
          "Event samples.\n\n"
          "Parameters\n----------\n"
          "times_s : sequence of float arrays\n    Of each sample, s, >= 0; sorted if they are "
          "not.\n"
          "units : sequence of int arrays\n    Feature of each event, 0 .. features-1.\n"
          "labels : int array of shape (samples,)\n    0 .. classes-1.\n"
          "features : int\n    Number of units.\n"
          "name : str, default 'events'\n    For reports.\n"
          "classes : int, default 0\n    0: the largest label plus 1.\n\n"
          "Raises\n------\nConfigError\n    For numbers that do not fit.")
      .def_property_readonly(
          "name", py::cpp_function([](const Dataset& d) { return d.name; }, "(self) -> str"),
          "For reports, e.g. 'digits'.")
      .def_property_readonly(
          "shape",
          py::cpp_function(
              [](const Dataset& d) { return py::tuple(shown(d.shape).attr("tolist")()); },
              "(self) -> tuple[int, ...]"),
          "Extents of one sample, e.g. (8, 8).")
      .def_property_readonly(
          "features",
          py::cpp_function([](const Dataset& d) { return d.features(); }, "(self) -> int"),
          "Values per sample.")
      .def_property_readonly(
          "classes", py::cpp_function([](const Dataset& d) { return d.classes; }, "(self) -> int"),
          "Number of classes.")
      .def_property_readonly("labels",
                             py::cpp_function([](const Dataset& d) { return shown(d.label); },
                                              "(self) -> numpy.ndarray"),
                             "int32 array of shape (samples,).")
      .def_property_readonly(
          "values", py::cpp_function(&images, "(self) -> numpy.ndarray | None"),
          "Images: uint8 array of shape (samples, ...), not a copy. Events: None.")
      .def(
          "events",
          [](const Dataset& d, std::int64_t sample) -> py::object {
            const auto* events = std::get_if<Events>(&d.data);
            if (events == nullptr) return py::none();
            if (sample < 0 || sample >= d.size())
              throw ConfigError("Dataset.events", "sample", std::to_string(sample),
                                "0 .. " + std::to_string(d.size() - 1));
            const auto at = static_cast<std::size_t>(sample);
            const auto first = events->begin[at], last = events->begin[at + 1];
            return py::make_tuple(to_array(std::vector<float>(events->time_s.begin() + first,
                                                              events->time_s.begin() + last)),
                                  to_array(std::vector<std::uint32_t>(
                                      events->unit.begin() + first, events->unit.begin() + last)));
          },
          py::arg("sample"),
          "events(self, sample: int) -> tuple[numpy.ndarray, numpy.ndarray] | None\n\n"
          "Times (s) and units of one sample's events; None for images.")
      .def("__len__", &Dataset::size, "__len__(self) -> int")
      .def("__repr__", &repr, "__repr__(self) -> str");
}

using Indices = std::vector<std::int64_t>;

Split split_of(const py::object& train, const py::object& validation, const py::object& test) {
  return {to_vector<std::int64_t>(train, "Split", "train"),
          to_vector<std::int64_t>(validation, "Split", "validation"),
          to_vector<std::int64_t>(test, "Split", "test")};
}

}  // namespace

void register_data(py::module_& m) {
  register_dataset(m);
  py::class_<Split>(
      m, "Split",
      (doc_of("Split") + "\n\nParameters\n----------\ntrain, validation, test : int arrays\n    "
                         "Numbers of samples.")
          .c_str())
      .def(py::init(&split_of), py::arg("train"), py::arg("validation"), py::arg("test"),
           "__init__(self, train: numpy.typing.ArrayLike, validation: numpy.typing.ArrayLike, "
           "test: numpy.typing.ArrayLike) -> None")
      .def_property_readonly("train",
                             py::cpp_function([](const Split& s) { return shown(s.train); },
                                              "(self) -> numpy.ndarray"),
                             "Samples that train.")
      .def_property_readonly("validation",
                             py::cpp_function([](const Split& s) { return shown(s.validation); },
                                              "(self) -> numpy.ndarray"),
                             "Samples that choose the best epoch.")
      .def_property_readonly(
          "test",
          py::cpp_function([](const Split& s) { return shown(s.test); }, "(self) -> numpy.ndarray"),
          "Samples that are only reported.")
      .def(
          "__repr__",
          [](const Split& s) {
            return "<Split: " + std::to_string(s.train.size()) + " train, " +
                   std::to_string(s.validation.size()) + " validate, " +
                   std::to_string(s.test.size()) + " test>";
          },
          "__repr__(self) -> str");
  py::class_<LoadedData>(m, "LoadedData", "A data set and how it is split.")
      .def_property_readonly(
          "data",
          py::cpp_function([](const LoadedData& l) { return std::make_shared<Dataset>(l.data); },
                           "(self) -> Dataset"),
          "The samples, as a copy.")
      .def_property_readonly(
          "split", py::cpp_function([](const LoadedData& l) { return l.split; }, "(self) -> Split"),
          "Which samples train, validate and test.")
      .def(
          "__repr__", [](const LoadedData& l) { return "<LoadedData: " + repr(l.data) + ">"; },
          "__repr__(self) -> str");

  const std::string options = parameters_of<SplitOptions>(FieldsOf<SplitOptions>::list);
  const std::string section =
      parameters_section<SplitOptions>("SplitOptions", FieldsOf<SplitOptions>::list) +
      "\nRaises\n------\nFileError\n    Names the file and what is wrong with it.";
  const auto chosen = [](const char* name, const py::kwargs& fields) {
    return options_from<SplitOptions>(name, FieldsOf<SplitOptions>::list, {}, fields);
  };
  m.def(
      "load_digits",
      [chosen](const std::optional<std::filesystem::path>& path, const py::kwargs& fields) {
        return load_digits(path ? *path : packaged_digits(), chosen("load_digits", fields));
      },
      py::arg("path") = py::none(),
      ("load_digits(path: str | os.PathLike[str] | None = None, *, " + options +
       ") -> LoadedData\n\n" + doc_of("load_digits") + section)
          .c_str());
  m.def(
      "load_mnist",
      [chosen](const std::filesystem::path& folder, const py::kwargs& fields) {
        return load_mnist(folder, chosen("load_mnist", fields));
      },
      py::arg("folder"),
      ("load_mnist(folder: str | os.PathLike[str], *, " + options + ") -> LoadedData\n\n" +
       doc_of("load_mnist") + section)
          .c_str());
  m.def(
      "load_events",
      [chosen](const std::filesystem::path& train, const std::filesystem::path& test,
               std::int64_t features, const py::kwargs& fields) {
        return load_events(train, test, chosen("load_events", fields), features);
      },
      py::arg("train"), py::arg("test"), py::arg("features") = 0,
      ("load_events(train: str | os.PathLike[str], test: str | os.PathLike[str], features: int = "
       "0, *, " +
       options + ") -> LoadedData\n\n" + doc_of("load_events") + section)
          .c_str());
}

}  // namespace snn::python

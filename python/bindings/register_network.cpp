// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <sstream>

#include "python/bindings/add_population.hpp"
#include "python/bindings/description_fields.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/html.hpp"
#include "python/bindings/parts.hpp"
#include "python/bindings/register.hpp"
#include "snn/io/network_file.hpp"
#include "snn/model/validate.hpp"
#include "snn/model/version.hpp"

namespace snn::python {
namespace {

using NetworkPointer = std::shared_ptr<Network>;

PopulationHandle handle(const NetworkPointer& network, std::size_t index) {
  return {network, PopulationId{static_cast<std::int32_t>(index)}};
}

py::tuple populations(const NetworkPointer& network) {
  py::tuple all(network->populations().size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = handle(network, i);
  return all;
}

py::tuple projections(const NetworkPointer& network) {
  py::tuple all(network->projections().size());
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = ProjectionHandle{network, ProjectionId{static_cast<std::int32_t>(i)}};
  return all;
}

std::string summary(const Network& network) {
  std::string text = "<Network: ";
  for (const Population& population : network.populations())
    text += (&population == network.populations().data() ? "" : ", ") + population.name + " (" +
            std::to_string(population.size()) + " " + kind_of(population) + ")";
  return text + "; " + std::to_string(network.projections().size()) + " projections>";
}

Provenance provenance() {
  return {.version = std::string(version()), .commit = std::string(commit()), .command = "Python"};
}

/// A file of its own in a folder for temporary ones, gone at the end.
class TemporaryFile {
 public:
  TemporaryFile()
      : folder_(py::module_::import("tempfile").attr("mkdtemp")("", "snn-").cast<std::string>()) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path path() const { return folder_ / "network.h5"; }

 private:
  std::filesystem::path folder_;
};

/// A network as the bytes of its file: what pickle keeps.
py::bytes bytes_of(const Network& network) {
  const TemporaryFile file;
  save_network(file.path(), network, 1.0, provenance());
  std::ifstream in(file.path(), std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return py::bytes(all.str());
}

NetworkPointer from_bytes(const std::string& bytes) {
  const TemporaryFile file;
  std::ofstream(file.path(), std::ios::binary) << bytes;
  return std::make_shared<Network>(load_network(file.path()).network);
}

}  // namespace

void register_network(py::module_& m) {
  register_handles(m);
  py::class_<SavedNetwork>(m, "SavedNetwork", doc_of("SavedNetwork").c_str())
      .def_property_readonly(
          "network",
          py::cpp_function(
              [](const SavedNetwork& s) { return std::make_shared<Network>(s.network); },
              "(self) -> Network"),
          "A copy of the description.")
      .def_property_readonly(
          "dt_ms",
          py::cpp_function([](const SavedNetwork& s) { return s.dt_ms; }, "(self) -> float"),
          doc_of("SavedNetwork::dt_ms").c_str())
      .def_property_readonly(
          "ticks",
          py::cpp_function([](const SavedNetwork& s) { return s.presentation.ticks; },
                           "(self) -> int"),
          "Ticks that a sample is presented for; 0: the file does not say.")
      .def_property_readonly(
          "loss",
          py::cpp_function([](const SavedNetwork& s) { return s.presentation.loss; },
                           "(self) -> str"),
          "Name of the loss it was trained with; empty: the file does not say.")
      .def_property_readonly(
          "command",
          py::cpp_function([](const SavedNetwork& s) { return s.provenance.command; },
                           "(self) -> str"),
          "The command that made the file.");

  py::class_<Network, NetworkPointer>(
      m, "Network",
      "A description: populations and projections, as values. Nothing is expanded or checked until "
      "it is simulated, trained or validated.\n\n"
      "Examples\n--------\n"
      ">>> import snn\n"
      ">>> net = snn.Network()\n"
      ">>> noise = net.add(snn.PoissonSource(20.0), 100, name=\"noise\")\n"
      ">>> E = net.add(snn.Lif(tau_m_ms=20, v_th_mv=-50), 1000, name=\"E\")\n"
      ">>> fan = net.connect(noise, E, snn.FixedProbability(0.1), weight=0.8, delay_ms=1.5)\n"
      ">>> run = snn.Simulation(net, dt_ms=0.1, seed=7).run_ms(100)\n")
      .def(py::init<>(), "__init__(self) -> None")
      .def("add", &add_population, py::arg("kind"), py::arg("shape"), py::arg("name") = "",
           py::kw_only(), py::arg("v_init_mv") = py::none(), py::arg("positions") = py::none(),
           add_population_doc)
      .def("connect", &connect, py::arg("source"), py::arg("target"), py::arg("rule"),
           py::arg("synapse") = py::none(), connect_doc().c_str())
      .def_property_readonly("populations",
                             py::cpp_function(&populations, "(self) -> tuple[Population, ...]"),
                             "All populations, in the order in which they were added.")
      .def_property_readonly("projections",
                             py::cpp_function(&projections, "(self) -> tuple[Projection, ...]"),
                             "All projections, in the order in which they were added.")
      .def(
          "__getitem__",
          [](const NetworkPointer& self, const std::string& name) {
            return PopulationHandle{self, self->find(name)};
          },
          py::arg("name"),
          "__getitem__(self, name: str) -> Population\n\nThe population of that name; ConfigError "
          "lists the names there are.")
      .def(
          "validate", [](const Network& self, double dt_ms) { snn::validate(self, dt_ms); },
          py::arg("dt_ms") = 0.1,
          "validate(self, dt_ms: float = 0.1) -> None\n\n"
          "Checks the whole description for ticks of dt_ms.\n\n"
          "Raises\n------\nConfigError\n    Names population or projection, field, value with "
          "unit, and what is allowed.")
      .def(
          "save",
          [](const Network& self, const std::filesystem::path& path, double dt_ms, int ticks,
             const std::string& loss) {
            save_network(path, self, dt_ms, provenance(), {.ticks = ticks, .loss = loss});
          },
          py::arg("path"), py::kw_only(), py::arg("dt_ms") = 1.0, py::arg("ticks") = 0,
          py::arg("loss") = "",
          "save(self, path: str | os.PathLike[str], *, dt_ms: float = 1.0, ticks: int = 0, loss: "
          "str = '') -> None\n\n"
          "Writes it with all its values to an HDF5 file, atomically.\n\n"
          "Parameters\n----------\npath : path\n    Replaced as a whole if it exists.\n"
          "dt_ms : float, default 1.0\n    Tick that the network is made for, ms.\n"
          "ticks : int, default 0\n    That a sample is presented for; 0: unsaid.\n"
          "loss : str, default ''\n    That it was trained with, as the snn command names it.\n\n"
          "Raises\n------\nFileError\n    The disk is full, the folder missing, ...\n"
          "ConfigError\n    For neurons of a model of your own.")
      .def("__repr__", &summary, "__repr__(self) -> str")
      .def("_repr_html_", &network_html, "_repr_html_(self) -> str")
      .def(
          "__copy__", [](const Network& self) { return std::make_shared<Network>(self); },
          "__copy__(self) -> Network")
      .def(
          "__deepcopy__",
          [](const Network& self, const py::dict&) { return std::make_shared<Network>(self); },
          py::arg("memo"), "__deepcopy__(self, memo: dict[int, object]) -> Network")
      .def(py::pickle(&bytes_of, [](const py::bytes& state) { return from_bytes(state); }));
  m.def(
      "load_network", [](const std::filesystem::path& path) { return load_network(path); },
      py::arg("path"),
      "load_network(path: str | os.PathLike[str]) -> SavedNetwork\n\n"
      "A network as it lies in a file that Network.save() or the snn command wrote, bit for "
      "bit.\n\n"
      "Raises\n------\nFileError\n    Names the file and the object in it that is damaged.");
}

}  // namespace snn::python

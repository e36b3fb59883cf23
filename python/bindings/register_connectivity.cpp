// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/description_fields.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"

namespace snn::python {
namespace {

/// [neuron][dimension], mm.
Positions positions_of(const py::object& given, const std::optional<std::vector<double>>& extent_mm,
                       bool periodic) {
  const Numbers<double> mm = numbers_of<double>(given, "Positions", "mm");
  if (mm.ndim() != 2 || (mm.shape(1) != 2 && mm.shape(1) != 3))
    refuse("Positions", "mm", mm.attr("shape"), "a shape of (neurons, 2) or (neurons, 3)");
  Positions positions{.dimensions = static_cast<int>(mm.shape(1)), .periodic = periodic};
  positions.mm.resize(static_cast<std::size_t>(mm.shape(0)));
  for (py::ssize_t n = 0; n < mm.shape(0); ++n)
    for (py::ssize_t d = 0; d < mm.shape(1); ++d)
      positions.mm[static_cast<std::size_t>(n)][static_cast<std::size_t>(d)] = mm.at(n, d);
  if (extent_mm) {
    if (extent_mm->size() != static_cast<std::size_t>(positions.dimensions))
      refuse("Positions", "extent_mm", py::cast(*extent_mm), "one extent per dimension");
    std::copy(extent_mm->begin(), extent_mm->end(), positions.extent_mm.begin());
  }
  return positions;
}

py::array_t<double> millimetres(const Positions& positions) {
  const auto count = static_cast<py::ssize_t>(positions.mm.size());
  py::array_t<double> array({count, static_cast<py::ssize_t>(positions.dimensions)});
  auto view = array.mutable_unchecked<2>();
  for (py::ssize_t n = 0; n < count; ++n)
    for (py::ssize_t d = 0; d < positions.dimensions; ++d)
      view(n, d) = positions.mm[static_cast<std::size_t>(n)][static_cast<std::size_t>(d)];
  return array;
}

void register_positions(py::module_& m) {
  py::class_<Positions>(
      m, "Positions",
      "Where the neurons of a population are.\n\n"
      "Parameters\n----------\n"
      "mm : array of shape (neurons, 2) or (neurons, 3)\n    Coordinates, mm.\n"
      "extent_mm : sequence of float, optional\n"
      "    Of the space, from 0, one per dimension, mm; needed where it is periodic.\n"
      "periodic : bool, default False\n"
      "    Whether what leaves the space on one side enters it on the other.\n\n"
      "Raises\n------\nTypeError\n    For another shape.")
      .def(py::init(&positions_of), py::arg("mm"), py::kw_only(), py::arg("extent_mm") = py::none(),
           py::arg("periodic") = false,
           "__init__(self, mm: numpy.typing.ArrayLike, *, extent_mm: "
           "collections.abc.Sequence[float] | None = None, periodic: bool = False) -> None")
      .def_property_readonly("mm", py::cpp_function(&millimetres, "(self) -> numpy.ndarray"),
                             "Coordinates, shape (neurons, dimensions), mm.")
      .def_property_readonly(
          "periodic",
          py::cpp_function([](const Positions& p) { return p.periodic; }, "(self) -> bool"),
          "Whether the space is periodic.")
      .def(
          "__len__", [](const Positions& p) { return p.mm.size(); }, "__len__(self) -> int")
      .def(
          "__repr__",
          [](const Positions& p) {
            return "<Positions of " + std::to_string(p.mm.size()) + " neurons in " +
                   std::to_string(p.dimensions) + " dimensions>";
          },
          "__repr__(self) -> str");
  m.def("grid", &grid, py::arg("shape"), py::arg("spacing_mm"), py::arg("periodic") = false,
        ("grid(shape: collections.abc.Sequence[int], spacing_mm: float, periodic: bool = False) -> "
         "Positions\n\n" +
         doc_of("grid") +
         "\n\nParameters\n----------\nshape : sequence of int\n    Neurons along "
         "each of 2 or 3 dimensions.\nspacing_mm : float\n    Between neighbours, mm.\n"
         "periodic : bool, default False\n    Whether opposite borders meet.")
            .c_str());
  m.def("random_positions", &random_positions, py::arg("neurons"), py::arg("extent_mm"),
        py::arg("seed"), py::arg("periodic") = false,
        ("random_positions(neurons: int, extent_mm: collections.abc.Sequence[float], seed: int, "
         "periodic: bool = False) -> Positions\n\n" +
         doc_of("random_positions") +
         "\n\nParameters\n----------\nneurons : int\n    How many.\n"
         "extent_mm : sequence of float\n    Of the box, 2 or 3 numbers, mm.\nseed : int\n    Of "
         "the draw.\nperiodic : bool, default False\n    Whether opposite borders meet.")
            .c_str());
}

}  // namespace

void register_connectivity(py::module_& m) {
  constexpr auto positional = Arguments::positional;
  bind_enum<Storage>(m, "Storage",
                     {{"stored", Storage::stored}, {"procedural", Storage::procedural}});
  bind_model<Uniform>(m, "Uniform", positional);
  bind_model<Normal>(m, "Normal", positional);
  bind_model<TruncatedNormal>(m, "TruncatedNormal", positional);
  bind_model<Lognormal>(m, "Lognormal", positional);
  bind_model<KaimingUniform>(m, "KaimingUniform", positional);
  bind_model<PerSource>(m, "PerSource", positional);
  bind_model<PerSynapse>(m, "PerSynapse", positional);
  bind_model<DistanceDelay>(m, "DistanceDelay", positional);

  bind_model<GaussianKernel>(m, "GaussianKernel", positional);
  bind_model<ExponentialKernel>(m, "ExponentialKernel", positional);
  bind_model<DiscKernel>(m, "DiscKernel", positional);
  bind_model<LinearDecayKernel>(m, "LinearDecayKernel", positional);

  bind_model<AllToAll>(m, "AllToAll");
  bind_model<OneToOne>(m, "OneToOne");
  bind_model<Sparse>(m, "Sparse", positional);
  bind_model<Csr>(m, "Csr", positional);
  bind_model<Convolution>(m, "Convolution");
  bind_model<FixedProbability>(m, "FixedProbability", positional);
  bind_model<FixedInDegree>(m, "FixedInDegree", positional);
  bind_model<FixedOutDegree>(m, "FixedOutDegree", positional);
  bind_model<FixedTotalNumber>(m, "FixedTotalNumber", positional);
  bind_model<DistanceDependent>(m, "DistanceDependent", positional);
  bind_model<Synapse>(m, "Synapse");
  register_positions(m);
}

}  // namespace snn::python

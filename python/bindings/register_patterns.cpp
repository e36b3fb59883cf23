// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <utility>

#include "python/bindings/fields.hpp"
#include "python/bindings/record.hpp"
#include "python/bindings/register.hpp"
#include "snn/math/adex_patterns.hpp"
#include "snn/math/izhikevich_patterns.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

template <class Model>
using Presets = std::initializer_list<std::pair<const char*, Model (*)()>>;

/// Static functions of a model's class that give published parameters.
template <class Model>
void bind_presets(py::module_& m, const char* source, const Presets<Model>& presets) {
  const std::string model(Model::name);
  py::class_<Model> cls = m.attr(model.c_str());
  char panel = 'A';
  for (const auto& [name, preset] : presets) {
    std::string words(name);
    std::replace(words.begin(), words.end(), '_', ' ');
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
    std::string from(source);
    if (const auto at = from.find('%'); at != std::string::npos) from[at] = panel++;
    cls.def_static(
        name, preset,
        (std::string(name) + "() -> " + model + "\n\n" + words + ": parameters of " + from + ".")
            .c_str());
  }
}

constexpr std::tuple piece_fields{
    Field{"from_ms", &StimulusPiece::from_ms}, Field{"until_ms", &StimulusPiece::until_ms},
    Field{"value", &StimulusPiece::value}, Field{"slope_per_ms", &StimulusPiece::slope_per_ms}};
static_assert(std::tuple_size_v<decltype(piece_fields)> ==
              model_fields::count_fields<StimulusPiece>());

/// A property that is read; the header says what it is.
template <class T, class Get>
void property(py::class_<T>& cls, const char* type, const char* name, const char* read,
              const Get& get) {
  cls.def_property_readonly(name, py::cpp_function(get, (std::string("(self) -> ") + read).c_str()),
                            doc_of(std::string(type) + "::" + name).c_str());
}

/// The pattern of a name, for pickle: patterns are those that are listed.
template <class List>
auto named(const List& list, const std::string& name) {
  for (const auto& pattern : list)
    if (pattern.name == name) return pattern;
  throw ConfigError("pattern", "name", name, "one of those that are listed");
}

template <class T, class List>
void bind_identity(py::class_<T>& cls, const char* type, List (*list)()) {
  cls.def(
      "__repr__",
      [type](const T& self) {
        return "<" + std::string(type) + " \"" + std::string(self.name) + "\">";
      },
      "__repr__(self) -> str");
  cls.def(
      "__eq__",
      [](const T& self, const py::object& other) {
        return py::isinstance<T>(other) && other.cast<const T&>().name == self.name;
      },
      "__eq__(self, other: object) -> bool");
  cls.def(
      "__hash__", [](const T& self) { return std::hash<std::string_view>{}(self.name); },
      "__hash__(self) -> int");
  cls.def(py::pickle(
      [](const T& self) { return py::make_tuple(std::string(self.name)); },
      [list](const py::tuple& state) { return named(list(), py::cast<std::string>(state[0])); }));
}

void bind_izhikevich(py::module_& m) {
  bind_presets<Izhikevich>(m, "figure 2 of Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569",
                           {{"regular_spiking", &Izhikevich::regular_spiking},
                            {"intrinsically_bursting", &Izhikevich::intrinsically_bursting},
                            {"chattering", &Izhikevich::chattering},
                            {"fast_spiking", &Izhikevich::fast_spiking},
                            {"low_threshold_spiking", &Izhikevich::low_threshold_spiking},
                            {"thalamo_cortical", &Izhikevich::thalamo_cortical},
                            {"resonator", &Izhikevich::resonator}});
  bind_presets<Izhikevich>(
      m, "figure 1, panel %, of Izhikevich, IEEE Trans. Neural Netw. 15 (2004) 1063",
      {{"tonic_spiking", &Izhikevich::tonic_spiking},
       {"phasic_spiking", &Izhikevich::phasic_spiking},
       {"tonic_bursting", &Izhikevich::tonic_bursting},
       {"phasic_bursting", &Izhikevich::phasic_bursting},
       {"mixed_mode", &Izhikevich::mixed_mode},
       {"frequency_adaptation", &Izhikevich::frequency_adaptation},
       {"class_1", &Izhikevich::class_1},
       {"class_2", &Izhikevich::class_2},
       {"spike_latency", &Izhikevich::spike_latency},
       {"subthreshold_oscillations", &Izhikevich::subthreshold_oscillations},
       {"frequency_preference", &Izhikevich::frequency_preference},
       {"integrator", &Izhikevich::integrator},
       {"rebound_spiking", &Izhikevich::rebound_spiking},
       {"rebound_bursting", &Izhikevich::rebound_bursting},
       {"threshold_variability", &Izhikevich::threshold_variability},
       {"bistability", &Izhikevich::bistability},
       {"depolarizing_afterpotential", &Izhikevich::depolarizing_afterpotential},
       {"accommodation", &Izhikevich::accommodation},
       {"inhibition_induced_spiking", &Izhikevich::inhibition_induced_spiking},
       {"inhibition_induced_bursting", &Izhikevich::inhibition_induced_bursting}});
  bind_fields<StimulusPiece>(m, "StimulusPiece", piece_fields);
  py::class_<FiringPattern> cls(m, "FiringPattern", doc_of("FiringPattern").c_str());
  using P = FiringPattern;
  property(cls, "FiringPattern", "panel", "str",
           [](const P& p) { return std::string(1, p.panel); });
  property(cls, "FiringPattern", "name", "str", [](const P& p) { return std::string(p.name); });
  property(cls, "FiringPattern", "model", "Izhikevich", [](const P& p) { return p.model; });
  property(cls, "FiringPattern", "v_start_mv", "float", [](const P& p) { return p.v_start_mv; });
  property(cls, "FiringPattern", "dt_ms", "float", [](const P& p) { return p.dt_ms; });
  property(cls, "FiringPattern", "duration_ms", "float", [](const P& p) { return p.duration_ms; });
  property(cls, "FiringPattern", "background", "float", [](const P& p) { return p.background; });
  property(cls, "FiringPattern", "pieces", "tuple[StimulusPiece, ...]", [](const P& p) {
    py::list pieces;
    for (const StimulusPiece& piece : p.pieces)
      if (piece.until_ms > piece.from_ms) pieces.append(piece);
    return py::tuple(pieces);
  });
  cls.def(
      "input",
      [](const P& p, const py::object& t_ms) {
        const Numbers<double> times = numbers_of<double>(t_ms, "FiringPattern.input", "t_ms", 0);
        py::array_t<double> values(
            std::vector<py::ssize_t>(times.shape(), times.shape() + times.ndim()));
        for (py::ssize_t i = 0; i < times.size(); ++i)
          values.mutable_data()[i] = p.input(times.data()[i]);
        return values;
      },
      py::arg("t_ms"),
      "input(self, t_ms: numpy.typing.ArrayLike) -> numpy.ndarray\n\n"
      "Input of the ticks that start at t_ms, mV/ms.\n\nParameters\n----------\n"
      "t_ms : float array\n    Starts of ticks, ms.\n\nReturns\n-------\n"
      "float64 array of the shape of t_ms");
  cls.def("u_start", &FiringPattern::u_start,
          ("u_start(self) -> float\n\n" + doc_of("FiringPattern::u_start")).c_str());
  bind_identity(cls, "FiringPattern", &firing_patterns);
  m.def(
      "firing_patterns",
      [] {
        const auto all = firing_patterns();
        return py::tuple(py::cast(std::vector<P>(all.begin(), all.end())));
      },
      ("firing_patterns() -> tuple[FiringPattern, ...]\n\n" + doc_of("firing_patterns") + " " +
       doc_of("FiringPattern"))
          .c_str());
}

void bind_adex(py::module_& m) {
  bind_presets<AdEx>(m, "table 1 of Naud et al., Biol. Cybern. 99 (2008) 335",
                     {{"tonic_spiking", &AdEx::tonic_spiking},
                      {"adapting", &AdEx::adapting},
                      {"initial_bursting", &AdEx::initial_bursting},
                      {"regular_bursting", &AdEx::regular_bursting},
                      {"delayed_accelerating", &AdEx::delayed_accelerating},
                      {"delayed_bursting", &AdEx::delayed_bursting},
                      {"transient_spiking", &AdEx::transient_spiking},
                      {"irregular_spiking", &AdEx::irregular_spiking}});
  py::class_<AdExPattern> cls(m, "AdExPattern", doc_of("AdExPattern").c_str());
  using P = AdExPattern;
  property(cls, "AdExPattern", "name", "str", [](const P& p) { return std::string(p.name); });
  property(cls, "AdExPattern", "model", "AdEx", [](const P& p) { return p.model; });
  property(cls, "AdExPattern", "current_pa", "float", [](const P& p) { return p.current_pa; });
  bind_identity(cls, "AdExPattern", &adex_patterns);
  m.def(
      "adex_patterns",
      [] {
        const auto all = adex_patterns();
        return py::tuple(py::cast(std::vector<P>(all.begin(), all.end())));
      },
      ("adex_patterns() -> tuple[AdExPattern, ...]\n\n" + doc_of("AdExPattern") + " " +
       doc_of("adex_patterns"))
          .c_str());
}

}  // namespace

void register_patterns(py::module_& m) {
  bind_izhikevich(m);
  bind_adex(m);
}

}  // namespace snn::python

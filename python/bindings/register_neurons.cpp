// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/each.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"

namespace snn::python {
namespace {

/// Parameters of a population from one object, or from arrays with one entry per neuron.
template <class Model, class... F>
Each each_of(const char* name, const std::tuple<F...>& fields, const py::kwargs& given) {
  // Every field as a column: one value, or as many as there are neurons.
  std::size_t neurons = 1;
  py::dict columns;
  for (const auto& [key, value] : given) {
    const bool column = is_array(value) || py::isinstance<py::list>(value);
    if (!column) {
      columns[key] = value;
      continue;
    }
    const py::array array = array_of(value, name, py::cast<std::string>(key));
    if (array.shape(0) == 0)
      refuse(name, py::cast<std::string>(key), value, "one value per neuron");
    const auto size = static_cast<std::size_t>(array.shape(0));
    if (neurons != 1 && size != neurons)
      refuse(name, py::cast<std::string>(key), value, std::to_string(neurons) + " values");
    neurons = size;
    columns[key] = array;
  }
  Model same{};
  py::dict scalars;
  for (const auto& [key, value] : columns)
    if (!py::isinstance<py::array>(value)) scalars[key] = value;
  set_fields(same, name, fields, scalars);
  ParametersOf<Model> all;
  all.assign(neurons, same);
  std::size_t known = scalars.size();
  std::apply(
      [&](const auto&... field) {
        const auto fill = [&](const auto& f) {
          const py::str key(f.name.data(), f.name.size());
          if (!columns.contains(key) || !py::isinstance<py::array>(columns[key])) return;
          ++known;
          const py::array array = columns[key];
          using Value = std::decay_t<decltype(same.*f.member)>;
          const std::string field_name(f.name);
          if constexpr (std::is_arithmetic_v<Value>) {
            const auto values = to_vector<Value>(array, name, field_name);
            if (values.size() != neurons)
              refuse(name, field_name, array, std::to_string(neurons) + " values");
            for (std::size_t n = 0; n < neurons; ++n) all[n].*f.member = values[n];
          } else {
            for (std::size_t n = 0; n < neurons; ++n)
              all[n].*f.member = value_of<Value>(array.attr("__getitem__")(n), name, field_name);
          }
        };
        (fill(field), ...);
      },
      fields);
  if (known != given.size()) {
    Model unused{};
    set_fields(unused, name, fields, given);  // throws: there is a name it does not know
  }
  return Each{Neurons(std::move(all))};
}

template <class Model>
inline constexpr bool has_unit = requires {
  Model::unit(1.0);
}
|| requires {
  Model::unit(1.0, 1.0);
};

template <class Model>
Model unit() {
  const Model usual{};
  if constexpr (requires { Model::unit(1.0); }) {
    return Model::unit(usual.tau_m_ms);
  } else if constexpr (requires { usual.tau_syn_ms; }) {
    return Model::unit(usual.tau_m_ms, usual.tau_syn_ms);
  } else {
    return Model::unit(usual.tau_m_ms, usual.tau_a_ms);
  }
}

template <class Model>
void bind_neuron(py::module_& m, const char* header_name = nullptr) {
  static const std::string name(Model::name);  // Python keeps the pointer
  auto cls = bind_model<Model>(m, name.c_str(), Arguments::keyword_only, header_name);
  cls.def_static(
      "each",
      [](const py::kwargs& fields) {
        return each_of<Model>(name.c_str(), FieldsOf<Model>::list, fields);
      },
      ("each(**parameters: numpy.typing.ArrayLike | str) -> Each\n\n"
       "Parameters of a population whose neurons differ: each an array with one entry per neuron,\n"
       "or one value for all. Same names, units and defaults as " +
       name + "().\n\nRaises\n------\nTypeError\n    For a name there is not, or arrays of " +
       "different lengths.")
          .c_str());
  if constexpr (has_unit<Model>) {
    cls.def_static(
        "unit",
        [](const py::kwargs& fields) {
          Model model = unit<Model>();
          set_fields(model, name.c_str(), FieldsOf<Model>::list, fields);
          return model;
        },
        ("unit(**parameters: float | str) -> " + name +
         "\n\nRest and reset 0, threshold 1, reset by subtraction: the unit-free neuron that "
         "trained networks use. Times are those of " +
         name + "() unless given.")
            .c_str());
  }
}

}  // namespace

void register_neurons(py::module_& m) {
  bind_listed_enum<Reset>(m, "Reset");
  bind_listed_enum<Scheme>(m, "Scheme");
  bind_listed_enum<Input>(m, "Input");
  py::class_<Each>(m, "Each", "Parameters of neurons that differ; Lif.each() and the like make it.")
      .def(
          "__len__", [](const Each& each) { return each.size(); }, "__len__(self) -> int")
      .def("__repr__", &Each::repr, "__repr__(self) -> str");
  // The header names a template where Python has a class for one and for two receptor ports.
  bind_neuron<If>(m);
  bind_neuron<Lif>(m);
  bind_neuron<CubaLif>(m);
  bind_neuron<AdaptiveLif>(m);
  bind_neuron<Izhikevich>(m);
  bind_neuron<LifCurrExp<1>>(m, "LifCurrExp");
  bind_neuron<LifCurrExp<2>>(m, "LifCurrExp");
  bind_neuron<LifCurrAlpha<1>>(m, "LifCurrAlpha");
  bind_neuron<LifCurrAlpha<2>>(m, "LifCurrAlpha");
  bind_neuron<LifCondExp>(m);
  bind_neuron<AdEx>(m);
  bind_neuron<HodgkinHuxley>(m);
  bind_neuron<Li>(m);
  bind_neuron<Relu>(m);
}

}  // namespace snn::python

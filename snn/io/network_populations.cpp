// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <limits>

#include "snn/io/model_fields.hpp"
#include "snn/io/network_distributions.hpp"
#include "snn/io/rule_fields.hpp"

namespace snn::network_parts {
namespace {

// ---- columns: one field of many parameter structs ----

/// Bits are compared, so that -0.0 and NaN also survive.
template <class T>
bool all_same(const std::vector<T>& values) {
  const auto bits = [](const T& value) {
    return std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
  };
  return std::all_of(values.begin(), values.end(),
                     [&](const T& value) { return bits(value) == bits(values.front()); });
}

template <class T>
inline constexpr std::size_t ports_of = 0;
template <std::size_t Ports>
inline constexpr std::size_t ports_of<std::array<double, Ports>> = Ports;

/// One value if all are the same, else one per entry; of a value per port, [entry][port].
template <class T>
void write_column(Hdf5File& file, const std::string& object, std::vector<T> values) {
  if (values.size() > 1 && all_same(values)) values.erase(values.begin() + 1, values.end());
  if constexpr (std::is_enum_v<T>) {
    std::vector<std::string> names;
    for (const T value : values) {
      names.emplace_back(NamesOf<T>::list.at(static_cast<std::size_t>(value)));
    }
    file.write_strings(object, names);
  } else if constexpr (ports_of<T> > 0) {
    std::vector<double> flat;
    for (const T& value : values) flat.insert(flat.end(), value.begin(), value.end());
    const std::array<std::int64_t, 2> extents{static_cast<std::int64_t>(values.size()),
                                              static_cast<std::int64_t>(ports_of<T>)};
    file.write<double>(object, flat, extents);
  } else {
    file.write(object, values);
  }
}

template <class T>
std::vector<T> read_column(const Group& group, std::string_view name, std::size_t entries) {
  const std::string object = group.at(name);
  std::vector<T> values;
  if constexpr (std::is_enum_v<T>) {
    const auto& names = NamesOf<T>::list;
    for (const std::string& text : group.file.read_strings(object)) {
      const auto found = std::find(names.begin(), names.end(), text);
      if (found == names.end()) group.fail(name, "unknown value \"" + text + "\"");
      values.push_back(static_cast<T>(found - names.begin()));
    }
  } else if constexpr (ports_of<T> > 0) {
    const auto flat = group.file.read<double>(object);
    if (flat.size() % ports_of<T> != 0) {
      group.fail(name, "has " + std::to_string(flat.size()) + " values, expected " +
                           std::to_string(ports_of<T>) + " per entry");
    }
    for (auto value = flat.begin(); value != flat.end(); value += ports_of<T>) {
      std::copy_n(value, ports_of<T>, values.emplace_back().begin());
    }
  } else {
    values = group.file.read<T>(object);
  }
  if (values.size() != 1 && values.size() != entries) {
    group.fail(name, "has " + std::to_string(values.size()) + " values, expected 1 or " +
                         std::to_string(entries));
  }
  values.resize(entries, values.front());
  return values;
}

Ragged<double> flatten(const std::vector<std::vector<double>>& lists) {
  Ragged<double> flat{{0}, {}};
  for (const auto& list : lists) {
    flat.values.insert(flat.values.end(), list.begin(), list.end());
    flat.begin.push_back(static_cast<std::int64_t>(flat.values.size()));
  }
  return flat;
}

/// Lists of numbers are two plain arrays, which also carry checksums: begin and values.
void write_lists(Hdf5File& file, const std::string& object,
                 const std::vector<std::vector<double>>& lists) {
  const Ragged<double> flat = flatten(lists);
  file.write(object + "/begin", flat.begin);
  file.write(object + "/values", flat.values);
}

std::vector<std::vector<double>> read_lists(const Group& group, std::string_view name) {
  const auto begin = group.file.read<std::int64_t>(group.at(name) + "/begin");
  const auto values = group.file.read<double>(group.at(name) + "/values");
  const bool fits = !begin.empty() && begin.front() == 0 &&
                    begin.back() == static_cast<std::int64_t>(values.size()) &&
                    std::is_sorted(begin.begin(), begin.end());
  if (!fits) group.fail(name, "begin does not divide the values into lists");
  std::vector<std::vector<double>> lists;
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    lists.emplace_back(values.begin() + begin[i], values.begin() + begin[i + 1]);
  }
  return lists;
}

// ---- parameter structs ----

template <class Model>
void write_parameters(Hdf5File& file, const std::string& group, std::span<const Model> entries) {
  file.set_attribute(group, "entries", static_cast<std::int64_t>(entries.size()));
  for_each_field<Model>([&](std::string_view name, auto member) {
    using Value = std::remove_cvref_t<decltype(entries[0].*member)>;
    const std::string object = group + "/" + std::string(name);
    if constexpr (std::is_same_v<Value, std::vector<std::vector<double>>>) {
      write_lists(file, object, entries[0].*member);  // a source: there is one entry
    } else if constexpr (std::is_same_v<Value, std::vector<double>>) {
      file.write(object, entries[0].*member);  // a source or a stimulus: the same
    } else {
      std::vector<Value> values;
      for (const Model& entry : entries) values.push_back(entry.*member);
      write_column(file, object, std::move(values));
    }
  });
}

template <class Model>
std::vector<Model> read_parameters(const Group& group, std::size_t most) {
  const auto count = group.file.attribute<std::int64_t>(group.path, "entries");
  if (count < 1 || static_cast<std::size_t>(count) > most) {
    throw FileError(group.file.path(), group.path + "@entries",
                    std::to_string(count) + "; allowed: 1 to " + std::to_string(most));
  }
  const auto entries = static_cast<std::size_t>(count);
  std::vector<Model> models(entries);
  for_each_field<Model>([&](std::string_view name, auto member) {
    using Value = std::remove_cvref_t<decltype(models[0].*member)>;
    if constexpr (std::is_same_v<Value, std::vector<std::vector<double>>>) {
      models[0].*member = read_lists(group, name);
    } else if constexpr (std::is_same_v<Value, std::vector<double>>) {
      models[0].*member = group.file.template read<double>(group.at(name));
    } else {
      const std::vector<Value> values = read_column<Value>(group, name, entries);
      for (std::size_t i = 0; i < entries; ++i) models[i].*member = values[i];
    }
  });
  return models;
}

/// Fills `kind` with the alternative of that name; false if there is none.
template <class... Models>
bool read_neurons(const Group& group, const std::string& name, std::size_t size,
                  std::variant<ParametersOf<Models>...>& kind) {
  const auto read = [&]<class Model>(std::type_identity<Model>) {
    if (name != Model::name) return false;
    const std::vector<Model> entries =
        read_parameters<Model>(group, std::max<std::size_t>(size, 1));
    kind = ParametersOf<Model>(entries.begin(), entries.end());
    return true;
  };
  return (read(std::type_identity<Models>{}) || ...);
}
/// The same for sources and stimuli, which have one set of parameters.
template <class... Kinds>
bool read_one(const Group& group, const std::string& name, std::variant<Kinds...>& kind) {
  const auto read = [&]<class Kind>(std::type_identity<Kind>) {
    if (name != Kind::name) return false;
    kind = read_parameters<Kind>(group, 1).front();
    return true;
  };
  return (read(std::type_identity<Kinds>{}) || ...);
}

/// The number of neurons of a shape, refused before anything is multiplied past 2^31.
std::size_t checked_size(const Group& group, const Shape& shape) {
  std::int64_t size = shape.empty() ? 0 : 1;
  for (const std::int64_t extent : shape) {
    constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
    if (extent < 0 || extent > largest) group.fail("shape", "extent " + std::to_string(extent));
    size *= extent;
    if (size > largest) group.fail("shape", "has more than 2^31 - 1 neurons");
  }
  return static_cast<std::size_t>(size);
}

// ---- initial membranes and stimuli; files from before there were any lack them ----

void write_initial(Hdf5File& file, const std::string& group, const InitialDraw& draw) {
  std::visit(
      [&](const auto& distribution) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(distribution)>, std::monostate>) {
          const auto [kind, numbers] = written(distribution);
          file.set_attribute(group, "v_init_kind", std::string(kind));
          file.write(group + "/v_init_drawn", numbers);
        }
      },
      draw);
}

InitialDraw read_initial(const Group& group) {
  InitialDraw draw;
  if (!group.file.has_attribute(group.path, "v_init_kind")) return draw;
  const auto kind = group.file.attribute<std::string>(group.path, "v_init_kind");
  if (read_distribution(group, kind, "v_init_drawn", draw)) return draw;
  throw FileError(group.file.path(), group.path + "@v_init_kind", "unknown kind \"" + kind + "\"");
}

void write_stimuli(Hdf5File& file, const std::string& group, const std::vector<Stimulus>& stimuli) {
  if (stimuli.empty()) return;
  file.set_attribute(group, "stimuli", static_cast<std::int32_t>(stimuli.size()));
  for (std::size_t i = 0; i < stimuli.size(); ++i) {
    const std::string own = group + "/stimuli/" + std::to_string(i);
    std::visit(
        [&]<class Kind>(const Kind& stimulus) {
          file.make_group(own);
          file.set_attribute(own, "kind", std::string(Kind::name));
          write_parameters(file, own, std::span<const Kind>(&stimulus, 1));
        },
        stimuli[i]);
  }
}

std::vector<Stimulus> read_stimuli(const Group& group) {
  std::vector<Stimulus> stimuli;
  if (!group.file.has_attribute(group.path, "stimuli")) return stimuli;
  const auto count = group.file.attribute<std::int32_t>(group.path, "stimuli");
  for (std::int32_t i = 0; i < count; ++i) {
    const Group own{group.file, group.at("stimuli/" + std::to_string(i))};
    const auto kind = own.file.attribute<std::string>(own.path, "kind");
    if (!read_one(own, kind, stimuli.emplace_back()))
      throw FileError(own.file.path(), own.path + "@kind", "unknown stimulus \"" + kind + "\"");
  }
  return stimuli;
}

void write_positions(Hdf5File& file, const std::string& group, const Positions& positions) {
  const auto dimensions = static_cast<std::size_t>(positions.dimensions);
  std::vector<double> mm;
  for (const Point& point : positions.mm)
    mm.insert(mm.end(), point.begin(), point.begin() + dimensions);
  const std::vector<std::int64_t> extents{static_cast<std::int64_t>(positions.mm.size()),
                                          positions.dimensions};
  file.write<double>(group + "/mm", mm, extents);
  file.write(group + "/extent_mm",
             std::vector<double>(positions.extent_mm.begin(), positions.extent_mm.end()));
  file.set_attribute(group, "periodic", static_cast<std::int32_t>(positions.periodic));
}

Positions read_positions(const Group& group) {
  Positions positions;
  const auto extents = group.file.extents(group.at("mm"));
  if (extents.size() != 2 || (extents[1] != 2 && extents[1] != 3))
    group.fail("mm", "is not a table of points in 2 or 3 dimensions");
  const auto dimensions = static_cast<std::size_t>(extents[1]);
  positions.dimensions = static_cast<int>(dimensions);
  const auto mm = group.file.read<double>(group.at("mm"));
  for (std::size_t at = 0; at < mm.size(); at += dimensions) {
    Point point{};
    std::copy_n(mm.begin() + static_cast<std::ptrdiff_t>(at), dimensions, point.begin());
    positions.mm.push_back(point);
  }
  const auto extent = group.file.read<double>(group.at("extent_mm"));
  if (extent.size() != 3) group.fail("extent_mm", "is not three numbers");
  std::copy(extent.begin(), extent.end(), positions.extent_mm.begin());
  positions.periodic = group.file.attribute<std::int32_t>(group.path, "periodic") != 0;
  return positions;
}

}  // namespace

void write_plasticity(Hdf5File& file, const std::string& group, const Plasticity& plasticity) {
  std::visit(
      [&]<class Rule>(const Rule& rule) {
        if constexpr (!std::is_same_v<Rule, std::monostate>) {
          const std::string own = group + "/plasticity";
          file.make_group(own);
          file.set_attribute(group, "plasticity", std::string(Rule::name));
          write_parameters(file, own, std::span<const Rule>(&rule, 1));
        }
      },
      plasticity);
}

Plasticity read_plasticity(const Group& group) {
  Plasticity plasticity;
  if (!group.file.has_attribute(group.path, "plasticity")) return plasticity;
  const auto name = group.file.attribute<std::string>(group.path, "plasticity");
  const Group own{group.file, group.at("plasticity")};
  const auto read = [&]<class Rule>(std::type_identity<Rule>) {
    if constexpr (std::is_same_v<Rule, std::monostate>) {
      return false;
    } else {
      if (name != Rule::name) return false;
      plasticity = read_parameters<Rule>(own, 1).front();
      return true;
    }
  };
  const bool found = [&]<class... Rules>(std::type_identity<std::variant<Rules...>>) {
    return (read(std::type_identity<Rules>{}) || ...);
  }(std::type_identity<Plasticity>{});
  if (found) return plasticity;
  throw FileError(group.file.path(), group.path + "@plasticity", "unknown rule \"" + name + "\"");
}

void write_homeostasis(Hdf5File& file, const std::string& group,
                       const std::optional<Homeostasis>& homeostasis) {
  if (!homeostasis) return;
  const auto& [interval_ms, sum, rate] = *homeostasis;
  const auto write = [&]<class Kind>(const char* name, const std::optional<Kind>& kind) {
    if (!kind) return;
    const std::string own = group + "/homeostasis/" + name;
    file.make_group(own);
    write_parameters(file, own, std::span<const Kind>(&*kind, 1));
  };
  file.set_attribute(group, "homeostasis_interval_ms", interval_ms);
  write("sum", sum);
  write("rate", rate);
}

std::optional<Homeostasis> read_homeostasis(const Group& group) {
  if (!group.file.has_attribute(group.path, "homeostasis_interval_ms")) return {};
  Homeostasis homeostasis{.interval_ms =
                              group.file.attribute<double>(group.path, "homeostasis_interval_ms")};
  const auto read = [&]<class Kind>(const char* name, std::optional<Kind>& kind) {
    const Group own{group.file, group.at("homeostasis/") + name};
    if (own.file.exists(own.path)) kind = read_parameters<Kind>(own, 1).front();
  };
  read("sum", homeostasis.sum);
  read("rate", homeostasis.rate);
  return homeostasis;
}

void write_population(Hdf5File& file, const std::string& group, const Population& population) {
  // Does not compile if a field is forgotten.
  const auto& [name, shape, kind, v_init_mv, v_init_drawn, stimuli, positions] = population;
  file.make_group(group + "/parameters");
  file.set_attribute(group, "name", name);
  file.write(group + "/shape", shape);
  file.write(group + "/v_init_mv", v_init_mv);
  write_initial(file, group, v_init_drawn);
  write_stimuli(file, group, stimuli);
  if (!positions.empty()) write_positions(file, group + "/positions", positions);
  const auto write = [&]<class Model>(std::span<const Model> entries) {
    file.set_attribute(group, "model", std::string(Model::name));
    write_parameters(file, group + "/parameters", entries);
  };
  if (population.is_source()) {
    std::visit([&](const auto& source) { write(std::span(&source, 1)); }, population.source());
  } else {
    std::visit(
        [&]<class Model>(const ParametersOf<Model>& entries) {
          if (entries.empty()) {
            throw ConfigError(population.name, "parameters", "none", "1 or one per neuron");
          }
          write(std::span<const Model>(entries));
        },
        population.neurons());
  }
}

Population read_population(const Group& group) {
  Population population;
  population.name = group.file.attribute<std::string>(group.path, "name");
  population.shape = group.file.read<std::int64_t>(group.at("shape"));
  population.v_init_mv = group.file.read<double>(group.at("v_init_mv"));
  population.v_init_drawn = read_initial(group);
  population.stimuli = read_stimuli(group);
  if (group.file.exists(group.at("positions")))
    population.positions = read_positions({group.file, group.at("positions")});
  const std::size_t size = checked_size(group, population.shape);
  const auto model = group.file.attribute<std::string>(group.path, "model");
  const Group parameters{group.file, group.at("parameters")};
  Neurons neurons;
  Source source;
  if (read_neurons(parameters, model, size, neurons)) {
    population.kind = std::move(neurons);
  } else if (read_one(parameters, model, source)) {
    population.kind = std::move(source);
  } else {
    throw FileError(group.file.path(), group.path + "@model", "unknown model \"" + model + "\"");
  }
  return population;
}

}  // namespace snn::network_parts

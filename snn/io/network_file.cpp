// SPDX-License-Identifier: Apache-2.0
#include "snn/io/network_file.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "snn/io/model_fields.hpp"

namespace snn {
namespace {

constexpr const char* format_name = "snn network";

/// A group of a file, with its members by name.
struct Group {
  const Hdf5File& file;
  std::string path;
  std::string at(std::string_view name) const { return path + "/" + std::string(name); }
  [[noreturn]] void fail(std::string_view name, const std::string& what) const {
    throw FileError(file.path(), at(name), what);
  }
};

// ---- columns: one field of many parameter structs ----

/// Bits are compared, so that -0.0 and NaN also survive.
template <class T>
bool all_same(const std::vector<T>& values) {
  return std::all_of(values.begin(), values.end(), [&](const T& value) {
    return std::memcmp(&value, values.data(), sizeof(T)) == 0;
  });
}

/// One value if all are the same, else one per entry.
template <class T>
void write_column(Hdf5File& file, const std::string& object, std::vector<T> values) {
  if (values.size() > 1 && all_same(values)) values.erase(values.begin() + 1, values.end());
  if constexpr (std::is_enum_v<T>) {
    std::vector<std::string> names;
    for (const T value : values) {
      names.emplace_back(NamesOf<T>::list.at(static_cast<std::size_t>(value)));
    }
    file.write_strings(object, names);
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
template <class... Sources>
bool read_source(const Group& group, const std::string& name, std::variant<Sources...>& kind) {
  const auto read = [&]<class Kind>(std::type_identity<Kind>) {
    if (name != Kind::name) return false;
    kind = read_parameters<Kind>(group, 1).front();
    return true;
  };
  return (read(std::type_identity<Sources>{}) || ...);
}

// ---- populations ----

void write_population(Hdf5File& file, const std::string& group, const Population& population) {
  file.make_group(group + "/parameters");
  file.set_attribute(group, "name", population.name);
  file.write(group + "/shape", population.shape);
  file.write(group + "/v_init_mv", population.v_init_mv);
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

Population read_population(const Group& group) {
  Population population;
  population.name = group.file.attribute<std::string>(group.path, "name");
  population.shape = group.file.read<std::int64_t>(group.at("shape"));
  population.v_init_mv = group.file.read<double>(group.at("v_init_mv"));
  const std::size_t size = checked_size(group, population.shape);
  const auto model = group.file.attribute<std::string>(group.path, "model");
  const Group parameters{group.file, group.at("parameters")};
  Neurons neurons;
  Source source;
  if (read_neurons(parameters, model, size, neurons)) {
    population.kind = std::move(neurons);
  } else if (read_source(parameters, model, source)) {
    population.kind = std::move(source);
  } else {
    throw FileError(group.file.path(), group.path + "@model", "unknown model \"" + model + "\"");
  }
  return population;
}

// ---- projections ----

template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

void write_projection(Hdf5File& file, const std::string& group, const Projection& projection) {
  file.make_group(group);
  file.set_attribute(group, "source", projection.source.index);
  file.set_attribute(group, "target", projection.target.index);
  const auto tag = [&](const char* name, const std::string& value) {
    file.set_attribute(group, name, value);
  };
  const auto values = [&](const char* name, std::vector<double> list) {
    file.write(group + "/" + name, list);
  };
  std::visit(Overload{[&](const AllToAll&) { tag("rule", "all_to_all"); },
                      [&](const OneToOne&) { tag("rule", "one_to_one"); },
                      [&](const Sparse& rule) {
                        tag("rule", "sparse");
                        file.write(group + "/pairs/source", rule.source);
                        file.write(group + "/pairs/target", rule.target);
                      }},
             projection.rule);
  std::visit(Overload{[&](double weight) {
                        tag("weight_kind", "constant");
                        values("weight", {weight});
                      },
                      [&](const std::vector<float>& weight) {
                        tag("weight_kind", "explicit");
                        file.write(group + "/weight", weight);
                      },
                      [&](const Uniform& weight) {
                        tag("weight_kind", "uniform");
                        values("weight", {weight.low, weight.high});
                      },
                      [&](const Normal& weight) {
                        tag("weight_kind", "normal");
                        values("weight", {weight.mean, weight.sd});
                      },
                      [&](const KaimingUniform& weight) {
                        tag("weight_kind", "kaiming_uniform");
                        values("weight", {weight.gain});
                      }},
             projection.synapse.weight);
  std::visit(Overload{[&](double delay) {
                        tag("delay_kind", "constant");
                        values("delay_ms", {delay});
                      },
                      [&](const PerSource& delay) {
                        tag("delay_kind", "per_source");
                        values("delay_ms", delay.ms);
                      },
                      [&](const PerSynapse& delay) {
                        tag("delay_kind", "per_synapse");
                        values("delay_ms", delay.ms);
                      }},
             projection.synapse.delay_ms);
  file.write(group + "/bias", projection.synapse.bias);
}

std::vector<double> read_values(const Group& group, const char* name, std::size_t count) {
  auto values = group.file.read<double>(group.at(name));
  if (values.size() != count) {
    group.fail(name, "has " + std::to_string(values.size()) + " values, expected " +
                         std::to_string(count));
  }
  return values;
}

Weight read_weight(const Group& group) {
  const auto kind = group.file.attribute<std::string>(group.path, "weight_kind");
  if (kind == "constant") return read_values(group, "weight", 1)[0];
  if (kind == "explicit") return group.file.read<float>(group.at("weight"));
  if (kind == "uniform") {
    const auto values = read_values(group, "weight", 2);
    return Uniform{.low = values[0], .high = values[1]};
  }
  if (kind == "normal") {
    const auto values = read_values(group, "weight", 2);
    return Normal{.mean = values[0], .sd = values[1]};
  }
  if (kind == "kaiming_uniform") return KaimingUniform{.gain = read_values(group, "weight", 1)[0]};
  throw FileError(group.file.path(), group.path + "@weight_kind", "unknown kind \"" + kind + "\"");
}

Delay read_delay(const Group& group) {
  const auto kind = group.file.attribute<std::string>(group.path, "delay_kind");
  if (kind == "constant") return read_values(group, "delay_ms", 1)[0];
  if (kind == "per_source") return PerSource{group.file.read<double>(group.at("delay_ms"))};
  if (kind == "per_synapse") return PerSynapse{group.file.read<double>(group.at("delay_ms"))};
  throw FileError(group.file.path(), group.path + "@delay_kind", "unknown kind \"" + kind + "\"");
}

Connectivity read_rule(const Group& group) {
  const auto rule = group.file.attribute<std::string>(group.path, "rule");
  if (rule == "all_to_all") return AllToAll{};
  if (rule == "one_to_one") return OneToOne{};
  if (rule == "sparse") {
    return Sparse{.source = group.file.read<std::int64_t>(group.at("pairs/source")),
                  .target = group.file.read<std::int64_t>(group.at("pairs/target"))};
  }
  throw FileError(group.file.path(), group.path + "@rule", "unknown rule \"" + rule + "\"");
}

std::int32_t read_end(const Group& group, const char* name, std::int32_t populations) {
  const auto index = group.file.attribute<std::int32_t>(group.path, name);
  if (index < 0 || index >= populations) {
    throw FileError(group.file.path(), group.path + "@" + name,
                    "population " + std::to_string(index) + " of " + std::to_string(populations));
  }
  return index;
}

}  // namespace

void write_network(Hdf5File& file, const std::string& group, const Network& network) {
  file.make_group(group);
  const auto populations = static_cast<std::int32_t>(network.populations().size());
  const auto projections = static_cast<std::int32_t>(network.projections().size());
  file.set_attribute(group, "schema", static_cast<std::int32_t>(network_schema));
  file.set_attribute(group, "populations", populations);
  file.set_attribute(group, "projections", projections);
  for (std::int32_t i = 0; i < populations; ++i) {
    write_population(file, group + "/populations/" + std::to_string(i), network[PopulationId{i}]);
  }
  for (std::int32_t i = 0; i < projections; ++i) {
    write_projection(file, group + "/projections/" + std::to_string(i), network[ProjectionId{i}]);
  }
}

Network read_network(const Hdf5File& file, const std::string& group) {
  const auto schema = file.attribute<std::int32_t>(group, "schema");
  if (schema != network_schema) {
    throw FileError(file.path(), group + "@schema",
                    "version " + std::to_string(schema) + " of the layout; this build reads " +
                        std::to_string(network_schema));
  }
  const auto populations = file.attribute<std::int32_t>(group, "populations");
  const auto projections = file.attribute<std::int32_t>(group, "projections");
  Network network;
  for (std::int32_t i = 0; i < populations; ++i) {
    Population population = read_population({file, group + "/populations/" + std::to_string(i)});
    const PopulationId id = network.add(Source{}, population.shape, population.name);
    network[id] = std::move(population);
  }
  for (std::int32_t i = 0; i < projections; ++i) {
    const Group place{file, group + "/projections/" + std::to_string(i)};
    const std::int32_t source = read_end(place, "source", populations);
    const std::int32_t target = read_end(place, "target", populations);
    network.connect({source}, {target}, read_rule(place),
                    {.weight = read_weight(place),
                     .delay_ms = read_delay(place),
                     .bias = file.read<float>(place.at("bias"))});
  }
  return network;
}

void save_network(const std::filesystem::path& path, const Network& network, double dt_ms,
                  const Provenance& provenance) {
  write_hdf5_atomically(path, [&](Hdf5File& file) {
    write_network(file, "/network", network);
    file.set_attribute("/", "format", std::string(format_name));
    file.set_attribute("/", "dt_ms", dt_ms);
    file.set_attribute("/", "version", provenance.version);
    file.set_attribute("/", "commit", provenance.commit);
    file.set_attribute("/", "command", provenance.command);
    file.set_attribute("/", "seed", provenance.seed);
  });
}

SavedNetwork load_network(const std::filesystem::path& path) {
  const Hdf5File file = Hdf5File::open(path);
  if (!file.has_attribute("/", "format") ||
      file.attribute<std::string>("/", "format") != format_name) {
    throw FileError(file.path(), "/@format", "not a network file written by snn");
  }
  SavedNetwork saved;
  saved.network = read_network(file, "/network");
  saved.dt_ms = file.attribute<double>("/", "dt_ms");
  saved.provenance.version = file.attribute<std::string>("/", "version");
  saved.provenance.commit = file.attribute<std::string>("/", "commit");
  saved.provenance.command = file.attribute<std::string>("/", "command");
  saved.provenance.seed = file.attribute<std::uint64_t>("/", "seed");
  return saved;
}

}  // namespace snn

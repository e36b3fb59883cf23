// SPDX-License-Identifier: Apache-2.0
#include "snn/io/network_parts.hpp"

namespace snn::network_parts {
namespace {

template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

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

Projection read_projection(const Group& group, std::int32_t populations) {
  Projection projection;
  projection.source = {read_end(group, "source", populations)};
  projection.target = {read_end(group, "target", populations)};
  projection.rule = read_rule(group);
  projection.synapse = {.weight = read_weight(group),
                        .delay_ms = read_delay(group),
                        .bias = group.file.read<float>(group.at("bias"))};
  return projection;
}

}  // namespace snn::network_parts

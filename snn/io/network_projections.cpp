// SPDX-License-Identifier: Apache-2.0
#include "snn/io/network_distributions.hpp"

namespace snn::network_parts {
namespace {

template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

Weight read_weight(const Group& group) {
  const auto kind = group.file.attribute<std::string>(group.path, "weight_kind");
  if (kind == "constant") return read_values(group, "weight", 1)[0];
  if (kind == "explicit") return group.file.read<float>(group.at("weight"));
  if (kind == "kaiming_uniform") return KaimingUniform{.gain = read_values(group, "weight", 1)[0]};
  if (kind == "lognormal") {
    const auto values = read_values(group, "weight", 2);
    return Lognormal{.mu = values[0], .sigma = values[1]};
  }
  Weight weight;
  if (read_distribution(group, kind, "weight", weight)) return weight;
  throw FileError(group.file.path(), group.path + "@weight_kind", "unknown kind \"" + kind + "\"");
}

Delay read_delay(const Group& group) {
  const auto kind = group.file.attribute<std::string>(group.path, "delay_kind");
  if (kind == "constant") return read_values(group, "delay_ms", 1)[0];
  if (kind == "per_source") return PerSource{group.file.read<double>(group.at("delay_ms"))};
  if (kind == "per_synapse") return PerSynapse{group.file.read<double>(group.at("delay_ms"))};
  if (kind == "distance") {
    const auto values = read_values(group, "delay_ms", 2);
    return DistanceDelay{.offset_ms = values[0], .speed_mm_per_ms = values[1]};
  }
  Delay delay;
  if (read_distribution(group, kind, "delay_ms", delay)) return delay;
  throw FileError(group.file.path(), group.path + "@delay_kind", "unknown kind \"" + kind + "\"");
}

DistanceKernel read_kernel(const Group& group) {
  const auto kind = group.file.attribute<std::string>(group.path, "kernel_kind");
  const auto values = read_values(group, "kernel", 2);
  if (kind == "gaussian") return GaussianKernel{values[0], values[1]};
  if (kind == "exponential") return ExponentialKernel{values[0], values[1]};
  if (kind == "disc") return DiscKernel{values[0], values[1]};
  if (kind == "linear_decay") return LinearDecayKernel{values[0], values[1]};
  throw FileError(group.file.path(), group.path + "@kernel_kind", "unknown kind \"" + kind + "\"");
}

Convolution read_convolution(const Group& group) {
  Convolution rule;
  for (const auto& [name, pair] :
       {std::pair{"kernel", &rule.kernel}, std::pair{"stride", &rule.stride},
        std::pair{"padding", &rule.padding}}) {
    const auto values = group.file.read<std::int64_t>(group.at(name));
    if (values.size() != 2) group.fail(name, "is not a height and a width");
    *pair = {values[0], values[1]};
  }
  return rule;
}

Connectivity read_rule(const Group& group) {
  const auto rule = group.file.attribute<std::string>(group.path, "rule");
  const auto number = [&](const char* name) {
    return group.file.attribute<std::int64_t>(group.path, name);
  };
  const auto flag = [&](const char* name) {
    return group.file.attribute<std::int32_t>(group.path, name) != 0;
  };
  if (rule == "all_to_all") return AllToAll{};
  if (rule == "one_to_one") return OneToOne{};
  if (rule == "sparse") {
    return Sparse{.source = group.file.read<std::int64_t>(group.at("pairs/source")),
                  .target = group.file.read<std::int64_t>(group.at("pairs/target"))};
  }
  if (rule == "fixed_probability") {
    return FixedProbability{.probability = group.file.attribute<double>(group.path, "probability"),
                            .allow_self = flag("allow_self")};
  }
  if (rule == "fixed_in_degree")
    return FixedInDegree{number("in_degree"), flag("allow_self"), flag("allow_multiple")};
  if (rule == "fixed_out_degree")
    return FixedOutDegree{number("out_degree"), flag("allow_self"), flag("allow_multiple")};
  if (rule == "fixed_total_number")
    return FixedTotalNumber{number("synapses"), flag("allow_self"), flag("allow_multiple")};
  if (rule == "csr") {
    return Csr{.row_begin = group.file.read<std::int64_t>(group.at("rows/begin")),
               .target = group.file.read<std::int64_t>(group.at("rows/target"))};
  }
  if (rule == "convolution") return read_convolution(group);
  if (rule == "distance_dependent")
    return DistanceDependent{read_kernel(group), flag("allow_self")};
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

struct KernelWriter {
  Hdf5File& file;
  const std::string& group;
  void operator()(const GaussianKernel& k) { write("gaussian", {k.sigma_mm, k.p_max}); }
  void operator()(const ExponentialKernel& k) { write("exponential", {k.length_mm, k.p_max}); }
  void operator()(const DiscKernel& k) { write("disc", {k.radius_mm, k.p}); }
  void operator()(const LinearDecayKernel& k) { write("linear_decay", {k.radius_mm, k.p_max}); }
  void write(const char* kind, const std::vector<double>& values) {
    file.set_attribute(group, "kernel_kind", std::string(kind));
    file.write(group + "/kernel", values);
  }
};

void write_rule(Hdf5File& file, const std::string& group, const Connectivity& connectivity) {
  const auto tag = [&](const std::string& name) { file.set_attribute(group, "rule", name); };
  const auto flag = [&](const char* name, bool value) {
    file.set_attribute(group, name, static_cast<std::int32_t>(value));
  };
  const auto drawn = [&](const char* rule, const char* name, std::int64_t number, bool self,
                         bool multiple) {
    tag(rule);
    file.set_attribute(group, name, number);
    flag("allow_self", self);
    flag("allow_multiple", multiple);
  };
  std::visit(
      Overload{[&](const AllToAll&) { tag("all_to_all"); },
               [&](const OneToOne&) { tag("one_to_one"); },
               [&](const Sparse& rule) {
                 tag("sparse");
                 file.write(group + "/pairs/source", rule.source);
                 file.write(group + "/pairs/target", rule.target);
               },
               [&](const FixedProbability& rule) {
                 tag("fixed_probability");
                 file.set_attribute(group, "probability", rule.probability);
                 flag("allow_self", rule.allow_self);
               },
               [&](const FixedInDegree& rule) {
                 drawn("fixed_in_degree", "in_degree", rule.in_degree, rule.allow_self,
                       rule.allow_multiple);
               },
               [&](const FixedOutDegree& rule) {
                 drawn("fixed_out_degree", "out_degree", rule.out_degree, rule.allow_self,
                       rule.allow_multiple);
               },
               [&](const FixedTotalNumber& rule) {
                 drawn("fixed_total_number", "synapses", rule.synapses, rule.allow_self,
                       rule.allow_multiple);
               },
               [&](const Csr& rule) {
                 tag("csr");
                 file.write(group + "/rows/begin", rule.row_begin);
                 file.write(group + "/rows/target", rule.target);
               },
               [&](const Convolution& rule) {
                 tag("convolution");
                 for (const auto& [name, pair] :
                      {std::pair{"kernel", rule.kernel}, std::pair{"stride", rule.stride},
                       std::pair{"padding", rule.padding}})
                   file.write(group + "/" + name, std::vector<std::int64_t>{pair[0], pair[1]});
               },
               [&](const DistanceDependent& rule) {
                 tag("distance_dependent");
                 flag("allow_self", rule.allow_self);
                 std::visit(KernelWriter{file, group}, rule.kernel);
               }},
      connectivity);
}

/// Files from before there were ports do not say.
int read_receptor(const Group& group) {
  return group.file.has_attribute(group.path, "receptor")
             ? group.file.attribute<std::int32_t>(group.path, "receptor")
             : 0;
}

std::optional<TsodyksMarkram> read_short_term(const Group& group) {
  if (!group.file.has_attribute(group.path, "short_term")) return {};
  const auto values = read_values(group, "short_term", 3);
  return TsodyksMarkram{.U = values[0], .tau_rec_ms = values[1], .tau_fac_ms = values[2]};
}

/// Writes a weight or a delay: its kind as an attribute, its numbers as a dataset.
class ValueWriter {
 public:
  ValueWriter(Hdf5File& file, const std::string& group, const char* kind, const char* dataset)
      : file_(file), group_(group), kind_(kind), dataset_(dataset) {}

  void operator()(double value) { write("constant", {value}); }
  void operator()(const std::vector<float>& values) {
    file_.set_attribute(group_, kind_, std::string("explicit"));
    file_.write(group_ + "/" + dataset_, values);
  }
  void operator()(const PerSource& delay) { write("per_source", delay.ms); }
  void operator()(const PerSynapse& delay) { write("per_synapse", delay.ms); }
  void operator()(const DistanceDelay& d) { write("distance", {d.offset_ms, d.speed_mm_per_ms}); }
  void operator()(const Uniform& d) { write(written(d)); }
  void operator()(const Normal& d) { write(written(d)); }
  void operator()(const TruncatedNormal& d) { write(written(d)); }
  void operator()(const Lognormal& d) { write("lognormal", {d.mu, d.sigma}); }
  void operator()(const KaimingUniform& d) { write("kaiming_uniform", {d.gain}); }

 private:
  void write(const WrittenDistribution& d) { write(d.kind, d.numbers); }
  void write(const char* kind, const std::vector<double>& values) {
    file_.set_attribute(group_, kind_, std::string(kind));
    file_.write(group_ + "/" + dataset_, values);
  }

  Hdf5File& file_;
  const std::string& group_;
  const char* kind_;
  const char* dataset_;
};

}  // namespace

void write_projection(Hdf5File& file, const std::string& group, const Projection& projection) {
  file.make_group(group);
  file.set_attribute(group, "source", projection.source.index);
  file.set_attribute(group, "target", projection.target.index);
  write_rule(file, group, projection.rule);
  // Does not compile if a field is forgotten.
  const auto& [weight, delay_ms, bias, receptor, plasticity, short_term, storage, homeostasis] =
      projection.synapse;
  std::visit(ValueWriter(file, group, "weight_kind", "weight"), weight);
  std::visit(ValueWriter(file, group, "delay_kind", "delay_ms"), delay_ms);
  file.write(group + "/bias", bias);
  file.set_attribute(group, "receptor", static_cast<std::int32_t>(receptor));
  write_plasticity(file, group, plasticity);
  write_homeostasis(file, group, homeostasis);
  if (short_term) {
    file.write(group + "/short_term",
               std::vector<double>{short_term->U, short_term->tau_rec_ms, short_term->tau_fac_ms});
    file.set_attribute(group, "short_term", std::string(TsodyksMarkram::name));
  }
  if (storage == Storage::procedural)
    file.set_attribute(group, "storage", std::string("procedural"));
}

Projection read_projection(const Group& group, std::int32_t populations) {
  Projection projection;
  projection.source = {read_end(group, "source", populations)};
  projection.target = {read_end(group, "target", populations)};
  projection.rule = read_rule(group);
  projection.synapse = {.weight = read_weight(group),
                        .delay_ms = read_delay(group),
                        .bias = group.file.read<float>(group.at("bias")),
                        .receptor = read_receptor(group),
                        .plasticity = read_plasticity(group),
                        .short_term = read_short_term(group),
                        .homeostasis = read_homeostasis(group)};
  if (group.file.has_attribute(group.path, "storage")) {
    const auto storage = group.file.attribute<std::string>(group.path, "storage");
    if (storage != "procedural")
      throw FileError(group.file.path(), group.path + "@storage", "unknown \"" + storage + "\"");
    projection.synapse.storage = Storage::procedural;
  }
  return projection;
}

}  // namespace snn::network_parts

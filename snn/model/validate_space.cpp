// SPDX-License-Identifier: Apache-2.0
#include "snn/model/convolution.hpp"
#include "snn/model/validate_detail.hpp"

/// Positions, rules that need them or shapes, and rules that may be procedural.
namespace snn::detail {
namespace {

std::string text_of(const std::vector<std::int64_t>& numbers) {
  std::string all;
  for (const std::int64_t n : numbers) all += (all.empty() ? "{" : ", ") + text(n);
  return all + "}";
}

/// Why rows of the rule cannot be drawn one by one; empty if they can.
std::string why_not_procedural(const Connectivity& rule) {
  if (std::holds_alternative<FixedInDegree>(rule))
    return "FixedInDegree, which draws the sources of each target: one row takes all draws";
  if (std::holds_alternative<Sparse>(rule) || std::holds_alternative<Csr>(rule))
    return "listed pairs, which are in memory as they are";
  const auto* total = std::get_if<FixedTotalNumber>(&rule);
  if (total != nullptr && !total->allow_multiple)
    return "FixedTotalNumber without allow_multiple, which draws all pairs at once";
  return "";
}

}  // namespace

void validate_positions(const Field& field, const Population& population) {
  const Positions& positions = population.positions;
  if (positions.empty()) return;
  if (static_cast<std::int64_t>(positions.mm.size()) != population.size()) {
    field.fail("positions.mm", text(positions.mm.size()) + " points",
               "none, or " + text(population.size()) + " points, one per neuron");
  }
  field.require(positions.dimensions == 2 || positions.dimensions == 3, "positions.dimensions",
                positions.dimensions, "", "2 or 3");
  const auto used = static_cast<std::size_t>(positions.dimensions);
  for (std::size_t d = 0; d < 3 && positions.periodic; ++d) {
    const std::string name = "positions.extent_mm[" + text(d) + "]";
    if (d < used) {
      field.positive(name, positions.extent_mm[d], "mm");
    } else {
      field.require(positions.extent_mm[d] == 0, name, positions.extent_mm[d], "mm",
                    "0 in two dimensions");
    }
  }
  for (std::size_t n = 0; n < positions.mm.size(); ++n) {
    for (std::size_t d = 0; d < 3; ++d) {
      const double at = positions.mm[n][d];
      const auto name = [&] { return "positions.mm[" + text(n) + "][" + text(d) + "]"; };
      if (!(std::abs(at) <= Field::most)) field.finite(name(), at, "mm");
      if (d >= used) field.require(at == 0, name(), at, "mm", "0 in two dimensions");
      if (positions.periodic && d < used) {
        field.require(at >= 0 && at <= positions.extent_mm[d], name(), at, "mm",
                      "0 .. " + text(positions.extent_mm[d]) + ", the periodic space");
      }
    }
  }
}

void validate_space(const Field& field, const std::string& name, const ProjectionSizes& sizes) {
  for (const Population* end : {sizes.source, sizes.target}) {
    if (end->positions.empty()) {
      field.fail(name, "by distance, but population \"" + end->name + "\" has no positions",
                 "populations with positions");
    }
  }
  const Positions &a = sizes.source->positions, &b = sizes.target->positions;
  if (a.dimensions != b.dimensions || a.periodic != b.periodic ||
      (a.periodic && a.extent_mm != b.extent_mm)) {
    field.fail(name, "by distance between different spaces",
               "one number of dimensions, and one extent where the space is periodic");
  }
}

void validate_rule(const Field& field, const Csr& rule, ProjectionSizes& sizes) {
  if (static_cast<std::int64_t>(rule.row_begin.size()) != sizes.sources + 1) {
    field.fail("rule.row_begin", text(rule.row_begin.size()) + " entries",
               text(sizes.sources + 1) + ", one per source neuron, and the end");
  }
  const auto synapses = static_cast<std::int64_t>(rule.target.size());
  for (std::size_t k = 0; k < rule.row_begin.size(); ++k) {
    const std::int64_t least = k == 0 ? 0 : rule.row_begin[k - 1];
    const std::int64_t most = k == 0 ? 0 : synapses;
    const std::int64_t at = rule.row_begin[k];
    if (at < least || at > most) {
      field.fail("rule.row_begin[" + text(k) + "]", text(at), text(least) + " .. " + text(most));
    }
  }
  if (rule.row_begin.back() != synapses) {
    field.fail("rule.row_begin[" + text(sizes.sources) + "]", text(rule.row_begin.back()),
               text(synapses) + ", the number of targets");
  }
  for (std::size_t s = 0; s < rule.target.size(); ++s) {
    if (rule.target[s] < 0 || rule.target[s] >= sizes.targets) {
      field.fail("rule.target[" + text(s) + "]", "neuron " + text(rule.target[s]),
                 "0 .. " + text(sizes.targets - 1));
    }
  }
  sizes.synapses = sizes.weights = synapses;
}

void validate_rule(const Field& field, const Convolution& rule, ProjectionSizes& sizes) {
  const Shape &in = sizes.source->shape, &out = sizes.target->shape;
  for (const Population* end : {sizes.source, sizes.target}) {
    if (end->shape.size() != 3) {
      field.fail(
          "rule",
          "Convolution with population \"" + end->name + "\" of shape " + text_of(end->shape),
          "shapes {channels, height, width}");
    }
  }
  Shape expected{out[0]};
  for (std::size_t d = 0; d < 2; ++d) {
    const auto name = [&](const char* what) {
      return std::string("rule.") + what + "[" + text(d) + "]";
    };
    constexpr std::int64_t most = 65536;
    const std::int64_t kernel = rule.kernel[d], stride = rule.stride[d], padding = rule.padding[d];
    if (kernel < 1 || kernel > most) field.fail(name("kernel"), text(kernel), "1 .. " + text(most));
    if (stride < 1 || stride > most) field.fail(name("stride"), text(stride), "1 .. " + text(most));
    if (padding < 0 || padding > most)
      field.fail(name("padding"), text(padding), "0 .. " + text(most));
    const std::int64_t room = in[d + 1] + 2 * padding - kernel;
    if (room < 0) {
      field.fail(name("kernel"), text(kernel),
                 "<= " + text(kernel + room) + ", the input with its padding");
    }
    expected.push_back(room / stride + 1);
  }
  if (out != expected) {
    field.fail(
        "rule",
        "Convolution onto population \"" + sizes.target->name + "\" of shape " + text_of(out),
        "shape " + text_of(expected));
  }
  const ConvolutionMap map(rule, in, out);
  sizes.synapses = map.synapses();
  sizes.weights = map.weights();
}

void validate_rule(const Field& field, const DistanceDependent& rule, ProjectionSizes& sizes) {
  validate_space(field, "rule", sizes);
  const auto check = [&](const char* length, double mm, const char* name, double p) {
    field.positive(std::string("rule.kernel.") + length, mm, "mm");
    field.require(p >= 0 && p <= 1, std::string("rule.kernel.") + name, p, "", "0 .. 1");
  };
  if (const auto* gaussian = std::get_if<GaussianKernel>(&rule.kernel)) {
    check("sigma_mm", gaussian->sigma_mm, "p_max", gaussian->p_max);
  } else if (const auto* exponential = std::get_if<ExponentialKernel>(&rule.kernel)) {
    check("length_mm", exponential->length_mm, "p_max", exponential->p_max);
  } else if (const auto* disc = std::get_if<DiscKernel>(&rule.kernel)) {
    check("radius_mm", disc->radius_mm, "p", disc->p);
  } else {
    const auto& linear = std::get<LinearDecayKernel>(rule.kernel);
    check("radius_mm", linear.radius_mm, "p_max", linear.p_max);
  }
}

void validate_storage(const Field& field, const Projection& projection, const Population& source) {
  if (projection.synapse.storage == Storage::stored) return;
  const auto refuse = [&](const std::string& what, const char* allowed) {
    field.fail("storage", "procedural with " + what, allowed);
  };
  const std::string why = why_not_procedural(projection.rule);
  if (!why.empty()) {
    refuse(why,
           "Storage::stored, or a rule whose rows belong to sources: AllToAll, OneToOne, "
           "FixedProbability, FixedOutDegree, FixedTotalNumber, DistanceDependent, Convolution");
  }
  if (!std::holds_alternative<double>(projection.synapse.delay_ms))
    refuse("delays that differ", "Storage::stored, or one delay for all synapses");
  if (is_plastic(projection.synapse))
    refuse("plasticity: what changes must be kept", "Storage::stored");
  if (source.is_source() && std::holds_alternative<CurrentSource>(source.source()))
    refuse("a source of values", "Storage::stored");
}

}  // namespace snn::detail

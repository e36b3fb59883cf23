// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Most synapses that are drawn from one stream of random numbers.
constexpr std::int64_t most_drawn = std::numeric_limits<std::int32_t>::max();

std::int64_t validate_listed(const Field& field, const Sparse& sparse,
                             const ProjectionSizes& sizes) {
  if (sparse.source.size() != sparse.target.size()) {
    field.fail(
        "rule",
        text(sparse.source.size()) + " sources and " + text(sparse.target.size()) + " targets",
        "Sparse lists of one length");
  }
  const auto check = [&](const char* name, const std::vector<std::int64_t>& indices,
                         std::int64_t size) {
    for (std::size_t s = 0; s < indices.size(); ++s) {
      if (indices[s] < 0 || indices[s] >= size) {
        field.fail(std::string(name) + "[" + text(s) + "]", "neuron " + text(indices[s]),
                   "0 .. " + text(size - 1));
      }
    }
  };
  check("rule.source", sparse.source, sizes.sources);
  check("rule.target", sparse.target, sizes.targets);
  return static_cast<std::int64_t>(sparse.source.size());
}

/// `drawn` out of `candidates`, e.g. the in-degree out of the sources.
void validate_drawn_number(const Field& field, const std::string& name, std::int64_t drawn,
                           std::int64_t candidates, bool allow_multiple,
                           const std::string& of_what) {
  const bool bounded = !allow_multiple || candidates == 0;
  const std::int64_t most = bounded ? std::min(candidates, most_drawn) : most_drawn;
  if (drawn >= 0 && drawn <= most) return;
  field.fail("rule." + name, text(drawn),
             "0 .. " + text(most) +
                 (most == candidates
                      ? ", the " + of_what + (candidates > 0 ? ", without allow_multiple" : "")
                      : ""));
}

}  // namespace

void validate_rule(const Field& field, const Connectivity& rule, ProjectionSizes& sizes) {
  const auto fixed_number = [&](std::int64_t synapses) {
    sizes.synapses = sizes.weights = synapses;
  };
  if (std::holds_alternative<AllToAll>(rule)) return fixed_number(sizes.sources * sizes.targets);
  if (std::holds_alternative<OneToOne>(rule)) {
    if (sizes.sources != sizes.targets) {
      field.fail("rule",
                 "OneToOne from " + text(sizes.sources) + " to " + text(sizes.targets) + " neurons",
                 "OneToOne between populations of one size");
    }
    return fixed_number(sizes.targets);
  }
  if (const auto* sparse = std::get_if<Sparse>(&rule))
    return fixed_number(validate_listed(field, *sparse, sizes));
  if (const auto* rows = std::get_if<Csr>(&rule)) return validate_rule(field, *rows, sizes);
  if (const auto* shared = std::get_if<Convolution>(&rule))
    return validate_rule(field, *shared, sizes);
  if (const auto* space = std::get_if<DistanceDependent>(&rule))
    return validate_rule(field, *space, sizes);
  const auto others = [&](std::int64_t neurons, bool allow_self) {
    return sizes.within && !allow_self ? neurons - 1 : neurons;
  };
  if (const auto* fixed = std::get_if<FixedProbability>(&rule)) {
    field.require(fixed->probability >= 0 && fixed->probability <= 1, "rule.probability",
                  fixed->probability, "", "0 .. 1");
  } else if (const auto* in = std::get_if<FixedInDegree>(&rule)) {
    validate_drawn_number(field, "in_degree", in->in_degree, others(sizes.sources, in->allow_self),
                          in->allow_multiple, "sources of a neuron");
  } else if (const auto* out = std::get_if<FixedOutDegree>(&rule)) {
    validate_drawn_number(field, "out_degree", out->out_degree,
                          others(sizes.targets, out->allow_self), out->allow_multiple,
                          "targets of a neuron");
  } else {
    const auto& total = std::get<FixedTotalNumber>(rule);
    validate_drawn_number(field, "synapses", total.synapses,
                          sizes.sources * others(sizes.targets, total.allow_self),
                          total.allow_multiple, "possible pairs");
  }
}

}  // namespace snn::detail

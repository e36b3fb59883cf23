// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/connect.hpp"
#include "snn/compile/delays.hpp"
#include "snn/compile/weights.hpp"
#include "snn/math/philox.hpp"
#include "snn/model/validate.hpp"

namespace snn {
namespace {

/// The finest scale: beyond it a weight of 1 would leave no room for a sum.
constexpr int most_scale = 29;

/// Synapses of a projection as listed, before they are sorted into rows.
struct Listed {
  Pairs pairs;
  std::vector<std::int32_t> delay;  ///< in ticks
  std::vector<float> weight;
};

Listed list_synapses(const Network& network, ProjectionId id, double dt_ms, std::uint64_t seed) {
  Listed list;
  list.pairs = expand_pairs(network, id, seed);
  list.delay = expand_delays(network, id, list.pairs, dt_ms, seed);
  list.weight = expand_weights(network, id, seed, static_cast<std::int64_t>(list.pairs.size()));
  return list;
}

/// Sorts synapses into rows by (source, delay, target) and keeps the order of equal ones.
void fill_rows(const Listed& list, std::int64_t sources, CompiledProjection& projection,
               std::vector<float>& weights) {
  projection.delays = list.delay;
  std::sort(projection.delays.begin(), projection.delays.end());
  projection.delays.erase(std::unique(projection.delays.begin(), projection.delays.end()),
                          projection.delays.end());
  if (projection.delays.empty()) projection.delays.push_back(1);
  const auto delays = static_cast<std::int64_t>(projection.delays.size());
  const auto row_of = [&](std::size_t s) {
    const auto at =
        std::lower_bound(projection.delays.begin(), projection.delays.end(), list.delay[s]) -
        projection.delays.begin();
    return static_cast<std::size_t>(list.pairs.source[s] * delays + at);
  };
  projection.row.assign(static_cast<std::size_t>(sources * delays) + 1, 0);
  for (std::size_t s = 0; s < list.pairs.source.size(); ++s) ++projection.row[row_of(s) + 1];
  std::partial_sum(projection.row.begin(), projection.row.end(), projection.row.begin());
  std::vector<std::int64_t> next(projection.row.begin(), projection.row.end() - 1);
  std::vector<std::int64_t> order(list.pairs.source.size());
  for (std::size_t s = 0; s < order.size(); ++s)
    order[static_cast<std::size_t>(next[row_of(s)]++)] = static_cast<std::int64_t>(s);
  for (std::size_t r = 0; r + 1 < projection.row.size(); ++r) {
    std::stable_sort(order.begin() + projection.row[r], order.begin() + projection.row[r + 1],
                     [&](std::int64_t a, std::int64_t b) {
                       return list.pairs.target[static_cast<std::size_t>(a)] <
                              list.pairs.target[static_cast<std::size_t>(b)];
                     });
  }
  weights.clear();
  for (const std::int64_t s : order) {
    projection.target_of.push_back(list.pairs.target[static_cast<std::size_t>(s)]);
    weights.push_back(list.weight[static_cast<std::size_t>(s)]);
  }
  projection.nonzero.assign(projection.row.size() - 1, 0);
  for (std::size_t r = 0; r + 1 < projection.row.size(); ++r) {
    for (std::int64_t s = projection.row[r]; s < projection.row[r + 1]; ++s) {
      projection.nonzero[r] += weights[static_cast<std::size_t>(s)] != 0.0f ? 1 : 0;
    }
    projection.nonzero_synapses += projection.nonzero[r];
  }
  projection.synapses = static_cast<std::int64_t>(order.size());
}

/// Rows of all targets with one delay need no stored targets.
void forget_targets_if_dense(const Projection& described, CompiledProjection& projection) {
  projection.dense =
      std::holds_alternative<AllToAll>(described.rule) && projection.delays.size() == 1;
  if (projection.dense) projection.target_of = {};
}

void compile_neurons(const Population& population, double dt_ms, CompiledPopulation& compiled) {
  std::visit(
      [&](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        using Coeffs = typename Model::template Coeffs<float>;
        constexpr std::size_t fields = sizeof(Coeffs) / sizeof(float);
        if constexpr (Model::output == Output::graded) {
          throw ConfigError(
              "population \"" + population.name + "\"", "model", std::string(Model::name),
              "spiking models and readouts; dense twins are evaluated by the Trainer");
        }
        compiled.shared = models.size() == 1;
        const std::size_t count = models.size();
        compiled.coeffs.resize(fields * count);
        for (std::size_t n = 0; n < count; ++n) {
          const auto values =
              std::bit_cast<std::array<float, fields>>(models[n].template derive<float>(dt_ms));
          for (std::size_t f = 0; f < fields; ++f) compiled.coeffs[f * count + n] = values[f];
          if constexpr (requires { models[n].i_offset_mv; })
            compiled.driven |= models[n].i_offset_mv != 0;
          if constexpr (requires { resting_potential(models[n]); })
            compiled.v_rest_mv.push_back(static_cast<float>(resting_potential(models[n])));
        }
        compiled.initial_u.assign(static_cast<std::size_t>(compiled.size), 0.0f);
        if constexpr (requires { resting_potential(models.front()); }) {
          for (std::size_t n = 0; n < compiled.initial_u.size() && !population.v_init_mv.empty();
               ++n) {
            const double v = population.v_init_mv[population.v_init_mv.size() == 1 ? 0 : n];
            compiled.initial_u[n] =
                static_cast<float>(v - resting_potential(models[count == 1 ? 0 : n]));
          }
        }
      },
      population.neurons());
}

void compile_source(const Source& source, double dt_ms, CompiledPopulation& compiled) {
  if (const auto* poisson = std::get_if<PoissonSource>(&source)) {
    compiled.poisson_bound = probability_bound(1.0 - std::exp(-poisson->rate_hz * dt_ms * 1e-3));
  }
  if (const auto* spikes = std::get_if<SpikeSource>(&source)) {
    std::vector<std::pair<std::int64_t, std::int32_t>> events;
    for (std::size_t n = 0; n < spikes->times_ms.size(); ++n) {
      for (const double ms : spikes->times_ms[n])
        events.emplace_back(std::llround(ms / dt_ms), static_cast<std::int32_t>(n));
    }
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
    for (const auto& [tick, neuron] : events) {
      compiled.spike_tick.push_back(tick);
      compiled.spike_neuron.push_back(neuron);
    }
  }
}

/// Chooses each population's scale and writes its weights and biases in it.
void fix_points(const Network& network, CompiledNetwork& compiled,
                std::vector<std::vector<float>>& weights) {
  for (std::size_t p = 0; p < compiled.populations.size(); ++p) {
    CompiledPopulation& population = compiled.populations[p];
    if (std::holds_alternative<Source>(population.kind)) continue;
    std::vector<double> sum(static_cast<std::size_t>(population.size)), count(sum.size());
    std::vector<double> bias(sum.size());
    for (const std::int32_t q : population.inputs) {
      CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
      const Projection& described = network.projections()[static_cast<std::size_t>(q)];
      double largest = 1.0;
      if (projection.graded)
        largest = std::get<CurrentSource>(network[described.source].source()).max_abs;
      const auto& w = weights[static_cast<std::size_t>(q)];
      for (std::size_t s = 0; s < w.size(); ++s) {
        const std::size_t n =
            projection.dense ? s % sum.size() : static_cast<std::size_t>(projection.target_of[s]);
        sum[n] += largest * std::abs(static_cast<double>(w[s]));
        count[n] += 1.0;
      }
      for (std::size_t n = 0; n < described.synapse.bias.size(); ++n)
        bias[n] += static_cast<double>(described.synapse.bias[n]);
    }
    population.scale_log2 = most_scale;
    for (std::size_t n = 0; n < sum.size(); ++n) {
      // Rounding adds at most 1/2 per afferent, and as much for the bias.
      const double room = 2147483646.0 - 0.5 * (count[n] + 1.0);
      const double most = sum[n] + std::abs(bias[n]);
      if (most > 0)
        population.scale_log2 =
            std::min(population.scale_log2, static_cast<int>(std::floor(std::log2(room / most))));
    }
    const double scale = std::ldexp(1.0, population.scale_log2);
    if (std::any_of(bias.begin(), bias.end(), [](double b) { return b != 0; })) {
      population.driven = true;
      for (const double b : bias)
        population.bias.push_back(static_cast<std::int32_t>(std::llround(b * scale)));
    }
    for (const std::int32_t q : population.inputs) {
      CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
      auto& w = weights[static_cast<std::size_t>(q)];
      double largest = 0;
      for (const float value : w) largest = std::max(largest, std::abs(static_cast<double>(value)));
      projection.weight_bits = static_cast<int>(
          std::bit_width(static_cast<std::uint64_t>(std::llround(largest * scale))));
      if (projection.graded) {
        population.driven = true;
        projection.value_weight = std::move(w);
        continue;
      }
      projection.weight.reserve(w.size());
      for (const float value : w)
        projection.weight.push_back(
            static_cast<std::int32_t>(std::llround(static_cast<double>(value) * scale)));
      w = {};
    }
  }
}

/// A population comes after all that reach it without delay.
void assign_levels(const Network& network, CompiledNetwork& compiled) {
  for (const std::int32_t p : compiled.order) {
    CompiledPopulation& population = compiled.populations[static_cast<std::size_t>(p)];
    for (const std::int32_t q : population.inputs) {
      const CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
      if (projection.graded || projection.synapses == 0 || projection.delays.front() > 0) continue;
      const int below = compiled
                            .populations[static_cast<std::size_t>(
                                network.projections()[static_cast<std::size_t>(q)].source.index)]
                            .level;
      population.level = std::max(population.level, below + 1);
    }
    compiled.levels = std::max(compiled.levels, population.level + 1);
  }
}

}  // namespace

double CompiledProjection::bytes_per_synapse() const {
  if (synapses == 0) return 0;
  const std::size_t bytes =
      target_of.size() * sizeof(std::int32_t) + weight.size() * sizeof(std::int32_t) +
      value_weight.size() * sizeof(float) + row.size() * sizeof(std::int64_t) +
      nonzero.size() * sizeof(std::int32_t);
  return static_cast<double>(bytes) / static_cast<double>(synapses);
}

CompiledNetwork compile(const Network& network, double dt_ms, std::uint64_t seed) {
  validate(network, dt_ms);
  CompiledNetwork compiled;
  compiled.dt_ms = dt_ms;
  compiled.seed = seed;
  compiled.order = update_order(network, dt_ms).order;
  for (const Population& population : network.populations()) {
    CompiledPopulation entry;
    entry.name = population.name;
    entry.size = population.size();
    entry.kind = population.kind;
    if (population.is_source()) {
      compile_source(population.source(), dt_ms, entry);
    } else {
      compile_neurons(population, dt_ms, entry);
    }
    compiled.populations.push_back(std::move(entry));
  }
  std::vector<std::vector<float>> weights(network.projections().size());
  bool some = false;
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    const ProjectionId id{static_cast<std::int32_t>(q)};
    const Projection& described = network.projections()[q];
    CompiledProjection projection;
    projection.name = network.name_of(id);
    projection.source = described.source.index;
    projection.target = described.target.index;
    const Population& source = network[described.source];
    projection.graded =
        source.is_source() && std::holds_alternative<CurrentSource>(source.source());
    projection.has_bias = !described.synapse.bias.empty();
    fill_rows(list_synapses(network, id, dt_ms, seed), source.size(), projection, weights[q]);
    forget_targets_if_dense(described, projection);
    if (projection.graded && projection.delays.back() > 0) {
      throw ConfigError("projection \"" + projection.name + "\"", "delay_ms",
                        std::to_string(projection.delays.back()) + " ticks",
                        "0 ms from a CurrentSource: its values hold until they are changed");
    }
    if (projection.synapses > 0 && !projection.graded) {
      compiled.least_delay = some ? std::min(compiled.least_delay, projection.delays.front())
                                  : projection.delays.front();
      compiled.largest_delay = std::max(compiled.largest_delay, projection.delays.back());
      some = true;
    }
    compiled.populations[static_cast<std::size_t>(projection.target)].inputs.push_back(id.index);
    compiled.projections.push_back(std::move(projection));
  }
  fix_points(network, compiled, weights);
  assign_levels(network, compiled);
  return compiled;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "tests/backend/reference.hpp"

#include <array>
#include <cmath>
#include <span>
#include <type_traits>

#include "tests/backend/reference_drive.hpp"
#include "tests/backend/reference_neurons.hpp"
#include "tests/backend/reference_receptors.hpp"

namespace reference {
namespace {

using namespace snn;

struct Synapse {
  std::int64_t source, target, delay, fixed;
  double weight;
};

/// Synapses as they are described, in ticks; fixed-point weights are filled in later.
std::vector<Synapse> list(const Network& net, const Projection& projection, double dt) {
  std::vector<Synapse> all;
  const auto& weights = std::get<std::vector<float>>(projection.synapse.weight);
  const std::int64_t targets = net[projection.target].size();
  for (std::size_t s = 0; s < weights.size(); ++s) {
    std::int64_t k = static_cast<std::int64_t>(s) / targets,
                 n = static_cast<std::int64_t>(s) % targets;
    if (const auto* sparse = std::get_if<Sparse>(&projection.rule)) {
      k = sparse->source[s];
      n = sparse->target[s];
    }
    const Delay& delay = projection.synapse.delay_ms;
    const double ms = delay.index() == 0 ? std::get<double>(delay)
                      : delay.index() == 1
                          ? std::get<PerSource>(delay).ms[static_cast<std::size_t>(k)]
                          : std::get<PerSynapse>(delay).ms[s];
    all.push_back({k, n, std::llround(ms / dt), 0, static_cast<double>(weights[s])});
  }
  return all;
}

/// The run that is checked, as one flag per population, tick and neuron.
std::vector<std::vector<std::uint8_t>> flags(const backend::Scene& scene,
                                             const backend::Record& record) {
  std::vector<std::vector<std::uint8_t>> fired;
  for (std::size_t p = 0; p < record.spikes.size(); ++p) {
    const std::int64_t size = scene.net.populations()[p].size();
    fired.emplace_back(static_cast<std::size_t>(size * scene.ticks));
    const SpikeTrain& train = record.spikes[p];
    for (std::size_t s = 0; s < train.tick.size(); ++s)
      ++fired[p][static_cast<std::size_t>(train.tick[s] * size + train.neuron[s])];
  }
  return fired;
}

/// Largest power of two that lets the sum of all magnitudes, half a unit of rounding each, stay
/// below 2^31.
int scale_of(double most, double terms) {
  int scale = 29;
  while (std::ldexp(most, scale) + 0.5 * (terms + 1) > 2147483646.0) --scale;
  return scale;
}

class Checker {
 public:
  Checker(const backend::Scene& scene, const backend::Record& record)
      : scene_(scene), record_(record), fired_(flags(scene, record)) {
    for (const Projection& projection : scene.net.projections())
      synapses_.push_back(list(scene.net, projection, scene.dt_ms));
  }

  Verdict run() {
    for (std::size_t p = 0; p < fired_.size(); ++p) {
      const Population& population = scene_.net.populations()[p];
      population.is_source() ? check_source(population, p) : check_neurons(population, p);
    }
    check_counts();
    return verdict_;
  }

 private:
  bool fired(std::size_t p, std::int64_t tick, std::int64_t neuron) const {
    return fired_[p]
                 [static_cast<std::size_t>(tick * scene_.net.populations()[p].size() + neuron)] !=
           0;
  }

  void check_source(const Population& population, std::size_t p) {
    std::vector<std::uint8_t> expected(fired_[p].size());
    const auto* times = std::get_if<SpikeSource>(&population.source());
    for (std::size_t n = 0; times != nullptr && n < times->times_ms.size(); ++n) {
      for (const double ms : times->times_ms[n])
        expected[static_cast<std::size_t>(std::llround(ms / scene_.dt_ms) * population.size()) +
                 n] = 1;
    }
    for (std::size_t t = 0; p == 0 && t + 1 < scene_.begin.size(); ++t) {
      for (auto e = scene_.begin[t]; e < scene_.begin[t + 1]; ++e)
        expected[t * static_cast<std::size_t>(population.size()) +
                 scene_.neurons[static_cast<std::size_t>(e)]] = 1;
    }
    EXPECT_EQ(fired_[p], expected) << population.name;
  }

  /// Sums of all that enters a port of a population, in the unit of its weights: [tick][neuron].
  /// `slack`: what listed weights, which are kept to 2^-21 of the largest, may differ by.
  std::vector<double> input(std::size_t p, int port, std::vector<double>& slack) {
    const Population& population = scene_.net.populations()[p];
    const auto size = static_cast<std::size_t>(population.size());
    std::vector<double> most(size), terms(size), bias(size);
    const auto& projections = scene_.net.projections();
    const auto ends_here = [&](std::size_t q) {
      return static_cast<std::size_t>(projections[q].target.index) == p &&
             projections[q].synapse.receptor == port;
    };
    const auto is_graded = [&](std::size_t q) {
      return projections[q].source.index == 0 && !scene_.values.empty();
    };
    for (std::size_t q = 0; q < projections.size(); ++q) {
      if (!ends_here(q)) continue;
      const double largest =
          is_graded(q) ? std::get<CurrentSource>(scene_.net[PopulationId{0}].source()).max_abs : 1;
      for (const Synapse& s : synapses_[q]) {
        most[static_cast<std::size_t>(s.target)] += largest * std::abs(s.weight);
        ++terms[static_cast<std::size_t>(s.target)];
      }
      const auto& b = projections[q].synapse.bias;
      for (std::size_t n = 0; n < b.size(); ++n) bias[n] += static_cast<double>(b[n]);
    }
    for (const Stimulus& stimulus : population.stimuli) {
      const auto& drive = std::get<PoissonDrive>(stimulus);
      if (drive.receptor != port) continue;
      const auto events = static_cast<double>(event_bounds(mean_events(drive)).size());
      for (std::size_t n = 0; n < size; ++n) {
        most[n] += events * std::abs(drive.weight);
        terms[n] += events;
      }
    }
    int scale = 29;
    for (std::size_t n = 0; n < size; ++n)
      scale = std::min(scale, scale_of(most[n] + std::abs(bias[n]), terms[n]));
    const double unit = std::ldexp(1.0, scale);
    std::vector<std::int64_t> sum(size * static_cast<std::size_t>(scene_.ticks));
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] = std::llround(bias[j % size] * unit);
    for (std::size_t q = 0; q < projections.size(); ++q) {
      if (!ends_here(q)) continue;
      double step = 0;
      for (const Synapse& s : synapses_[q]) step = std::max(step, 0x1p-21 * std::abs(s.weight));
      for (const Synapse& s : synapses_[q]) {
        for (std::int64_t t = 0; t < scene_.ticks; ++t) {
          std::int64_t& here =
              sum[static_cast<std::size_t>(t) * size + static_cast<std::size_t>(s.target)];
          if (is_graded(q))
            here += std::llround(
                static_cast<double>(scene_.values[static_cast<std::size_t>(s.source)]) * s.weight *
                unit);
          else if (t >= s.delay && fired(static_cast<std::size_t>(projections[q].source.index),
                                         t - s.delay, s.source)) {
            here += std::llround(s.weight * unit);
            slack[static_cast<std::size_t>(&here - sum.data())] += step;
          }
        }
      }
    }
    add_drives(p, port, unit, sum);
    std::vector<double> values;
    for (const std::int64_t s : sum) {
      EXPECT_LE(std::abs(s), 2147483647);
      values.push_back(static_cast<double>(s) / unit);
    }
    return values;
  }

  double mean_events(const PoissonDrive& drive) const {
    return drive.rate_hz * scene_.dt_ms * 1e-3;
  }
  void add_drives(std::size_t p, int port, double unit, std::vector<std::int64_t>& sum) const {
    const Population& population = scene_.net.populations()[p];
    for (std::size_t i = 0; i < population.stimuli.size(); ++i) {
      const auto& drive = std::get<PoissonDrive>(population.stimuli[i]);
      if (drive.receptor != port) continue;
      const auto bounds = event_bounds(mean_events(drive));
      for (std::size_t j = 0; j < sum.size(); ++j) {
        const auto tick = static_cast<std::int64_t>(j) / population.size();
        const auto neuron = static_cast<std::int64_t>(j) % population.size();
        sum[j] += std::llround(drive.weight * unit) *
                  events_of(bounds, drive_word(seed_, p, i, neuron, tick));
      }
    }
  }

  void check_neurons(const Population& population, std::size_t p) {
    std::visit(
        [&](const auto& models) {
          using Model = typename std::decay_t<decltype(models)>::model;
          std::array<std::vector<double>, receptors_of<Model>> x;
          std::vector<double> slack(fired_[p].size());
          for (int port = 0; port < receptors_of<Model>; ++port)
            x[static_cast<std::size_t>(port)] = input(p, port, slack);
          if constexpr (Model::output != Output::graded) {
            for (std::int64_t n = 0; n < population.size(); ++n)
              check_neuron(models[models.size() == 1 ? 0 : static_cast<std::size_t>(n)], population,
                           p, n, x, slack);
          }
        },
        population.neurons());
  }

  template <class Model>
  void check_neuron(const Model& model, const Population& population, std::size_t p, std::int64_t n,
                    std::span<const std::vector<double>> x, const std::vector<double>& slack) {
    const auto& initial = population.v_init_mv;
    State s = at_rest(model);
    if (!initial.empty()) s.v = initial[initial.size() == 1 ? 0 : static_cast<std::size_t>(n)];
    for (std::int64_t t = 0; t < scene_.ticks; ++t) {
      const auto at = static_cast<std::size_t>(t * population.size() + n);
      const bool held = s.held > 0;
      double tolerance = 0;
      s.error_in = slack[at];
      if constexpr (HasPorts<Model>) {
        const Ports in{x[0][at], x.size() > 1 ? x[1][at] : 0};
        if constexpr (is_steep<Model>) tolerance = steep_tolerance(model, s, in, scene_.dt_ms);
        advance(model, s, in, scene_.dt_ms);
      } else {
        advance(model, s, x[0][at], scene_.dt_ms);
      }
      if constexpr (!is_steep<Model>) tolerance = tolerance_mv(model, s);
      if (held) --s.held;
      ++verdict_.steps;
      ASSERT_NEAR(static_cast<double>(record_.membranes[p].value[at]), s.v, tolerance)
          << population.name << " neuron " << n << " tick " << t;
      const bool spiked = fired_[p][at] != 0;
      if constexpr (is_steep<Model>) {
        const bool sure = std::abs(distance(model, s)) > tolerance;
        if (!sure || distance(model, s) < 0) s.v = record_.membranes[p].value[at];
      }
      if constexpr (Model::output == Output::spikes) {
        const double above = distance(model, s);
        if (held || std::abs(above) > tolerance)
          ASSERT_EQ(spiked, !held && above > 0)
              << population.name << " neuron " << n << " tick " << t;
        else
          ++verdict_.undecided;
        if (spiked) {
          spike(model, s, scene_.dt_ms);
          ++verdict_.fired;
        }
      } else {
        ASSERT_FALSE(spiked);
      }
    }
  }

  /// Events by the definition: what arrives, synapse by synapse.
  void check_counts() {
    for (std::size_t q = 0; q < synapses_.size(); ++q) {
      const auto p = static_cast<std::size_t>(scene_.net.projections()[q].source.index);
      const bool graded = p == 0 && !scene_.values.empty();
      std::uint64_t events = 0, effective = 0;
      for (const Synapse& s : synapses_[q]) {
        for (std::int64_t t = s.delay; t < scene_.ticks; ++t) {
          const bool active = graded ? scene_.values[static_cast<std::size_t>(s.source)] != 0
                                     : fired(p, t - s.delay, s.source);
          events += active;
          effective += active && s.weight != 0;
        }
      }
      const ProjectionCounts& found = record_.counts.projections[q];
      EXPECT_EQ(found.synaptic_events, events) << found.name;
      EXPECT_EQ(found.effective_events, effective) << found.name;
    }
    for (std::size_t p = 0; p < fired_.size(); ++p) {
      const PopulationCounts& found = record_.counts.populations[p];
      EXPECT_EQ(found.spikes, record_.spikes[p].tick.size()) << found.name;
      // Neurons at rest need no update.
      EXPECT_LE(found.stepped + found.touched,
                found.source ? 0u : static_cast<std::uint64_t>(found.size * scene_.ticks));
      EXPECT_GT(found.stepped + found.touched + (found.source ? 1u : 0u), 0u);
    }
  }

  static constexpr std::uint64_t seed_ = backend::RunOptions{}.seed;
  const backend::Scene& scene_;
  const backend::Record& record_;
  std::vector<std::vector<std::uint8_t>> fired_;
  std::vector<std::vector<Synapse>> synapses_;
  Verdict verdict_;
};

}  // namespace

Verdict check(const backend::Scene& scene, const backend::Record& record) {
  return Checker(scene, record).run();
}

}  // namespace reference

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/train/reference_gradient.hpp"

namespace bptt {

/// The reverse of one tick of one neuron. From the update formulas of `Neuron`, with S' the
/// surrogate at the distance, and d_x for dL/dx:
///   d_s = d_output + d_a+ a_jump + d_u+ (reset - u)            (or - d_u+ (threshold - reset))
///   d_distance = d_s S'
///   d_u = d_u+ (1 - s) + d_distance + d_membrane               (or d_u+ + ...)
///   d_a = d_a+ - d_distance;  d_threshold = -d_distance        (subtracting: - d_u+ s more)
///   d_i = d_i+ + d_u gain;  d_u- = d_u decay;  d_x = d_i;  d_i- = d_i decay_syn
///   d_decay = d_u (u- + i d gain/d decay + d drive/d decay)
/// Held: d_u- = d_u+ + d_membrane and nothing else of u.
struct Reverse {
  double d_u = 0, d_a = 0, d_i = 0;  ///< after the tick, then before it

  struct Tick {
    double before, i, u, distance, spike;
    bool held;
    double d_output, d_membrane;
  };

  double operator()(const Neuron& c, const Tick& t, const snn::TrainOptions& options,
                    double& d_decay, double& d_threshold) {
    if (c.kind == Neuron::Kind::rectifier) {
      const bool clipped = c.levels > 0 && t.u >= c.threshold;
      if (clipped) d_threshold += t.d_output;
      return t.u > 0 && !clipped ? t.d_output : 0;
    }
    double d_distance = 0;
    if (c.kind == Neuron::Kind::spiking && !t.held) {
      double d_s = t.d_output + d_a * c.a_jump;
      if (!options.detach_reset) d_s += d_u * (c.subtract ? c.reset - c.threshold : c.reset - t.u);
      d_distance = d_s * snn::reference::smooth(options.surrogate, t.distance).slope;
      d_threshold -= d_distance;
      if (c.subtract) {
        d_threshold -= d_u * t.spike;
      } else {
        d_u *= 1 - t.spike;
      }
    }
    d_u += d_distance + t.d_membrane;
    d_a = (d_a - d_distance) * c.decay_a;
    if (!t.held) {
      d_decay += d_u * (t.before + t.i * c.gain_by_decay + c.drive_by_decay);
      d_i += d_u * c.gain;
      d_u *= c.decay;
    }
    const double d_x = d_i;
    d_i *= c.decay_syn;
    return d_x;
  }
};

/// Gradient of objective() with respect to every parameter.
inline std::vector<double> gradient(const Net& net, const Batch& batch,
                                    const std::vector<int>& labels) {
  std::vector<double> result(net.parameters.size());
  std::vector<Field> slope;
  penalty(net, batch, slope);
  const auto ticks = static_cast<std::size_t>(net.options.ticks);
  for (std::size_t b = 0; b < batch.size(); ++b) {
    std::vector<Field> d_output, d_x;
    std::vector<std::vector<Reverse>> reverse;
    for (const Population& p : net.populations) {
      d_output.emplace_back(ticks * p.size);
      d_x.emplace_back(ticks * p.size);
      reverse.emplace_back(p.size);
    }
    Field d_membrane(d_output.back().size());
    loss(net, batch[b].back(), labels[b], batch.size(), d_output.back(), d_membrane);
    for (std::size_t t = ticks; t-- > 0;) {
      for (std::size_t p = net.populations.size(); p-- > 0;) {
        const Population& population = net.populations[p];
        if (population.source) continue;
        const Activity& here = batch[b][p];
        for (const Projection& q : net.projections) {
          if (q.source != p) continue;
          const std::size_t width = net.populations[q.target].size;
          for (const Synapse& s : q.synapses) {
            const std::size_t arrives = t + static_cast<std::size_t>(s.delay);
            if (arrives >= ticks) continue;
            d_output[p][t * population.size + s.source] +=
                net.parameters[s.weight] * d_x[q.target][arrives * width + s.target];
          }
        }
        for (std::size_t n = 0; n < population.size; ++n) {
          const std::size_t at = t * population.size + n;
          const Neuron& c = population.neurons[n];
          double d_decay = 0, d_threshold = 0;
          d_x[p][at] = reverse[p][n](c,
                                     {here.before[at], here.i[at], here.u[at], here.distance[at],
                                      here.spike[at], here.held[at], d_output[p][at] + slope[p][n],
                                      p + 1 == net.populations.size() ? d_membrane[at] : 0},
                                     net.options, d_decay, d_threshold);
          // The parameter is the logit of the decay.
          if (!population.decay.empty())
            result[population.decay[n]] += d_decay * c.decay * (1 - c.decay);
          if (!population.threshold.empty()) result[population.threshold[n]] += d_threshold;
        }
      }
    }
    for (const Projection& q : net.projections) {
      const std::size_t width = net.populations[q.target].size;
      const std::size_t sources = net.populations[q.source].size;
      for (std::size_t t = 0; t < ticks; ++t) {
        for (std::size_t n = 0; n < q.bias.size(); ++n)
          result[q.bias[n]] += d_x[q.target][t * width + n];
        for (const Synapse& s : q.synapses) {
          const auto delay = static_cast<std::size_t>(s.delay);
          if (delay > t) continue;
          result[s.weight] += batch[b][q.source].spike[(t - delay) * sources + s.source] *
                              d_x[q.target][t * width + s.target];
        }
      }
    }
  }
  return result;
}

/// How far the nearest distance is from where a spike or a slope jumps: the threshold, a kink of
/// the surrogate, the corners of a rectifier.
inline double clearance(const Net& net, const Batch& batch) {
  std::vector<double> corners = snn::reference::kinks(net.options.surrogate);
  corners.push_back(0);
  double least = std::numeric_limits<double>::infinity();
  for (const Sample& sample : batch) {
    for (std::size_t p = 0; p < net.populations.size(); ++p) {
      const Population& population = net.populations[p];
      for (std::size_t k = 0; !population.source && k < sample[p].u.size(); ++k) {
        const Neuron& c = population.neurons[k % population.size];
        if (c.kind == Neuron::Kind::rectifier) {
          least =
              std::min({least, std::abs(sample[p].u[k]), std::abs(sample[p].u[k] - c.threshold)});
          // Quantised: halfway between two levels.
          if (c.levels > 0) {
            const double place = sample[p].u[k] * c.levels / c.threshold + 0.5;
            least = std::min(least, std::abs(place - std::round(place)));
          }
        }
        if (c.kind != Neuron::Kind::spiking || sample[p].held[k]) continue;
        for (const double corner : corners)
          least = std::min(least, std::abs(sample[p].distance[k] - corner));
      }
    }
  }
  return least;
}

}  // namespace bptt

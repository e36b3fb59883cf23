// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>

#include "tests/support/surrogate_primitive.hpp"
#include "tests/train/reference_network.hpp"

/// Loss and gradient of a reference network by backpropagation through time, one synapse and one
/// tick after the other. Two forward passes: `hard`, with the step of the network, and `smooth`,
/// where a spike is S(distance), so that the gradient has finite differences to be compared with.
namespace bptt {

/// [tick][neuron], one after the other.
using Field = std::vector<double>;

/// What one population did in one sample.
struct Activity {
  Field before, i, u, a, distance, spike;  ///< u and a before the spike; spike: the output
  std::vector<bool> held;
};
using Sample = std::vector<Activity>;  ///< per population
using Batch = std::vector<Sample>;

/// What the source presents in each sample: [tick][neuron].
using Inputs = std::vector<Field>;

struct Forward {
  bool smooth = false;
  /// The pass whose refractory ticks, and with detach_reset whose spikes in the reset, this one
  /// takes over: they are constants to the gradient.
  const Batch* frozen = nullptr;
};

inline Activity empty_activity(std::size_t size) {
  const Field zeros(size);
  return {zeros, zeros, zeros, zeros, zeros, zeros, std::vector<bool>(size)};
}

inline double rectified(const Neuron& n, double x) {
  if (n.levels == 0) return std::max(0.0, x);
  const double step = n.threshold / n.levels;
  return step * std::floor(std::clamp(x, 0.0, n.threshold) / step + 0.5);
}

inline Sample run(const Net& net, const Field& input, const Forward& how, std::size_t number) {
  const auto ticks = static_cast<std::size_t>(net.options.ticks);
  Sample sample;
  std::vector<Field> u, i, a;          // state, after the tick
  std::vector<std::vector<int>> left;  // refractory ticks
  for (const Population& p : net.populations) {
    sample.push_back(empty_activity(ticks * p.size));
    if (p.source) sample.back().spike = input;
    u.emplace_back(p.size);
    i.emplace_back(p.size);
    a.emplace_back(p.size);
    left.emplace_back(p.size);
    for (std::size_t n = 0; n < p.neurons.size(); ++n) u.back()[n] = p.neurons[n].u_initial;
  }
  for (std::size_t t = 0; t < ticks; ++t) {
    for (std::size_t p = 0; p < net.populations.size(); ++p) {
      const Population& population = net.populations[p];
      if (population.source) continue;
      Field x(population.size);
      for (const Projection& q : net.projections) {
        if (q.target != p) continue;
        for (std::size_t n = 0; n < q.bias.size(); ++n) x[n] += net.parameters[q.bias[n]];
        const std::size_t width = net.populations[q.source].size;
        for (const Synapse& s : q.synapses) {
          const auto delay = static_cast<std::size_t>(s.delay);
          if (delay > t) continue;
          x[s.target] +=
              net.parameters[s.weight] * sample[q.source].spike[(t - delay) * width + s.source];
        }
      }
      Activity& here = sample[p];
      for (std::size_t n = 0; n < population.size; ++n) {
        const Neuron& c = population.neurons[n];
        const std::size_t at = t * population.size + n;
        here.before[at] = u[p][n];
        here.i[at] = i[p][n] = c.decay_syn * i[p][n] + x[n];
        if (c.kind == Neuron::Kind::rectifier) {
          here.u[at] = x[n];
          here.spike[at] = rectified(c, x[n]);
          continue;
        }
        const Activity* frozen = how.frozen ? &(*how.frozen)[number][p] : nullptr;
        const bool held = frozen ? frozen->held[at] : left[p][n] > 0;
        here.held[at] = held;
        if (left[p][n] > 0) --left[p][n];
        here.u[at] = held ? u[p][n] : c.decay * u[p][n] + c.gain * i[p][n] + c.drive;
        u[p][n] = here.u[at];
        if (c.kind == Neuron::Kind::integrator) continue;
        here.a[at] = a[p][n] = c.decay_a * a[p][n];
        here.distance[at] = here.u[at] - c.threshold - here.a[at];
        const bool fires = !held && here.distance[at] >= 0;
        if (fires) left[p][n] = c.refractory;
        double s = fires ? 1 : 0;
        if (how.smooth && !held)
          s = snn::reference::smooth(net.options.surrogate, here.distance[at]).value;
        here.spike[at] = s;
        a[p][n] += s * c.a_jump;
        const double r = frozen && net.options.detach_reset ? frozen->spike[at] : s;
        u[p][n] += c.subtract ? -r * (c.threshold - c.reset) : r * (c.reset - u[p][n]);
      }
    }
  }
  return sample;
}

inline Batch run(const Net& net, const Inputs& inputs, const Forward& how = {}) {
  Batch batch;
  for (std::size_t b = 0; b < inputs.size(); ++b) batch.push_back(run(net, inputs[b], how, b));
  return batch;
}

/// Loss of one sample of a batch of `size`, a part of the batch's mean; its gradient is added to
/// d_output or d_membrane, [tick][class].
inline double loss(const Net& net, const Activity& readout, int label, std::size_t size,
                   Field& d_output, Field& d_membrane) {
  const auto ticks = static_cast<std::size_t>(net.options.ticks);
  const std::size_t classes = net.populations.back().size;
  const bool counts = std::holds_alternative<snn::CountCrossEntropy>(net.options.loss);
  const bool mean = std::holds_alternative<snn::MeanMembraneCrossEntropy>(net.options.loss);
  const double share = 1.0 / static_cast<double>(size);
  if (const auto* mse = std::get_if<snn::CountMse>(&net.options.loss)) {
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      double rate = 0;
      for (std::size_t t = 0; t < ticks; ++t) rate += readout.spike[t * classes + c];
      rate /= static_cast<double>(ticks);
      const double excess =
          rate - (static_cast<int>(c) == label ? mse->correct_rate : mse->incorrect_rate);
      sum += excess * excess / static_cast<double>(classes);
      for (std::size_t t = 0; t < ticks; ++t) {
        d_output[t * classes + c] +=
            share * 2 * excess / static_cast<double>(classes) / static_cast<double>(ticks);
      }
    }
    return share * sum;
  }
  Field logit(classes);
  std::vector<std::size_t> largest(classes);
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t t = 0; t < ticks; ++t) {
      const std::size_t at = t * classes + c;
      logit[c] += counts ? readout.spike[at] : readout.u[at] / static_cast<double>(ticks);
      if (readout.u[at] > readout.u[largest[c] * classes + c]) largest[c] = t;
    }
    if (!counts && !mean) logit[c] = readout.u[largest[c] * classes + c];
  }
  double total = 0;
  for (const double z : logit) total += std::exp(z);
  for (std::size_t c = 0; c < classes; ++c) {
    const double d = share * (std::exp(logit[c]) / total - (static_cast<int>(c) == label ? 1 : 0));
    for (std::size_t t = 0; t < ticks; ++t) {
      if (counts) {
        d_output[t * classes + c] += d;
      } else if (mean) {
        d_membrane[t * classes + c] += d / static_cast<double>(ticks);
      } else if (t == largest[c]) {
        d_membrane[t * classes + c] += d;
      }
    }
  }
  return share * (std::log(total) - logit[static_cast<std::size_t>(label)]);
}

/// Both regularisers, and for each population what they add to the gradient of every output.
inline double penalty(const Net& net, const Batch& batch, std::vector<Field>& slope) {
  const snn::TrainOptions& o = net.options;
  double all_synapses = 0, value = 0;
  for (const Projection& q : net.projections)
    all_synapses += static_cast<double>(q.synapses.size());
  slope.clear();
  for (std::size_t p = 0; p < net.populations.size(); ++p) {
    const Population& population = net.populations[p];
    slope.emplace_back(population.size);
    if (population.source || population.neurons[0].kind != Neuron::Kind::spiking) continue;
    for (std::size_t n = 0; n < population.size; ++n) {
      double spikes = 0, fan_out = 0;
      for (const Sample& sample : batch) {
        for (std::size_t t = 0; t < static_cast<std::size_t>(o.ticks); ++t)
          spikes += sample[p].spike[t * population.size + n];
      }
      for (const Projection& q : net.projections) {
        if (q.source != p) continue;
        fan_out += static_cast<double>(std::count_if(
            q.synapses.begin(), q.synapses.end(), [&](const Synapse& s) { return s.source == n; }));
      }
      const auto samples = static_cast<double>(batch.size());
      const double places = samples * o.ticks;
      const double excess = spikes / places - o.target_rate;
      const auto size = static_cast<double>(population.size);
      const double per_spike = o.lambda_synops * fan_out / samples / all_synapses;
      value += o.lambda_rate * excess * excess / size + per_spike * spikes;
      slope[p][n] = 2 * o.lambda_rate * excess / places / size + per_spike;
    }
  }
  return value;
}

/// Mean loss and regularisers.
inline double objective(const Net& net, const Batch& batch, const std::vector<int>& labels) {
  std::vector<Field> slope;
  double sum = penalty(net, batch, slope);
  for (std::size_t b = 0; b < batch.size(); ++b) {
    Field d_output(batch[b].back().u.size()), d_membrane(d_output.size());
    sum += loss(net, batch[b].back(), labels[b], batch.size(), d_output, d_membrane);
  }
  return sum;
}

}  // namespace bptt

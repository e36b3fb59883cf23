// SPDX-License-Identifier: Apache-2.0
#include "snn/model/benchmark_networks.hpp"

#include <array>
#include <cmath>

namespace snn {
namespace {

std::int64_t scaled(double scale, double neurons) {
  return std::max<std::int64_t>(1, std::llrint(scale * neurons));  // half to even
}

void check_scale(const char* network, double scale) {
  if (!(scale > 0 && scale <= 1e4)) {
    throw ConfigError(std::string("network ") + network, "scale", std::to_string(scale),
                      "> 0 and <= 10000");
  }
}

}  // namespace

Network brunel(const BrunelOptions& options) {
  check_scale("brunel", options.scale);
  const Lif neuron{.tau_m_ms = 20, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 20, .t_ref_ms = 2};
  constexpr std::int64_t in_e = 1000, in_i = 250;
  constexpr double weight = 0.1, delay_ms = 1.5;
  // The rate of in_e sources that alone brings the mean to the threshold: 10 Hz each.
  const double threshold_hz = neuron.v_th_mv / (weight * neuron.tau_m_ms * 1e-3);
  Network net;
  const auto e = net.add(neuron, {scaled(options.scale, 10000)}, "E");
  const auto i = net.add(neuron, {scaled(options.scale, 2500)}, "I");
  for (const auto target : {e, i}) {
    net[target].v_init_drawn = Uniform{0, 20};
    net.drive(target, PoissonDrive{.rate_hz = options.eta * threshold_hz, .weight = weight});
    net.connect(e, target, FixedInDegree{in_e}, {.weight = weight, .delay_ms = delay_ms});
    net.connect(i, target, FixedInDegree{in_i},
                {.weight = -options.g * weight, .delay_ms = delay_ms});
  }
  return net;
}

namespace {

/// The two populations and four projections that both Vogels-Abbott networks have.
template <class Model>
Network vogels_abbott(const Model& neuron, const VogelsAbbottOptions& options, double weight_e,
                      double weight_i) {
  Network net;
  const auto e = net.add(neuron, {scaled(options.scale, 3200)}, "E");
  const auto i = net.add(neuron, {scaled(options.scale, 800)}, "I");
  for (const auto target : {e, i}) {
    net[target].v_init_drawn = Uniform{-60, -50};
    net.connect(e, target, FixedInDegree{64},
                {.weight = weight_e, .delay_ms = options.delay_ms, .receptor = 0});
    net.connect(i, target, FixedInDegree{16},
                {.weight = weight_i, .delay_ms = options.delay_ms, .receptor = 1});
  }
  return net;
}

}  // namespace

Network cuba(const VogelsAbbottOptions& options) {
  check_scale("cuba", options.scale);
  return vogels_abbott(LifCurrExp<2>{.c_m_pf = 200,
                                     .tau_m_ms = 20,
                                     .v_rest_mv = -49,
                                     .v_reset_mv = -60,
                                     .v_th_mv = -50,
                                     .t_ref_ms = 5,
                                     .tau_syn_ms = {5, 10}},
                       options, 16.2, -90);
}

Network coba(const VogelsAbbottOptions& options) {
  check_scale("coba", options.scale);
  return vogels_abbott(LifCondExp{.c_m_pf = 200,
                                  .g_l_ns = 10,
                                  .v_rest_mv = -60,
                                  .v_reset_mv = -60,
                                  .v_th_mv = -50,
                                  .t_ref_ms = 5,
                                  .e_rev_mv = {0, -80},
                                  .tau_syn_ms = {5, 10},
                                  .i_offset_pa = 200},
                       options, 4, 51);
}

namespace {

/// One population of the microcircuit.
struct Layer {
  const char* name;
  double neurons;
  double v_init_mean_mv, v_init_sd_mv;
  double k_ext;    ///< external in-degree
  double rate_hz;  ///< published, at full scale
};
constexpr std::array<Layer, 8> layers{{{"L23E", 20683, -68.28, 5.36, 1600, 0.903},
                                       {"L23I", 5834, -63.16, 4.57, 1500, 2.965},
                                       {"L4E", 21915, -63.33, 4.74, 2100, 4.414},
                                       {"L4I", 5479, -63.45, 4.94, 1900, 5.876},
                                       {"L5E", 4850, -63.11, 4.94, 2000, 7.569},
                                       {"L5I", 1065, -61.66, 4.55, 1900, 8.633},
                                       {"L6E", 14395, -66.72, 5.46, 2900, 1.105},
                                       {"L6I", 2948, -61.43, 4.48, 2100, 7.829}}};

/// Probability that two neurons have at least one synapse, [target][source].
constexpr double probability[8][8] = {
    {0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000},
    {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000},
    {0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000},
    {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000},
    {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000},
    {0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000},
    {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
    {0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443}};

constexpr double external_hz = 8, tau_syn_ms = 0.5, weight_sd = 0.1;
/// 0.15 mV of postsynaptic potential times 585.39 pA/mV.
constexpr double weight_pa = 0.15 * 585.39;

/// Before rounding. With the published model's logarithm: log1p() would give two synapses more.
double full_synapses(std::size_t t, std::size_t s) {
  return std::log(1 - probability[t][s]) /
         std::log(1 - 1 / (layers[t].neurons * layers[s].neurons));
}

double full_weight(std::size_t t, std::size_t s) {
  const bool excitatory = s % 2 == 0;
  return excitatory ? (t == 0 && s == 2 ? 2 : 1) * weight_pa : -4 * weight_pa;
}

/// Mean input at full scale, pA ms per s.
double full_input(std::size_t t) {
  double input = weight_pa * layers[t].k_ext * external_hz;
  for (std::size_t s = 0; s < layers.size(); ++s)
    input += full_weight(t, s) * full_synapses(t, s) / layers[t].neurons * layers[s].rate_hz;
  return input;
}

Synapse microcircuit_synapse(double weight, bool excitatory) {
  const double sd = weight_sd * std::abs(weight), far = 1e6;
  const double delay_ms = excitatory ? 1.5 : 0.75;
  return {.weight = excitatory ? TruncatedNormal{weight, sd, 0, far}
                               : TruncatedNormal{weight, sd, -far, 0},
          .delay_ms = TruncatedNormal{delay_ms, delay_ms / 2, 0, 6.3}};
}

}  // namespace

Network microcircuit(const MicrocircuitOptions& options) {
  check_scale("microcircuit", options.scale);
  const bool dc = options.drive == MicrocircuitOptions::Drive::dc;
  const double grow = 1 / std::sqrt(options.scale);
  Network net;
  std::vector<PopulationId> id;
  for (std::size_t t = 0; t < layers.size(); ++t) {
    const Layer& layer = layers[t];
    LifCurrExp<1> neuron{.c_m_pf = 250,
                         .tau_m_ms = 10,
                         .v_rest_mv = -65,
                         .v_reset_mv = -65,
                         .v_th_mv = -50,
                         .t_ref_ms = 2,
                         .tau_syn_ms = {tau_syn_ms}};
    // Weights grow as the root of what in-degrees shrink: the mean that is lost comes as a current.
    neuron.i_offset_pa = 1e-3 * tau_syn_ms * (1 - std::sqrt(options.scale)) * full_input(t);
    if (dc) neuron.i_offset_pa += 1e-3 * external_hz * layer.k_ext * weight_pa * tau_syn_ms;
    id.push_back(net.add(neuron, {scaled(options.scale, layer.neurons)}, layer.name));
    net[id.back()].v_init_drawn = Normal{layer.v_init_mean_mv, layer.v_init_sd_mv};
    if (!dc) {
      net.drive(id.back(), PoissonDrive{.rate_hz = external_hz * options.scale * layer.k_ext,
                                        .weight = weight_pa * grow});
    }
  }
  for (std::size_t t = 0; t < layers.size(); ++t) {
    for (std::size_t s = 0; s < layers.size(); ++s) {
      if (probability[t][s] == 0) continue;
      const auto synapses = std::llrint(options.scale * options.scale * full_synapses(t, s));
      net.connect(id[s], id[t], FixedTotalNumber{synapses},
                  microcircuit_synapse(grow * full_weight(t, s), s % 2 == 0));
    }
  }
  return net;
}

Network stdp_balanced(const StdpBalancedOptions& options) {
  check_scale("stdp-balanced", options.scale);
  const LifCurrExp<1> neuron{.c_m_pf = 250,
                             .tau_m_ms = 20,
                             .v_rest_mv = 0,
                             .v_reset_mv = 0,
                             .v_th_mv = 20,
                             .t_ref_ms = 2,
                             .tau_syn_ms = {2}};
  constexpr double weight = 35, delay_ms = 1.5;
  Network net;
  const auto e = net.add(neuron, {scaled(options.scale, 9000)}, "E");
  const auto i = net.add(neuron, {scaled(options.scale, 2250)}, "I");
  for (const auto target : {e, i}) {
    net[target].v_init_drawn = Normal{7, 5};
    net.drive(target, PoissonDrive{.rate_hz = 4050, .weight = weight});
    net.connect(i, target, FixedInDegree{225}, {.weight = -5 * weight, .delay_ms = delay_ms});
  }
  net.connect(e, i, FixedInDegree{900}, {.weight = weight, .delay_ms = delay_ms});
  Synapse learning{.weight = TruncatedNormal{weight, 3, 0, 2 * weight}, .delay_ms = delay_ms};
  if (options.plastic) {
    learning.plasticity = PairStdp{
        .lambda = 0.01, .alpha = 1.05, .tau_plus_ms = 20, .tau_minus_ms = 20, .w_max = 2 * weight};
  }
  net.connect(e, e, FixedInDegree{900}, learning);
  return net;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "snn/train/classifier.hpp"

#include <string>

namespace snn {
namespace {

Source source_of(const Dataset& data, Encoding encoding) {
  if (std::holds_alternative<Events>(data.data)) return EventSource{};
  if (encoding == Encoding::rate) return RateSource{};
  if (encoding == Encoding::latency) return LatencySource{};
  return CurrentSource{};
}

PopulationId add_hidden(Network& network, const ClassifierOptions& o, double dt_ms, Shape shape,
                        std::string name) {
  const double tau_ms = o.tau_m_ticks * dt_ms;
  switch (o.neuron) {
    case HiddenNeuron::integrate_and_fire:
      return network.add(If{.reset = o.reset}, std::move(shape), std::move(name));
    case HiddenNeuron::cuba:
      return network.add(CubaLif::unit(tau_ms, o.tau_syn_ticks * dt_ms, o.reset), std::move(shape),
                         std::move(name));
    case HiddenNeuron::adaptive:
      return network.add(AdaptiveLif::unit(tau_ms, 10.0 * tau_ms, 0.2, o.reset), std::move(shape),
                         std::move(name));
    default:
      return network.add(Lif::unit(tau_ms, o.reset), std::move(shape), std::move(name));
  }
}

std::vector<float> zeros(std::int64_t count) {
  return std::vector<float>(static_cast<std::size_t>(count));
}

}  // namespace

Network classifier(const Dataset& data, const ClassifierOptions& options, double dt_ms) {
  if (options.hidden.empty())
    throw ConfigError("classifier", "hidden", "no layer", "at least one hidden layer");
  Network network;
  PopulationId before = network.add(source_of(data, options.encoding), data.shape, "input");
  const double delay_ms = options.delay_ticks * dt_ms;
  bool first = true;
  for (std::size_t layer = 0; layer < options.hidden.size(); ++layer) {
    const std::int64_t size = options.hidden[layer];
    const PopulationId hidden =
        add_hidden(network, options, dt_ms, {size}, "hidden" + std::to_string(layer + 1));
    network.connect(before, hidden, AllToAll{},
                    {.weight = KaimingUniform{options.gain},
                     .delay_ms = first ? 0.0 : delay_ms,
                     .bias = zeros(size)});
    if (options.recurrent) {
      network.connect(hidden, hidden, AllToAll{},
                      {.weight = KaimingUniform{options.gain / 3.0}, .delay_ms = dt_ms});
    }
    before = hidden;
    first = false;
  }
  const Shape classes{data.classes};
  const PopulationId output =
      options.spiking_readout
          ? network.add(Lif::unit(options.tau_m_ticks * dt_ms, options.reset), classes, "output")
          : network.add(Li{.tau_m_ms = options.tau_out_ticks * dt_ms}, classes, "output");
  network.connect(
      before, output, AllToAll{},
      {.weight = KaimingUniform{1.0}, .delay_ms = delay_ms, .bias = zeros(data.classes)});
  return network;
}

}  // namespace snn

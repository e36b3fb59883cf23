// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <snn/snn.hpp>

int main() {
  snn::Network net;
  const auto in = net.add(snn::PoissonSource{.rate_hz = 20}, {100});
  const auto out = net.add(snn::Lif{.tau_m_ms = 20, .v_th_mv = -50}, {1000});
  net.connect(in, out, snn::AllToAll{}, {.weight = 0.8, .delay_ms = 1.5});
  snn::Simulation run(net, {.dt_ms = 0.1, .seed = 7});
  run.record_spikes(out);
  std::cout << run.run_ms(1000).spikes(out).tick.size() << " spikes, snn " << snn::version()
            << '\n';
  return run.spikes(out).tick.empty() ? 1 : 0;
}

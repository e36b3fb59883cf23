// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"

/// What sources are told to present.
namespace snn {

void CpuBackend::present_values(std::int32_t p, std::span<const float> values) {
  const auto at = static_cast<std::size_t>(p);
  check_values(network_.populations.at(at), values);
  held_.values[at].assign(values.begin(), values.end());
  for (const std::int32_t t : targets_of_values(network_, p)) {
    const std::vector<std::vector<std::int32_t>> base = held_input(network_, t, held_);
    for (Worker& worker : workers_) {
      NeuronShare& share = worker.shares[static_cast<std::size_t>(t)];
      for (std::size_t port = 0; port < base.size(); ++port) {
        if (!base[port].empty())
          share.base[port].assign(base[port].begin() + share.begin, base[port].begin() + share.end);
      }
      wake(share);
    }
  }
}

void CpuBackend::present_spikes(std::int32_t p, std::span<const std::int32_t> begin,
                                std::span<const std::uint32_t> neurons) {
  const auto at = static_cast<std::size_t>(p);
  presented_[at] = presented_spikes(network_.populations.at(at), tick_, begin, neurons);
}

}  // namespace snn

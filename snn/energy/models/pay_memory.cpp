// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/layer_models.hpp"

// Lemaire et al., ICONIP 2022 (arXiv 2210.13107), with exact events in place of mean rates.
namespace snn {
namespace {

constexpr double bytes_per_word = 4;

/// One access to 32 bits of a memory that holds so many 32-bit words: half of one to 64 bits.
Price access(const Ledger& ledger, double words) {
  const double bytes = bytes_per_word * words;
  return ledger.divided(bytes <= 8192    ? "memory_8kb"
                        : bytes <= 32768 ? "memory_32kb"
                                         : "memory_1mb",
                        2);
}

void pay_projection(const ProjectionCounts& q, double samples, double ticks, Ledger& ledger) {
  const Price add = ledger.price("add_int32");
  const Price mac = ledger.price("multiply_int32") + add;
  const auto sources = static_cast<double>(q.source_size);
  const auto targets = static_cast<double>(q.target_size);
  const auto synapses = static_cast<double>(q.synapses);
  // The tables of the paper know fully connected layers and convolutions. Where some pairs have no
  // synapse, the row of a spike has to be looked up as in a convolution.
  const bool full = q.synapses == q.source_size * q.target_size;
  if (q.graded) {
    // Dense side: all inputs, all weights, for each presentation.
    const double dense = static_cast<double>(q.dense_events) / samples;
    const double presentations = synapses > 0 ? dense / synapses : 0;
    ledger.pay(q.name, "inputs", full ? presentations * sources : dense, access(ledger, sources));
    ledger.pay(q.name, "weights", dense, access(ledger, synapses));
    ledger.pay(q.name, "operations", dense, mac);
    ledger.pay(q.name, "addressing", dense, add);
  } else {
    // Spiking side: what each event touches; potentials are read and written back.
    const double events = static_cast<double>(q.source_events) / samples;
    const double synaptic = static_cast<double>(q.synaptic_events) / samples;
    ledger.pay(q.name, "inputs", events, access(ledger, sources));
    ledger.pay(q.name, "weights", synaptic, access(ledger, synapses));
    ledger.pay(q.name, "potentials", 2.0 * synaptic, access(ledger, targets));
    ledger.pay(q.name, "operations", synaptic, add);
    if (!full) ledger.pay(q.name, "addressing", 2.0 * events, mac);
    ledger.pay(q.name, "addressing", synaptic, add);
  }
  if (q.has_bias) {
    ledger.pay(q.name, "weights", ticks * targets, access(ledger, targets));
    ledger.pay(q.name, "operations", ticks * targets, add);
  }
  constexpr double megabyte = 1 << 20;
  if (bytes_per_word * synapses > megabyte)
    ledger.note(q.name + ": weights exceed 1 MB, and are priced as if they did not");
}

}  // namespace

void pay_memory(const RawCounts& raw, Ledger& ledger) {
  const auto samples = static_cast<double>(raw.samples);
  const auto ticks = static_cast<double>(raw.ticks);
  for (const ProjectionCounts& projection : raw.projections)
    pay_projection(projection, samples, ticks, ledger);
  const Price add = ledger.price("add_int32");
  const Price mac = ledger.price("multiply_int32") + add;
  for (const PopulationCounts& population : raw.populations) {
    if (population.source) continue;
    const auto size = static_cast<double>(population.size);
    const Price word = access(ledger, size);
    if (population.graded) {
      ledger.pay(population.name, "outputs", ticks * size, word);
      continue;
    }
    // Each tick reads, leaks and writes every potential; a spike is written and resets.
    const double emitted = static_cast<double>(population.spikes) / samples;
    ledger.pay(population.name, "potentials", 2.0 * ticks * size, word);
    if (population.leaky) ledger.pay(population.name, "operations", ticks * size, mac);
    ledger.pay(population.name, "operations", emitted, add);
    ledger.pay(population.name, "outputs", emitted, word);
  }
}

}  // namespace snn

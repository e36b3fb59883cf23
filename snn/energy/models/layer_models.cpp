// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/layer_models.hpp"

#include "snn/model/errors.hpp"

namespace snn {
namespace {

double per_sample(std::uint64_t total, const RawCounts& raw) {
  return static_cast<double>(total) / static_cast<double>(raw.samples);
}

}  // namespace

void pay_compute(const RawCounts& raw, const std::string& format, Ledger& ledger) {
  const Price add = ledger.price("add_" + format);
  const Price mac = ledger.price("multiply_" + format) + add;
  for (const LayerCounts& layer : layers_in(Dialect::neurobench, raw)) {
    ledger.pay(layer.name, "multiply-accumulates", layer.counts.macs_effective, mac);
    ledger.pay(layer.name, "accumulates", layer.counts.acs_effective, add);
  }
}

void pay_synapses(const RawCounts& raw, Ledger& ledger) {
  const Price dense = ledger.price("dense_synapse");
  const Price event = ledger.price("synaptic_event");
  for (const ProjectionCounts& q : raw.projections) {
    if (q.graded) {
      ledger.pay(q.name, "dense synapses", per_sample(q.dense_events, raw), dense);
    } else {
      ledger.pay(q.name, "synaptic events", per_sample(q.synaptic_events, raw), event);
    }
  }
}

// Yan, Bai & Wong (arXiv 2409.08290) as far as their text gives it: what is computed, read and
// moved per synapse, spikes as packets of one bit and activations as dense words, over one hop. The
// price of a multiplication is not printed there: it is paid here as one addition per bit of the
// activation, which is what a shift-and-add multiplier does.
void pay_movement(const RawCounts& raw, int weight_bits, int activation_bits, Ledger& ledger) {
  const Price accumulate = ledger.price("accumulate");
  const Price weight = ledger.times("read_weight", weight_bits);
  for (const ProjectionCounts& q : raw.projections) {
    if (q.graded) {
      const double dense = per_sample(q.dense_events, raw);
      ledger.pay(q.name, "multiply-accumulates", per_sample(q.effective_events, raw),
                 ledger.times("accumulate", activation_bits));
      ledger.pay(q.name, "weights", dense, weight);
      ledger.pay(q.name, "movement", dense, ledger.times("move_dense", activation_bits));
    } else {
      const double events = per_sample(q.synaptic_events, raw);
      ledger.pay(q.name, "accumulates", events, accumulate);
      ledger.pay(q.name, "weights", events, weight);
      ledger.pay(q.name, "movement", events, ledger.price("move_sparse"));
    }
  }
  for (const PopulationCounts& population : raw.populations) {
    if (population.source || population.graded) continue;
    const double updates = per_sample(population.stepped + population.touched, raw);
    if (population.emits) ledger.pay(population.name, "comparisons", updates, accumulate);
    ledger.pay(population.name, "resets", per_sample(population.spikes, raw), accumulate);
  }
}

void pay_chip(const RawCounts& raw, const Hardware& chip, Ledger& ledger) {
  const Price synapse = ledger.price("synaptic_operation");
  for (const ProjectionCounts& q : raw.projections) {
    ledger.pay(q.name, "synaptic operations", per_sample(q.synaptic_events, raw), synapse);
    if (q.graded) {
      ledger.note(q.name +
                  ": its inputs are values, not spikes; each nonzero one is priced as a "
                  "spike, which the chip may not be able to do");
    }
  }
  for (const PopulationCounts& population : raw.populations) {
    if (population.source) continue;
    if (chip.find("spike") != nullptr)
      ledger.pay(population.name, "spikes", per_sample(population.spikes, raw),
                 ledger.price("spike"));
    if (chip.find("neuron_update_active") != nullptr)
      ledger.pay(population.name, "neuron updates",
                 per_sample(population.stepped + population.touched, raw),
                 ledger.price("neuron_update_active"));
  }
}

void pay_floor(const RawCounts& raw, const Hardware& processor, const std::string& format,
               Ledger& ledger) {
  const NamedConstant* power = processor.find("board_power");
  const NamedConstant* peak = processor.find("peak_" + format);
  if (power == nullptr || peak == nullptr) {
    throw ConfigError("hardware \"" + processor.name + "\"", "peak_" + format, "missing",
                      "a format whose peak rate is given");
  }
  if (power->unit != "W" || peak->unit != "TFLOPS")
    throw ConfigError("hardware \"" + processor.name + "\"", "units",
                      power->unit + ", " + peak->unit, "W and TFLOPS");
  // W over 1e12 operations per second is pJ per operation.
  const Price operation{power->value / peak->value,
                        "board_power / peak_" + format,
                        {"board_power", "peak_" + format}};
  for (const ProjectionCounts& q : raw.projections)
    ledger.pay(q.name, "floating-point operations", 2.0 * per_sample(q.dense_events, raw),
               operation);
}

}  // namespace snn

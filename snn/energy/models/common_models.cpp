// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/common_models.hpp"

#include "snn/energy/models/ledger.hpp"

namespace snn {

Modelled compute_only(const RawCounts& raw, Format format) {
  return EnergyModel{ModelKind::compute_only, format, hardware("horowitz-45nm")}(raw);
}

Modelled memory_aware(const RawCounts& raw) {
  return EnergyModel{ModelKind::memory_aware, Format::int32, hardware("horowitz-45nm")}(raw);
}

Modelled training_compute(const TrainingOperations& operations) {
  Ledger ledger(hardware("horowitz-45nm"));
  const Price add = ledger.price("add_fp32");
  const Price multiply = ledger.price("multiply_fp32");
  const Price mac = multiply + add;
  const auto pay = [&](const std::string& layer, const char* pass, const Operations& done) {
    ledger.pay(layer, pass, static_cast<double>(done.macs), mac);
    ledger.pay(layer, pass, static_cast<double>(done.acs), add);
  };
  Operations forward, backward;  // of the projections
  for (const ProjectionOperations& q : operations.projections) {
    pay(q.name, "forward", q.forward);
    pay(q.name, "backward", q.input_gradient);
    pay(q.name, "backward", q.weight_gradient);
    forward += q.forward;
    backward += q.input_gradient + q.weight_gradient;
  }
  // Where a total is known and its parts are not.
  pay("network", "forward", operations.forward - forward);
  pay("network", "backward", operations.backward - backward);
  ledger.pay("network", "biases", static_cast<double>(operations.bias_additions), add);
  ledger.pay("network", "update", static_cast<double>(operations.update.additions), add);
  ledger.pay("network", "update", static_cast<double>(operations.update.multiplications), multiply);
  const std::uint64_t others = operations.update.divisions + operations.update.square_roots;
  if (others > 0)
    ledger.note(std::to_string(others) +
                " divisions and square roots of the optimiser have no published price here");
  if (operations.neuron_updates > 0)
    ledger.note("the arithmetic of neurons (" + std::to_string(operations.neuron_updates) +
                " steps forward, " + std::to_string(operations.adjoint_updates) +
                " back) is not priced");
  return std::move(ledger).close(
      "45nm-compute-fp32", "executed MACs x (multiply + add) + ACs x add; no memory, no neurons");
}

}  // namespace snn

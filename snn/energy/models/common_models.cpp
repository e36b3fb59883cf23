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
  const Price mac = ledger.price("multiply_fp32") + add;
  const auto pay = [&](const char* pass, const Operations& done) {
    ledger.pay(pass, "multiply-accumulates", static_cast<double>(done.macs), mac);
    ledger.pay(pass, "accumulates", static_cast<double>(done.acs), add);
  };
  pay("forward", operations.forward);
  pay("backward", operations.backward);
  return std::move(ledger).close("45nm-compute-fp32",
                                 "executed MACs x (multiply + add) + ACs x add; no memory");
}

}  // namespace snn

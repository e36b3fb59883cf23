// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/description_fields.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"

namespace snn::python {

void register_plasticity(py::module_& m) {
  bind_listed_enum<Interaction>(m, "Interaction");
  bind_listed_enum<WeightDependence>(m, "WeightDependence");
  bind_listed_enum<Pairing>(m, "Pairing");
  bind_model<PairStdp>(m, "PairStdp");
  bind_model<PowerLawStdp>(m, "PowerLawStdp");
  bind_model<TripletStdp>(m, "TripletStdp");
  bind_model<VogelsStdp>(m, "VogelsStdp");
  bind_model<RewardStdp>(m, "RewardStdp");
  bind_model<HomeostaticScaling>(m, "HomeostaticScaling");
  bind_model<RateScaling>(m, "RateScaling");
  bind_model<Homeostasis>(m, "Homeostasis");
  bind_model<TsodyksMarkram>(m, "TsodyksMarkram");
}

}  // namespace snn::python

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"
#include "python/bindings/rows.hpp"

namespace snn::python {

void register_sources(py::module_& m) {
  constexpr auto positional = Arguments::positional;
  bind_model<PoissonSource>(m, "PoissonSource", positional);
  bind_model<InhomogeneousPoissonSource>(m, "InhomogeneousPoissonSource", positional);
  bind_model<RegularSource>(m, "RegularSource");
  bind_model<SpikeSource>(m, "SpikeSource", positional);
  bind_model<CurrentSource>(m, "CurrentSource");
  bind_model<RateSource>(m, "RateSource");
  bind_model<LatencySource>(m, "LatencySource");
  bind_model<EventSource>(m, "EventSource");

  bind_model<PoissonDrive>(m, "PoissonDrive");
  bind_model<InhomogeneousPoissonDrive>(m, "InhomogeneousPoissonDrive");
  bind_model<StepCurrent>(m, "StepCurrent");
  bind_model<SineCurrent>(m, "SineCurrent");
  bind_model<NoiseCurrent>(m, "NoiseCurrent");
}

}  // namespace snn::python

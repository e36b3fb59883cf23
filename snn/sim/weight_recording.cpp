// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/weight_recording.hpp"

#include <algorithm>

#include "snn/sim/close_all.hpp"

namespace snn {

void WeightRecordings::keep(std::int32_t projection, std::int64_t interval_ticks,
                            std::vector<std::int64_t> synapses) {
  kept_.insert_or_assign(projection, Kept{interval_ticks, {{}, std::move(synapses), {}}});
}

void WeightRecordings::write(StateFileWriter writer, std::int32_t projection,
                             std::int64_t interval_ticks, std::vector<std::int64_t> synapses) {
  files_.push_back({std::move(writer), projection, interval_ticks, std::move(synapses)});
}

const WeightTrace* WeightRecordings::kept(std::int32_t projection) const {
  const auto found = kept_.find(projection);
  return found == kept_.end() ? nullptr : &found->second.trace;
}

void WeightRecordings::sample(Backend& backend) {
  const std::int64_t tick = backend.tick();
  // Files first: what memory holds is not there twice if one fails and the run is tried again.
  for (File& file : files_) {
    if (tick % file.interval_ticks == 0)
      file.writer.append(0, tick, backend.weights(file.projection, file.synapses));
  }
  for (auto& [projection, kept] : kept_) {
    if (tick % kept.interval_ticks != 0) continue;
    const std::vector<float> weights = backend.weights(projection, kept.trace.synapse);
    kept.trace.tick.push_back(tick);
    kept.trace.value.insert(kept.trace.value.end(), weights.begin(), weights.end());
  }
}

std::int64_t WeightRecordings::next_after(std::int64_t tick) const {
  std::int64_t next = INT64_MAX;
  for (const auto& [projection, kept] : kept_)
    next = std::min(next, (tick / kept.interval_ticks + 1) * kept.interval_ticks);
  for (const File& file : files_)
    next = std::min(next, (tick / file.interval_ticks + 1) * file.interval_ticks);
  return next;
}

void WeightRecordings::clear() {
  for (auto& [projection, kept] : kept_) kept.trace = {{}, std::move(kept.trace.synapse), {}};
}

void WeightRecordings::close_files() {
  close_all(files_);
}

}  // namespace snn

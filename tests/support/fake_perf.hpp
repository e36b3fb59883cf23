// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "tests/support/fake_machine.hpp"

namespace support {

/// The kernel's energy events on a fake machine, one counter per event and CPU.
struct FakePerf {
  static constexpr double joules_per_count = 0x1p-32;

  int open_error = 0;
  int read_error = 0;
  double read_error_from_s = 0;
  std::map<std::pair<std::uint64_t, int>, CounterTrace> counters;  ///< by config and CPU
  int open = 0;                                                    ///< counters not closed yet

  static void describe(FakeMachine& machine, const std::string& name, const std::string& config) {
    const std::string events = "sys/bus/event_source/devices/power/events/";
    machine.write(events + name, "event=" + config);
    machine.write(events + name + ".scale", "2.3283064365386962890625e-10");
    machine.write(events + name + ".unit", "Joules");
  }
  static void describe_unit(FakeMachine& machine, const std::string& cpumask) {
    machine.write("sys/bus/event_source/devices/power/type", "32");
    machine.write("sys/bus/event_source/devices/power/cpumask", cpumask);
    machine.write("proc/sys/kernel/perf_event_paranoid", "2");
  }

  std::function<snn::PerfCounter(const snn::PerfEventId&)> opener(FakeMachine& machine) {
    return [this, &machine](const snn::PerfEventId& id) -> snn::PerfCounter {
      const auto found = counters.find({id.config, id.cpu});
      if (open_error != 0) return {open_error, nullptr};
      if (id.type != 32 || found == counters.end()) return {ENOENT, nullptr};
      ++open;
      const std::shared_ptr<void> closing(nullptr, [this](void*) { --open; });
      return {0, [this, closing, &machine, trace = found->second](std::uint64_t& value) {
                if (read_error != 0 && machine.now_s >= read_error_from_s) return read_error;
                value = static_cast<std::uint64_t>(trace.joules(machine.now_s) / joules_per_count);
                return 0;
              }};
    };
  }
};

}  // namespace support

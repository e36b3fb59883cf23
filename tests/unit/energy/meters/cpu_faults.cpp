// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_perf.hpp"
#include "tests/unit/energy/meters/faults.hpp"

namespace faults {
namespace {

using namespace snn;
using support::CounterTrace;
using support::FakeMachine;
using support::FakePerf;

const std::string energy_file = "sys/class/powercap/intel-rapl:0/energy_uj";
const std::string range_file = "sys/class/powercap/intel-rapl:0/max_energy_range_uj";
const std::string pmu = "sys/bus/event_source/devices/power/";

/// A sound package, to which `spoil` does something.
std::function<MeasuredEnergy()> powercap(const std::function<void(FakeMachine&)>& spoil,
                                         const CounterTrace& trace = {}) {
  return [=] {
    FakeMachine machine;
    machine.rapl_zone("intel-rapl:0", "package-0", trace);
    spoil(machine);
    return measured(make_rapl_meter(machine.host()), machine);
  };
}

std::function<MeasuredEnergy()> powercap(const CounterTrace& trace) {
  return powercap([](FakeMachine&) {}, trace);
}

/// Three wraps in a job of half an hour, during which nobody reads.
MeasuredEnergy wraps_unseen() {
  FakeMachine machine;
  CounterTrace trace;
  trace.range_j = 65'532.6;
  machine.rapl_zone("intel-rapl:0", "package-0", trace);
  return measured_once(make_rapl_meter(machine.host()), machine, 1800);
}

/// The other socket goes on, so that the sum moves.
MeasuredEnergy one_socket_freezes() {
  FakeMachine machine;
  machine.rapl_zone("intel-rapl:0", "package-0", {});
  CounterTrace frozen;
  frozen.freezes_s = 1;
  machine.rapl_zone("intel-rapl:1", "package-1", frozen);
  return measured(make_rapl_meter(machine.host()), machine);
}

std::function<MeasuredEnergy()> events(const std::function<void(FakeMachine&, FakePerf&)>& spoil,
                                       const CounterTrace& trace = {}) {
  return [=] {
    FakeMachine machine;
    FakePerf perf;
    FakePerf::describe_unit(machine, "0");
    FakePerf::describe(machine, "energy-pkg", "0x02");
    perf.counters = {{{2, 0}, trace}};
    spoil(machine, perf);
    MeterHost host = machine.host();
    host.open_perf = perf.opener(machine);
    return measured(make_perf_meter(host), machine);
  };
}

std::function<MeasuredEnergy()> events(const CounterTrace& trace) {
  return events([](FakeMachine&, FakePerf&) {}, trace);
}

CounterTrace frozen_at(double time_s) {
  CounterTrace trace;
  trace.freezes_s = time_s;
  return trace;
}
CounterTrace reset_at(double time_s) {
  CounterTrace trace;
  trace.resets_s = time_s;
  return trace;
}
CounterTrace jump_at(double time_s, double joules) {
  CounterTrace trace;
  trace.jumps_s = time_s;
  trace.jump_j = joules;
  return trace;
}
/// Steps of 0.5 J down and 2.5 J up: a sum that is right on average, of a counter that is broken.
CounterTrace noisy() {
  CounterTrace trace;
  trace.noise_j = 1.5;
  return trace;
}

}  // namespace

std::vector<Fault> rapl_faults() {
  const auto fails = [](const std::string& file, int error, double from_s) {
    return powercap([=](FakeMachine& machine) { machine.fail(file, error, from_s); });
  };
  const auto says = [](const std::string& file, const std::string& text, double from_s) {
    return powercap([=](FakeMachine& machine) { machine.say(file, text, from_s); });
  };
  return {
      {"powercap: no zones", "no RAPL package zone",
       powercap([](FakeMachine& machine) { machine.remove("sys/class/powercap"); })},
      {"powercap: only psys", "no RAPL package zone", powercap([](FakeMachine& machine) {
         machine.write("sys/class/powercap/intel-rapl:0/name", "psys");
       })},
      {"powercap: for root alone", "no permission to read", fails(energy_file, EACCES, 0)},
      {"powercap: permission lost", "no permission to read", fails(energy_file, EACCES, mid_run_s)},
      {"powercap: not permitted any more", "no permission to read",
       fails(energy_file, EPERM, mid_run_s)},
      {"powercap: disappears", "it is gone", fails(energy_file, ENOENT, mid_run_s)},
      {"powercap: module unloaded", "it is gone", fails(energy_file, ENODEV, mid_run_s)},
      {"powercap: no data", "No data available", fails(energy_file, ENODATA, mid_run_s)},
      {"powercap: input/output error", "Input/output error", fails(energy_file, EIO, mid_run_s)},
      {"powercap: garbage", "it says \"8f00\"", says(energy_file, "8f00\n", mid_run_s)},
      {"powercap: negative", "it says \"-5\"", says(energy_file, "-5\n", mid_run_s)},
      {"powercap: empty", "it is empty", says(energy_file, "", mid_run_s)},
      {"powercap: overlong", "it says \"999999999999999999999999...\"",
       says(energy_file, std::string(4096, '9'), mid_run_s)},
      {"powercap: two lines", "it says \"1\n2\"", says(energy_file, "1\n2\n", mid_run_s)},
      {"powercap: beyond its range", "beyond its range",
       says(energy_file, "999999999999\n", mid_run_s)},
      {"powercap: range is garbage", "max_energy_range_uj", says(range_file, "many\n", 0)},
      {"powercap: frozen from the start", "did not move", powercap(frozen_at(0))},
      {"powercap: freezes", "did not move", powercap(frozen_at(mid_run_s))},
      {"powercap: one socket freezes", "package-1 did not move", one_socket_freezes},
      {"powercap: reset while it is watched", "went back: it was reset", powercap(reset_at(0.05))},
      {"powercap: reset", "went back: it was reset", powercap(reset_at(mid_run_s))},
      {"powercap: jumps", "jumped by", powercap(jump_at(mid_run_s, 50'000))},
      {"powercap: jumps a little more than it can", "jumped by", powercap(jump_at(mid_run_s, 760))},
      {"powercap: jumps back", "went back: it was reset", powercap(jump_at(mid_run_s, -500))},
      {"powercap: noise that goes down", "went back: it was reset", powercap(noisy())},
      {"powercap: wraps more than once unseen", "may have wrapped more than once", wraps_unseen},
  };
}

std::vector<Fault> perf_faults() {
  const auto describes = [](const std::string& file, const std::string& text) {
    return events([=](FakeMachine& machine, FakePerf&) { machine.write(pmu + file, text); });
  };
  const auto read_fails = [](int error) {
    return events([=](FakeMachine&, FakePerf& perf) {
      perf.read_error = error;
      perf.read_error_from_s = mid_run_s;
    });
  };
  const auto open_fails = [](int error) {
    return events([=](FakeMachine&, FakePerf& perf) { perf.open_error = error; });
  };
  return {
      {"perf: no energy events", "no energy events",
       events([](FakeMachine& machine, FakePerf&) { machine.remove(pmu); })},
      {"perf: paranoid", "perf_event_paranoid is 2", open_fails(EACCES)},
      {"perf: not permitted", "CAP_PERFMON", open_fails(EPERM)},
      {"perf: kernel without it", "Function not implemented", open_fails(ENOSYS)},
      {"perf: not joules", "energy-pkg.unit says \"mJ\"",
       describes("events/energy-pkg.unit", "mJ")},
      {"perf: no scale", "energy-pkg.scale says \"0\"", describes("events/energy-pkg.scale", "0")},
      {"perf: unknown event", "says \"umask=1\"", describes("events/energy-pkg", "umask=1")},
      {"perf: garbage mask of CPUs", "cpumask says \"all\"", describes("cpumask", "all")},
      {"perf: type is garbage", "power/type", describes("type", "-1")},
      {"perf: a CPU that has no counter", "energy-pkg of CPU 3", describes("cpumask", "0,3")},
      {"perf: CPU goes offline", "No such device", read_fails(ENODEV)},
      {"perf: group in error", "Input/output error", read_fails(EIO)},
      {"perf: reset", "went back: it was reset", events(reset_at(mid_run_s))},
      {"perf: freezes", "did not move", events(frozen_at(mid_run_s))},
      {"perf: jumps", "jumped by", events(jump_at(mid_run_s, 50'000))},
  };
}

std::vector<Fault> choice_faults() {
  return {
      {"choice: turned off", "turned off",
       [] {
         FakeMachine machine;
         return measured(open_meter({.kind = MeterKind::none}, machine.host()), machine);
       }},
      {"choice: nothing to read", "no meter of the CPU",
       [] {
         FakeMachine machine;
         return measured(open_meter({}, machine.host()), machine);
       }},
      {"protocol: job too short", "too short",
       [] {
         FakeMachine machine;
         machine.rapl_zone("intel-rapl:0", "package-0", {});
         return measured_once(make_rapl_meter(machine.host()), machine, 0.3);
       }},
  };
}

}  // namespace faults

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "snn/energy/meters/meter.hpp"
#include "snn/energy/meters/meter_host.hpp"

/// All meters: choosing one, and saying which can be read here (docs/meters.md).
namespace snn {

/// What a meter reads.
enum class MeterKind : std::uint8_t {
  automatic,  ///< the CPU's: perf, else rapl
  rapl,       ///< CPU packages and DRAM, through powercap
  perf,       ///< the same, through perf_event
  nvml,       ///< an NVIDIA GPU
  amd,        ///< an AMD GPU
  jetson,     ///< a Jetson module's input
  external,   ///< a file or pipe, e.g. of a wall-plug analyser
  none,       ///< nothing, as the user wants it
};

/// "rapl" and so on: the enumerator.
std::string_view name_of(MeterKind kind);

/// Which meter to open.
struct MeterChoice {
  MeterKind kind = MeterKind::automatic;  ///< by default the CPU's
  int device = 0;                         ///< number of the device, of nvml and amd
  std::string pci_bus = {};               ///< nvml: "0000:c3:00.0" instead of a number
  std::filesystem::path path = {};        ///< of external: a file or pipe
  bool allow_shared = false;              ///< nvml: measure a device that other processes use too
  double stale_after_s = 5.0;             ///< external: no line for so long (s) is no measurement
};

/// The chosen meter, or why it cannot be read.
OpenedMeter open_meter(const MeterChoice& choice, const MeterHost& host = {});

/// What a kind of meter looks like on this machine.
struct MeterStatus {
  MeterKind kind = MeterKind::none;  ///< what it reads
  std::string name;                  ///< of the counter
  bool readable = false;             ///< by this process, now
  std::string reason;                ///< why not; empty if readable
  std::string fix;                   ///< what would make it readable; may be empty
  std::vector<MeterDomain> domains;  ///< as far as they can be told
};

/// All kinds that read something, in the order of the enumeration; nvml with a row per device.
std::vector<MeterStatus> list_meters(const MeterHost& host = {});

/// CPU packages and DRAM through Linux powercap (RAPL). Which zones are added and which are not is
/// in covers().
OpenedMeter make_rapl_meter(const MeterHost& host = {});
/// The zones, whether their counters can be read or not.
std::vector<MeterDomain> rapl_domains(const MeterHost& host = {});

/// The same counters through perf_event; the kernel follows their wraps.
OpenedMeter make_perf_meter(const MeterHost& host = {});

/// Total energy of an NVIDIA device; where the device has no such counter (before Volta), its power
/// integrated, and the name says so.
OpenedMeter make_nvml_meter(int device = 0, bool allow_shared = false, const MeterHost& host = {});
/// The same of the device at an address of the PCI bus ("0000:c3:00.0"): NVML's numbers are not
/// CUDA's, which CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER change.
OpenedMeter make_nvml_meter(const std::string& pci_bus, bool allow_shared,
                            const MeterHost& host = {});

/// How many NVIDIA devices there are; 0 where that cannot be told.
int count_nvml_devices(const MeterHost& host = {});

/// The energy accumulator of an AMD GPU, checked against the kernel's power for half a second.
OpenedMeter make_amd_meter(int device = 0, const MeterHost& host = {});

/// Power of a Jetson module's input rail (INA3221), integrated.
OpenedMeter make_jetson_meter(const MeterHost& host = {});

/// Lines "time_s joules" that another program writes to a file or pipe.
OpenedMeter make_external_meter(const std::filesystem::path& path, double stale_after_s = 5.0,
                                const MeterHost& host = {});

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace snn {

struct NvmlLibrary;
struct AmdSmiLibrary;

/// The text of a small file, or the errno of the attempt to read it.
using FileText = std::variant<std::string, int>;
FileText read_small_file(const std::filesystem::path& file);

/// A counter of the kernel's, counting on one CPU for all processes.
struct PerfEventId {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
  int cpu = 0;
};
/// An open counter: closed with the last copy of `read`. `error` is an errno, 0 if it is open.
struct PerfCounter {
  int error = 0;
  std::function<int(std::uint64_t& value)> read;  ///< an errno, or 0 and the value
};
PerfCounter open_perf_counter(const PerfEventId& id);

double steady_seconds();
void sleep_seconds(double seconds);
int this_process_id();

/// All that meters take from the machine. The defaults are the real one; tests stand in for any
/// part of it.
struct MeterHost {
  std::filesystem::path root = "/";  ///< of /sys and /proc
  std::function<FileText(const std::filesystem::path&)> read_text = read_small_file;
  std::function<double()> now_s = steady_seconds;  ///< monotonic
  std::function<void(double seconds)> wait = sleep_seconds;
  std::shared_ptr<NvmlLibrary> nvml;       ///< null: loaded at run time
  std::shared_ptr<AmdSmiLibrary> amd_smi;  ///< null: loaded at run time
  std::function<PerfCounter(const PerfEventId&)> open_perf = open_perf_counter;
  /// Meters that integrate power sample on a thread of their own; otherwise when they are read.
  bool background_sampling = true;
  int process_id = this_process_id();  ///< who may use a device that is measured
};

}  // namespace snn

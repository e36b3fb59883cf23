// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/machine.hpp"

#include <cblas.h>
#include <hdf5.h>
#include <omp.h>
#include <sys/utsname.h>

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "snn/backend/cuda.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/math/isa.hpp"
#include "snn/model/version.hpp"

namespace snn::cli {
namespace {

std::vector<std::string> cpu_features() {
  std::vector<std::string> features;
#if defined(__x86_64__)
  // The builtin takes nothing but a literal.
  const std::pair<const char*, bool> known[] = {
      {"sse4.2", __builtin_cpu_supports("sse4.2") != 0},
      {"avx", __builtin_cpu_supports("avx") != 0},
      {"fma", __builtin_cpu_supports("fma") != 0},
      {"avx2", __builtin_cpu_supports("avx2") != 0},
      {"avx512f", __builtin_cpu_supports("avx512f") != 0},
      {"avx512bw", __builtin_cpu_supports("avx512bw") != 0},
      {"avx512dq", __builtin_cpu_supports("avx512dq") != 0},
      {"avx512vl", __builtin_cpu_supports("avx512vl") != 0},
      {"avx512vnni", __builtin_cpu_supports("avx512vnni") != 0}};
  for (const auto& [name, there] : known) {
    if (there) features.emplace_back(name);
  }
#endif
  return features;
}

/// First line of a small file, or "unknown".
std::string line_of(const char* file) {
  std::ifstream in(file);
  std::string line;
  return in && std::getline(in, line) && !line.empty() ? line : "unknown";
}

bool has_cpu_flag(const std::string& flag) {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("flags", 0) == 0)
      return (line + " ").find(" " + flag + " ") != std::string::npos;
  }
  return false;
}

std::string gibibytes(std::int64_t bytes) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / (1 << 30) << " GiB";
  return out.str();
}

/// The devices, and what of CUDA is there.
std::string cuda_text() {
  const CudaReport cuda = cuda_report();
  std::ostringstream out;
  out << "devices: cpu";
  for (const CudaDevice& device : cuda.devices) out << ", cuda:" << device.number;
  out << "\ncuda: ";
  if (!cuda.built) {
    out << "unavailable: " << cuda.unavailable << '\n';
    return out.str();
  }
  out << "toolkit " << cuda.toolkit << ", "
      << (cuda.driver.empty() ? "no driver" : "driver for CUDA " + cuda.driver) << '\n';
  if (!cuda.unavailable.empty()) out << "  unavailable: " << cuda.unavailable << '\n';
  for (const CudaDevice& device : cuda.devices)
    out << "  cuda:" << device.number << ": " << device.name << ", compute capability "
        << device.major << '.' << device.minor << ", " << device.multiprocessors
        << " multiprocessors, " << gibibytes(device.memory_bytes) << '\n';
  for (const CudaLibrary& library : cuda_libraries())
    out << "  " << library.name << ": "
        << (library.file.empty() ? "unavailable: " + library.why : library.file) << '\n';
  return out.str();
}

}  // namespace

Machine this_machine() {
  Machine machine;
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const auto colon = line.find(':');
    machine.cpu = line.substr(line.find_first_not_of(' ', colon + 1));
    break;
  }
  if (machine.cpu.empty()) machine.cpu = "unknown";
  machine.cores = omp_get_num_procs();
  machine.features = cpu_features();
  machine.isa = std::string(name_of(best_isa()));
  machine.governor = line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  machine.virtual_machine = has_cpu_flag("hypervisor");
  machine.container = std::filesystem::exists("/.dockerenv") ||
                      std::filesystem::exists("/run/.containerenv") ||
                      line_of("/proc/1/cgroup").find("/docker") != std::string::npos;
  utsname names{};
  if (::uname(&names) == 0)
    machine.system = std::string(names.sysname) + " " + names.release + " " + names.machine;
  return machine;
}

std::string info_text() {
  const Machine machine = this_machine();
  const BuildOptions build = build_options();
  std::ostringstream out;
  out << "snn " << version() << ", commit " << commit() << '\n';
  out << "build: " << build.compiler << ", " << build.build_type << ", " << build.flags
      << (build.sanitizers.empty() ? "" : ", sanitizers " + std::string(build.sanitizers)) << '\n';
  out << "cpu: " << machine.cpu << ", " << machine.cores << " cores\n";
  out << "cpu features:";
  for (const std::string& feature : machine.features) out << ' ' << feature;
  out << "; kernels use " << machine.isa << '\n';
  out << "system: " << machine.system << '\n';
  out << "blas: " << openblas_get_config() << '\n';
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  out << "hdf5: " << major << '.' << minor << '.' << release << '\n';
  out << cuda_text();
  out << "meters:\n";
  for (const MeterStatus& meter : list_meters()) {
    out << "  " << meter.name << ": "
        << (meter.readable ? "readable" : "unavailable: " + meter.reason) << '\n';
    if (!meter.fix.empty()) out << "    to fix it: " << meter.fix << '\n';
  }
  return out.str();
}

}  // namespace snn::cli

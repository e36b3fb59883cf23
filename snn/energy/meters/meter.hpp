// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/energy.hpp"

namespace snn {

/// A counter of joules. Implementations never guess: a counter that cannot be read is Unavailable.
class Meter {
 public:
  virtual ~Meter() = default;
  /// Name of the counter, with what it covers.
  virtual std::string name() const = 0;
  /// Least step, J.
  virtual double resolution_j() const = 0;
  /// Joules since some fixed moment, never decreasing while the counter is sound; a wrap of the
  /// counter is accounted for if it is read more than once per wrap.
  virtual std::variant<double, Unavailable> read() = 0;
};

/// What a kind of meter looks like on this machine.
struct MeterStatus {
  std::string name;
  bool readable = false;
  std::string reason;  ///< why not; empty if readable
  std::string fix;     ///< what would make it readable; may be empty
};

/// CPU packages and DRAM through Linux powercap (RAPL), below `root` ("/" on a real machine).
/// Top-level package zones are added, and with them the dram zones inside, which lie outside the
/// package's figure; core and uncore lie inside it, and psys around it, so they are never added.
std::variant<std::unique_ptr<Meter>, Unavailable> make_rapl_meter(
    const std::filesystem::path& root = "/");

struct NvmlLibrary;
/// Total energy of an NVIDIA device. NVML is loaded at run time; pass a library of your own in
/// tests.
std::variant<std::unique_ptr<Meter>, Unavailable> make_nvml_meter(
    int device = 0, std::shared_ptr<NvmlLibrary> library = nullptr);

/// All kinds, for `snn info`.
std::vector<MeterStatus> list_meters(const std::filesystem::path& root = "/");

}  // namespace snn

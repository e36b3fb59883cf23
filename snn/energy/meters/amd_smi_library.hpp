// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/energy.hpp"

namespace snn {

/// AMD SMI's return codes, as far as they are told apart.
enum AmdSmiCode : unsigned {
  amd_smi_success = 0,
  amd_smi_not_supported = 2,
  amd_smi_no_permission = 10,
  amd_smi_driver_not_loaded = 34,
};

/// The few calls of AMD's management library that are used, as functions, so that tests can stand
/// in for it. All return AMD SMI's codes.
struct AmdSmiLibrary {
  std::function<unsigned()> init;
  std::function<unsigned()> shutdown;
  /// Release of the library, e.g. 24 and 7 with ROCm 6.3.
  std::function<unsigned(unsigned& major, unsigned& minor)> version;
  std::function<unsigned(std::vector<void*>& gpus)> devices;
  /// Energy is accumulator x resolution_uj.
  std::function<unsigned(void* gpu, std::uint64_t& accumulator, float& resolution_uj)> energy_count;
  /// As in /sys/bus/pci/devices, e.g. "0000:03:00.0".
  std::function<unsigned(void* gpu, std::string& address)> pci_address;
};

/// The first of the files that is there, or why none can be used.
std::variant<std::shared_ptr<AmdSmiLibrary>, Unavailable> load_amd_smi(
    const std::vector<std::string>& files = {"libamd_smi.so", "libamd_smi.so.27",
                                             "libamd_smi.so.26", "libamd_smi.so.25",
                                             "libamd_smi.so.24", "/opt/rocm/lib/libamd_smi.so"});

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <optional>

#include "snn/energy/meters/amd_smi_library.hpp"
#include "snn/model/shared_library.hpp"

namespace snn {
namespace {

constexpr std::uint64_t init_gpus = 2;  // AMDSMI_INIT_AMD_GPUS

using CountedHandles = unsigned(std::uint32_t*, void**);
using HandlesOf = unsigned(void*, std::uint32_t*, void**);

/// The GPUs of all sockets, in the library's order.
unsigned all_gpus(CountedHandles* sockets_of, HandlesOf* gpus_of, std::vector<void*>& gpus) {
  gpus.clear();
  std::uint32_t count = 0;
  if (const unsigned code = sockets_of(&count, nullptr); code != amd_smi_success) return code;
  std::vector<void*> sockets(count);
  if (const unsigned code = sockets_of(&count, sockets.data()); code != amd_smi_success)
    return code;
  for (void* socket : sockets) {
    std::uint32_t inside = 0;
    if (const unsigned code = gpus_of(socket, &inside, nullptr); code != amd_smi_success)
      return code;
    std::vector<void*> handles(inside);
    if (const unsigned code = gpus_of(socket, &inside, handles.data()); code != amd_smi_success)
      return code;
    gpus.insert(gpus.end(), handles.begin(), handles.end());
  }
  return amd_smi_success;
}

/// Function, device, bus and domain in 3, 5, 8 and 48 bits.
std::string pci_name(std::uint64_t bits) {
  char text[40];
  std::snprintf(text, sizeof text, "%04llx:%02x:%02x.%x",
                static_cast<unsigned long long>(bits >> 16),
                static_cast<unsigned>(bits >> 8 & 0xff), static_cast<unsigned>(bits >> 3 & 0x1f),
                static_cast<unsigned>(bits & 7));
  return text;
}

}  // namespace

std::variant<std::shared_ptr<AmdSmiLibrary>, Unavailable> load_amd_smi(
    const std::vector<std::string>& files) {
  std::optional<SharedLibrary> opened;
  try {
    opened = SharedLibrary::open(files);
  } catch (const UnavailableError&) {
    return Unavailable{"libamd_smi.so is not installed: no ROCm",
                       "install amd-smi-lib of ROCm 6.3 or later on a machine with an AMD GPU"};
  }
  const SharedLibrary keep = *opened;
  auto* init = keep.find<unsigned(std::uint64_t)>("amdsmi_init");
  auto* shutdown = keep.find<unsigned()>("amdsmi_shut_down");
  auto* version = keep.find<unsigned(void*)>("amdsmi_get_lib_version");
  auto* sockets = keep.find<CountedHandles>("amdsmi_get_socket_handles");
  auto* gpus = keep.find<HandlesOf>("amdsmi_get_processor_handles");
  auto* address = keep.find<unsigned(void*, std::uint64_t*)>("amdsmi_get_gpu_device_bdf");
  auto* energy =
      keep.find<unsigned(void*, std::uint64_t*, float*, std::uint64_t*)>("amdsmi_get_energy_count");
  if (init == nullptr || shutdown == nullptr || version == nullptr || sockets == nullptr ||
      gpus == nullptr || address == nullptr || energy == nullptr) {
    return Unavailable{"libamd_smi.so lacks functions: ROCm is too old",
                       "install amd-smi-lib of ROCm 6.3 or later"};
  }
  auto library = std::make_shared<AmdSmiLibrary>();
  library->init = [keep, init] { return init(init_gpus); };
  library->shutdown = [shutdown] { return shutdown(); };
  library->version = [version](unsigned& major, unsigned& minor) {
    // The record grew a first field and lost it again; the first two are the release either way
    // (year and major once, major and minor now). It is smaller than this.
    std::array<std::uint32_t, 32> record{};
    const unsigned code = version(record.data());
    major = record[0];
    minor = record[1];
    return code;
  };
  library->devices = [sockets, gpus](std::vector<void*>& found) {
    return all_gpus(sockets, gpus, found);
  };
  library->energy_count = [energy](void* gpu, std::uint64_t& accumulator, float& resolution_uj) {
    std::uint64_t timestamp = 0;
    return energy(gpu, &accumulator, &resolution_uj, &timestamp);
  };
  library->pci_address = [address](void* gpu, std::string& out) {
    std::uint64_t bits = 0;
    const unsigned code = address(gpu, &bits);
    out = pci_name(bits);
    return code;
  };
  return library;
}

}  // namespace snn

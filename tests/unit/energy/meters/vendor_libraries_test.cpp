// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/energy/meters/amd_smi_library.hpp"
#include "snn/energy/meters/nvml_library.hpp"

/// Loading the vendors' libraries, with stubs of their names and records.
namespace {

using namespace snn;

template <class Loaded>
std::string reason(const Loaded& loaded) {
  const auto* why = std::get_if<Unavailable>(&loaded);
  return why != nullptr ? why->reason : "loaded";
}

TEST(VendorLibraries, NvmlIsCalledByItsNamesAndRecords) {
  const auto loaded = load_nvml(SNN_STUB_NVML);
  ASSERT_EQ(reason(loaded), "loaded");
  const NvmlLibrary& nvml = *std::get<0>(loaded);
  EXPECT_EQ(nvml.init(), 0);
  unsigned count = 0;
  EXPECT_EQ(nvml.device_count(&count), 0);
  EXPECT_EQ(count, 3u);
  void* device = nullptr;
  EXPECT_EQ(nvml.device_handle(1, &device), 0);
  EXPECT_EQ(nvml.device_at("0000:c3:00.0", &device), 0);
  EXPECT_EQ(nvml.device_at("0000:00:00.0", &device), 6);
  std::string name;
  EXPECT_EQ(nvml.device_name(device, name), 0);
  EXPECT_EQ(name, "Stub");
  unsigned long long millijoules = 0;
  EXPECT_EQ(nvml.total_energy(device, &millijoules), 0);
  EXPECT_EQ(millijoules, 1'234'567u);
  unsigned mig = 7;
  EXPECT_EQ(nvml.mig_mode(device, &mig), 0);
  EXPECT_EQ(mig, 0u);
  std::vector<unsigned> processes;  // more than the first call has room for
  EXPECT_EQ(nvml.compute_processes(device, processes), 0);
  ASSERT_EQ(processes.size(), 200u);
  EXPECT_EQ(processes.front(), 4000u);
  EXPECT_EQ(processes.back(), 4199u);
  EXPECT_EQ(nvml.error_string(3), "stub");
  EXPECT_FALSE(nvml.power_usage);  // lacking: no crash, and no function
  EXPECT_EQ(nvml.shutdown(), 0);
}

TEST(VendorLibraries, AmdSmiIsCalledByItsNamesAndRecords) {
  const auto loaded = load_amd_smi({SNN_STUB_AMD_SMI});
  ASSERT_EQ(reason(loaded), "loaded");
  const AmdSmiLibrary& smi = *std::get<0>(loaded);
  EXPECT_EQ(smi.init(), 0u);
  unsigned major = 0;
  unsigned minor = 0;
  EXPECT_EQ(smi.version(major, minor), 0u);
  EXPECT_EQ(std::pair(major, minor), std::pair(24u, 7u));
  std::vector<void*> gpus;
  EXPECT_EQ(smi.devices(gpus), 0u);
  ASSERT_EQ(gpus.size(), 2u);
  EXPECT_NE(gpus[0], gpus[1]);
  std::string address;
  EXPECT_EQ(smi.pci_address(gpus[0], address), 0u);
  EXPECT_EQ(address, "0001:c3:1f.5");
  std::uint64_t accumulator = 0;
  float resolution_uj = 0;
  EXPECT_EQ(smi.energy_count(gpus[0], accumulator, resolution_uj), 0u);
  EXPECT_EQ(accumulator, 8'152'136u);
  EXPECT_EQ(resolution_uj, 15.3F);
  EXPECT_EQ(smi.shutdown(), 0u);
}

TEST(VendorLibraries, SayWhatIsMissing) {
  EXPECT_EQ(reason(load_nvml("libno-such-nvml.so")),
            "libno-such-nvml.so is not installed: no NVIDIA driver");
  EXPECT_EQ(reason(load_amd_smi({"libno-such-smi.so"})), "libamd_smi.so is not installed: no ROCm");
  // A library of another maker.
  EXPECT_EQ(reason(load_amd_smi({SNN_STUB_NVML})),
            "libamd_smi.so lacks functions: ROCm is too old");
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <cstring>

/// A library with NVML's names and records, for the test of loading it. It lacks power on purpose.
extern "C" {

struct StubProcess {
  unsigned pid;
  unsigned long long memory;
  unsigned gpu_instance, compute_instance;
};

int nvmlInit_v2() {
  return 0;
}
int nvmlShutdown() {
  return 0;
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 3;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  static int devices[3];
  *device = &devices[index];
  return 0;
}
int nvmlDeviceGetHandleByPciBusId_v2(const char* pci_bus, void** device) {
  static int found = 0;
  *device = &found;
  return std::strcmp(pci_bus, "0000:c3:00.0") == 0 ? 0 : 6;
}
int nvmlDeviceGetName(void* /*device*/, char* name, unsigned size) {
  std::strncpy(name, "Stub", size);
  return 0;
}
int nvmlDeviceGetTotalEnergyConsumption(void* /*device*/, unsigned long long* millijoules) {
  *millijoules = 1'234'567;
  return 0;
}
int nvmlDeviceGetMigMode(void* /*device*/, unsigned* current, unsigned* pending) {
  *current = 0;
  *pending = 1;
  return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void* /*device*/, unsigned* count,
                                            StubProcess* processes) {
  constexpr unsigned there = 200;
  const bool fits = *count >= there;
  *count = there;
  if (!fits) return 7;
  for (unsigned p = 0; p < there; ++p) processes[p] = {4000 + p, 1u << 30, ~0u, ~0u};
  return 0;
}
const char* nvmlErrorString(int /*code*/) {
  return "stub";
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

/// A library with AMD SMI's names and records, for the test of loading it: two sockets with one
/// device each.
extern "C" {

struct StubVersion {
  std::uint32_t year, major, minor, release;
  const char* build;
};

unsigned amdsmi_init(std::uint64_t flags) {
  return flags == 2 ? 0 : 1;
}
unsigned amdsmi_shut_down() {
  return 0;
}
unsigned amdsmi_get_lib_version(StubVersion* version) {
  *version = {24, 7, 1, 2, "stub"};
  return 0;
}
unsigned amdsmi_get_socket_handles(std::uint32_t* count, void** handles) {
  static int sockets[2];
  *count = 2;
  for (int s = 0; handles != nullptr && s < 2; ++s) handles[s] = &sockets[s];
  return 0;
}
unsigned amdsmi_get_processor_handles(void* socket, std::uint32_t* count, void** handles) {
  *count = 1;
  if (handles != nullptr) handles[0] = socket;
  return 0;
}
unsigned amdsmi_get_gpu_device_bdf(void* /*gpu*/, std::uint64_t* address) {
  *address = std::uint64_t{1} << 16 | 0xc3 << 8 | 0x1f << 3 | 5;
  return 0;
}
unsigned amdsmi_get_energy_count(void* /*gpu*/, std::uint64_t* accumulator, float* resolution_uj,
                                 std::uint64_t* timestamp) {
  *accumulator = 8'152'136;
  *resolution_uj = 15.3F;
  *timestamp = 3'824'190'842'400'799;
  return 0;
}

}  // extern "C"

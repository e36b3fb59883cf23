// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "spikes_kernel.hpp"

/// planted_bug NAME runs a kernel with a mistake that a sanitizer has to report.
int main(int count, char** arguments) {
  using namespace emulation;
  const std::string name = count == 2 ? arguments[1] : "";
  const Network network(300, 20);
  const simt::ScopedOptions options({.resident = 2});
  if (name == "none") return emulated<64>(network, 4) == expected(network, 4) ? 0 : 1;
  if (name == "forgotten_barrier") {
    emulated<64, Mutant::forgotten_barrier>(network, 1);
  } else if (name == "off_by_one") {
    emulated<64, Mutant::off_by_one>(network, 1);
  } else if (name == "plain_add") {
    emulated<64, Mutant::plain_add>(network, 4);
  } else {
    std::fprintf(stderr, "planted_bug none|forgotten_barrier|off_by_one|plain_add\n");
    return 2;
  }
  return 0;
}

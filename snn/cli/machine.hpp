// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace snn::cli {

struct Machine {
  std::string cpu;                    ///< as the kernel names it
  int cores = 0;                      ///< this process may use
  std::vector<std::string> features;  ///< vector instructions of the CPU, e.g. "avx2"
  std::string isa;                    ///< instruction set kernels use
  std::string system;                 ///< e.g. "Linux 6.1.0 x86_64"
  std::string governor;               ///< of CPU 0's frequency, e.g. "performance"; or "unknown"
  bool virtual_machine = false;       ///< the CPU says that a hypervisor runs it
  bool container = false;             ///< as far as its usual marks tell
};
Machine this_machine();

/// What `snn info` prints.
std::string info_text();

}  // namespace snn::cli

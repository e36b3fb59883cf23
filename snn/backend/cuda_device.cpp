// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "snn/backend/cuda.hpp"

namespace snn {

int cuda_device(const std::string& name) {
  int number = 0;
  if (name != "cuda") {
    const std::string prefix = "cuda:";
    const char* end = name.data() + name.size();
    const bool named = name.starts_with(prefix);
    const auto [stop, error] =
        std::from_chars(name.data() + (named ? prefix.size() : 0), end, number);
    if (!named || error != std::errc() || stop != end || number < 0)
      throw ConfigError("options", "device", "\"" + name + "\"", "\"cpu\", \"cuda\" or \"cuda:N\"");
  }
  const CudaReport report = cuda_report();
  if (!report.unavailable.empty())
    throw UnavailableError("device \"" + name + "\": " + report.unavailable);
  for (const CudaDevice& device : report.devices) {
    if (device.number == number) return number;
  }
  throw UnavailableError("device \"" + name + "\": this machine has " +
                         std::to_string(report.devices.size()) +
                         " CUDA device(s), numbered from 0");
}

}  // namespace snn

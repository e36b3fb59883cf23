// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>

#include "snn/backend/cuda.hpp"

/// 77, which ctest shows as skipped, where there is no device.
int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  const snn::CudaReport report = snn::cuda_report();
  if (!report.unavailable.empty()) {
    std::printf("skipped: %s\n", report.unavailable.c_str());
    return 77;
  }
  for (const snn::CudaDevice& device : report.devices)
    std::printf("cuda:%d is %s\n", device.number, device.name.c_str());
  return RUN_ALL_TESTS();
}

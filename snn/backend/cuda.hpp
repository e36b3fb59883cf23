// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "snn/backend/backend.hpp"

/// The seam to the CUDA backend, which a build may lack: its sources lie in cuda/, and without
/// nvcc these functions say that they are not there.
namespace snn {

/// A CUDA device that can be used.
struct CudaDevice {
  int number = 0;                 ///< as in "cuda:0"
  std::string name;               ///< as its driver calls it
  std::string pci_bus;            ///< its address, as "0000:c3:00.0"; NVML knows it by that
  int major = 0;                  ///< of its compute capability, as 9 of 9.0
  int minor = 0;                  ///< of its compute capability, as 0 of 9.0
  int multiprocessors = 0;        ///< which run blocks of threads side by side
  std::int64_t memory_bytes = 0;  ///< of its own, in all
  std::int64_t l2_bytes = 0;      ///< of the cache that all multiprocessors share
};

/// What of CUDA this build and this machine have.
struct CudaReport {
  bool built = false;   ///< this build has the backend
  std::string toolkit;  ///< version it was built with, as "13.0"; empty: not built
  std::string driver;   ///< largest version that the driver supports; empty: there is none
  std::vector<CudaDevice> devices;  ///< that can be used
  std::string unavailable;  ///< why no device can be used, and what would help; empty: some can
};
/// Asks the driver, where there is one.
CudaReport cuda_report();

/// A library of NVIDIA's that is loaded when something needs it.
struct CudaLibrary {
  std::string name;  ///< as NVIDIA calls it
  std::string file;  ///< where it was found; empty: nowhere
  std::string why;   ///< what was tried and what would help, where it was not found
};
/// Loads each of them, to see whether it can be; none where the backend was not built.
std::vector<CudaLibrary> cuda_libraries();

/// Number of the device that "cuda" or "cuda:N" names. UnavailableError if it cannot be used,
/// ConfigError if it is no such name.
int cuda_device(const std::string& name);

/// UnavailableError, which says what would help, for what the backend or the build lacks.
std::unique_ptr<Backend> make_cuda_backend(int device, CompiledNetwork network,
                                           const BackendOptions& options);

class RowBuilder;

/// What draws the rows of a network on the device that it will run on.
std::unique_ptr<RowBuilder> make_cuda_row_builder(int device);

}  // namespace snn

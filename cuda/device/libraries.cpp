// SPDX-License-Identifier: Apache-2.0
#include "libraries.hpp"

#include <cuda_runtime_api.h>

#include "snn/backend/cuda.hpp"

namespace gpu {

std::string file_name(Library library) {
  const std::string toolkit = std::to_string(CUDART_VERSION / 1000);
  switch (library) {
    case Library::cublas_lt:
      return "libcublasLt.so." + toolkit;
    case Library::nvrtc:
      return "libnvrtc.so." + toolkit;
    case Library::nccl:
      return "libnccl.so.2";
    case Library::nvml:
      return "libnvidia-ml.so.1";
  }
  throw snn::UnavailableError("no CUDA library has the number " +
                              std::to_string(static_cast<int>(library)));
}

snn::SharedLibrary load_library(Library library) {
  const std::string name = file_name(library);
  try {
    return snn::SharedLibrary::open(snn::cuda_library_files(name));
  } catch (const snn::UnavailableError& error) {
    throw snn::UnavailableError(
        name +
        " was found neither by the system nor in the CUDA toolkit nor in a Python package; " +
        (library == Library::nvml ? std::string("it comes with the NVIDIA driver")
                                  : "SNN_CUDA_LIBRARIES=FOLDER says where it is") +
        " (" + error.what() + ")");
  }
}

}  // namespace gpu

namespace snn {

std::vector<CudaLibrary> cuda_libraries() {
  const std::pair<gpu::Library, const char*> known[] = {{gpu::Library::cublas_lt, "cuBLASLt"},
                                                        {gpu::Library::nvrtc, "NVRTC"},
                                                        {gpu::Library::nccl, "NCCL"},
                                                        {gpu::Library::nvml, "NVML"}};
  std::vector<CudaLibrary> libraries;
  for (const auto& [library, name] : known) {
    CudaLibrary found{.name = name, .file = "", .why = ""};
    try {
      found.file = gpu::load_library(library).file();
    } catch (const UnavailableError& error) {
      found.why = error.what();
    }
    libraries.push_back(std::move(found));
  }
  return libraries;
}

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "libraries.hpp"

#include <cuda_runtime_api.h>

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
  }
  throw snn::UnavailableError("unknown CUDA library");
}

snn::SharedLibrary load_library(Library library) {
  const std::string name = file_name(library);
  try {
    return snn::SharedLibrary::open(snn::cuda_library_files(name));
  } catch (const snn::UnavailableError& error) {
    throw snn::UnavailableError(name + ": " + error.what() +
                                ". The environment variable SNN_CUDA_LIBRARIES names the folder "
                                "that holds it");
  }
}

}  // namespace gpu

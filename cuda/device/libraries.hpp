// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/model/shared_library.hpp"

/// NVIDIA's libraries beside the CUDA runtime are loaded when they are needed: one program starts
/// on every machine, and hundreds of megabytes stay out of it.
namespace gpu {

enum class Library { cublas_lt, nvrtc, nccl, nvml };

/// File name of the release that belongs to the toolkit of this build, as "libcublasLt.so.13".
std::string file_name(Library library);

/// UnavailableError says where it was looked for.
snn::SharedLibrary load_library(Library library);

}  // namespace gpu

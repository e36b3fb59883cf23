// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// Libraries of the CUDA toolkit that are loaded when they are needed, so that a program starts
/// without them.
namespace snn::cuda {

/// Handle of dlopen() for `soname`, looked for by its name, then in the folders of the environment
/// variable SNN_CUDA_LIBRARIES (separated by colons), in the toolkit's, and in those of the nvidia
/// packages of Python. Throws UnavailableError, which lists where it looked.
void* load_library(const std::string& soname);

/// Address of one of its functions; UnavailableError if it has none of that name.
void* function_of(void* library, const std::string& soname, const char* name);

}  // namespace snn::cuda

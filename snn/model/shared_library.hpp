// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "snn/model/errors.hpp"

namespace snn {

/// A library that is loaded at run time, so that a program starts on machines without it. It stays
/// open while a copy of this lives.
class SharedLibrary {
 public:
  /// The first of `files` that can be loaded. UnavailableError names them all, and says why each
  /// was not taken.
  static SharedLibrary open(const std::vector<std::string>& files);

  /// The function of that name, or nullptr. SharedLibrary::find<int(unsigned*)>("name").
  template <class Signature>
  Signature* find(const char* name) const {
    return reinterpret_cast<Signature*>(symbol(name));
  }
  /// UnavailableError if the library lacks it.
  template <class Signature>
  Signature* get(const char* name) const {
    if (auto* function = find<Signature>(name)) return function;
    throw UnavailableError(file_ + " has no function " + name + "; another version is needed");
  }

  /// Where it was found.
  const std::string& file() const { return file_; }

 private:
  void* symbol(const char* name) const;

  std::shared_ptr<void> handle_;
  std::string file_;
};

/// Files to try for a CUDA library, best first: the name alone, which asks the system; the folders
/// of the environment variable SNN_CUDA_LIBRARIES (separated by ":"); those of the toolkit
/// (CUDA_HOME, CUDA_PATH, /usr/local/cuda); and NVIDIA's packages of the Pythons found by
/// VIRTUAL_ENV, CONDA_PREFIX, PATH and beside the module that asks. Files after the first exist.
std::vector<std::string> cuda_library_files(const std::string& name);

}  // namespace snn

// SPDX-License-Identifier: Apache-2.0
#include "cuda/blas/library.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "snn/model/errors.hpp"

namespace snn::cuda {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void add_subfolders(const fs::path& parent, const std::string& prefix, const fs::path& rest,
                    std::vector<fs::path>& folders) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    if (entry.path().filename().string().starts_with(prefix))
      folders.push_back(entry.path() / rest);
  }
}

std::vector<fs::path> library_folders() {
  std::vector<fs::path> folders;
  std::istringstream listed(variable("SNN_CUDA_LIBRARIES"));
  for (std::string folder; std::getline(listed, folder, ':');)
    if (!folder.empty()) folders.emplace_back(folder);
  for (const char* name : {"CUDA_HOME", "CUDA_PATH"}) {
    if (!variable(name).empty()) folders.push_back(fs::path(variable(name)) / "lib64");
  }
  folders.emplace_back("/usr/local/cuda/lib64");
  std::vector<fs::path> packages;
  for (const std::string& prefix : {variable("VIRTUAL_ENV"), variable("CONDA_PREFIX"),
                                    std::string("/usr/local"), std::string("/usr")}) {
    if (prefix.empty()) continue;
    for (const char* kind : {"site-packages", "dist-packages"})
      add_subfolders(fs::path(prefix) / "lib", "python3", fs::path(kind) / "nvidia", packages);
  }
  for (const fs::path& package : packages) add_subfolders(package, "", "lib", folders);
  return folders;
}

}  // namespace

void* load_library(const std::string& soname) {
  std::string tried = "\"" + soname + "\" by its name";
  if (void* library = dlopen(soname.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  for (const fs::path& folder : library_folders()) {
    const fs::path file = folder / soname;
    std::error_code error;
    if (fs::exists(file, error)) {
      if (void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
      tried += ", " + file.string() + " (" + dlerror() + ")";
    } else {
      tried += ", " + folder.string();
    }
  }
  throw UnavailableError("a library of the CUDA toolkit was not found; tried " + tried +
                         ". SNN_CUDA_LIBRARIES names its folder");
}

void* function_of(void* library, const std::string& soname, const char* name) {
  if (void* function = dlsym(library, name)) return function;
  throw UnavailableError(soname + " has no function " + name + ": another version is needed");
}

}  // namespace snn::cuda

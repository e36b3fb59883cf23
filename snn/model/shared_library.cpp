// SPDX-License-Identifier: Apache-2.0
#include "snn/model/shared_library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace snn {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_of(const char* variable) {
  std::vector<fs::path> folders;
  const char* text = std::getenv(variable);
  std::istringstream in(text == nullptr ? "" : text);
  for (std::string folder; std::getline(in, folder, ':');) {
    if (!folder.empty()) folders.emplace_back(folder);
  }
  return folders;
}

/// The folders in a folder whose names begin so, in alphabetical order.
std::vector<fs::path> inside(const fs::path& folder, const std::string& beginning = "") {
  std::vector<fs::path> found;
  std::error_code ignored;  // what cannot be read holds no library for us
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    if (at->path().filename().string().starts_with(beginning)) found.push_back(at->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// The folder of packages that this code lies in, where it is a module of a Python package.
fs::path own_packages() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&own_packages), &info) == 0) return {};
  std::error_code ignored;
  return fs::absolute(info.dli_fname, ignored).parent_path().parent_path();
}

std::vector<fs::path> python_packages() {
  std::vector<fs::path> roots = folders_of("VIRTUAL_ENV");
  for (const fs::path& root : folders_of("CONDA_PREFIX")) roots.push_back(root);
  std::error_code ignored;
  for (const fs::path& folder : folders_of("PATH")) {
    if (fs::exists(folder / "python3", ignored)) roots.push_back(folder.parent_path());
  }
  roots.emplace_back("/usr/local");
  std::vector<fs::path> packages{own_packages()};
  for (const fs::path& root : roots) {
    for (const fs::path& python : inside(root / "lib", "python3")) {
      packages.push_back(python / "site-packages");
      packages.push_back(python / "dist-packages");
    }
  }
  return packages;
}

}  // namespace

SharedLibrary SharedLibrary::open(const std::vector<std::string>& files) {
  std::string tried;
  for (const std::string& file : files) {
    if (void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      SharedLibrary library;
      library.handle_ = {handle, [](void* h) { ::dlclose(h); }};
      const link_map* map = nullptr;
      const bool told = ::dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map->l_name[0] != '\0';
      library.file_ = told ? map->l_name : file;
      return library;
    }
    const char* why = ::dlerror();
    tried += (tried.empty() ? "" : "; ") + (why == nullptr ? file : std::string(why));
  }
  throw UnavailableError("nothing of this could be loaded: " + tried);
}

void* SharedLibrary::symbol(const char* name) const {
  return ::dlsym(handle_.get(), name);
}

std::vector<std::string> cuda_library_files(const std::string& name) {
  std::vector<std::string> files{name};
  const auto add = [&](const fs::path& folder) {
    std::error_code ignored;
    const std::string file = (folder / name).string();
    if (fs::exists(file, ignored) && std::find(files.begin(), files.end(), file) == files.end())
      files.push_back(file);
  };
  for (const fs::path& folder : folders_of("SNN_CUDA_LIBRARIES")) add(folder);
  std::vector<fs::path> toolkits = folders_of("CUDA_HOME");
  for (const fs::path& toolkit : folders_of("CUDA_PATH")) toolkits.push_back(toolkit);
  toolkits.emplace_back("/usr/local/cuda");
  for (const fs::path& toolkit : toolkits) {
    add(toolkit / "lib64");
    add(toolkit / "lib");
  }
  for (const fs::path& packages : python_packages()) {
    for (const fs::path& part : inside(packages / "nvidia")) add(part / "lib");
  }
  return files;
}

}  // namespace snn

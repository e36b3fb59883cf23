// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <system_error>
#include <vector>

#include "snn/io/build_paths.hpp"
#include "snn/io/load.hpp"

namespace snn {

std::filesystem::path find_example_data(const std::string& name) {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders;
  if (const char* given = std::getenv("SNN_EXAMPLE_DATA"); given != nullptr && *given != '\0') {
    folders.emplace_back(given);
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) folders.push_back(program.parent_path().parent_path() / "share/snn/data");
  folders.emplace_back(build_example_data);
  std::string looked;
  for (const fs::path& folder : folders) {
    fs::path candidate = folder / name;
    if (fs::is_regular_file(candidate, error)) return candidate;
    looked += (looked.empty() ? "" : ", ") + folder.string();
  }
  throw FileError(name, "",
                  "example data not found in " + looked +
                      "; name their folder in the environment variable SNN_EXAMPLE_DATA");
}

}  // namespace snn

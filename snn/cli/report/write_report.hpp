// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace snn::cli {

/// Writes the page of results (the text of a results file, named `origin` in messages). FileError
/// for results that are none, or a page that cannot be written; the old page stays then.
void write_report(const std::filesystem::path& page, const std::string& results,
                  const std::string& origin);

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/write_report.hpp"

#include "snn/cli/report/parts.hpp"
#include "snn/io/atomic_file.hpp"

namespace snn::cli {

void write_report(const std::filesystem::path& page, const std::string& results,
                  const std::string& origin) {
  write_atomically(page, std::string_view(page::page_of(page::read_results(results, origin))));
}

}  // namespace snn::cli

// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/docs.hpp"

#include <algorithm>
#include <iterator>

#include "python/bindings/header_docs.hpp"

namespace snn::python {

std::string doc_of(std::string_view name) {
  const auto* const found = std::lower_bound(
      std::begin(header_docs), std::end(header_docs), name,
      [](const HeaderDoc& entry, std::string_view wanted) { return entry.name < wanted; });
  if (found == std::end(header_docs) || found->name != name) return {};
  return std::string(found->text);
}

std::string indented(std::string_view text, int spaces) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(static_cast<std::size_t>(spaces), ' ');
  }
  return out;
}

}  // namespace snn::python

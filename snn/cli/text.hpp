// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// How figures and tables are written on a terminal.
namespace snn::cli {

/// A number by a printf pattern with one place for a double.
std::string format(const char* pattern, double value);

/// "12.3 nJ": a number with a prefix; three significant digits.
std::string with_prefix(double value, const std::string& unit);

using Row = std::vector<std::string>;
/// Columns as wide as their widest cell; the first is flushed left, the others right.
std::string aligned(const std::vector<Row>& rows);
/// All flushed left: for words.
std::string aligned_left(const std::vector<Row>& rows);

/// Long lines broken at words; the first begins with "- ".
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent);

}  // namespace snn::cli

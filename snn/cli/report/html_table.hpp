// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snn/cli/report/html.hpp"

namespace snn::cli::page {

/// What a cell shows, and the number it is sorted by. Cells of a column of numbers that have none
/// ("unavailable") stay last, whichever way it is sorted.
struct Cell {
  Html shown;
  std::optional<double> value;

  static Cell text(const Html& shown) { return {shown, std::nullopt}; }
};

/// Numbers stay on one line and are sorted as such; words stay on one line; sentences wrap.
enum class Kind : std::uint8_t { number, words, sentence };

struct Column {
  std::string title;
  std::string unit;  ///< a second line: unit or kind of figure
  Kind kind = Kind::number;
};

/// A table whose columns can be sorted; the first column names the row.
struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

/// In a box that scrolls by itself where the table is too wide.
Html rendered(const Table& table);

}  // namespace snn::cli::page

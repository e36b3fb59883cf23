// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/html_table.hpp"

#include "snn/cli/text.hpp"

namespace snn::cli::page {
namespace {

const char* class_of(Kind kind) {
  switch (kind) {
    case Kind::number:
      return "number";
    case Kind::words:
      return "words";
    case Kind::sentence:
      break;
  }
  return "sentence";
}

Html header(const Column& column) {
  Html words = element("span", {{"class", "title"}}, column.title);
  if (!column.unit.empty()) words += " " + element("span", {{"class", "unit"}}, column.unit);
  return element("th",
                 {{"scope", "col"},
                  {"class", class_of(column.kind)},
                  {"data-sort", column.kind == Kind::number ? "number" : "text"}},
                 words);
}

Html body_cell(const Column& column, const Cell& cell, bool names_row) {
  Attributes attributes = {{"class", class_of(column.kind)}};
  if (cell.value) attributes.push_back({"data-value", format("%.17g", *cell.value)});
  if (!names_row) return element("td", attributes, cell.shown);
  attributes.push_back({"scope", "row"});
  return element("th", attributes, cell.shown);
}

}  // namespace

Html rendered(const Table& table) {
  Html headers, rows;
  for (const Column& column : table.columns) headers += header(column);
  for (const std::vector<Cell>& row : table.rows) {
    Html cells;
    for (std::size_t c = 0; c < row.size(); ++c)
      cells += body_cell(table.columns[c], row[c], c == 0);
    rows += element("tr", cells);
  }
  return element(
      "div",
      {{"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", table.caption}},
      element("table", {{"class", "sortable"}},
              element("caption", element("span", table.caption)) +
                  element("thead", element("tr", headers)) + element("tbody", rows)));
}

}  // namespace snn::cli::page

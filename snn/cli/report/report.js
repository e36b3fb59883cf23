// SPDX-License-Identifier: Apache-2.0
// Sorts tables by a click on a header, or by Enter or Space on it. Everything else of the page works
// without scripts, so the buttons are made here.
"use strict";

// What a row is sorted by: a number, a text, or null for a cell that has neither.
const keyOf = (row, column, numbers) => {
  const cell = row.cells[column];
  if (!numbers) return cell.textContent.trim().toLowerCase();
  return "value" in cell.dataset ? Number(cell.dataset.value) : null;
};

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const sortBy = (table, column) => {
  const headers = [...table.tHead.rows[0].cells];
  const header = headers[column];
  const down = header.getAttribute("aria-sort") === "ascending";
  const numbers = header.dataset.sort === "number";
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [keyOf(row, column, numbers), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null); // last, either way
    return down ? compare(b, a) : compare(a, b);
  });
  body.append(...rows.map(([, row]) => row));
  headers.forEach((other) => other.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
};

document.querySelectorAll("table.sortable").forEach((table) => {
  if (table.tBodies[0].rows.length < 2) return;
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    if (!header.textContent.trim()) button.setAttribute("aria-label", "sort by the names of the rows");
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(table, column));
  });
});

// Tables sort by a click on a column's name, or Enter; the code of a pair opens when a link leads to it.
"use strict";

function value(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
}

const words = new Intl.Collator("zh", { numeric: true });

function sortBy(header) {
  const table = header.closest("table");
  const column = header.cellIndex;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const numbers = rows.length > 0 && typeof value(rows[0], column) === "number";
  const before = header.getAttribute("aria-sort");
  // The largest number first, names from the beginning; then the other way round.
  const descending = before ? before === "ascending" : numbers;
  rows.sort((a, b) => {
    const [x, y] = [value(a, column), value(b, column)];
    const order = numbers ? x - y : words.compare(x, y);
    return descending ? -order : order;
  });
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  body.append(...rows);
}

for (const header of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => sortBy(header));
  header.append(button);
}

function open() {
  const target = document.getElementById(location.hash.slice(1));
  for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  target?.scrollIntoView();
}

addEventListener("hashchange", open);
open();

"use strict";
// Sorts tables and hides policies. Everything can be read without it.
(function () {
  function each(selector, act, within) {
    Array.prototype.forEach.call((within || document).querySelectorAll(selector), act);
  }

  // What a row is sorted by in a column: a number, a text, or null where there is nothing.
  function key(row, column, numeric) {
    var cell = row.cells[column];
    if (numeric) {
      return cell.hasAttribute("data-value") ? Number(cell.getAttribute("data-value")) : null;
    }
    var named = cell.querySelector("summary") || cell;
    return named.textContent.trim().toLowerCase();
  }

  function compared(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  // Rows without a value stay last either way; equal ones keep the order in which they were written.
  function sort(table, heading, written) {
    var descending = heading.getAttribute("aria-sort") === "ascending";
    var numeric = heading.getAttribute("data-sort") === "number";
    var keyed = written.map(function (row, place) {
      return { row: row, place: place, key: key(row, heading.cellIndex, numeric) };
    });
    keyed.sort(function (a, b) {
      if (a.key === null || b.key === null) {
        return (a.key === null) - (b.key === null) || a.place - b.place;
      }
      return (descending ? -1 : 1) * compared(a.key, b.key) || a.place - b.place;
    });
    keyed.forEach(function (entry) { table.tBodies[0].appendChild(entry.row); });
    each("thead th", function (other) { other.setAttribute("aria-sort", "none"); }, table);
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  }

  function sortable(table) {
    var written = Array.prototype.slice.call(table.tBodies[0].rows);
    each("thead th", function (heading) {
      var button = document.createElement("button");
      button.type = "button";
      while (heading.firstChild) { button.appendChild(heading.firstChild); }
      heading.appendChild(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () { sort(table, heading, written); });
    }, table);
  }

  function switches(fieldset) {
    var boxes = Array.prototype.slice.call(fieldset.querySelectorAll("input"));
    var said = document.getElementById("shown");
    function show() {
      boxes.forEach(function (box) {
        each('[data-policy="' + Number(box.value) + '"]', function (part) {
          part.classList.toggle("off", !box.checked);
        });
      });
      var count = boxes.filter(function (box) { return box.checked; }).length;
      said.textContent = count === boxes.length ? "All " + count + " policies are shown."
        : count + " of " + boxes.length + " policies are shown.";
    }
    boxes.forEach(function (box) { box.checked = true; box.addEventListener("change", show); });
    document.getElementById("all").addEventListener("click", function () {
      boxes.forEach(function (box) { box.checked = true; });
      show();
    });
    fieldset.hidden = false;
    show();
  }

  each("table[data-sortable]", sortable);
  each("#switches", switches);
})();

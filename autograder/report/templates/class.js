"use strict";
(() => {
  const table = document.querySelector(".matrix"), body = table.tBodies[0], rows = [...body.rows];
  const find = document.getElementById("find"), which = document.getElementById("which"), shown = document.getElementById("shown");
  const names = rows.map(row => row.cells[0].textContent.toLowerCase());

  const filter = () => {
    const wanted = find.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, i) => {
      row.hidden = !names[i].includes(wanted) || (which.value !== "" && !row.querySelector(`td.${which.value},[data-met~=${which.value}]`));
      count += !row.hidden;
    });
    shown.textContent = count === rows.length ? "" : `${count} ${shown.dataset.of} ${rows.length}`;
  };
  find.addEventListener("input", filter);
  which.addEventListener("input", filter);
  const form = find.form;
  form.addEventListener("submit", event => event.preventDefault());
  form.hidden = rows.length < 2;
  filter();

  const heads = [...[...table.tHead.rows].at(-1).cells];
  heads.forEach((head, column) => {
    const button = document.createElement("span");  // a <button> would be missing from the head that print repeats
    button.role = "button";
    button.tabIndex = 0;
    button.className = "sorter";
    button.title = table.dataset.sort;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
    button.addEventListener("click", () => {
      const first = column ? "descending" : "ascending";
      const order = head.ariaSort === first ? (column ? "ascending" : "descending") : first;
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.ariaSort = order;
      const sign = order === "ascending" ? 1 : -1;
      const keys = new Map(rows.map((row, i) => {
        const value = parseFloat(row.cells[column].textContent);
        return [row, column ? (Number.isNaN(value) ? -1 : value) : names[i]];
      }));
      const compare = column ? (a, b) => keys.get(a) - keys.get(b) : (a, b) => keys.get(a).localeCompare(keys.get(b));
      body.append(...[...rows].sort((a, b) => sign * compare(a, b)));
    });
  });

  // What a cell is about, in words, once the pointer asks for it.
  body.addEventListener("pointerover", event => {
    const link = event.target.closest("td a");
    if (!link || link.title) return;
    const cell = link.parentElement, word = which.querySelector(`[value="${cell.classList[0]}"]`);
    const [title, most] = heads[cell.cellIndex].querySelectorAll("span:not(.sorter), small");
    const [score, done] = link.childNodes;
    const said = [cell.parentElement.cells[0], title, word].map(element => element?.textContent);
    link.title = [...said, score.data + most.textContent, done?.textContent].filter(Boolean).join(" · ");
  });
})();

"use strict";
(() => {
  const PAGE = 50;
  const { columns, rows, causes } = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = rows.map(([cells, , student, problem, found, state]) =>
    plain([cells.filter((cell) => typeof cell === "string").join(" "), student, problem, state, ...found.map((k) => causes[k])].join(" ")));
  const head = document.querySelector("#table thead tr");
  const body = document.querySelector("#table tbody");
  let sorted = rows.map((_, k) => k);
  let shown = sorted;
  let column = 0;
  let ascending = true;
  let page = 0;
  let cause = null;

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const isNumber = (k) => columns[k].kind !== "text";
  const written = (value) => (value === null ? "–" : typeof value === "number" ? String(Math.round(value * 100) / 100) : value);

  const compare = (a, b) => {
    const [x, y] = [rows[a][0][column], rows[b][0][column]];
    if (x === null || y === null) return (x !== null) - (y !== null) || a - b;
    const order = typeof x === "number" ? x - y : collator.compare(x, y);
    return order || a - b;
  };
  const sort = () => {
    sorted.sort(compare);
    if (!ascending) sorted.reverse();
    filter();
  };
  const filter = () => {
    const parts = plain(byId("search").value).split(/\s+/).filter(Boolean);
    shown = sorted.filter((k) => (cause === null || rows[k][4].includes(cause)) && parts.every((part) => words[k].includes(part)));
    page = 0;
    draw();
  };

  const isMore = (k) => k > 0 && k !== column && columns[k].title !== "Total";
  const cell = (value, k, address) => {
    const { most } = columns[k];
    const kind = isNumber(k) && typeof value === "number" && most ? (value >= most ? " cell-full" : value <= 0 ? " cell-none" : "") : "";
    const made = element(k === 0 ? "th" : "td", undefined, (isNumber(k) ? "number" : k === 0 ? "who" : "") + kind + (isMore(k) ? " more" : ""));
    if (k === 0) made.scope = "row";
    if (k === 0 && address) {
      const link = element("a", value);
      link.href = address;
      made.append(link);
    } else made.textContent = written(value);
    return made;
  };
  const line = (place) => {
    const [cells, address, student, problem] = rows[place];
    const made = element("tr");
    made.append(...cells.map((value, k) => cell(value, k, address)));
    if (student) made.firstChild.append(element("div", student, "quiet"));
    if (problem) made.firstChild.append(element("div", problem, "quiet"));
    return made;
  };
  const draw = (all = false) => {
    const from = all ? 0 : page * PAGE;
    const to = all ? shown.length : Math.min(from + PAGE, shown.length);
    body.replaceChildren(...shown.slice(from, to).map(line));
    [...head.children].forEach((cell, k) => {
      if (k === column) cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
      cell.classList.toggle("more", isMore(k));
    });
    byId("count").textContent = shown.length === rows.length ? `${rows.length} submissions` : `${shown.length} of ${rows.length} submissions`;
    byId("place").textContent = shown.length ? `${from + 1} to ${to} of ${shown.length}` : "none found";
    byId("back").disabled = page === 0;
    byId("next").disabled = to >= shown.length;
    byId("by").value = column;
    byId("clear").hidden = cause === null;
    byId("clear").textContent = cause === null ? "" : `✕ ${causes[cause].slice(0, 60)}`;
  };

  head.append(...columns.map(({ title, most }, k) => {
    const made = element("th", undefined, isNumber(k) ? "number" : "");
    made.scope = "col";
    const button = element("button", most ? `${title} /${written(most)}` : title);
    button.type = "button";
    button.addEventListener("click", () => {
      ascending = column === k ? !ascending : !isNumber(k);
      column = k;
      sort();
    });
    made.append(button);
    return made;
  }));
  byId("by").append(...columns.map(({ title }, k) => Object.assign(element("option", title), { value: k })));
  byId("by").addEventListener("change", () => {
    column = Number(byId("by").value);
    ascending = !isNumber(column);
    sort();
  });
  byId("search").addEventListener("input", filter);
  byId("clear").addEventListener("click", () => { cause = null; filter(); });
  byId("back").addEventListener("click", () => { page -= 1; draw(); });
  byId("next").addEventListener("click", () => { page += 1; draw(); });
  for (const button of document.querySelectorAll("button[data-cause]"))
    button.addEventListener("click", () => {
      cause = Number(button.dataset.cause);
      byId("search").value = "";
      filter();
      byId("all").scrollIntoView();
    });
  addEventListener("beforeprint", () => draw(true));
  addEventListener("afterprint", () => draw());
  sort();
})();

// The tables: rows by pages, sorted and filtered, with links along references.
import { refocused } from "./focus.js";
import { count } from "./format.js";
import { element, page } from "./page.js";
import { link, record } from "./record.js";
import { rowsOf, shown } from "./rows.js";

const PAGE = 50; // rows shown at once

page.kind("tables", (panel, about) => {
  const list = element("nav.tables", { "aria-label": "Tables" });
  const body = element("div.browse");
  panel.append(element("div.split", {}, list, body));
  let asked = 0;
  let grid;

  return async (place) => {
    const turn = ++asked;
    const table = about.tables.find((each) => each.name === place.table) ?? largest(about);
    refocused(list, () => list.replaceChildren(...about.tables.map((each) => entry(each, table))));
    const other = grid?.rows.table !== table;
    if (other) {
      list.querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "center" });
      const rows = await rowsOf(table);
      if (turn !== asked) return;
      grid = new Grid(about, rows);
    }
    const before = grid.key;
    const draw = () => {
      if (other) body.replaceChildren(grid.element);
      grid.show(place);
    };
    refocused(body, draw, () => grid.linkTo(grid.key ?? before) ?? grid.scroll);
    grid.rows.prepare();
  };
});

function largest(about) {
  return about.tables.reduce((most, table) => (table.rows > most.rows ? table : most));
}

function entry(table, current) {
  const attributes = { href: page.href({ view: "tables", table: table.name }), "aria-current": table === current && "true" };
  return element("a", attributes, element("span", {}, table.name), element("span.number", {}, count(table.rows)));
}

class Grid {
  constructor(about, rows) {
    this.about = about;
    this.rows = rows;
    this.references = new Map(rows.table.references.map((each) => [each.path, each]));
    this.columns = keyFirst(rows).filter((column) => column.filled);
    this.order = { path: null, down: false };
    this.first = 0;
    this.filter = "";
    this.input = element("input.filter", {
      type: "search",
      placeholder: `Filter: a text, or ${rows.table.key[0]}=…`,
      "aria-label": "Filter rows",
      spellcheck: "false",
      input: () => this.typed(),
    });
    this.told = element("p.told", { role: "status" });
    this.head = element("tr");
    this.body = element("tbody");
    this.pages = element("div.pages");
    this.aside = element("div.aside");
    this.scroll = element(
      "div.scroll",
      { tabindex: "0", role: "region", "aria-label": `Rows of ${rows.table.name}` },
      element("table.grid", {}, element("thead", {}, this.head), this.body),
    );
    this.element = element(
      "div.table",
      {},
      element("h1", {}, rows.table.name),
      element("p.lead", {}, rows.table.about),
      rows.length < rows.table.rows && element("p.lead.sampled", {}, sampled(rows)),
      element("div.bar", {}, this.input, this.told, this.pages),
      element("div.beside", {}, this.scroll, this.aside),
    );
  }

  show(place) {
    const filter = place.filter ?? "";
    if (filter !== this.filter || !this.found) this.seek(filter);
    if (this.input.value.trim() !== filter.trim()) this.input.value = filter;
    this.key = place.key;
    const row = place.key === undefined ? -1 : this.rows.find(place.key);
    if (row >= 0 && !this.visible(row)) this.turnTo(row);
    this.draw();
    if (row >= 0) this.linkTo(this.key)?.scrollIntoView({ block: "nearest" });
    this.aside.replaceChildren(...this.beside(row));
  }

  beside(row) {
    const close = page.href({ view: "tables", table: this.rows.table.name, filter: this.filter });
    if (row >= 0) return [record(this.about, this.rows, row, close)];
    if (this.key === undefined) return [];
    const why = this.rows.length < this.rows.table.rows ? " among the rows on this page, which are a sample" : "";
    return [element("p.trouble", { role: "alert" }, `No ${this.rows.table.name} ${this.key}${why}.`)];
  }

  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      page.go({ view: "tables", table: this.rows.table.name, filter: this.input.value.trim() });
    }, 120);
  }

  seek(filter) {
    this.filter = filter;
    this.first = 0;
    const found = this.rows.fitting(filter);
    this.found = this.order.path ? this.rows.sorted(found, this.order.path, this.order.down) : found;
  }

  sort(path) {
    this.order = { path, down: this.order.path === path && !this.order.down };
    this.seek(this.filter);
    this.draw();
    this.head.querySelector(`[data-path="${path}"]`).focus();
  }

  visible(row) {
    const at = this.found.indexOf(row);
    return at >= this.first && at < this.first + PAGE;
  }

  turnTo(row) {
    const at = this.found.indexOf(row);
    if (at >= 0) this.first = Math.floor(at / PAGE) * PAGE;
  }

  draw() {
    const rows = this.found.slice(this.first, this.first + PAGE);
    this.head.replaceChildren(...this.columns.map((column) => this.title(column)));
    this.body.replaceChildren(...rows.map((row) => this.line(row)));
    const all = this.rows.length;
    this.told.textContent = this.found.length === all ? `${count(all)} rows` : `${count(this.found.length)} of ${count(all)} rows`;
    this.pages.replaceChildren(...this.turners());
  }

  title(column) {
    const sorted = this.order.path === column.path;
    const sign = sorted ? (this.order.down ? "↓" : "↑") : "";
    const parts = column.path.split(".");
    const above = parts.slice(0, -1).join(".");
    return element(
      column.number ? "th.number" : "th",
      { scope: "col", "aria-sort": sorted ? (this.order.down ? "descending" : "ascending") : "none" },
      element(
        "button",
        { type: "button", title: column.path, "data-path": column.path, click: () => this.sort(column.path) },
        element("span.above", {}, above || " "),
        element("span", {}, parts.at(-1), element("span.sign", { "aria-hidden": "true" }, sign)),
      ),
    );
  }

  line(row) {
    const key = this.rows.key(row);
    const current = this.key === key;
    const to = page.href({ view: "tables", table: this.rows.table.name, key, filter: this.filter });
    return element(
      current ? "tr.current" : "tr",
      {},
      this.columns.map((column, place) => {
        const value = column.at(row);
        if (place === 0) return element("th", { scope: "row" }, element("a", { href: to, "data-key": key, "aria-current": current && "true" }, shown(value)));
        return element(column.number ? "td.number" : "td", {}, this.cell(column, value));
      }),
    );
  }

  // The link to a row that is shown.
  linkTo(key) {
    return [...this.body.querySelectorAll("th a")].find((each) => each.dataset.key === key);
  }

  cell(column, value) {
    const reference = this.references.get(column.path);
    if (column.list && value) return `${value.length} ×`;
    return reference && value !== null ? link(this.about, reference, value) : shown(value);
  }

  turners() {
    if (this.found.length <= PAGE) return [];
    const last = Math.min(this.first + PAGE, this.found.length);
    const turner = (text, label, to, can) => element("button", { type: "button", "aria-label": label, disabled: !can, click: () => this.turn(to) }, text);
    return [
      turner("‹", "Previous rows", this.first - PAGE, this.first > 0),
      element("span", {}, `${count(this.first + 1)}–${count(last)}`),
      turner("›", "Next rows", this.first + PAGE, last < this.found.length),
    ];
  }

  turn(first) {
    this.first = first;
    this.draw();
    this.scroll.scrollTop = 0;
    this.scroll.focus();
  }
}

function keyFirst(rows) {
  const first = rows.table.key[0];
  const columns = [...rows.columns.values()];
  return [rows.columns.get(first), ...columns.filter((column) => column.path !== first)];
}

function sampled(rows) {
  return `A sample: ${count(rows.length)} of ${count(rows.table.rows)} rows. What a row here refers to, and what refers to it, is here too; lists, and the other views, may name rows that are not.`;
}

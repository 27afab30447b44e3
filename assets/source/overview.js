// What the dataset is: identity, recipe, tables, who shows which scenario.
import { count, size } from "./format.js";
import { element, page } from "./page.js";

page.kind("overview", (panel, about) => {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  panel.append(
    element("h1", {}, about.profile, element("span.about", {}, about.about)),
    element("p.notice", {}, about.notice),
    pairs("facts", [
      ["Days", `${about.period[0]} to ${about.period[1]}`],
      ["Rows", count(sum(about.tables.map((table) => table.rows)))],
      ["Parquet", size(sum(about.tables.map((table) => table.bytes)))],
      ["Seed", String(about.seed)],
      ["Schema", about.schema],
      ["Made by", `demo-data ${about.generator}`],
      ["Licence", about.licence],
      ["Identity", element("code.identity", {}, about.identity)],
    ]),
    element("h2", {}, "Tables"),
    tables(about),
    ...Object.entries(about.scenarios).flatMap(([table, stories]) => [element("h2", {}, `Scenarios of ${table}`), scenarios(table, stories)]),
    element("h2", {}, "Recipe"),
    element("div.settings", {}, Object.entries(about.settings).map(([section, settings]) => recipe(section, settings))),
  );
  for (const view of about.views.filter(({ kind }) => kind === "card")) {
    page.load(view.name).then((cards) => toCards(panel, view.name, cards));
  }
});

// Let the keys of a table's rows lead to their cards, where there are such, by the names there.
function toCards(panel, view, cards) {
  const rows = new Map(cards.key.map((key, row) => [key, row]));
  for (const link of panel.querySelectorAll(".stories a")) {
    const { table, key } = link.dataset;
    if (table !== cards.table || !rows.has(key)) continue;
    link.href = page.href({ view, key });
    link.title = key;
    link.textContent = cards.label[rows.get(key)];
  }
}

function pairs(name, entries) {
  return element(`dl.${name}`, {}, entries.map(([key, value]) => element("div", {}, element("dt", {}, key), element("dd", {}, value))));
}

function tables(about) {
  const titles = ["table", "rows", "size", "key", "refers to", "what"];
  const number = ["rows", "size"];
  return element(
    "div.scroll.fits",
    { tabindex: "0", role: "region", "aria-label": "Tables of the dataset" },
    element(
      "table.grid.plain",
      {},
      element("thead", {}, element("tr", {}, titles.map((title) => element(number.includes(title) ? "th.number" : "th", { scope: "col" }, title)))),
      element("tbody", {}, about.tables.map((table) => element(
        "tr",
        {},
        element("th", { scope: "row" }, to(table.name)),
        element("td.number", {}, count(table.rows)),
        element("td.number", {}, size(table.bytes)),
        element("td", {}, table.key.join(", ")),
        element("td", {}, [...new Set(table.references.map((each) => each.table))].map((name, place) => [place > 0 && ", ", linked(about, name)])),
        element("td", {}, table.about),
      ))),
    ),
  );
}

function to(name) {
  return element("a", { href: page.href({ view: "tables", table: name }) }, name);
}

function linked(about, name) {
  return about.tables.some((table) => table.name === name) ? to(name) : name;
}

function scenarios(table, stories) {
  return pairs("stories", stories.map(({ name, count: all, keys }) => [
    `${name} (${count(all)})`,
    element("span", {}, keys.map((key) => [element("a", { href: page.href({ view: "tables", table, key }), "data-table": table, "data-key": key }, key), " "]), all > keys.length && `and ${count(all - keys.length)} more`),
  ]));
}

function recipe(section, settings) {
  return element("section", {}, element("h3", {}, section), pairs("values", Object.entries(settings).map(([name, value]) => [name, told(value)])));
}

function told(value) {
  if (typeof value !== "object") return String(value);
  return Object.entries(value).map(([name, each]) => `${name} ${each}`).join(", ");
}

// What the dataset is: identity, recipe, tables.
import { count, size } from "./format.js";
import { element, page } from "./page.js";

page.kind("overview", (panel, about) => {
  const total = about.tables.reduce((sum, table) => sum + table.bytes, 0);
  const rows = about.tables.reduce((sum, table) => sum + table.rows, 0);
  const facts = [
    ["Days", `${about.period[0]} to ${about.period[1]}`],
    ["Rows", count(rows)],
    ["Parquet", size(total)],
    ["Seed", String(about.seed)],
    ["Made by", `demo-data ${about.generator}`],
    ["Identity", element("code.identity", {}, about.identity)],
  ];
  panel.append(
    element("h1", {}, about.profile, element("span.about", {}, about.about)),
    element("p.notice", {}, about.notice),
    element("dl.facts", {}, facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
  );
});

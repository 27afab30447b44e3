// One record in full: its fields, links to what it refers to, and what refers to it.
import { count } from "./format.js";
import { element, page } from "./page.js";
import { equal, rowsOf, shown } from "./rows.js";

// A link to the record that a reference's value names.
export function link(about, reference, value) {
  const target = about.tables.find((table) => table.name === reference.table);
  if (!target) return shown(value);
  const whole = target.key.length === 1 && target.key[0] === reference.field;
  const to = whole ? { key: value } : { filter: equal(reference.field, value) };
  return element("a", { href: page.href({ view: "tables", table: target.name, ...to }) }, shown(value));
}

export function record(about, rows, row, close) {
  const { table } = rows;
  const references = new Map(table.references.map((each) => [each.path, each]));
  const fields = [...rows.columns.values()].filter((column) => column.filled && column.at(row) !== null);
  const behind = element("ul.behind", {}, element("li.quiet", {}, "Looking …"));
  pointing(about, rows, row).then(
    (links) => behind.replaceChildren(...(links.length ? links : [element("li.quiet", {}, "Nothing on this page refers to it.")])),
    (error) => behind.replaceChildren(element("li.trouble", { role: "alert" }, String(error.message ?? error))),
  );
  return element(
    "article.record",
    { "aria-label": `${table.name} ${rows.key(row)}` },
    element("header", {}, element("h2", {}, rows.key(row)), element("a.close", { href: close }, "Close")),
    element("h3", {}, "Referred to by"),
    behind,
    element("h3", {}, "Fields"),
    element("dl.fields", {}, groups(fields).map(([group, columns]) => [
      group && element("div.group", {}, element("dt", {}, group), element("dd", {})),
      ...columns.map((column) => field(about, column, row, references.get(column.path))),
    ])),
  );
}

// Columns by what they lie in.
function groups(columns) {
  const found = new Map();
  for (const column of columns) {
    const group = column.path.split(".").slice(0, -1).join(".");
    found.set(group, [...(found.get(group) ?? []), column]);
  }
  return [...found];
}

function field(about, column, row, reference) {
  const value = column.at(row);
  const items = Array.isArray(value) ? value : [value];
  const told = reference ? items.flatMap((item, place) => [place ? ", " : "", link(about, reference, item)]) : shown(value);
  return element("div", {}, element("dt", {}, column.path.split(".").at(-1)), element("dd", {}, told === "" ? "—" : told));
}

// A line for each reference that leads to a record, with how many rows have it.
async function pointing(about, rows, row) {
  const lines = about.tables.flatMap((table) =>
    table.references
      .filter((reference) => reference.table === rows.table.name && rows.columns.has(reference.field))
      .map(async (reference) => {
        const filter = equal(reference.path, shown(rows.columns.get(reference.field).values[row]));
        const from = await rowsOf(table);
        const found = from.columns.has(reference.path) ? from.fitting(filter).length : 0;
        return found && element(
          "li",
          {},
          element("a", { href: page.href({ view: "tables", table: table.name, filter }) }, `${count(found)} in ${table.name}`),
          element("span.quiet", {}, ` by ${reference.path}`),
        );
      }),
  );
  return (await Promise.all(lines)).filter(Boolean);
}

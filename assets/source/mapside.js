// What stands beside a map: by what it is coloured, what the colours mean, and what is told of a chosen place.
import { element, page } from "./page.js";

// The choice of what to colour by.
export function chosen(colours, call) {
  const name = "map-colour";
  const options = colours.map((colour, number) =>
    element(
      "label",
      {},
      element("input", { type: "radio", name, value: number, checked: number === 0, change: () => call(number) }),
      element("span", {}, colour.title),
    ),
  );
  return element("fieldset.chosen", {}, element("legend", {}, "Colour by"), element("div", {}, options));
}

// What the colours mean, and how large the places of each layer are.
export function legend(paint, layers) {
  const entries = paint.entries().map(([colour, name]) =>
    element("li", {}, element("span.swatch", { style: `background:${colour}`, "aria-hidden": "true" }), name),
  );
  const sizes = layers.map((layer, depth) => element("li", {}, element(`span.size.size-${depth}`, { "aria-hidden": "true" }), layer.title));
  return element(
    "figure.key",
    {},
    element("figcaption", {}, paint.by.unit ?? paint.by.title),
    element("ul", {}, entries),
    element("ul.sizes", {}, sizes),
  );
}

// All places of a layer, each with its value.
export function overview(layer, paint, choose) {
  const rows = [...layer.key.keys()].map((row) =>
    element("li", {}, element("button.link", { type: "button", click: () => choose(row) }, layer.label[row]), element("span", {}, paint.brief(layer, row))),
  );
  return element("section.place", { "aria-label": layer.title }, element("h2", { tabindex: "-1" }, layer.title), element("ul.all", {}, rows), element("p.small", {}, "Zoom in for more of what lies there."));
}

// A place: its name, what it belongs to, its facts and values, and where more of it is told.
export function details(layers, paint, depth, row, choose, back) {
  const layer = layers[depth];
  const above = [];
  for (let level = depth, place = row; level > 0; level -= 1) {
    place = layers[level].parent?.[place];
    if (place === null || place === undefined) break;
    const [up, at] = [level - 1, place];
    above.push([one(layers[up].title), element("button.link", { type: "button", click: () => choose(up, at) }, layers[up].label[at])]);
  }
  const facts = Object.entries(layer.facts).map(([name, values]) => [name, told(values[row])]);
  const values = paint.colours
    .map((colour) => [colour, (layer.values[colour.name] ?? layer[colour.name])?.[row]])
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([colour, value]) => [colour.title, colour.kind === "number" ? `${told(value)} ${colour.short ?? ""}` : colour.values[value]]);
  const key = layer.key[row];
  return element(
    "section.place",
    { "aria-label": layer.label[row] },
    element("p.what", {}, one(layer.title), " ", element("code", {}, key)),
    element("h2", { tabindex: "-1" }, layer.label[row]),
    element(
      "dl",
      {},
      [...facts, ...values, ...above].map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    ),
    element(
      "p.links",
      {},
      layer.card && element("a.button", { href: page.href({ view: layer.card, key }) }, "Open the card"),
      element("a.button", { href: page.href({ view: "tables", table: layer.table, key }) }, "See the row"),
      element("button", { type: "button", click: back }, "All"),
    ),
  );
}

function told(value) {
  if (value === null || value === undefined) return "none";
  return typeof value === "number" ? value.toLocaleString("en") : value;
}

function one(title) {
  return title.replace(/ies$/, "y").replace(/s$/, "");
}

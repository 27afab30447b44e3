// One card's history: what came in when, and how good it was, between the lines that part the classes.
import * as Plot from "@observablehq/plot";
import { named } from "./chart.js";
import { element, page } from "./page.js";

const DAY = 86_400_000;

// What came in: days, how good and how much.
function came({ series }, row) {
  const [days, values, sizes] = series.rows[row];
  return days.map((day, number) => ({ day: new Date(+new Date(series.start) + day * DAY), value: values[number] / 10, size: sizes[number] / 10 }));
}

// Draw the picture of a history, as wide as there is room.
export function trace(box, payload, row, room) {
  const { series, bands } = payload;
  const rows = came(payload, row);
  if (!rows.length) return;
  const start = new Date(series.start);
  const edges = (bands.rows[row] ?? []).map((edge, number) => ({ edge, name: bands.names[number] })).filter(({ edge }) => edge !== null);
  const [ink, faint, dot] = ["--ink-2", "--line-strong", "--hue-2"].map(page.colour);
  const width = Math.max(280, Math.min(900, room - 34));
  const picture = Plot.plot({
    width,
    height: 250,
    marginLeft: 44,
    marginRight: 52,
    marginBottom: 48,
    style: { color: ink, background: "transparent", fontSize: "12px", fontFamily: "inherit" },
    x: { type: "utc", label: series.x, domain: [start, new Date(+new Date(series.end) + DAY)], ticks: Math.max(3, Math.floor(width / 110)) },
    y: { label: `↑ ${series.y}`, domain: [Math.min(40, ...rows.map(({ value }) => value)), 100], ticks: 5 },
    r: { range: [2, 8] },
    marks: [
      Plot.ruleY(edges, { y: "edge", stroke: faint, strokeDasharray: "3 4" }),
      Plot.text(edges, { y: "edge", text: "name", frameAnchor: "right", dx: 48, textAnchor: "end", fill: ink }),
      Plot.line(rows, Plot.windowY({ k: 5, anchor: "middle", reduce: "mean", strict: false }, { x: "day", y: "value", stroke: dot, strokeWidth: 2 })),
      Plot.dot(rows, {
        x: "day",
        y: "value",
        r: "size",
        fill: dot,
        fillOpacity: 0.35,
        stroke: dot,
        strokeWidth: 0.8,
        channels: { [series.size]: "size" },
        tip: { fill: page.colour("--panel"), stroke: faint },
      }),
    ],
  });
  box.querySelector(".traced").replaceChildren(named(picture, `${series.title}, ${series.y}. ${payload.story[row]}`));
}

// The history with its numbers; `trace` draws its picture.
export function history(payload, row) {
  const { series } = payload;
  const rows = came(payload, row);
  const box = element("figure.history", {}, element("figcaption", {}, series.title));
  if (!rows.length) {
    box.append(element("p.small", {}, "Nothing has come in."));
    return box;
  }
  const head = ["day", series.y, series.size].map((name) => element("th", { scope: "col" }, name));
  const lines = () =>
    rows.map((each) => element("tr", {}, element("th", { scope: "row" }, each.day.toISOString().slice(0, 10)), element("td", {}, each.value.toFixed(1)), element("td", {}, each.size.toFixed(1))));
  const body = element("tbody");
  const numbers = element(
    "details",
    { toggle: () => body.replaceChildren(...lines()) },
    element("summary", {}, "Numbers"),
    element("div.rows", { tabindex: "0", role: "group", "aria-label": "Numbers" }, element("table", {}, element("thead", {}, element("tr", {}, head)), body)),
  );
  box.append(element("div.traced"), element("p.small", {}, `Each dot is one; the larger, the more ${series.size}. The line is the mean of five.`), numbers);
  return box;
}

// One chart as a picture: lines, columns or the bins of a distribution.
import * as Plot from "@observablehq/plot";
import { element, page } from "./page.js";
import { hue } from "./paint.js";

// An SVG figure of some series, as wide as told, in pixels; a sentence where they have no values.
export function drawn(chart, series, width, title) {
  const rows = series.flatMap((each) =>
    each.x.map((x, number) => ({ x: placed(x, chart.x.type, chart.kind), y: each.y[number], name: each.name })),
  );
  if (rows.length === 0) return element("p.quiet", {}, "Nothing to show.");
  const ink = page.colour("--ink-2");
  const colours = series.map((each, number) => coloured(each, number, series.length));
  const height = Math.round(Math.min(300, Math.max(220, width * 0.5)));
  const longest = Math.max(...series.map((each) => each.name.length));
  const picture = Plot.plot({
    width,
    height,
    marginLeft: 48,
    marginRight: chart.kind === "line" ? 14 + 6.6 * longest : 12,
    marginBottom: chart.kind === "line" ? 48 : 40,
    style: { color: ink, background: "transparent", fontSize: "12px", fontFamily: "inherit" },
    x: { label: chart.x.title, ...scale(chart, series, width) },
    y: { label: `↑ ${chart.y.title}`, grid: true, nice: true, ticks: 5, zero: chart.kind !== "line" || chart.y.zero, tickFormat: short },
    color: { domain: series.map((each) => each.name), range: colours },
    marks: marks(chart, series, rows, ink, height),
  });
  return named(picture, `${title}. ${spoken(chart, series)}`);
}

// A picture with what it shows in words; its parts, which Plot names, have no names of their own.
export function named(picture, words) {
  for (const part of picture.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", words);
  return picture;
}

function marks(chart, series, rows, ink, height) {
  const tip = { tip: { fill: page.colour("--panel"), stroke: page.colour("--line-strong") } };
  const text = { name: false, x: chart.x.title, y: chart.y.title };
  if (chart.kind === "line") {
    const dashed = new Set(series.filter((each) => each.dashed).map((each) => each.name));
    const last = series.map((each) => rows.filter((row) => row.name === each.name).at(-1)).filter(Boolean);
    return [
      Plot.line(rows.filter((row) => dashed.has(row.name)), { x: "x", y: "y", z: "name", stroke: "name", strokeWidth: 2, strokeDasharray: "5 4" }),
      Plot.line(rows.filter((row) => !dashed.has(row.name)), { x: "x", y: "y", z: "name", stroke: "name", strokeWidth: 2.2 }),
      Plot.dot(rows, { x: "x", y: "y", fill: "name", r: 2.5, channels: { series: "name" }, ...tip }),
      Plot.text(apart(last, rows, chart.y.zero, height), { x: "x", y: "at", text: "name", dx: 8, textAnchor: "start", fill: ink }),
    ];
  }
  const fill = page.colour("--hue-2");
  if (chart.kind === "bins") {
    const bins = rows.map((row) => ({ ...row, end: row.x + chart.width }));
    return [Plot.rectY(bins, { x1: "x", x2: "end", y: "y", fill, insetLeft: 0.5, insetRight: 0.5, ...tip }), Plot.ruleY([0], { stroke: ink })];
  }
  return [Plot.barY(rows, { x: "x", y: "y", fill, title: (row) => `${row.x}: ${row.y.toLocaleString("en")} ${text.y}`, ...tip }), Plot.ruleY([0], { stroke: ink })];
}

// Names at the ends of lines, moved so that none lies on another.
function apart(last, rows, zero, height) {
  const values = rows.map((row) => row.y);
  const span = Math.max(...values) - (zero ? 0 : Math.min(...values));
  const least = (span * 1.1 * 15) / (height - 70); // 15 pixels
  const sorted = last.map((row) => ({ ...row, at: row.y })).sort((a, b) => a.at - b.at);
  for (let number = 1; number < sorted.length; number += 1) {
    sorted[number].at = Math.max(sorted[number].at, sorted[number - 1].at + least);
  }
  return sorted;
}

function scale(chart, series, width) {
  if (chart.x.type === "day") return { type: "utc", ticks: Math.max(3, Math.floor(width / 110)) };
  if (chart.x.type === "month" && chart.kind === "line") return { type: "utc", ticks: Math.max(2, Math.floor(width / 90)) };
  if (chart.x.type === "month") {
    const every = Math.ceil(series[0]?.x.length / Math.max(2, Math.floor(width / 64)));
    return { type: "band", padding: 0.2, tickFormat: (x, number) => (number % every ? "" : month(x)) };
  }
  if (chart.x.type === "class") return { type: "band", domain: series[0].x, padding: 0.15, tickFormat: (x, number) => (width < 480 && number % 2 ? "" : x.split(" ")[0]) };
  return { ticks: Math.max(3, Math.floor(width / 70)) };
}

function placed(x, type, kind) {
  if (type === "day") return new Date(x);
  if (type === "month" && kind === "line") return new Date(`${x}-01`);
  return x;
}

function month(text) {
  return new Date(`${text}-01`).toLocaleDateString("en", { month: "short", year: "2-digit", timeZone: "UTC" });
}

function coloured(series, number, count) {
  if (series.rest) return page.colour("--rest");
  if (series.dashed) return page.colour("--ink-3");
  return hue(series.colour ?? (count > 1 ? number : 1));
}

function short(value) {
  if (Math.abs(value) >= 1_000_000) return `${(value / 1_000_000).toLocaleString("en")}M`;
  return Math.abs(value) >= 10_000 ? `${(value / 1000).toLocaleString("en")}k` : value.toLocaleString("en");
}

// What a chart shows, in words.
function spoken(chart, series) {
  const told = series.filter((each) => each.x.length > 0).slice(0, 8).map((each) => {
    const values = each.y.filter((value) => value !== null);
    const ends = `from ${values[0]} at ${each.x[0]} to ${values.at(-1)} at ${each.x.at(-1)}`;
    return `${each.name}: ${values.length} values, ${ends}, lowest ${Math.min(...values)}, highest ${Math.max(...values)}`;
  });
  return `${chart.y.title} by ${chart.x.title}. ${told.join("; ")}.`;
}

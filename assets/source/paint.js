// Colours by value: few steps of one scale for numbers, a hue each for categories.
import { page } from "./page.js";

const STEPS = 5;

export class Paint {
  constructor(colours) {
    this.colours = colours;
  }

  // Choose what to colour by. Numbers are cut into steps that hold about as many of the lowest layer's places each.
  choose(number, layers) {
    this.by = this.colours[number];
    if (this.by.kind !== "number") return;
    const values = layers.at(-1).values[this.by.name].filter((value) => value !== null).sort((a, b) => a - b);
    const cuts = Array.from({ length: STEPS + 1 }, (_, step) => values[Math.round((step / STEPS) * (values.length - 1))] ?? 0);
    this.cuts = cuts.map((cut) => (cuts.at(-1) >= 200 ? Math.round(cut / 10) * 10 : Math.round(cut)));
  }

  // The colour of a place; undefined where it has no value.
  colour(layer, row) {
    const code = this.code(layer, row);
    return code === undefined ? undefined : this.swatch(code);
  }

  code(layer, row) {
    const value = (layer.values[this.by.name] ?? layer[this.by.name])?.[row];
    if (value === null || value === undefined) return undefined;
    if (this.by.kind !== "number") return value;
    const step = this.cuts.slice(1, -1).findIndex((cut) => value < cut);
    return step < 0 ? STEPS - 1 : step;
  }

  swatch(code) {
    if (this.by.kind === "number") return page.colour(`--step-${code + 1}`);
    const place = this.by.hues ? this.by.hues[code] : code;
    return hue(place, place === null || this.by.rest === code);
  }

  text(layer, row) {
    const value = (layer.values[this.by.name] ?? layer[this.by.name])?.[row];
    if (value === null || value === undefined) return layer.radius || layer[this.by.name] ? "none yet" : layer.key[row];
    return this.by.kind === "number" ? `${value.toLocaleString("en")} ${this.by.unit}` : this.by.values[value];
  }

  // The value alone, where there is one.
  brief(layer, row) {
    const value = layer.values[this.by.name]?.[row];
    return value === null || value === undefined ? "" : `${value.toLocaleString("en")} ${this.by.short}`;
  }

  // The entries of a legend: a colour and what it stands for.
  entries() {
    if (this.by.kind !== "number") return this.by.values.map((name, code) => [this.swatch(code), name]);
    const told = (number) => number.toLocaleString("en");
    return Array.from({ length: STEPS }, (_, step) => [
      this.swatch(step),
      `${told(this.cuts[step])} to ${told(this.cuts[step + 1])}`,
    ]);
  }
}

// The colour of a category by its place among them; what is in none of them is grey.
export function hue(code, rest = false) {
  return page.colour(rest ? "--rest" : `--hue-${(code % 6) + 1}`);
}

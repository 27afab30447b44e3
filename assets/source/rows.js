// The rows of a table: Arrow's columns, flattened to their leaves, as values that can be shown, sorted and sought.
import { DataType, tableFromIPC } from "apache-arrow";
import { unpacked } from "./packed.js";
import { page } from "./page.js";

const opened = new Map(); // by table, the promise of its rows

// The rows of a table that the overview tells of.
export function rowsOf(table) {
  if (!opened.has(table.name)) {
    const rows = open(table);
    opened.set(table.name, rows);
    rows.catch(() => opened.delete(table.name)); // who asks again tries again
  }
  return opened.get(table.name);
}

// The bytes of a table as a stream of Arrow's.
export async function arrowOf(name) {
  return unpacked((await page.load(`table.${name}`)).arrow);
}

async function open(table) {
  const arrow = tableFromIPC(await arrowOf(table.name));
  const leaves = arrow.schema.fields.flatMap((field) => leavesOf(field.name, arrow.getChild(field.name), field.type, []));
  const columns = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  return new Rows(table, arrow.numRows, columns);
}

function leavesOf(path, vector, type, above) {
  if (!DataType.isStruct(type)) return [new Column(path, vector, type, above)];
  return type.children.flatMap((child) => leavesOf(`${path}.${child.name}`, vector.getChild(child.name), child.type, [...above, vector]));
}

class Column {
  constructor(path, vector, type, above) {
    this.path = path;
    this.list = DataType.isList(type);
    this.number = DataType.isInt(type) || DataType.isFloat(type);
    this.plain = plainly(type);
    this.vector = vector;
    this.above = above;
  }

  // All values: texts, numbers, truth values, lists of such, or null.
  get values() {
    this.made ??= Array.from({ length: this.vector.length }, (_, row) => this.at(row));
    return this.made;
  }

  // Whether any row has a value.
  get filled() {
    this.some ??= this.vector.nullCount < this.vector.length && this.has();
    return this.some;
  }

  has() {
    for (let row = 0; row < this.vector.length; row++) {
      const value = this.at(row);
      if (value !== null && !(this.list && value.length === 0)) return true;
    }
    return false;
  }

  at(row) {
    if (!this.above.every((parent) => parent.isValid(row))) return null;
    const value = this.vector.get(row);
    return value === null || value === undefined ? null : this.plain(value);
  }
}

// How values of one of Arrow's types become plain ones.
export function plainly(type) {
  if (DataType.isTimestamp(type)) return (value) => moment(value, 19);
  if (DataType.isDate(type)) return (value) => moment(value, 10);
  if (DataType.isInt(type)) return (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
  if (DataType.isDecimal(type)) return (value) => Number(value) / 10 ** type.scale;
  if (DataType.isList(type)) {
    const item = plainly(type.children[0].type);
    return (value) => Array.from(value, (each) => (each === null ? null : item(each)));
  }
  if (DataType.isStruct(type)) {
    const parts = type.children.map((child) => [child.name, plainly(child.type)]);
    return (value) => Object.fromEntries(parts.map(([name, part]) => [name, value[name] === null ? null : part(value[name])]));
  }
  return (value) => value;
}

// Milliseconds as a date, or also a time: so many letters. What no date can be stays as it is.
function moment(value, letters) {
  const date = new Date(Number(value));
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().slice(0, letters).replace("T", " ");
}

export class Rows {
  constructor(table, length, columns) {
    this.table = table;
    this.length = length;
    this.columns = columns;
    this.texts = []; // of the first rows, in lower case
  }

  // The key of a row, as the URL has it.
  key(row) {
    return this.table.key.map((field) => this.columns.get(field).values[row]).join(" / ");
  }

  // The row of a key, or -1.
  find(key) {
    this.keys ??= new Map(Array.from({ length: this.length }, (_, row) => [this.key(row), row]));
    return this.keys.get(key) ?? -1;
  }

  // The rows that fit a filter, in order of the table. Its words are joined by "and": `path=value`, `path>number`,
  // `path<number`, or what stands anywhere in a text of the row; one with spaces is quoted.
  fitting(filter) {
    const tests = words(filter).map((word) => this.test(word));
    const found = [];
    for (let row = 0; row < this.length; row++) if (tests.every((test) => test(row))) found.push(row);
    return found;
  }

  test(word) {
    const [, path, sign, wanted] = word.match(/^([\w.]+)([=<>])(.*)$/s) ?? [];
    const column = this.columns.get(path);
    if (!column) return this.anywhere(word.toLowerCase());
    const values = column.values;
    if (sign === "=") return (row) => (column.list ? (values[row] ?? []).some((each) => String(each) === wanted) : String(values[row] ?? "") === wanted);
    const bound = column.number ? Number(wanted) : wanted;
    return (row) => values[row] !== null && (sign === "<" ? values[row] < bound : values[row] > bound);
  }

  anywhere(text) {
    while (this.texts.length < this.length) this.addText();
    return (row) => this.texts[row].includes(text);
  }

  addText() {
    this.texted ??= [...this.columns.values()].filter((column) => !column.number && column.filled);
    const row = this.texts.length;
    this.texts.push(this.texted.map((column) => shown(column.at(row))).join("\n").toLowerCase());
  }

  // Make the texts ready that filters look into, some at a time, while the browser has nothing else to do.
  prepare() {
    window.requestIdleCallback?.((deadline) => {
      while (this.texts.length < this.length && deadline.timeRemaining() > 2) this.addText();
      if (this.texts.length < this.length) this.prepare();
    });
  }

  // Rows in the order of a column; those without a value come last.
  sorted(rows, path, down) {
    const { values, list } = this.columns.get(path);
    const value = list ? (row) => values[row]?.length ?? null : (row) => values[row];
    const turn = down ? -1 : 1;
    return rows.toSorted((a, b) => {
      const [one, other] = [value(a), value(b)];
      if (one === null || other === null) return (one === null) - (other === null);
      return one < other ? -turn : one > other ? turn : 0;
    });
  }
}

// The words of a filter.
export function words(filter) {
  return Array.from(filter.matchAll(/(?:[^\s"]|"[^"]*")+/g), ([word]) => word.replaceAll('"', ""));
}

// One word of a filter: that a column has a value.
export function equal(path, value) {
  return /\s/.test(value) ? `${path}="${value}"` : `${path}=${value}`;
}

// A value as a text.
export function shown(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

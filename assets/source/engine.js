// DuckDB in the browser, with the tables that the page holds.
import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import { unpacked } from "./packed.js";
import { loaded, page } from "./page.js";
import { arrowOf, plainly, shown } from "./rows.js";

// A DuckDB of one's own. It starts when it is first used, and anew once it was ended or did not start.
export class Engine {
  constructor(about) {
    this.about = about;
  }

  // What some work with a connection gives; it fails with the reason as soon as the engine is ended.
  use(work) {
    this.life ??= this.begin();
    return Promise.race([this.life.ready.then(work), this.life.ended]);
  }

  end(reason) {
    this.life?.control.abort(reason);
  }

  begin() {
    const control = new AbortController();
    const life = { control, ready: start(this.about, control) };
    life.ended = new Promise((_, reject) => {
      control.signal.addEventListener("abort", () => {
        if (this.life === life) this.life = undefined;
        reject(control.signal.reason);
      });
    });
    life.ended.catch(() => {}); // told to who uses it
    life.ready.catch((error) => control.abort(error));
    return life;
  }
}

// Put before the worker's script: what it fetches is the program that its first message brings, and nothing else. A
// worker of a page from the disk may fetch nothing at all, not even what the page has in memory.
const FETCHED = `
const program = new Promise((give) => {
  addEventListener("message", (event) => {
    event.stopImmediatePropagation();
    give(event.data);
  }, { once: true });
});
console.log = console.warn = console.error = () => {}; // what goes wrong with a query, its asker is told
self.fetch = async () => new Response(await program, { headers: { "Content-Type": "application/wasm" } });
`;

// A connection to a new DuckDB that has the tables. Its worker ends by `control`, which a worker that fails also ends.
async function start(about, control) {
  await loaded("assets/duckdb.js");
  const packed = await page.load("duckdb");
  const script = URL.createObjectURL(new Blob([FETCHED, await unpacked(packed.worker)], { type: "text/javascript" }));
  const program = await unpacked(packed.wasm);
  control.signal.throwIfAborted();
  const worker = new Worker(script);
  control.signal.addEventListener("abort", () => worker.terminate());
  worker.addEventListener("error", (event) => control.abort(new Error(event.message || "DuckDB has failed.")));
  worker.postMessage(program, [program.buffer]);
  const db = new AsyncDuckDB(new VoidLogger(), worker);
  await db.instantiate("data:application/wasm,");
  URL.revokeObjectURL(script);
  await db.open({});
  const own = await db.connect();
  await own.query("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;");
  for (const { name } of about.tables) await own.insertArrowFromIPCStream(await arrowOf(name), { name, create: true });
  return own;
}

// Types whose values are the same in JavaScript; numbers of all types, for which DuckDB has texts of the others.
const PLAIN = /^(BOOLEAN|DOUBLE|VARCHAR|U?(TINYINT|SMALLINT|INTEGER))$/;
const NUMBER = /^(DOUBLE|FLOAT|DECIMAL\(.*\)|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|VARINT)$/;
const PARTS = /\be'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;/gi;

// What a query gives: the names of its columns, which of them are numbers, how many rows there are, and the first ones
// as texts, which are DuckDB's own where JavaScript has no such values.
export async function asked(database, sql, most) {
  const one = single(sql);
  const described = await database.query(`DESCRIBE ${one}`).then((table) => table.toArray(), () => null); // no query, or a wrong one
  const types = described?.map((each) => each.column_type);
  const result = (types && (await database.query(inTexts(one, types)).catch(() => null))) ?? (await database.query(one));
  const columns = result.schema.fields.map((field, place) => ({ values: result.getChildAt(place), plain: plainly(field.type) }));
  const rows = Array.from({ length: Math.min(result.numRows, most) }, (_, row) =>
    columns.map(({ values, plain }) => {
      const value = values.get(row);
      return value === null ? null : plain(value);
    }),
  );
  const numbers = columns.map((_, place) => (types ? NUMBER.test(types[place]) : rows.some((row) => typeof row[place] === "number")));
  const names = described?.map((each) => each.column_name) ?? result.schema.fields.map((field) => field.name);
  return { names, numbers, length: result.numRows, rows: rows.map((row) => row.map(shown)) };
}

// The one statement of a text, without its semicolon. DuckDB would carry out all, and answer the first.
function single(sql) {
  const ends = Array.from(sql.matchAll(PARTS)).filter(([part]) => part === ";");
  const places = [-1, ...ends.map((end) => end.index), sql.length];
  const found = places.slice(1).map((end, number) => sql.slice(places[number] + 1, end));
  const said = found.filter((text) => text.replace(PARTS, (part) => (/^(--|\/\*)/.test(part) ? "" : part)).trim());
  if (said.length > 1) throw new Error(`Ask one thing at a time: these are ${said.length} statements.`);
  return said[0] ?? sql;
}

// A query whose columns are texts where their types are not plain.
function inTexts(sql, types) {
  const columns = types.map((_, place) => `c${place}`);
  const texts = columns.map((name, place) => (PLAIN.test(types[place]) ? name : `CAST(${name} AS VARCHAR)`));
  return `SELECT ${texts.join(", ")} FROM (${sql}\n) AS answer(${columns.join(", ")})`;
}

// What DuckDB says is wrong, as a person needs it.
export function trouble(error) {
  return String(error.message ?? error)
    .replace(/\n+Please try installing[\s\S]*/, "")
    .replace(/(\n+LINE [\s\S]*?\^)[\s\S]*/, "$1");
}

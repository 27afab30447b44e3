// DuckDB in the browser, with the tables that the page holds.
import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import { unpacked } from "./packed.js";
import { loaded, page } from "./page.js";
import { arrowOf, plainly, shown } from "./rows.js";

let started;

// A connection of one's own to DuckDB, which starts when it is first asked for.
export async function connection(about) {
  started ??= start(about);
  return (await started).connect();
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

async function start(about) {
  await loaded("assets/duckdb.js");
  const packed = await page.load("duckdb");
  const script = URL.createObjectURL(new Blob([FETCHED, await unpacked(packed.worker)], { type: "text/javascript" }));
  const program = await unpacked(packed.wasm);
  const worker = new Worker(script);
  worker.postMessage(program, [program.buffer]);
  const db = new AsyncDuckDB(new VoidLogger(), worker);
  await db.instantiate("data:application/wasm,");
  URL.revokeObjectURL(script);
  await db.open({});
  const own = await db.connect();
  await own.query("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;");
  for (const { name } of about.tables) await own.insertArrowFromIPCStream(await arrowOf(name), { name, create: true });
  await own.close();
  return db;
}

// What a query gives: the names of its columns, which of them are numbers, how many rows there are, and the first ones
// as texts.
export async function asked(database, sql, most) {
  const result = await database.query(sql);
  const columns = result.schema.fields.map((field, place) => ({ name: field.name, values: result.getChildAt(place), plain: plainly(field.type) }));
  const rows = Array.from({ length: Math.min(result.numRows, most) }, (_, row) =>
    columns.map(({ values, plain }) => {
      const value = values.get(row);
      return value === null ? null : plain(value);
    }),
  );
  const numbers = columns.map((_, place) => rows.some((row) => typeof row[place] === "number"));
  return { names: columns.map(({ name }) => name), numbers, length: result.numRows, rows: rows.map((row) => row.map(shown)) };
}

// What DuckDB says is wrong, as a person needs it.
export function trouble(error) {
  return String(error.message ?? error)
    .replace(/\n+Please try installing[\s\S]*/, "")
    .replace(/(\n+LINE [\s\S]*?\^)[\s\S]*/, "$1");
}

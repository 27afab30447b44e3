// Bundles the page's scripts and styles into the package: `make assets`. Equal inputs give equal bytes.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { gzipSync } from "fflate"; // the same bytes everywhere, which no system's zlib promises

const OUT = "../pipeline/demo_data/export/page/assets";
const TARGET = ["chrome115", "firefox115", "safari16.4"];

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const { metafile } = await build({
  entryPoints: { page: "source/main.js" },
  bundle: true,
  charset: "utf8",
  format: "iife",
  legalComments: "none",
  metafile: true,
  minify: true,
  outdir: OUT,
  target: TARGET,
});
await build({
  entryPoints: { page: "source/page.css" },
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".png": "dataurl" },
  minify: true,
  outdir: OUT,
  target: TARGET,
});
for (const [file, name] of [
  ["duckdb-eh.wasm", "duckdb.wasm.gz"],
  ["duckdb-browser-eh.worker.js", "duckdb.worker.js.gz"],
]) {
  const bytes = await readFile(`node_modules/@duckdb/duckdb-wasm/dist/${file}`);
  await writeFile(`${OUT}/${name}`, gzipSync(bytes, { level: 9, mtime: "1980-01-01" }));
}
await writeFile(`${OUT}/LICENSES.txt`, await licences(Object.keys(metafile.inputs)));

// The licence of every package whose code is in the bundle, by name.
async function licences(inputs) {
  const found = inputs.map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
  const texts = [];
  for (const name of [...new Set(found)].sort()) {
    const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
    texts.push(`${name} ${version}: ${license}\n\n${await licenceText(name)}`);
  }
  const head = "What the scripts here are made of, beside demo-data's own: packages, versions and licences.\n";
  return [head, ...texts].join(`\n${"-".repeat(78)}\n\n`);
}

// The text of a package's licence, which lies in `licences/` where the package has none, with its notices.
async function licenceText(name) {
  const places = ["LICENSE", "LICENSE.txt", "LICENSE.md", "license"].map((file) => `node_modules/${name}/${file}`);
  const licence = await firstText([...places, `licences/${name}.txt`]);
  if (!licence) throw new Error(`${name} has no text of its licence: lay it in licences/${name}.txt`);
  const notice = await firstText(["NOTICE", "NOTICE.txt"].map((file) => `node_modules/${name}/${file}`));
  return [licence, notice].filter(Boolean).join("\n");
}

async function firstText(paths) {
  for (const path of paths) {
    try {
      return `${(await readFile(path, "utf8")).replaceAll("\r\n", "\n").trim()}\n`;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  return undefined;
}

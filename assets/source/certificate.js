// The certificate: the dataset's own certificate.sql, run by DuckDB over the tables on the page.
import { asked, Engine, trouble } from "./engine.js";
import { count } from "./format.js";
import { element, page } from "./page.js";

const NOT_HERE = [/^CREATE OR REPLACE TEMP VIEW "\w+" AS FROM read_parquet\(/, /^SET (TimeZone|enable_progress_bar) /];
const ONE_CLAIM = /^INSERT INTO certificate SELECT (\d+), '((?:[^']|'')*)'/;
const LINES = "SELECT number, claim, violations FROM certificate ORDER BY number";

page.kind("certificate", (panel, about) => {
  const body = element("div.certificate", {}, element("h1", {}, "Certificate"));
  panel.append(body);
  if (!about.certificate) {
    body.append(element("p.lead", {}, "The dataset has no certificate.sql."));
    return;
  }
  body.append(
    element(
      "p.lead",
      {},
      "What holds of this dataset, as claims in plain SQL, which lie beside it as ",
      element("code", {}, "certificate.sql"),
      ". Whoever has DuckDB can run it there: ",
      element("code", {}, "duckdb < certificate.sql"),
      ".",
    ),
  );
  if (about.tables.some((table) => table.held < table.rows)) {
    body.append(element("p.lead.sampled", {}, "This page holds a sample of the dataset, and the claims are about all of it: they can be run there alone."));
    return;
  }
  const told = element("p.told", { role: "status" });
  const lines = element("div.claims");
  const button = element("button.run", { type: "button", click: () => check() }, "Check it here");
  body.append(element("div.bar", {}, button, told), lines);

  async function check() {
    button.disabled = true;
    told.textContent = "Starting DuckDB …";
    const engine = new Engine(about); // of its own: no query has changed its tables
    try {
      const begun = performance.now();
      const { sql } = await page.load("certificate");
      const { found, skipped } = await engine.use((database) => judged(database, statements(sql)));
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      told.textContent = summary(found, skipped, seconds);
      lines.replaceChildren(...byTable([...found, ...skipped].sort((a, b) => a.number - b.number)));
    } catch (error) {
      told.textContent = "";
      lines.replaceChildren(element("pre.trouble", { role: "alert" }, trouble(error)));
    }
    engine.end();
    button.disabled = false;
  }

  async function judged(database, all) {
    const skipped = await carriedOut(database, all, (done) => {
      told.textContent = `${count(done)} of ${count(all.length)} statements …`;
    });
    const { rows } = await asked(database, LINES, Infinity);
    return { skipped, found: rows.map(([number, claim, violations]) => ({ number: Number(number), claim, violations: Number(violations) })) };
  }
});

// The statements of the script that can be carried out here: the tables are there already, in UTC.
function statements(sql) {
  return sql
    .split(/;\n/)
    .map((text) => text.replace(/^(--.*\n)+/, "").trim())
    .filter((text) => text && !text.startsWith("SELECT ") && !NOT_HERE.some((pattern) => pattern.test(text)));
}

// Carry out statements in order; returns the claims that could not be, with the reason.
async function carriedOut(database, all, progress) {
  const skipped = [];
  for (const [place, statement] of all.entries()) {
    if (place % 10 === 0) progress(place);
    try {
      await database.query(statement);
    } catch (error) {
      const [, number, claim] = statement.match(ONE_CLAIM) ?? [];
      if (number) skipped.push({ number: Number(number), claim: claim.replaceAll("''", "'"), why: trouble(error).split("\n")[0] });
    }
  }
  return skipped;
}

function summary(found, skipped, seconds) {
  const broken = found.filter((line) => line.violations > 0).length;
  const verdict = broken ? `${count(broken)} of ${count(found.length)} claims are broken` : `${count(found.length)} claims hold`;
  const left = skipped.length ? `; ${count(skipped.length)} could not be run here: their lines say why` : "";
  return `${verdict}${left} (${seconds} s).`;
}

function byTable(lines) {
  const tables = new Map();
  for (const line of lines) {
    const [table] = line.claim.split(": ", 1);
    tables.set(table, [...(tables.get(table) ?? []), line]);
  }
  return [...tables].map(([table, claims]) => {
    const broken = claims.filter((line) => line.violations > 0).length;
    const left = claims.filter((line) => line.why).length;
    return element(
      "details",
      { open: broken > 0 },
      element("summary", {}, element("strong", {}, table), element("span.quiet", {}, ` ${count(claims.length)} claims${left ? `, ${count(left)} not run` : ""}`), broken > 0 && element("span.broken", {}, ` ${count(broken)} broken`)),
      element("ul", {}, claims.map((line) => claimed(line, table))),
    );
  });
}

function claimed(line, table) {
  const [sign, state] = line.why ? ["·", "open"] : line.violations > 0 ? ["✗", "broken"] : ["✓", "holds"];
  const rest = line.why ? ` (not run: ${line.why})` : line.violations > 0 ? `: ${count(line.violations)} violations` : "";
  return element(`li.${state}`, {}, element("span.sign", { "aria-label": state, role: "img" }, sign), element("span", {}, line.claim.slice(table.length + 2), element("span.quiet", {}, rest)));
}

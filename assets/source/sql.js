// SQL over the tables that the page holds, answered by DuckDB.
import { asked, Engine, trouble } from "./engine.js";
import { count } from "./format.js";
import { element, page } from "./page.js";

const MOST = 500; // rows shown

page.kind("sql", (panel, about) => {
  const query = element("textarea.query", { "aria-label": "SQL", spellcheck: "false", rows: "9", keydown: (event) => pressed(event) });
  const engine = new Engine(about);
  const button = element("button.run", { type: "button", click: () => run() }, "Run");
  const stop = element("button.run", { type: "button", disabled: true, click: () => engine.end(new Error("Stopped. The next query starts DuckDB anew.")) }, "Stop");
  const told = element("p.told", { role: "status" });
  const answer = element("div.answer");
  const partial = about.tables.filter((table) => table.held < table.rows);
  const questions = about.questions.map(({ title, sql }) =>
    element("li", {}, element("button", { type: "button", click: () => choose(sql) }, title)),
  );
  panel.append(
    element(
      "div.ask",
      {},
      element("h1", {}, "Ask by SQL"),
      element("p.lead", {}, "DuckDB answers here, in this browser. The tables are called as on the page; dots lead into records."),
      partial.length > 0 && element("p.lead.sampled", {}, `Answers are about what this page holds: of ${partial.map((table) => table.name).join(", ")} that is a sample.`),
      element(
        "div.asking",
        {},
        element("div.editor", {}, query, element("div.bar", {}, button, stop, element("span.quiet", {}, "Ctrl + Enter"), told), answer),
        questions.length > 0 && element("aside.questions", { "aria-label": "Questions" }, element("h2", {}, "Ready questions"), element("ol", {}, questions)),
      ),
    ),
  );
  query.value = about.questions[0]?.sql ?? `SELECT count(*) AS rows\nFROM ${about.tables[0].name}`;

  let started = false;
  const start = busy("Starting DuckDB …", async () => {
    await engine.use(() => {});
    return "Ready.";
  });
  start.then(() => (started = true));

  function pressed(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  }

  function choose(sql) {
    if (button.disabled && started) return;
    query.value = sql;
    start.then(run);
  }

  function run() {
    return busy("Asking …", async () => {
      const begun = performance.now();
      const result = await engine.use((database) => asked(database, query.value, MOST));
      answer.replaceChildren(shownAnswer(result));
      return `${count(result.length)} ${result.length === 1 ? "row" : "rows"}, ${Math.round(performance.now() - begun)} ms`;
    });
  }

  // One work at a time, which tells at its end what has come of it.
  async function busy(text, work) {
    if (button.disabled) return;
    button.disabled = true;
    stop.disabled = false;
    told.textContent = text;
    try {
      told.textContent = await work();
    } catch (error) {
      told.textContent = "";
      answer.replaceChildren(element("pre.trouble", { role: "alert" }, trouble(error)));
    }
    button.disabled = false;
    stop.disabled = true;
  }
});

function shownAnswer({ names, numbers, length, rows }) {
  const cell = (place) => (numbers[place] ? "td.number" : "td");
  return element(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": "Answer" },
    element(
      "table.grid.plain",
      {},
      element("thead", {}, element("tr", {}, names.map((name, place) => element(numbers[place] ? "th.number" : "th", { scope: "col" }, name)))),
      element("tbody", {}, rows.map((row) => element("tr", {}, row.map((value, place) => element(cell(place), {}, value))))),
    ),
    length > rows.length && element("p.quiet.more", {}, `The first ${count(rows.length)} of ${count(length)} rows.`),
  );
}

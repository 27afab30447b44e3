// Cards: a list of whom one may look at, found by name and by what they have in common, and the card of one.
import { refocused } from "./focus.js";
import { count } from "./format.js";
import { history, trace } from "./history.js";
import { element, page } from "./page.js";

const MOST = 200; // of whom the list shows, at once

page.kind("card", (panel, payload) => {
  const list = new List(payload);
  const card = element("article.onecard", { "aria-live": "polite" });
  panel.append(element("div.cards", {}, list.element, card));
  let at = -1;
  let of; // whose card it is
  let drawn; // what the picture in it shows
  const draw = () => {
    const now = [at, card.clientWidth, page.theme].join();
    if (at < 0 || !card.clientWidth || now === drawn) return;
    if (of !== at) card.replaceChildren(...told(payload, at));
    trace(card.querySelector(".history"), payload, at, card.clientWidth);
    of = at;
    drawn = now;
  };
  page.onTheme(draw);
  new ResizeObserver(draw).observe(panel);
  return (place) => {
    refocused(list.rows, () => {
      list.take(place.filter ?? "");
      at = (place.key === undefined ? list.found[0] : payload.key.indexOf(place.key)) ?? -1;
      list.mark(at);
    });
    if (at >= 0) {
      draw();
      if (place.key !== undefined && list.above(card)) card.scrollIntoView();
    } else {
      of = drawn = undefined;
      card.replaceChildren(element("p.trouble", { role: "alert" }, missing(payload, place.key)));
    }
  };
});

function missing(payload, key) {
  if (key === undefined) return "Nobody fits.";
  const why = payload.key.length < payload.total ? " is not among those shown here; the row may be in the tables" : " is unknown";
  return `${key}${why}.`;
}

class List {
  constructor(payload) {
    this.payload = payload;
    this.input = element("input", { type: "search", id: "cards-name", placeholder: "a name or an id", input: () => this.go() });
    this.choices = payload.facets.map((facet, number) =>
      element(
        "select",
        { id: `cards-facet-${number}`, change: () => this.go() },
        element("option", { value: "" }, "any"),
        facet.values.map((value, code) => element("option", { value: code }, value)),
      ),
    );
    this.status = element("p.small", { role: "status" });
    this.rows = element("ul.people");
    this.element = element(
      "div.finder",
      {},
      element(
        "div.fields",
        {},
        element("label.wide", { for: "cards-name" }, "Name", this.input),
        payload.facets.map((facet, number) => element("label", { for: `cards-facet-${number}` }, facet.title, this.choices[number])),
      ),
      this.status,
      this.rows,
      payload.note && element("p.small", {}, payload.note),
    );
  }

  // What is chosen, as a text that stands in the URL; and back.
  get filter() {
    const chosen = this.payload.facets.map((facet, number) => [facet.title, facet.values[this.choices[number].value]]);
    const told = [["name", this.input.value.trim()], ...chosen].filter(([, value]) => value);
    return new URLSearchParams(told).toString();
  }

  take(filter) {
    const told = new URLSearchParams(filter);
    if (this.filter !== filter) {
      this.input.value = told.get("name") ?? "";
      this.payload.facets.forEach((facet, number) => {
        const code = facet.values.indexOf(told.get(facet.title));
        this.choices[number].value = code < 0 ? "" : String(code);
      });
    }
    this.seek();
  }

  go() {
    page.go({ view: page.place.view, filter: this.filter });
  }

  seek() {
    const { key, label, facets } = this.payload;
    const name = this.input.value.trim().toLowerCase();
    const wanted = this.choices.map((choice) => (choice.value === "" ? null : Number(choice.value)));
    const fits = (row) =>
      wanted.every((code, number) => code === null || facets[number].codes[row] === code) &&
      (!name || label[row].toLowerCase().includes(name) || key[row].toLowerCase().includes(name));
    this.found = [...key.keys()].filter(fits);
    const told = this.found.length === 1 ? "1 of" : `${count(this.found.length)} of`;
    this.status.textContent = `${told} ${count(key.length)} ${this.payload.title}`;
    this.rows.replaceChildren(...this.found.slice(0, MOST).map((row) => this.entry(row)));
    if (this.found.length > MOST) this.rows.append(element("li.small", {}, `and ${count(this.found.length - MOST)} more: narrow it down`));
  }

  entry(row) {
    const { key, label, facets } = this.payload;
    const href = page.href({ view: page.place.view, key: key[row], filter: this.filter });
    const of = facets.slice(0, 1).map((facet) => facet.values[facet.codes[row]]);
    return element("li", {}, element("a", { href, "data-row": row }, element("span", {}, label[row]), element("small", {}, key[row], " · ", of)));
  }

  // Whether it lies above what is beside it in a wide window.
  above(card) {
    return card.getBoundingClientRect().top >= this.element.getBoundingClientRect().bottom;
  }

  mark(row) {
    for (const link of this.rows.querySelectorAll("a")) {
      if (Number(link.dataset.row) === row) {
        link.setAttribute("aria-current", "true");
        this.rows.scrollTop = Math.max(0, link.offsetTop - this.rows.clientHeight / 2);
      } else link.removeAttribute("aria-current");
    }
  }
}

function told(payload, row) {
  const { key, label, facts, measures, links, facets } = payload;
  const value = (fact) => {
    const text = fact.values[row] ?? "none";
    return fact.table && fact.keys[row] ? element("a", { href: page.href({ view: "tables", table: fact.table, key: fact.keys[row] }) }, text) : text;
  };
  return [
    element("header", {}, element("h1", {}, label[row]), element("code", {}, key[row]), tags(facets, row)),
    element("p.story", {}, payload.story[row]),
    history(payload, row),
    element(
      "div.twocolumns",
      {},
      element(
        "section",
        {},
        element("h2", {}, "Who and where"),
        element("dl", {}, facts.map((fact) => element("div", {}, element("dt", {}, fact.title), element("dd", {}, value(fact))))),
      ),
      element(
        "section",
        {},
        element("h2", {}, "Performance"),
        element(
          "table",
          {},
          element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "of the last"), measures.columns.map((name) => element("th", { scope: "col" }, name)))),
          element("tbody", {}, measures.lines.map((line) => element("tr", {}, element("th", { scope: "row" }, line.title), line.values.map((values) => element("td", {}, number(values[row])))))),
        ),
        element("p.links", {}, links.map((link) => element("a.button", { href: page.href({ view: "tables", table: link.table, filter: `${link.column}=${key[row]}` }) }, link.title)),
          element("a.button", { href: page.href({ view: "tables", table: payload.table, key: key[row] }) }, "The row"),
          payload.map && element("a.button", { href: page.href({ view: payload.map, table: payload.table, key: key[row] }) }, "On the map")),
      ),
    ),
  ];
}

function tags(facets, row) {
  const shown = facets.filter((facet) => facet.tag).map((facet) => [facet.title, facet.values[facet.codes[row]]]);
  return element("p.tags", {}, shown.map(([title, value]) => element("span", {}, element("small", {}, `${title}: `), value ?? "none")));
}

function number(value) {
  return value === null || value === undefined ? "none" : value.toLocaleString("en", { minimumFractionDigits: 1 });
}

// A field to find something by its name: options as one types, chosen by arrow keys, Enter or a click.
import { element } from "./page.js";

const MOST = 8;
let numbers = 0;

// `items` have `text` and `more`; `chosen` is called with the one that is picked.
export function lookup(label, items, chosen) {
  const id = `find-${++numbers}`;
  const list = element("ul.options", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
  const input = element("input", {
    type: "search",
    id,
    role: "combobox",
    placeholder: "a name or an id",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    input: () => search(),
    keydown: (event) => key(event),
    blur: () => setTimeout(close, 150),
  });
  let found = [];
  let at = -1;

  function search() {
    const wanted = input.value.trim().toLowerCase();
    found = [];
    for (const item of wanted ? items : []) {
      if (item.text.toLowerCase().includes(wanted) || item.more.toLowerCase().includes(wanted)) found.push(item);
      if (found.length === MOST) break;
    }
    at = found.length ? 0 : -1;
    draw();
  }

  function draw() {
    list.replaceChildren(
      ...found.map((item, number) =>
        element(
          "li",
          { role: "option", id: `${id}-${number}`, "aria-selected": String(number === at), mousedown: () => pick(number) },
          item.text,
          element("small", {}, item.more),
        ),
      ),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (at >= 0) input.setAttribute("aria-activedescendant", `${id}-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function key(event) {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && at >= 0) pick(at);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !found.length) return;
    event.preventDefault();
    at = (at + step + found.length) % found.length;
    draw();
  }

  function pick(number) {
    const item = found[number];
    input.value = item.text;
    close();
    chosen(item);
  }

  function close() {
    found = [];
    at = -1;
    draw();
  }

  return element("div.find", {}, element("label", { for: id }, label), input, list);
}

// The page: data that scripts hand over, kinds of views that show it, and where one is, which stands in the URL.

const payloads = new Map(); // by name, once data/NAME.js has run
const loading = new Map(); // by name, the promise of its payload
const kinds = new Map(); // by name, what shows such a view
const scheme = matchMedia("(prefers-color-scheme: dark)");
const themes = new EventTarget();

export const page = {
  // Called by data/NAME.js.
  data(name, payload) {
    payloads.set(name, payload);
  },

  // A kind of view: `show(element, payload, page)` fills an empty element, once. What it returns, if it is a function,
  // is told where one is, now and whenever that changes while the view is shown: `{view, table, key, filter}`.
  kind(name, show) {
    kinds.set(name, show);
  },

  shows(kind) {
    return kinds.get(kind);
  },

  // The payload of data/NAME.js, which is loaded when it is first asked for.
  load(name) {
    if (payloads.has(name)) return Promise.resolve(payloads.get(name));
    if (!loading.has(name)) loading.set(name, loaded(`data/${name}.js`).then(() => payloads.get(name)));
    return loading.get(name);
  },

  // Go to a view: `{view, table, key, filter}`, texts all; what is not named is left out.
  go(place) {
    location.hash = page.href(place);
  },

  // What a link to such a place has as its `href`.
  href(place) {
    const told = Object.entries(place).filter(([, value]) => value !== undefined && value !== null && value !== "");
    return `#${new URLSearchParams(told)}`;
  },

  // Where one is.
  get place() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  },

  // "light" or "dark". Set it to choose; `page.onTheme(call)` is told when it changes, for what CSS does not colour.
  get theme() {
    return document.documentElement.dataset.theme ?? (scheme.matches ? "dark" : "light");
  },

  set theme(name) {
    document.documentElement.dataset.theme = name;
    themes.dispatchEvent(new Event("change"));
  },

  onTheme(call) {
    themes.addEventListener("change", () => call(page.theme));
  },

  // The value of a CSS variable, as `page.colour("--ink")`.
  colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  },
};

scheme.addEventListener("change", () => themes.dispatchEvent(new Event("change")));

// Run a script that lies beside the page.
export function loaded(path) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = path;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${path} cannot be read: does it lie beside this page?`));
    document.head.append(script);
  });
}

// An element: its tag with classes ("p.note"), attributes (a function is a listener), and what is in it.
export function element(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

window.page = page;

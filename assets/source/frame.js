// The frame: head, tabs, and the view that the URL names.
import { unfocused } from "./focus.js";
import { element, page } from "./page.js";

const OWN_FIRST = [{ name: "overview", title: "Overview", kind: "overview" }];
const OWN_LAST = ["Tables", "SQL", "Certificate"].map((title) => ({ name: title.toLowerCase(), title, kind: title.toLowerCase() }));
const shown = new Map(); // by name, the panel of each view that was opened, and what is told where one is

export async function start() {
  const about = await page.load("overview");
  const views = [...OWN_FIRST, ...about.views.filter((view) => page.shows(view.kind)), ...OWN_LAST];
  const links = views.map((view) => element("a", { href: page.href({ view: view.name }) }, view.title));
  const main = element("main", { id: "main", tabindex: "-1" });
  document.getElementById("page").append(
    element("a.skip", { href: "#main", click: (event) => skip(event, main) }, "Skip to the content"),
    element(
      "header.top",
      {},
      element("p.name", {}, element("strong", {}, about.profile), element("span", {}, about.about)),
      toggle(),
      element("nav", { "aria-label": "Views" }, links),
    ),
    main,
  );
  const turn = () => open(views, links, main, about);
  addEventListener("hashchange", turn);
  await turn();
}

async function open(views, links, main, about) {
  const place = page.place;
  const focused = !unfocused();
  const view = views.find((each) => each.name === place.view) ?? views[0];
  views.forEach((each, number) => {
    if (each === view) links[number].setAttribute("aria-current", "page");
    else links[number].removeAttribute("aria-current");
  });
  document.title = `${view.title} · ${about.title}`;
  let panel = shown.get(view.name);
  if (!panel) {
    panel = { element: element("section.view", { id: `view-${view.name}`, "aria-label": view.title, hidden: true }) };
    shown.set(view.name, panel);
    main.append(panel.element);
    panel.told = fill(panel.element, view);
  }
  if (panel.element.hidden) links[views.indexOf(view)].scrollIntoView({ block: "nearest", inline: "center" });
  for (const each of shown.values()) each.element.hidden = each !== panel;
  const tell = await panel.told;
  if (panel.element.hidden) return; // another was opened meanwhile
  await tell?.(place);
  if (focused && unfocused()) main.focus();
}

async function fill(panel, view) {
  try {
    const own = [...OWN_FIRST, ...OWN_LAST].includes(view);
    return await page.shows(view.kind)(panel, await page.load(own ? "overview" : view.name), page);
  } catch (error) {
    panel.replaceChildren(element("p.trouble", { role: "alert" }, String(error.message ?? error)));
    throw error;
  }
}

function skip(event, main) {
  event.preventDefault();
  main.focus();
}

function toggle() {
  const button = element("button.theme", { type: "button", click: () => turn() });
  const tell = () => {
    const next = page.theme === "dark" ? "light" : "dark";
    button.textContent = next === "dark" ? "Dark" : "Light";
    button.setAttribute("aria-label", `Show in ${next} colours`);
  };
  const turn = () => {
    page.theme = page.theme === "dark" ? "light" : "dark";
  };
  page.onTheme(tell);
  tell();
  return button;
}

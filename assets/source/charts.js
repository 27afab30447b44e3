// Charts in a grid, of one choice of several or of all, each with its numbers as a table.
import { drawn } from "./chart.js";
import { element, page } from "./page.js";

page.kind("charts", (panel, payload) => {
  const charts = payload.charts.map((chart) => new Chart(chart));
  const choose = element(
    "select",
    { id: "charts-choice", change: () => show() },
    payload.choice.values.map((name, number) => element("option", { value: number }, name)),
  );
  const show = () => charts.forEach((chart) => chart.show(Number(choose.value), payload.choice.values[choose.value]));
  const own = charts.filter((chart) => chart.chosen);
  const all = charts.filter((chart) => !chart.chosen);
  panel.append(
    element("h1.unseen", {}, "Charts"),
    element("div.charts", {}, all[0].element),
    element("div.choice", {}, element("label", { for: "charts-choice" }, payload.choice.title), choose),
    element("div.charts.three", {}, own.map((chart) => chart.element)),
    element("div.charts.four", {}, all.slice(1).map((chart) => chart.element)),
  );
  page.onTheme(show);
  const resized = new ResizeObserver(() => show());
  let told = false;
  return () => {
    if (!told) resized.observe(panel);
    told = true;
  };
});

class Chart {
  constructor(chart) {
    this.chart = chart;
    this.chosen = chart.series.some((series) => series.of !== undefined);
    this.picture = element("div.picture");
    this.title = element("h2", {}, chart.title);
    this.rows = element("div.rows", { tabindex: "0", role: "region", "aria-label": `Numbers of ${chart.title}` });
    this.details = element("details", { toggle: () => this.tell() }, element("summary", {}, "Numbers"), this.rows);
    this.element = element(
      "section.chart",
      { "aria-label": chart.title },
      this.title,
      this.picture,
      chart.note && element("p.small", {}, chart.note),
      this.details,
    );
  }

  show(of, name) {
    this.series = this.chart.series.filter((series) => series.of === undefined || series.of === of);
    this.title.textContent = this.chosen ? `${this.chart.title}, ${name}` : this.chart.title;
    const width = this.picture.clientWidth;
    const now = [of, width, page.theme].join();
    if (width && now !== this.drawn) {
      this.picture.replaceChildren(drawn(this.chart, this.series, width, this.title.textContent));
      this.drawn = now;
    }
    this.tell();
  }

  // The same as a table, once it is asked for.
  tell() {
    if (!this.details.open || !this.series) return; // before it is first shown there is none
    const at = [...new Set(this.series.flatMap((series) => series.x))].sort((a, b) => (a < b ? -1 : 1));
    const of = this.series.map((series) => new Map(series.x.map((x, number) => [x, series.y[number]])));
    const x = this.chart.x.type === "class" ? this.series[0].x : at;
    this.rows.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, `${this.title.textContent}: ${this.chart.y.title}`),
        element("thead", {}, element("tr", {}, [this.chart.x.title, ...this.series.map((series) => series.name)].map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, x.map((place) => element("tr", {}, element("th", { scope: "row" }, String(place)), of.map((values) => element("td", {}, values.get(place)?.toLocaleString("en") ?? ""))))),
      ),
    );
  }
}

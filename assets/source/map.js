// A map: outlines, and layers of places below each other, coloured by a value.
import L from "leaflet";
import { lookup } from "./find.js";
import { refocused } from "./focus.js";
import { chosen, details, legend, overview } from "./mapside.js";
import { Paint } from "./paint.js";
import { element, page } from "./page.js";

const SIZES = [0, 7, 4.5, 3.5]; // radius in pixels of a layer's places, by its depth; the first has circles on the ground
const FAR = 4.5; // radius of the second layer, from far away
const KM = 111.2; // kilometres a degree
const NEAR = [0, 0, 9.5, 9.5]; // the least zoom at which a layer is drawn whole

page.kind("map", (panel, payload) => {
  const view = new MapView(payload);
  panel.append(view.element);
  view.start();
  return (place) => view.show(place);
});

class MapView {
  constructor(payload) {
    this.payload = payload;
    this.layers = payload.layers;
    this.paint = new Paint(payload.colours);
    this.children = this.layers.map((layer, depth) => below(layer, this.layers[depth + 1]));
    this.box = element("div.map", { "aria-label": "Map: move with the arrow keys, zoom with + and -", role: "application" });
    this.card = element("div.card", { "aria-live": "polite" });
    this.key = element("div.legend");
    this.element = element(
      "div.mapview",
      {},
      element("h1.unseen", {}, "Map"),
      this.box,
      element(
        "div.mapside",
        {},
        lookup("Find a place", this.layers.flatMap((layer, depth) => layer.label.map((label, row) => ({
          text: label, more: layer.key[row], depth, row,
        }))), (found) => this.pick(found.depth, found.row, true)),
        chosen(payload.colours, (number) => this.colour(number)),
        this.key,
        this.card,
        payload.note && element("p.small", {}, payload.note),
        element("p.small", {}, payload.outlines.source),
      ),
    );
  }

  start() {
    this.map = L.map(this.box, { preferCanvas: true, zoomSnap: 0.5, minZoom: 5.5, maxZoom: 15, attributionControl: false });
    L.control.scale({ imperial: false }).addTo(this.map);
    const pane = this.map.createPane("outlines");
    pane.style.zIndex = 300;
    this.outlines = L.geoJSON(this.payload.outlines.features, {
      pane: "outlines",
      interactive: false,
      renderer: L.canvas({ pane: "outlines", padding: 0.5 }),
    }).addTo(this.map);
    this.lines = L.layerGroup().addTo(this.map);
    this.groups = this.layers.map((layer, depth) => this.group(layer, depth));
    this.names = this.labels();
    this.home = L.latLngBounds(this.layers[0].lat.map((lat, row) => [lat, this.layers[0].lng[row]])).pad(0.25);
    this.map.fitBounds(this.home);
    this.map.on("zoomend", () => this.near());
    this.near();
    this.colour(0);
    page.onTheme(() => this.dye());
  }

  // The places of a layer, each of which can be pointed at and chosen.
  group(layer, depth) {
    const made = layer.lat.map((lat, row) => {
      const at = [lat, layer.lng[row]];
      const place = layer.radius
        ? L.circle(at, { radius: layer.radius[row] * 1000 })
        : L.circleMarker(at, { radius: SIZES[depth] });
      return place.on("click", (event) => {
        L.DomEvent.stop(event);
        this.pick(depth, row);
      }).bindTooltip(() => this.tip(layer, row), { sticky: true, direction: "top" });
    });
    return L.layerGroup(made).addTo(this.map);
  }

  tip(layer, row) {
    const value = this.paint.text(layer, row);
    return element("span", {}, element("strong", {}, layer.label[row]), element("br"), `${layer.title.toLowerCase()}: ${value}`);
  }

  labels() {
    const [first] = this.layers;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "600 12px sans-serif";
    const name = (row) => Object.assign(L.marker([first.lat[row] + first.radius[row] / KM, first.lng[row]], {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: "maplabel", html: element("span", {}, first.label[row]), iconSize: null }),
    }), { width: pen.measureText(first.label[row]).width + 8 });
    return L.layerGroup(first.label.map((_, row) => name(row))).addTo(this.map);
  }

  // Far away, only the upper layers are drawn; close by, the names of the first are in the way.
  near() {
    const zoom = this.map.getZoom();
    this.groups.forEach((group, depth) => toggle(this.map, group, zoom >= NEAR[depth]));
    toggle(this.map, this.names, zoom < 11);
    this.thin();
    const near = zoom >= NEAR.at(-1);
    this.groups[1]?.eachLayer((place) => place.setRadius(near ? SIZES[1] : FAR));
    if (this.wasNear !== near && this.paint.by) this.dye();
    this.wasNear = near;
  }

  // Of names that would lie on each other only the first is shown.
  thin() {
    const taken = [];
    this.names.eachLayer((name) => {
      const { x, y } = this.map.latLngToLayerPoint(name.getLatLng());
      const half = name.width / 2;
      const free = taken.every((box) => Math.abs(box.y - y) > 14 || Math.abs(box.x - x) > box.half + half);
      name.setOpacity(free ? 1 : 0);
      if (free) taken.push({ x, y, half });
    });
  }

  colour(number) {
    this.paint.choose(number, this.layers);
    this.dye();
  }

  dye() {
    const [line, land, faint, ink, paper, ground] = ["--line-strong", "--land", "--line", "--ink", "--panel", "--paper"].map(page.colour);
    const near = this.map.getZoom() >= NEAR.at(-1);
    const used = new Set(this.layers[0].facts[this.payload.outlines.fact] ?? []);
    this.outlines.setStyle(({ properties }) => {
      const own = used.has(properties[this.payload.outlines.name]);
      return { color: own ? line : faint, weight: own ? 1.2 : 0.8, fillColor: own ? land : ground, fillOpacity: 1 };
    });
    this.layers.forEach((layer, depth) => {
      this.groups[depth].getLayers().forEach((place, row) => {
        const fill = this.paint.colour(layer, row);
        place.setStyle(
          layer.radius
            ? { color: fill ?? line, weight: 1.5, fillColor: fill ?? line, fillOpacity: fill && !near ? 0.3 : 0.07 }
            : { color: depth === 1 ? ink : paper, weight: depth === 1 ? 2 : 0.8, fillColor: fill ?? line, fillOpacity: 1 },
        );
      });
    });
    this.key.replaceChildren(legend(this.paint, this.layers));
    this.tell();
    this.joined();
  }

  // Beside the map: what is chosen, or else the places of the first layer to choose from.
  tell() {
    const go = (depth, row) => this.pick(depth, row, true);
    const told = this.at
      ? details(this.layers, this.paint, this.at.depth, this.at.row, go, () => this.leave())
      : overview(this.layers[0], this.paint, (row) => go(0, row));
    refocused(this.card, () => this.card.replaceChildren(told), () => this.card.querySelector("h2"));
  }

  // Choose, and say so in the URL.
  pick(depth, row, fly = false) {
    this.choose(depth, row, fly);
    page.go({ view: page.place.view, table: this.layers[depth].table, key: this.layers[depth].key[row] });
  }

  leave() {
    this.back();
    page.go({ view: page.place.view });
  }

  back() {
    this.at = undefined;
    this.map.fitBounds(this.home);
    this.tell();
    this.joined();
  }

  choose(depth, row, fly = false) {
    this.at = { depth, row };
    const layer = this.layers[depth];
    this.tell();
    if (fly) {
      const zoom = Math.max(this.map.getZoom(), [11, 11.5, 12.5, 13][depth] ?? 12);
      this.map.setView([layer.lat[row], layer.lng[row]], zoom, { animate: false });
    }
    this.joined();
  }

  // Lines from what is chosen down to all that belongs to it, and up to what it belongs to.
  joined() {
    this.lines.clearLayers();
    if (!this.at) return;
    const { depth, row } = this.at;
    const colour = page.colour("--ink");
    const draw = (from, to, weight) =>
      this.lines.addLayer(L.polyline([from, to], { color: colour, weight, opacity: 0.7, interactive: false }));
    const at = (level, place) => [this.layers[level].lat[place], this.layers[level].lng[place]];
    const down = (level, place, deeper) => {
      for (const child of this.children[level]?.get(place) ?? []) {
        if (level > 0) draw(at(level, place), at(level + 1, child), level === 1 ? 1.4 : 0.7);
        if (deeper) down(level + 1, child, false);
      }
    };
    down(depth, row, depth === 1);
    const parent = this.layers[depth].parent?.[row];
    if (depth > 1 && parent !== null && parent !== undefined) draw(at(depth, row), at(depth - 1, parent), 1.4);
    const ring = L.circleMarker(at(depth, row), { radius: 11, color: colour, weight: 2, fill: false, interactive: false });
    if (depth) this.lines.addLayer(ring);
  }

  show(place) {
    this.map.invalidateSize();
    if (!this.fitted && this.box.clientWidth) {
      this.map.fitBounds(this.home, { animate: false }); // before it had a size, nothing could fit
      this.fitted = true;
    }
    const depth = this.layers.findIndex((layer) => layer.table === place.table);
    const row = depth < 0 ? -1 : this.layers[depth].key.indexOf(place.key);
    if (row < 0 && this.at) this.back();
    if (row >= 0 && (this.at?.depth !== depth || this.at.row !== row)) this.choose(depth, row, true);
  }
}

function toggle(map, layer, wanted) {
  if (wanted !== map.hasLayer(layer)) layer[wanted ? "addTo" : "removeFrom"](map);
}

// The rows of the layer below by the row that they belong to.
function below(layer, next) {
  const found = new Map();
  next?.parent.forEach((parent, row) => {
    if (!found.has(parent)) found.set(parent, []);
    found.get(parent).push(row);
  });
  return found;
}

// Making the map. `window.panj` stands at once; `ready` says when the data is drawn.

const holder = document.getElementById("panj-map");
const numbers = (name) => holder.dataset[name].split(" ").map(Number);
const [west, south, east, north] = numbers("frame");
const frame = L.latLngBounds([south, west], [north, east]);
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const map = L.map(holder, {
  attributionControl: false, zoomControl: false, maxBounds: frame.pad(0.02), maxBoundsViscosity: 1,
  maxZoom: 13, zoomSnap: 0.25, zoomDelta: 0.75, wheelPxPerZoomLevel: 90,
  zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
});
const openView = () => openAtView(map, holder, frame);
openView();
const fitMinZoom = () => map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(frame, true)));
fitMinZoom();
if (framed) liveInFrame(map, holder, openView);
map.on("resize", fitMinZoom);
// Leaflet watches the window only; the map also gives way to what stands below it.
new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(holder);
// The poster is for viewers that run no script, and for those in which the map fails.
const poster = document.getElementById("panj-poster");
if (poster) poster.hidden = true;
// Folium elements that the user added speak to the map by this name.
window[holder.dataset.name] = map;

/** @type {Store | null} */
let store = null;
/** @type {Engine | null} */
let engine = null;
/** @type {Events | null} */
let events = null;
/** @type {Detail | null} */
let detail = null;
let summary = null;
const shown = new Set();

// Layers of a folium user may have been here first.
const panj = Object.assign(window.panj || {}, {
  map,
  total: 0,
  ready: null,
  visible: () => (engine ? engine.count() : 0),
  /** Replace the filter: `from`, `to` (ISO dates, inclusive), `types`, `text`, and `precision`, `side`, `province`, `band` (lists), `km`, `placed`. */
  setFilter: (filter) => {
    if (engine) engine.replace(readFilter(filter, store));
    if (summary) summary.setFilter(filter);
  },
  // Events that are only counted, at their units: none of them is in the page, nor in `total`.
  summary: { total: 0, visible: () => (summary ? summary.visible() : 0) },
});
window.panj = panj;

/** Open an event: its panel, and its mark where it has one. @param {number} i @param {number[]} [members] */
function openEvent(i, members) {
  detail.opening = true;
  map.fire("panjopen");
  if (!members) events.reveal(i);
  detail.show(i, members);
}

/** Boxes that names keep clear of: `marks` of events and icons, beside which a town may be named, and what lies over the map. */
function obstacles() {
  const marks = [];
  const markers = [...(events && shown.has("events") ? events.markers.map((one) => one.marker) : []),
    ...(summary && shown.has("summary") ? summary.markers.values() : [])];
  for (const marker of markers) {
    const at = map.latLngToContainerPoint(marker.getLatLng());
    const half = (marker.panjBox || 13) * MARK_SHARE;
    const y = at.y + (marker.panjDrop || 0);
    marks.push([at.x - half, y - half, at.x + half, y + half]);
  }
  const origin = holder.getBoundingClientRect();
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left - origin.left, box.top - origin.top, box.right - origin.left, box.bottom - origin.top];
  });
  marks.push(...boxes(".leaflet-panj-crossings-pane .leaflet-marker-icon"));
  return { marks, over: boxes(".panj-head:not(.panj-away), #panj-map .leaflet-control") };
}

let waiting = 0;
/** Names are set once a frame, however many changes ask for it. */
function rename() {
  clearTimeout(renaming);
  if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; holder.classList.remove("panj-unnamed"); placeNames(map, shown, obstacles()); });
}

let renaming = 0;
let lastRename = 0;
/**
 * Names follow at once what changes now and then; while it changes in each frame they are set when that is over. Those of another
 * zoom are not seen meanwhile.
 * @param {boolean} zoomed
 */
function renameCalmly(zoomed) {
  if (waiting) return;
  const now = performance.now();
  const calm = now - lastRename > (zoomed ? 900 : 400);
  lastRename = now;
  clearTimeout(renaming);
  if (calm) { rename(); return; }
  if (zoomed) holder.classList.add("panj-unnamed");
  renaming = window.setTimeout(rename, 150);
}

/** Width of lines follows the zoom by classes, so that colours and widths stay in the style sheet. */
function zoomClass() {
  const zoom = map.getZoom();
  holder.classList.toggle("panj-far", zoom < 7);
  holder.classList.toggle("panj-close", zoom >= 9);
  holder.classList.toggle("panj-minor-waters", zoom >= 8);
}

function fail(key, error) {
  const message = document.getElementById("panj-message");
  strings = strings.failed ? strings : {};
  message.textContent = say(key) || "The map's data could not be read. / Данные карты не читаются.";
  message.hidden = false;
  if (poster) poster.hidden = false;
  throw error;
}

/** Leaflet's scale with its unit in the page's language; below a kilometre in parts of one. */
const ScaleBar = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, say("km_one", { km: metres / 1000 }), metres / most);
  },
});

async function start() {
  if (typeof DecompressionStream === "undefined") {
    fail("old_browser", new Error("DecompressionStream is missing"));
  }
  let content;
  try {
    content = await unpack("panj-data");
    restorePaths(content, await unpackBytes("panj-arcs"));
  } catch (error) {
    fail("failed", error);
  }
  const code = chosenLanguage(content);
  if (code !== content.page.lang) translate(content, code);
  strings = content.strings;
  if (code !== content.languages.first) relabel(content);
  const given = content.layers.find((layer) => layer.kind === "events");
  if (given) {
    try {
      store = new Store(given, await unpackBytes("panj-events"));
      // Few texts are read at once; many when they are first asked for.
      if (store.n <= 2000) await store.read();
    } catch (error) {
      fail("failed", error);
    }
    engine = new Engine(store);
  }
  L.control.zoom({ position: "bottomright", zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  new ScaleBar({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map);
  drawLocator(map, content.locator);
  const entries = content.layers.map((layer) => {
    if (layer.kind === "unit") unitPolygons.set(layer.code, decodePolygons(layer.polygons));
    if (layer.kind === "events") {
      for (const unit of layer.units) if (unit.polygons) unitPolygons.set(unit.code, decodePolygons(unit.polygons));
      events = new Events(map, engine);
      return { layer, group: events.group, swatch: null };
    }
    if (layer.kind === "summary") {
      summary = new Summary(map, layer);
      return { layer, group: summary.group, swatch: swatch(makeSvg("circle", { cx: 14, cy: 8, r: 7, class: "panj-sum-disc" }), makeSvg("circle", { cx: 14, cy: 8, r: 4.8, class: "panj-sum-rim" })), legend: summary.legend() };
    }
    return { layer, ...DRAW[layer.kind](map, layer) };
  });
  const groups = new Map(entries.map(({ layer, group }) => [layer.id, group]));
  const toggle = (id, on) => {
    if (on) { shown.add(id); groups.get(id).addTo(map); } else { shown.delete(id); groups.get(id).remove(); }
    rename();
  };
  document.getElementById("panj-side").prepend(languageMenu(content));
  legend(entries, events, summary, toggle, (types) => {
    if (engine) engine.set({ type: types ? new Set(types.map((id) => store.types.findIndex((type) => type.id === id))) : null });
    if (summary) summary.setFilter({ ...summary.wishes, types });
  });
  // On a phone one of the two is out of sight.
  for (const id of ["panj-layers", "panj-list"]) {
    const said = termsLines(content.page.terms);
    if (said) document.getElementById(id).append(said);
  }
  if (summary) {
    panj.summary.total = summary.total;
    summary.draw();
    const changed = () => Summary.prototype.changed.call(summary);
    summary.changed = () => { changed(); rename(); };
    if (engine) engine.on(() => summary.follow(engine.filter));
  }
  if (events) {
    panj.total = store.n;
    detail = new Detail(events, document.getElementById("panj-detail"), content.layers.find((layer) => layer.kind === "border"));
    events.choose = openEvent;
    events.changed = () => { detail.follow(); renameCalmly(false); };
    const list = new EventList(engine, (i) => events.date(i), (i) => openEvent(i));
    // eslint-disable-next-line no-new
    new Strip(map, engine, content.strip, content.layers.find((layer) => layer.kind === "border"));
    // eslint-disable-next-line no-new
    new Timeline(engine, document.getElementById("panj-timeline"));
    // Timeline and strip have taken their room: the opening view is that of the map as it is now.
    map.invalidateSize({ animate: false, pan: false });
    openView();
    const permalink = new Permalink(map, engine, detail);
    detail.address = (i) => permalink.address(i);
    detail.changed = () => { list.mark(detail.row); permalink.write(true); };
    permalink.read();
    engine.run();
    permalink.follow();
  } else {
    document.getElementById("panj-list").remove();
    document.getElementById("panj-open-list").remove();
    document.getElementById("panj-layers").classList.add("panj-open");
    document.getElementById("panj-foot").remove();
  }
  if (framed && (events || summary)) markKey((events || summary).types);
  foldSheets();
  for (const { layer } of entries) if (layer.show) toggle(layer.id, true);
  if (summary) map.on("zoomend", () => summary.zoomed());
  map.on("zoomend", () => renameCalmly(true));
  map.on("moveend resize", () => renameCalmly(false));
  map.on("zoomend", zoomClass);
  zoomClass();
  const head = document.querySelector(".panj-head");
  /** The headline makes way for a popup that comes under it. */
  const makeWay = (popup) => {
    const one = head.getBoundingClientRect();
    const other = popup ? popup.getElement().getBoundingClientRect() : null;
    head.classList.toggle("panj-away", Boolean(other) && other.left < one.right && other.right > one.left && other.top < one.bottom);
  };
  map.on("popupclose", () => makeWay(null));
  map.on("moveend", () => { if (map._popup && map._popup.isOpen()) makeWay(map._popup); });
  map.on("popupopen", (opened) => {
    makeWay(opened.popup);
    const heading = opened.popup.getElement().querySelector("h2");
    if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  });
  map.on("popupclose", (closed) => {
    const source = closed.popup._source;
    const element = source && source.getElement && source.getElement();
    if (element && element.focus && document.activeElement === document.body) element.focus({ preventScroll: true });
  });
  holder.addEventListener("keydown", (event) => { if (event.key === "Escape") { map.closePopup(); if (events) events.fan.close(); } });
  cancelAnimationFrame(waiting);
  waiting = 0;
  placeNames(map, shown, obstacles());
}

// A link to a folded part of the page opens it.
for (const link of document.querySelectorAll("a[href^='#panj-']")) {
  link.addEventListener("click", () => { const part = document.querySelector(link.getAttribute("href")); if (part) part.open = true; });
}

panj.ready = start();

// Events as a layer of any Leaflet map: what panj.layers.EventLayer puts into a page of folium's. Each layer runs in a scope of its own,
// so that each has its language; what layers of one map share hangs on the map.

/** Width of a map, in px, on which the legend is folded at first. */
const FOLIUM_SMALL = 600;
/** Events whose texts are read at once. */
const FOLIUM_FEW = 2000;

/**
 * The pattern of hatched units, once a page. A renderer's own SVG would do as well, but is not there yet.
 */
function foliumHatch() {
  if (document.getElementById("panj-hatch")) return;
  const pattern = makeSvg("pattern", { id: "panj-hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    makeSvg("path", { d: "M0 0V7", fill: "none" }));
  document.body.append(makeSvg("svg", { width: 0, height: 0, class: "panj-folium-defs", "aria-hidden": "true" }, makeSvg("defs", {}, pattern)));
}

/**
 * The legend of all layers of events of a map.
 *
 * @param {any} map
 * @returns {HTMLElement}
 */
function foliumLegend(map) {
  if (map.panjLegend) return map.panjLegend;
  const box = make("details", { class: "panj-folium-legend" }, make("summary", { text: say("layers") }));
  box.open = map.getSize().x >= FOLIUM_SMALL;
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  const Legend = L.Control.extend({ onAdd: () => box });
  new Legend({ position: "topright" }).addTo(map);
  map.panjLegend = box;
  return box;
}

const FoliumEvents = L.LayerGroup.extend({
  /** @param {{id: string, bounds: [number, number][] | null, fit: boolean}} options */
  initialize(options) {
    L.LayerGroup.prototype.initialize.call(this, [], options);
    /** Number of events in the page. */
    this.total = 0;
    /** Kept once they have failed as well: whoever waits is told. */
    this.ready = this._read();
  },

  onAdd(map) {
    L.LayerGroup.prototype.onAdd.call(this, map);
    map.getContainer().classList.add("panj-folium");
    if (!map.eventLayers) map.eventLayers = [];
    if (!map.eventLayers.includes(this)) map.eventLayers.push(this);
    if (this.options.fit && this.options.bounds && !this._fitted) {
      this._fitted = true;
      map.panjFit = (map.panjFit || L.latLngBounds([])).extend(this.options.bounds);
      map.fitBounds(map.panjFit, { padding: [30, 30], maxZoom: 12, animate: false });
    }
    if (this.engine) this._show(map);
  },

  onRemove(map) {
    if (this._details) this._details.remove();
    if (this._part) this._part.remove();
    if (map.panjLegend) map.panjLegend.hidden = !map.panjLegend.querySelector("section");
    L.LayerGroup.prototype.onRemove.call(this, map);
  },

  /** Where the events are. @returns {L.LatLngBounds} */
  getBounds() { return L.latLngBounds(this.options.bounds || []); },

  /** Replace the filter, as `panj.setFilter` does in a page of panj's own. @param {any} filter */
  setFilter(filter) {
    if (this.engine) this.engine.replace(readFilter(filter, this.store));
    else this.ready.then(() => this.setFilter(filter));
    return this;
  },

  /** Number of events that pass the filter. @returns {number | Promise<number>} */
  visible() { return this.engine ? this.engine.count() : this.ready.then(() => this.engine.count()); },

  /** Decode the layer's data. */
  async _read() {
    const { id } = this.options;
    try {
      if (typeof DecompressionStream === "undefined") throw new Error("DecompressionStream is missing");
      const content = await unpack(`${id}_data`);
      strings = content.strings;
      this.content = content;
      const bytes = await unpackBytes(`${id}_events`);
      if (!bytes) throw new Error(`no block ${id}_events`);
      this.store = new Store(content.layer, bytes, `${id}_texts`);
      if (this.store.n <= FOLIUM_FEW) await this.store.read();
    } catch (error) {
      const template = document.getElementById(`${id}_data`);
      const holder = this._map ? this._map.getContainer() : template && template.parentElement;
      if (holder) holder.append(make("p", { class: "panj-folium-failed", role: "alert", text: say(typeof DecompressionStream === "undefined" ? "old_browser" : "failed") || "The events could not be read." }));
      throw error;
    }
    for (const unit of this.store.layer.units) unitPolygons.set(unit.code, decodePolygons(unit.polygons));
    this.engine = new Engine(this.store);
    this.total = this.store.n;
    if (this._map) this._show(this._map);
    return this;
  },

  /** Draw on a map; events belong to one map, on another they are drawn anew. */
  _show(map) {
    if (!this.events || this.events.map !== map) {
      if (this.events) this.removeLayer(this.events.group);
      if (this.store.units) foliumHatch();
      this.events = new Events(map, this.engine);
      this.events.choose = (i, members) => this.open(i, members);
      this._part = this._legend();
      this.addLayer(this.events.group);
    }
    const box = foliumLegend(map);
    // In the order in which they were added, whichever was read first.
    for (const one of map.eventLayers) if (one._part && map.hasLayer(one)) box.append(one._part);
    box.hidden = false;
    this.engine.run();
    this._count();
  },

  /** Open an event. @param {number} i @param {number[]} [members] events that share its mark */
  async open(i, members = [i]) {
    const { store, events, _map: map } = this;
    const at = events.placeOf(i);
    const texts = await store.read();
    if (!at || !map || map !== this._map) return;
    // Leaflet itself heeds the key only while the map has the focus.
    const shut = (event) => { if (event.key === "Escape" && this._details) this._details.remove(); };
    const content = make("div", { class: "panj-folium-details", dir: this.content.dir, lang: this.content.lang, on: { keydown: shut } });
    const fill = (row) => {
      const k = members.indexOf(row);
      const step = (by, key, sign) => make("button", { type: "button", "aria-label": say(key), title: say(key), text: sign, on: { click: () => fill(members[(k + by + members.length) % members.length]) } });
      const pager = members.length > 1
        ? make("p", { class: "panj-folium-pager" }, step(-1, "detail_here_before", "‹"), say("detail_here", { k: k + 1, n: members.length }), step(1, "detail_here_next", "›")) : null;
      content.replaceChildren(...[pager, foliumArticle(events, row, texts)].filter(Boolean));
      if (this._details) this._details.update();
      const heading = /** @type {HTMLElement} */ (content.querySelector("h2"));
      heading.focus({ preventScroll: true });
    };
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    members = [...members].sort((one, other) => store.start[one] - store.start[other] || one - other);
    const popup = L.popup({ maxWidth: 340, minWidth: 200, maxHeight: 340, className: "panj-folium-popup", autoPanPadding: [20, 20] }).setLatLng(at).setContent(content);
    popup.openOn(map);
    this._details = popup;
    fill(i);
    popup.once("remove", () => {
      if (this._details === popup) this._details = null;
      if (before && before.isConnected && (!document.activeElement || document.activeElement === document.body)) before.focus({ preventScroll: true });
    });
  },

  /** The layer's part of the legend: its name, its number, its types to be ticked. */
  _legend() {
    const { store, engine, content } = this;
    this._number = make("p", { class: "panj-folium-number", "aria-live": "polite" });
    this._ticks = store.types.map((type, k) => {
      const input = make("input", { type: "checkbox", "data-type": type.id, on: { change: () => this._tick() } });
      const count = make("span", { class: "panj-folium-count" });
      return { input, count, k, row: make("li", {}, make("label", {}, input, markSvg(type, 6.5, false), make("span", { dir: "auto", text: type.label }), count)) };
    });
    const has = (name, value) => { const code = store.values[name].indexOf(value); return code >= 0 && store[name].subarray(0, store.points).includes(code); };
    const listed = store.n - store.points - store.units;
    const hints = [
      has("precision", "near") ? say("legend_near") : "", store.units ? say("legend_unit") : "", has("side", "uncertain") ? say("legend_uncertain") : "",
      listed ? say("layer_no_place", { n: wholeNumber(listed) }) : "", ...content.terms,
    ].filter(Boolean);
    engine.on(() => this._count());
    return make("section", { dir: content.dir, lang: content.lang },
      make("h2", { dir: "auto", text: store.layer.label }), this._number,
      make("ul", {}, ...this._ticks.map((tick) => tick.row)), ...hints.map((text) => make("p", { class: "panj-folium-hint", dir: "auto", text })));
  },

  /** The legend says what passes, and which types are let through. */
  _count() {
    const { engine, store } = this;
    if (!this._ticks) return;
    const { visible } = engine;
    this._number.textContent = visible === store.n ? say("events_count", { n: wholeNumber(visible) }) : say("of_count", { n: wholeNumber(visible), total: wholeNumber(store.n) });
    for (const { input, count, k } of this._ticks) {
      input.checked = !engine.filter.type || engine.filter.type.has(k);
      count.textContent = wholeNumber(engine.counts.type[k]);
    }
  },

  /** A type was ticked or unticked. */
  _tick() {
    const on = this._ticks.filter((tick) => tick.input.checked).map((tick) => tick.k);
    this.engine.set({ type: on.length === this._ticks.length ? null : new Set(on) });
  },
});

/**
 * An event in words.
 *
 * @param {Events} events
 * @param {number} i
 * @param {Texts} texts
 */
function foliumArticle(events, i, texts) {
  const { store } = events;
  const type = store.types[store.type[i]];
  const facts = make("dl", {});
  const fact = (key, ...words) => { if (words.some(Boolean)) facts.append(make("dt", { text: say(key) }), make("dd", {}, ...words)); };
  const known = (column) => (column[i] === MISSING ? null : column[i]);
  const where = ["place", "stated_district", "stated_province"].map((name) => texts.get(name, i)).filter(Boolean);
  const precision = store.code("precision", i);
  const side = store.code("side", i);
  const low = texts.get("km_min", i);
  if (where.length) fact("place", data([...new Set(where)].join(", ")));
  const radius = store.code("radius", i);
  if (precision && strings[`precision_${precision}`] && (radius || precision !== "near")) fact("precision", say(`precision_${precision}`, { km: radius }));
  const distance = low === null ? "" : intervalText(low / 10, texts.get("km_max", i) / 10);
  fact("distance", [distance, side ? say(`side_${side}`) : ""].filter(Boolean).join(" · "));
  fact("deaths", deathsText(known(store.low), known(store.best), known(store.high)));
  const actors = [texts.get("actor1", i), texts.get("actor2", i)].filter(Boolean);
  fact("actors", ...actors.flatMap((actor, k) => (k ? ["; ", data(actor)] : [data(actor)])));
  const flags = ["unverified", "graphic"].filter((name) => store.flag(i, name)).map((name) => say(name));
  const note = texts.get("note", i);
  const sources = texts.get("sources", i) || [];
  return make("article", {},
    make("h2", { dir: "auto", text: texts.title(i), tabindex: "-1" }),
    make("p", { class: "panj-folium-kind" }, markSvg(type, 6, false), data(type.label), make("span", { text: events.date(i) })),
    flags.length ? make("p", { class: "panj-folium-flags", text: flags.join(" · ") }) : null,
    facts.childElementCount ? facts : null,
    note ? make("p", { dir: "auto", text: note }) : null,
    sources.length ? make("h3", { text: say("sources") }) : null, sources.length ? sourceList(sources) : null);
}

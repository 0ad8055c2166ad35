// On paper: the map as the reader has it, its legend, the events that pass the filter as a table, sources and licences.

/** Rows on paper; the rest is told by its number. */
const PRINT_ROWS = 200;

class Print {
  /**
   * @param {L.Map} map
   * @param {Events | null} events
   * @param {any[]} entries layers with their signs for the legend
   * @param {() => string} limits
   */
  constructor(map, events, entries, limits) {
    Object.assign(this, { map, events, entries, limits });
    this.box = null;
    window.addEventListener("beforeprint", () => this.before());
    window.addEventListener("afterprint", () => this.after());
  }

  before() {
    if (this.box) return;
    const { map } = this;
    this.was = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom() };
    document.documentElement.classList.add("panj-printing");
    map.invalidateSize({ animate: false, pan: false });
    // The same stretch of land, on a map of another size.
    map.setMinZoom(0).fitBounds(this.was.bounds, { animate: false });
    placeNames(map, shown, obstacles());
    this.folded = [...document.querySelectorAll(".panj-below > details:not([open])")].filter((one) => one.id !== "panj-table");
    for (const part of this.folded) part.open = true;
    const words = this.limits();
    this.box = make("section", { class: "panj-print" }, words ? make("p", { class: "panj-print-limits", dir: "auto", text: `${say("filters_on")} ${words}` }) : null, this.legend(), this.table());
    document.querySelector(".panj-app").after(this.box);
  }

  after() {
    if (!this.box) return;
    this.box.remove();
    this.box = null;
    for (const part of this.folded) part.open = false;
    document.documentElement.classList.remove("panj-printing");
    this.map.invalidateSize({ animate: false, pan: false });
    this.map.setMinZoom(0).setView(this.was.centre, this.was.zoom, { animate: false });
    fitMinZoom();
    rename();
  }

  /** Signs that are on the map, and what they mean. */
  legend() {
    const item = (sign, text, n) => make("li", {}, sign, make("span", { dir: "auto", text }), n === undefined ? null : make("span", { class: "panj-count", text: wholeNumber(n) }));
    const items = [];
    if (this.events && shown.has("events")) {
      const { counts, filter } = this.events.engine;
      this.events.types.forEach((type, k) => { if (counts.type[k] && (!filter.type || filter.type.has(k))) items.push(item(markSvg(type, 6, false), type.label, counts.type[k])); });
    }
    for (const { layer, swatch: sign } of this.entries) if (sign && shown.has(layer.id)) items.push(item(sign.cloneNode(true), layer.label));
    return make("div", { class: "panj-print-legend" }, make("ul", {}, ...items), this.events ? signHints(this.events) : null);
  }

  /** The first rows that pass, in the order of time. */
  table() {
    const { events } = this;
    // Texts that have not been read yet cannot be waited for.
    if (!events || !events.engine.visible || !events.store.texts) return null;
    const cells = new TableCells(events);
    const { pass, visible } = events.engine;
    const rows = [];
    for (const i of events.store.byTime()) {
      if (!pass[i]) continue;
      rows.push(cells.row(i));
      if (rows.length === PRINT_ROWS) break;
    }
    const heads = ["date", "type", "event", "place", "distance", "deaths", ...(events.store.hasTexts ? ["sources"] : [])];
    return make("div", {}, make("table", {}, make("caption", { text: `${say("table_live")}: ${say("events_count", { n: wholeNumber(visible) })}` }),
      make("thead", {}, make("tr", {}, ...heads.map((key) => make("th", { scope: "col", text: say(key) })))), make("tbody", {}, ...rows)),
      visible > rows.length ? make("p", { class: "panj-print-more", text: say("print_more", { n: wholeNumber(visible - rows.length) }) }) : null);
  }
}

// The filter under the reader's hand: types, precision, side, province and distance, each value with the number that it would show; and a
// line that says which limits are on, so that nobody is misled by a forgotten one.

/** Facets beside the types, with the order of their values where it is not the alphabet's. */
const FILTER_ORDER = {
  precision: ["exact", "place", "near", "district", "province", "region", "none"],
  side: ["TJ", "AF", "uncertain", "elsewhere"],
  band: ["0-10", "10-20", "20-50", "50-100", "100+"],
};
const FILTER_TITLES = { precision: "precision", side: "side", province: "filter_province", band: "distance" };
/** Values that are named one by one in the line of limits. */
const FILTER_NAMED = 2;

/** "0–10 km", "100 km and more". @param {string} band */
function bandName(band) {
  const [from, to] = band.split("-");
  return to === undefined ? say("bands_open", { from: from.replace("+", "") }) : say("bands_band", { from, to });
}

/** Name of a value of a facet. @param {Store} store @param {string} facet @param {number} code -1: missing */
function facetName(store, facet, code) {
  if (code < 0) return say("filter_missing");
  if (facet === "type") return store.types[code].label;
  const value = store.values[facet][code];
  if (facet === "band") return bandName(value);
  if (facet === "province") return (store.layer.provinces || {})[value] || value;
  if (facet === "precision" && ["exact", "place", "near"].includes(value)) return say(`filter_${value}`);
  return say(`${facet}_${value}`) || value;
}

/** Sign of a precision as the map has it. @param {string} precision */
function precisionSvg(precision) {
  const of = (...children) => makeSvg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false", class: "panj-filter-sign" }, ...children);
  const dot = (r) => makeSvg("circle", { r, class: "panj-filter-dot" });
  if (precision === "exact") return of(dot(3.2), makeSvg("path", { d: "M-7.5 0H-4.5M4.5 0H7.5M0 -7.5V-4.5M0 4.5V7.5", class: "panj-filter-ring" }));
  if (precision === "place") return of(dot(4.2));
  if (precision === "near") return of(dot(2.6), makeSvg("circle", { r: 6.5, class: "panj-filter-ring" }));
  if (precision === "district" || precision === "province") {
    return of(makeSvg("rect", { x: -7, y: -6, width: 14, height: 12, class: "panj-hatched panj-filter-area" }));
  }
  return of(makeSvg("path", { d: "M-6 -4H6M-6 0H6M-6 4H6", class: "panj-filter-ring" }));
}

/** Set a text only where it differs. @param {Node} node @param {string} text */
function retext(node, text) { if (node.nodeValue !== text) node.nodeValue = text; }

/** Values of one facet, each to be ticked, or to be had alone. */
class FacetList {
  /**
   * @param {object} given
   * @param {string} given.facet
   * @param {{ code: number, id?: string, label: string, sign: Element | null }[]} given.rows
   * @param {Engine | null} given.engine null where the rows are only counted
   * @param {(row: any) => boolean} given.isOn
   * @param {(rows: any[] | null) => void} given.choose told which rows are on, null for all
   */
  constructor({ facet, rows, engine, isOn, choose }) {
    Object.assign(this, { facet, rows, engine, isOn, choose });
    this.list = make("ul", { class: "panj-types panj-filter-list", "data-facet": facet }, ...rows.map((row) => this._row(row)));
    const button = (key, on) => make("button", { type: "button", class: "panj-filter-small", text: say(key), on: { click: () => this.choose(on) } });
    this.tools = make("p", { class: "panj-filter-tools" }, button("filter_all", null), button("filter_none", []));
  }

  _row(row) {
    row.input = make("input", { type: "checkbox", "aria-label": row.label, "data-type": row.id === undefined ? null : row.id, "data-code": row.code });
    row.input.checked = true;
    row.input.addEventListener("change", () => {
      const on = this.rows.filter((one) => one.input.checked);
      this.choose(on.length === this.rows.length ? null : on);
    });
    row.text = document.createTextNode("");
    row.shown = -1;
    row.button = make("button", { type: "button", class: "panj-filter-only", title: say("filter_only", { what: row.label }), "aria-pressed": "false" },
      row.sign, make("span", { class: "panj-filter-name", dir: "auto", text: row.label }), " ",
      this.engine && row.code >= -1 ? make("span", { class: "panj-count" }, row.text) : null);
    row.button.addEventListener("click", () => this.choose(this.only === row ? null : [row]));
    row.item = make("li", {}, row.input, row.button);
    return row.item;
  }

  /** What is ticked, after the filter; what is counted, after a pass. */
  update() {
    const { engine, rows } = this;
    const on = rows.filter((row) => this.isOn(row));
    this.only = on.length === 1 && rows.length > 1 ? on[0] : null;
    this.on = on.length;
    for (const row of rows) {
      const ticked = on.includes(row);
      if (row.input.checked !== ticked) row.input.checked = ticked;
      const pressed = String(row === this.only);
      if (row.pressed !== pressed) { row.pressed = pressed; row.button.setAttribute("aria-pressed", pressed); }
      if (!engine || row.code < -1) continue;
      const counts = engine.counts[this.facet];
      const n = counts[row.code < 0 ? counts.length - 1 : row.code];
      if (n === row.shown) continue;
      if ((n === 0) !== (row.shown === 0)) row.item.classList.toggle("panj-filter-zero", n === 0);
      row.shown = n;
      row.text.nodeValue = wholeNumber(n);
    }
  }
}

/** Codes of a facet that occur, -1 for missing values, in the order in which they are shown. @param {Engine} engine @param {string} facet */
function facetCodes(engine, facet) {
  const { store } = engine;
  const f = FACETS.indexOf(facet);
  const last = engine.sizes[f] - 1;
  const codes = [...new Set(engine.keys.map((key) => (key[f] === last ? -1 : key[f])))];
  const order = FILTER_ORDER[facet];
  const rank = (code) => (code < 0 ? Infinity : order ? (order.indexOf(store.values[facet][code]) + 1 || order.length + 1) : 0);
  return codes.sort((one, other) => rank(one) - rank(other)
    || facetName(store, facet, one).localeCompare(facetName(store, facet, other), document.documentElement.lang));
}

/** All of the filter but the types, below them in the legend. */
class Filters {
  /** @param {Engine} engine */
  constructor(engine) {
    this.engine = engine;
    const { store } = engine;
    this.groups = Object.keys(FILTER_TITLES).map((facet) => this._group(facet)).filter(Boolean);
    const placed = PLACED.some((one) => store.values.precision.includes(one)) && store.values.precision.length > 1;
    this.placed = make("input", { type: "checkbox", id: "panj-filter-placed", on: { change: () => engine.set({ placed: this.placed.checked }) } });
    this.box = make("div", { class: "panj-filter-groups" },
      placed ? make("label", { class: "panj-filter-switch", for: "panj-filter-placed" }, this.placed, make("span", { text: say("filter_placed") })) : null,
      ...this.groups.map((group) => group.box));
    engine.on(() => this.update());
  }

  _group(facet) {
    const { engine } = this;
    const codes = facetCodes(engine, facet);
    if (codes.length < 2) return null;
    const { store } = engine;
    const list = new FacetList({
      facet,
      engine,
      rows: codes.map((code) => ({ code, label: facetName(store, facet, code), sign: facet === "precision" ? precisionSvg(code < 0 ? "none" : store.values.precision[code]) : null })),
      isOn: (row) => !engine.filter[facet] || engine.filter[facet].has(row.code),
      choose: (rows) => engine.set({ [facet]: rows ? new Set(rows.map((row) => row.code)) : null }),
    });
    const some = document.createTextNode("");
    const box = make("details", { class: "panj-filter-group", "data-facet": facet },
      make("summary", {}, make("span", { text: say(FILTER_TITLES[facet]) }), " ", make("span", { class: "panj-count" }, some)), list.tools, list.list);
    // The numbers are there before what was folded is seen.
    box.firstElementChild.addEventListener("click", () => list.update());
    box.addEventListener("toggle", () => { if (box.open) list.update(); });
    return { facet, list, box, some };
  }

  update() {
    const { filter } = this.engine;
    if (this.placed.checked !== filter.placed) this.placed.checked = filter.placed;
    for (const { facet, list, box, some } of this.groups) {
      // What is folded away need not be counted.
      if (box.open) list.update();
      const on = filter[facet] ? list.rows.filter((row) => filter[facet].has(row.code)).length : list.rows.length;
      retext(some, on === list.rows.length ? "" : say("filter_some", { n: on, total: list.rows.length }));
    }
  }
}

/** Limits that are on, in words; by key of the filter. */
const LIMITS = {
  time: ({ from, to }) => {
    if (from === null && to === null) return "";
    if (from === null) return say("filter_to", { date: oneDate(to, "day") });
    if (to === null) return say("filter_from", { date: oneDate(from, "day") });
    return from === to ? oneDate(from, "day") : `${oneDate(from, "day")} – ${oneDate(to, "day")}`;
  },
  text: ({ text }) => (text ? say("filter_text", { text }) : ""),
  ...Object.fromEntries(FACETS.map((facet) => [facet, (filter, store) => {
    if (!filter[facet]) return "";
    const codes = [...filter[facet]].filter((code) => code < 0 || facetName(store, facet, code));
    const title = say(facet === "type" ? "type" : FILTER_TITLES[facet]);
    const names = codes.filter((code) => code >= -1).map((code) => facetName(store, facet, code));
    if (!names.length) return `${title}: ${say("filter_none")}`;
    const total = facet === "type" ? store.types.length : store.values[facet].length;
    return names.length <= FILTER_NAMED ? names.join(", ") : `${title}: ${say("filter_some", { n: names.length, total: Math.max(total, names.length) })}`;
  }])),
  km: ({ km }) => (km ? say("filter_km", { from: Math.round(km[0]), to: Math.round(km[1]) }) : ""),
  placed: ({ placed }) => (placed ? say("filter_placed") : ""),
};

/** The line of limits: each can be taken away. */
class LimitsLine {
  /** @param {Engine} engine @param {(patch: object | null) => void} change takes a limit away, null: all */
  constructor(engine, change) {
    this.engine = engine;
    this.change = change;
    this.chips = Object.keys(LIMITS).map((key) => this._chip(key));
    this.reset = make("button", { type: "button", class: "panj-filter-reset", text: say("filter_reset"), on: { click: () => { change(null); this._focus(); } } });
    this.box = make("div", { class: "panj-filter-on", role: "group", "aria-label": say("filters_on"), hidden: true },
      make("span", { class: "panj-filter-on-title", text: say("filters_on") }), ...this.chips.map((chip) => chip.button), this.reset);
    engine.on(() => this.update());
  }

  _chip(key) {
    const text = document.createTextNode("");
    const button = make("button", { type: "button", class: "panj-filter-chip", "data-limit": key, hidden: true },
      make("bdi", {}, text), make("span", { class: "panj-filter-cross", "aria-hidden": "true", text: "×" }));
    button.addEventListener("click", () => {
      this.change(key === "time" ? { from: null, to: null } : { [key]: NO_FILTER[key] });
      this.engine.run();
      this._focus();
    });
    return { key, text, button };
  }

  /** Focus stays in the line as long as there is one. */
  _focus() {
    const next = this.chips.find((chip) => !chip.button.hidden);
    const target = next && !this.box.hidden ? next.button : document.querySelector("#panj-layers button, #panj-layers input");
    if (target) target.focus({ preventScroll: true });
  }

  update() {
    const { engine } = this;
    if (this.last === engine.filter) return;
    this.last = engine.filter;
    const { limited } = engine;
    if (this.box.hidden === limited) {
      this.box.hidden = !limited;
      // On a phone the line may be out of sight.
      document.documentElement.classList.toggle("panj-limited", limited);
    }
    for (const { key, text, button } of this.chips) {
      const words = limited ? LIMITS[key](engine.filter, engine.store) : "";
      if (text.nodeValue === words) continue;
      text.nodeValue = words;
      button.hidden = !words;
      if (words) button.setAttribute("aria-label", say("filter_remove", { what: words }));
    }
  }

  /** All limits as one text, for print; "" without any. */
  words() { return this.engine.limited ? Object.values(LIMITS).map((of) => of(this.engine.filter, this.engine.store)).filter(Boolean).join(" · ") : ""; }
}

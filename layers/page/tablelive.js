// The table of the events below the map, live: the rows that pass the filter, in the page's language, sorted as the reader likes, a hundred
// at a time. It takes the place of the plain table, which readers without scripts keep.

const TABLE_STEP = 100;
/** A sort by counting has at most so many slots. */
const TABLE_SLOTS = 4000000;

/** Columns that sort: whole numbers by row, MISSING for none. @type {Record<string, (store: Store, i: number) => number>} */
const TABLE_KEYS = {
  type: (store, i) => store.type[i],
  distance: (store, i) => {
    const km = store.texts ? store.texts.get("km", i) : null;
    if (km !== null) return km;
    if (store.texts && store.hasTexts) return MISSING;
    const band = FILTER_ORDER.band.indexOf(store.code("band", i));
    return band < 0 ? MISSING : band;
  },
  deaths: (store, i) => { const deaths = store.deaths(i); return deaths === null ? MISSING : deaths; },
};

/**
 * Rows by a key, rows alike in the order in which they come, rows without a key last.
 * @param {Uint32Array} order @param {Int32Array} keys @param {boolean} descending @returns {Uint32Array}
 */
function sortedBy(order, keys, descending) {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < keys.length; i += 1) if (keys[i] !== MISSING) { if (keys[i] < least) least = keys[i]; if (keys[i] > most) most = keys[i]; }
  if (least > most) return order;
  const slots = most - least + 1;
  if (slots > TABLE_SLOTS) {
    const by = (i, j) => (keys[i] === MISSING || keys[j] === MISSING ? (keys[i] === MISSING) - (keys[j] === MISSING) : descending ? keys[j] - keys[i] : keys[i] - keys[j]);
    return order.slice().sort(by);
  }
  const slot = (i) => (keys[i] === MISSING ? slots : descending ? most - keys[i] : keys[i] - least);
  const places = new Uint32Array(slots + 2);
  for (let k = 0; k < order.length; k += 1) places[slot(order[k]) + 1] += 1;
  for (let k = 1; k < places.length; k += 1) places[k] += places[k - 1];
  const sorted = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k += 1) { const at = slot(order[k]); sorted[places[at]] = order[k]; places[at] += 1; }
  return sorted;
}

/** The same order backwards, but rows without a key still last. @param {Uint32Array} order @param {(i: number) => boolean} missing */
function backwards(order, missing) {
  let known = order.length;
  while (known > 0 && missing(order[known - 1])) known -= 1;
  const turned = order.slice();
  turned.subarray(0, known).reverse();
  return turned;
}

/** Cells of one row. */
class TableCells {
  /** @param {Events} events */
  constructor(events) { this.events = events; this.store = events.store; }

  /** @param {number} i @param {(i: number) => void} [open] */
  row(i, open) {
    const { store } = this;
    const { texts } = store;
    const type = store.types[store.type[i]];
    const value = store.code("precision", i);
    // Paper is narrow.
    const words = open ? say(`precision_${value}`, { km: store.code("radius", i) }) : value && facetName(store, "precision", store.precision[i]);
    const precision = store.flag(i, "withheld") ? say("withheld") : words;
    const known = (column) => (column[i] === MISSING ? null : column[i]);
    const title = open ? make("button", { type: "button", class: "panj-table-open", on: { click: () => open(i) } }, make("bdi", { text: texts.title(i) })) : make("bdi", { text: texts.title(i) });
    return make("tr", { "data-event": i },
      make("td", { text: this.events.date(i) }), make("td", {}, markSvg(type, 5, false), " ", data(type.label)), make("th", { scope: "row" }, title),
      make("td", {}, data(texts.get("place", i) || texts.get("stated_province", i) || this.province(i)), precision ? make("small", { text: precision }) : null),
      make("td", { text: this.distance(i) }), make("td", { text: deathsText(known(store.low), known(store.best), known(store.high)) }),
      store.hasTexts ? make("td", {}, ...this.sources(texts.get("sources", i) || [], !open)) : null);
  }

  province(i) { return this.store.hasTexts || this.store.flag(i, "withheld") ? "" : (this.store.layer.provinces || {})[this.store.code("province", i)] || ""; }

  distance(i) {
    const { store } = this;
    const low = store.texts.get("km_min", i);
    const high = store.texts.get("km_max", i);
    if (low !== null && high !== null) return intervalText(low / 10, high / 10);
    const band = store.hasTexts ? "" : store.code("band", i);
    return band ? bandName(band) : "";
  }

  /** Sources as links; on paper with the host that a link leads to. */
  sources(sources, paper) {
    return sources.flatMap((source, k) => {
      const words = source.publisher || source.title || source.author || source.url || "";
      const host = paper && source.url ? source.url.replace(/^https?:\/\/(www\.)?/i, "").split(/[/?#]/)[0] : "";
      return [k ? "; " : "", source.url ? linkOrText(source.url, words) : data(words), host && host !== words ? make("span", { class: "panj-print-host", dir: "ltr", text: ` (${host})` }) : ""];
    });
  }
}

class LiveTable {
  /** @param {Events} events @param {(i: number) => void} open */
  constructor(events, open) {
    this.events = events;
    this.engine = events.engine;
    this.store = events.store;
    this.open = open;
    this.cells = new TableCells(events);
    this.sort = { key: "date", descending: false };
    this.orders = new Map();
    this.title = document.createTextNode("");
    this.box = make("details", { id: "panj-table" }, make("summary", {}, this.title));
    document.getElementById("panj-table").replaceWith(this.box);
    this.link();
    this.box.addEventListener("toggle", () => { if (this.box.open) this.fill(); });
    this.engine.on(() => this.update());
  }

  /** A way to the table from the line of credit, where the page has none yet. */
  link() {
    if (document.querySelector(".panj-credit a[href='#panj-table']")) return;
    const open = (event) => { event.preventDefault(); this.reveal(); };
    document.querySelector(".panj-credit a[href='#panj-about']").after(" · ", make("a", { href: "#panj-table", text: say("table"), on: { click: open } }));
  }

  reveal() {
    this.box.open = true;
    const summary = this.box.querySelector("summary");
    summary.scrollIntoView({ block: "nearest" });
    summary.focus({ preventScroll: true });
  }

  count() {
    const { visible, store } = this.engine;
    return visible === store.n ? say("events_count", { n: wholeNumber(visible) }) : say("of_count", { n: wholeNumber(visible), total: wholeNumber(store.n) });
  }

  update() {
    retext(this.title, `${say("table_live")}: ${this.count()}`);
    if (!this.box.open) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.fill(), 150);
  }

  /** Rows in the order that is chosen. @returns {Uint32Array} */
  order() {
    const { key, descending } = this.sort;
    const name = `${key} ${descending}`;
    if (!this.orders.has(name)) {
      const { store } = this;
      const byTime = store.byTime();
      let order;
      if (key === "date") order = descending ? backwards(byTime, (i) => store.start[i] === MISSING) : byTime;
      else {
        const keys = new Int32Array(store.n);
        for (let i = 0; i < store.n; i += 1) keys[i] = TABLE_KEYS[key](store, i);
        order = sortedBy(byTime, keys, descending);
      }
      // Two orders at most are kept: at a million rows each is 4 MB.
      if (this.orders.size > 1) this.orders.delete(this.orders.keys().next().value);
      this.orders.set(name, order);
    }
    return this.orders.get(name);
  }

  async fill() {
    await this.store.read();
    this.body = make("tbody", {});
    this.shown = 0;
    this.from = 0;
    this.more = make("button", { type: "button", class: "panj-more panj-table-more", on: { click: () => this.next(true) } });
    const heading = (key, words, sorts) => {
      const { sort } = this;
      if (!sorts) return make("th", { scope: "col", text: say(words) });
      const on = sort.key === key;
      return make("th", { scope: "col", "aria-sort": on ? (sort.descending ? "descending" : "ascending") : "none" },
        make("button", { type: "button", class: "panj-table-sort", "data-sort": key, on: { click: () => this.by(key) } }, say(words),
          make("span", { class: "panj-table-arrow", "aria-hidden": "true", text: on ? (sort.descending ? "▼" : "▲") : "↕" })));
    };
    const table = make("table", { class: "panj-table-live" }, make("caption", { text: this.count() }),
      make("thead", {}, make("tr", {}, heading("date", "date", true), heading("type", "type", true), heading("", "event", false), heading("", "place", false),
        heading("distance", "distance", true), heading("deaths", "deaths", true), this.store.hasTexts ? heading("", "sources", false) : null)),
      this.body);
    const scroll = make("div", { class: "panj-scroll", tabindex: "0", role: "region", "aria-label": say("table_live") }, table);
    const old = this.box.querySelector(".panj-scroll");
    const focused = old && document.activeElement && old.contains(document.activeElement) ? document.activeElement.getAttribute("data-sort") : null;
    for (const part of this.box.querySelectorAll(".panj-scroll, .panj-table-more")) part.remove();
    this.box.append(scroll, this.more);
    this.next(false);
    const again = focused && this.box.querySelector(`[data-sort="${focused}"]`);
    if (again) again.focus({ preventScroll: true });
  }

  /** @param {string} key */
  by(key) {
    this.sort = { key, descending: this.sort.key === key ? !this.sort.descending : key === "deaths" };
    this.fill();
  }

  /** Rows from a place in the order on. @param {number} most @returns {number[]} */
  rows(most) {
    const order = this.order();
    const { pass } = this.engine;
    const rows = [];
    for (; this.from < order.length && rows.length < most; this.from += 1) if (pass[order[this.from]]) rows.push(order[this.from]);
    return rows;
  }

  /** @param {boolean} focus whether the first new row takes the focus */
  next(focus) {
    const rows = this.rows(TABLE_STEP).map((i) => this.cells.row(i, this.open));
    this.body.append(...rows);
    this.shown += rows.length;
    const left = this.engine.visible - this.shown;
    this.more.hidden = left <= 0;
    this.more.textContent = say("table_more", { n: wholeNumber(Math.max(0, left)) });
    if (focus && rows.length) rows[0].querySelector("button").focus();
  }
}

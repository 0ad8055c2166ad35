// The address of what is seen: view, filter and open event after the `#`. What a reader chooses makes an entry in the browser's
// history, moving the map does not; in a frame nothing does, so that "back" stays the article's.
//
// #view=37.5,70.2,8&from=2015-01-01&type=battle&type=protest&km=100,250&event=article-07
//
// An address is a stranger's text: it is read strictly, what is not known is left out, and nothing in it can fail the page. Anchors
// of the page (#panj-table and the like) are none of it.

/** Letters of an address that are read at most, of a search, and entries of a list. */
const LINK_LETTERS = 4000;
const LINK_TEXT = 200;
const LINK_ENTRIES = 64;
/** How long a filter rests before it makes an entry in the history, in ms. */
const LINK_REST = 600;
/** How long the map may move of itself after its size has changed, in ms. */
const LINK_SETTLE = 500;
const LINK_PAGE = /^(https?|file):$/;
const LINK_LANGUAGE = /^[a-z]{2,3}$/;

/** A number in a range, null for anything else. @param {string | undefined} text */
function linkNumber(text, low, high) {
  const value = /^-?\d{1,5}(\.\d{1,6})?$/.test(text || "") ? Number(text) : NaN;
  return value >= low && value <= high ? value : null;
}

/** ISO date of a day since 1970. @param {number} day */
function linkDate(day) { return new Date(day * 86400000).toISOString().slice(0, 10); }

/** Days that dates can name: years 1 to 9999. */
const LINK_DAYS = [-719162, 2932896];

class Permalink {
  /**
   * @param {L.Map} map
   * @param {Engine} engine
   * @param {Detail} detail
   */
  constructor(map, engine, detail) {
    this.map = map;
    this.engine = engine;
    this.store = engine.store;
    this.detail = detail;
    /** Language that the address asks for, "" for none. */
    this.language = "";
    /** What the address says now. */
    this.written = "";
    /** An event that the address names and that is not open yet. */
    this.awaited = null;
    /** A page without an address of its own (srcdoc) has none to follow. */
    this.able = LINK_PAGE.test(window.location.protocol);
    this.resting = 0;
    /** View and size as the page opened. */
    this.home = this.view();
    this.size = map.getSize();
    this.moved = false;
    /** Whether the next word to the history makes no entry. */
    this.quiet = false;
  }

  /** From now on the address follows, and is followed. */
  follow() {
    const { map, engine } = this;
    // A new size moves the map as well, at once and by what follows; that is no move of the reader's.
    let settled = 0;
    const settling = () => !this.moved && (Date.now() < settled || !map.getSize().equals(this.size));
    map.on("resize", () => {
      settled = Date.now() + LINK_SETTLE;
      this.size = map.getSize();
      if (!this.moved) this.home = this.view();
    });
    map.on("moveend", () => {
      if (settling()) { this.home = this.view(); return; }
      this.moved = this.view() !== this.home;
      if (!this.detail.opening) this.write(false);
    });
    engine.on(() => {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.write(true), LINK_REST);
    });
    window.addEventListener("popstate", () => this.again());
    window.addEventListener("hashchange", () => this.again());
  }

  /** The view in words. */
  view() {
    const { lat, lng } = this.map.getCenter();
    return `${lat.toFixed(4)},${lng.toFixed(4)},${this.map.getZoom().toFixed(2)}`;
  }

  /** Names of the values of a facet. @param {string} facet @returns {string[]} */
  names(facet) { return facet === "type" ? this.store.types.map((type) => type.id) : this.store.values[facet]; }

  /** What is seen, as the words after the `#`; "" for the page as it opens. @param {number | null} [row] the event, the open one by itself */
  state(row = this.detail.row) {
    const { filter } = this.engine;
    const words = new URLSearchParams();
    if (this.moved) words.set("view", this.view());
    if (filter.from !== null) words.set("from", linkDate(filter.from));
    if (filter.to !== null) words.set("to", linkDate(filter.to));
    for (const facet of FACETS) {
      if (!filter[facet]) continue;
      const names = this.names(facet);
      const chosen = [...filter[facet]].filter((code) => code < names.length && code >= -1).sort((a, b) => a - b);
      if (!chosen.length) words.append("none", facet);
      for (const code of chosen) words.append(facet, code < 0 ? "" : names[code]);
    }
    if (filter.km) words.set("km", filter.km.map((km) => Math.round(km)).join(","));
    if (filter.placed) words.set("placed", "1");
    if (filter.text) words.set("text", filter.text.slice(0, LINK_TEXT));
    if (row !== null) {
      const id = this.store.texts && this.store.texts.get("id", row);
      if (id) words.set("event", id); else words.set("row", String(row));
    }
    if (this.language) words.set("lang", this.language);
    return words.toString().replaceAll("%2C", ",");
  }

  /** The whole address with an event open, "" where a page has none of its own. @param {number} row */
  address(row) {
    const plain = window.location.href.split("#")[0];
    return LINK_PAGE.test(window.location.protocol) ? `${plain}#${this.state(row)}` : "";
  }

  /** Put what is seen into the address. @param {boolean} entry whether it makes an entry in the history */
  write(entry) {
    clearTimeout(this.resting);
    const state = this.state();
    if (!this.able || this.awaited || state === this.written) return;
    const address = `${window.location.href.split("#")[0]}${state ? `#${state}` : ""}`;
    const kind = entry && !framed && !this.quiet ? "pushState" : "replaceState";
    this.quiet = false;
    try {
      window.history[kind](null, "", address);
      this.written = state;
    } catch (error) {
      // A sandboxed frame has no history; the page goes on without.
      this.able = false;
      console.info(`The address does not follow: ${error}`);
    }
  }

  /** What the address says, or "" where it says nothing of this page or cannot be read. */
  said() {
    let hash = "";
    try { hash = window.location.hash.slice(1); } catch (error) { console.info(`The address cannot be read: ${error}`); }
    return hash.length > LINK_LETTERS ? "" : hash;
  }

  /** Set the page as its address says, before anything is drawn. */
  read() {
    const said = this.said();
    if (said.startsWith("panj-")) {
      const part = document.getElementById(said);
      if (part instanceof HTMLDetailsElement) part.open = true;
      return;
    }
    this.written = said;
    if (said) this.apply(new URLSearchParams(said), false);
  }

  /** The reader went back or forward, or changed the address. */
  again() {
    const said = this.said();
    if (said === this.written || said.startsWith("panj-")) return;
    clearTimeout(this.resting);
    this.written = said;
    this.apply(new URLSearchParams(said), true);
  }

  /** @param {URLSearchParams} words @param {boolean} back whether what the words do not name goes back to its beginning */
  apply(words, back) {
    // What the words come to is written once more, in the page's own order, without a new entry.
    this.quiet = true;
    const language = words.get("lang") || "";
    this.language = LINK_LANGUAGE.test(language) ? language : "";
    this.setView(words.get("view"));
    const filter = this.filter(words);
    if (back || Object.keys(filter).length) this.engine.replace(filter);
    const name = words.get("event");
    const row = /^\d{1,7}$/.test(words.get("row") || "") ? Number(words.get("row")) : this.store.n;
    if (name) this.find(name.slice(0, LINK_TEXT));
    else if (row < this.store.n) this.show(row);
    else { this.awaited = null; this.detail.hide(); }
  }

  /** @param {string | null} text latitude, longitude, zoom */
  setView(text) {
    const parts = (text || "").split(",");
    const { map } = this;
    const bounds = map.options.maxBounds;
    const lat = linkNumber(parts[0], -90, 90);
    const lng = linkNumber(parts[1], -180, 180);
    const zoom = linkNumber(parts[2], 0, 24);
    if (parts.length !== 3 || lat === null || lng === null || zoom === null || (bounds && !bounds.contains([lat, lng]))) return;
    map.setView([lat, lng], Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), zoom)), { animate: false });
    this.moved = this.view() !== this.home;
  }

  /** The limits that the words name. @param {URLSearchParams} words */
  filter(words) {
    /** @type {Record<string, any>} */
    const filter = {};
    for (const [key, last] of [["from", false], ["to", true]]) {
      const day = isoDay(words.get(key), last);
      if (day !== null && day >= LINK_DAYS[0] && day <= LINK_DAYS[1]) filter[key] = day;
    }
    const none = words.getAll("none").slice(0, LINK_ENTRIES);
    for (const facet of FACETS) {
      const names = this.names(facet);
      const codes = words.getAll(facet).slice(0, LINK_ENTRIES).map((name) => (name === "" ? -1 : names.indexOf(name) < 0 ? -2 : names.indexOf(name)));
      const known = codes.filter((code) => code > -2);
      if (known.length) filter[facet] = new Set(known); else if (none.includes(facet)) filter[facet] = new Set();
    }
    const km = (words.get("km") || "").split(",");
    const [low, high] = [linkNumber(km[0], 0, 99999), linkNumber(km[1], 0, 99999)];
    if (km.length === 2 && low !== null && high !== null && low < high) filter.km = [low, high];
    if (words.get("placed") === "1") filter.placed = true;
    const text = (words.get("text") || "").slice(0, LINK_TEXT);
    if (text.trim()) filter.text = text;
    return filter;
  }

  /** Open the event of an id, once the texts are there. @param {string} id */
  find(id) {
    this.awaited = id;
    this.store.read().then((texts) => {
      if (this.awaited !== id) return;
      for (let i = 0; i < this.store.n; i += 1) if (texts.get("id", i) === id) { this.show(i); return; }
      this.awaited = null;
      this.detail.hide();
    });
  }

  /** @param {number} i */
  show(i) {
    this.awaited = null;
    if (this.detail.row !== i) this.detail.show(i, undefined, false);
  }
}

// Search: a field that suggests events and places while the reader types, in whatever script. It looks at all events, also those inside
// circles of counts; opening one brings it into view. Enter filters by the words.

const SEARCH_EVENTS = 5;
const SEARCH_PLACES = 4;
const SEARCH_OTHERS = 3;
/** Hits that are weighed against each other; of more the newest. */
const SEARCH_WEIGHED = 2000;
const SEARCH_ZOOM = 9.5;

/**
 * A suggestion: what it is called, what stands beside it, what happens.
 * @typedef {{ label: string, more: string, sign: Element | null, go: () => void }} Suggestion
 */

class Search {
  /**
   * @param {L.Map} map
   * @param {Engine | null} engine
   * @param {any} content the page's data
   * @param {{ open: (i: number) => void, dateOf: (i: number) => string, onlyType: (id: string) => void }} does
   */
  constructor(map, engine, content, does) {
    Object.assign(this, { map, engine, does });
    this.store = engine ? engine.store : null;
    this.texts = this.store ? this.store.texts : null;
    this.plain = !this.store || !this.store.hasTexts;
    this.spots = this._spots(content);
    /** @type {Suggestion[]} */
    this.options = [];
    this.at = -1;
    this.input = make("input", {
      type: "search", id: "panj-search-field", class: "panj-search-field", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "auto",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "panj-search-found",
      placeholder: say(this.plain ? "search_hint_plain" : "search_hint"), enterkeyhint: "search",
    });
    this.list = make("div", { id: "panj-search-found", class: "panj-search-found", role: "listbox", "aria-label": say("search"), hidden: true });
    this.said = make("p", { class: "panj-search-said", role: "status" });
    this.box = document.getElementById("panj-search");
    const { box } = this;
    box.setAttribute("role", "search");
    box.append(make("label", { for: "panj-search-field", class: "panj-search-label", text: say("search") }), this.input, this.list, this.said);
    this.input.addEventListener("focus", () => this.ready());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focusout", (event) => { if (!box.contains(/** @type {Node | null} */ (event.relatedTarget))) this.close(); });
    // The filter is changed elsewhere too.
    if (engine) engine.on(() => { if (document.activeElement !== this.input && this.input.value !== engine.filter.text) this.input.value = engine.filter.text; });
  }

  /** Read the texts and fold them, before they are needed. */
  ready() {
    if (this.plain) return;
    this.store.read().then((texts) => {
      this.texts = texts;
      texts.index.idle(() => this.places);
      if (this.input.value.trim() && document.activeElement === this.input) this.typed();
    });
  }

  /** Towns, provinces and other things on the map that have a name. */
  _spots(content) {
    const spots = [];
    const seen = new Set();
    const add = (name, at, kind) => {
      const folded = fold(name);
      if (!folded || !at || seen.has(`${folded} ${kind}`)) return;
      seen.add(`${folded} ${kind}`);
      spots.push({ name, at, folded, kind });
    };
    for (const layer of content.layers) {
      if (layer.kind === "places" || layer.kind === "crossings") for (const point of layer.points) add(point.name, decodePoint(point.at), "search_town");
      if (layer.kind === "unit") { const polygons = unitPolygons.get(layer.code); if (polygons) add(layer.label, L.latLngBounds(polygons.flat(2)), "filter_province"); }
      if (layer.kind === "provinces") for (const area of layer.areas) if (area.spots && area.spots.length) add(area.name, decodePoint(area.spots[0]), "filter_province");
    }
    return spots;
  }

  /** Places of the events by all their names; made when first asked for. */
  get places() {
    if (this._places || !this.texts) return this._places || [];
    const byName = new Map();
    const { store, texts } = this;
    for (let i = 0; i < store.n; i += 1) {
      const name = texts.get("place", i);
      if (!name) continue;
      const names = texts.get("aliases", i) || "";
      const key = `${name}\n${names}`;
      let place = byName.get(key);
      if (!place) {
        place = { name, names: [name, ...names.split("|").filter(Boolean)], rows: 0, bounds: null };
        place.folded = place.names.map(fold);
        byName.set(key, place);
      }
      place.rows += 1;
      const at = store.at(i);
      if (at) place.bounds = place.bounds ? place.bounds.extend(at) : L.latLngBounds(at, at);
    }
    this._places = [...byName.values()];
    return this._places;
  }

  typed() {
    const query = this.input.value.trim();
    if (!query) {
      this.close();
      if (this.engine && this.engine.filter.text) this.engine.set({ text: "" });
      return;
    }
    if (!this.plain && !this.texts) { this.show([], say("search_wait")); return; }
    const words = wordsOf(query);
    const whole = fold(query);
    if (!words.length) { this.close(); return; }
    const groups = [];
    if (this.texts) {
      const { found, count } = this.texts.index.find(words);
      const events = this.events(found, count, words, whole);
      if (count) events.push({ label: say("search_all", { text: query, n: wholeNumber(count) }), more: "", sign: null, go: () => this.filter(query), all: true });
      if (events.length) groups.push(["events_list", events]);
    }
    const places = this.near(words, whole);
    if (places.length) groups.push(["search_places", places]);
    const kinds = this.kinds(words);
    if (kinds.length) groups.push(["type", kinds]);
    this.show(groups, groups.length ? "" : say("search_nothing", { text: query }));
  }

  /** Events: those whose title begins with the words first, the newest first. @returns {Suggestion[]} */
  events(found, count, words, whole) {
    const { store, texts } = this;
    const order = store.byTime();
    const ranks = [[], [], [], []];
    let weighed = 0;
    for (let k = order.length - 1; k >= 0 && weighed < SEARCH_WEIGHED && weighed < count && ranks[0].length < SEARCH_EVENTS; k -= 1) {
      const i = order[k];
      if (!found[i]) continue;
      weighed += 1;
      const title = texts.index.title(i);
      const rank = title.startsWith(whole) ? 0 : ` ${title}`.includes(` ${whole}`) ? 1 : words.every((word) => title.includes(word)) ? 2 : 3;
      if (ranks[rank].length < SEARCH_EVENTS) ranks[rank].push(i);
    }
    return ranks.flat().slice(0, SEARCH_EVENTS).map((i) => ({
      label: texts.title(i), more: [this.does.dateOf(i), texts.get("place", i)].filter(Boolean).join(" · "),
      sign: markSvg(store.types[store.type[i]], 5.5, false), row: i, go: () => { this.close(); this.does.open(i); },
    }));
  }

  /** Places of events and of the map by any of their names. @returns {Suggestion[]} */
  near(words, whole) {
    const rank = (names) => Math.min(...names.map((name) => (name.startsWith(whole) ? 0 : words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 9)));
    const ofEvents = this.places.map((place) => ({ place, rank: rank(place.folded) })).filter((one) => one.rank < 9)
      .sort((one, other) => one.rank - other.rank || other.place.rows - one.place.rows).slice(0, SEARCH_PLACES)
      .map(({ place }) => {
        const said = place.names[place.folded.findIndex((name) => rank([name]) < 9)];
        return { label: said === place.name ? place.name : `${place.name} (${said})`, more: say("events_count", { n: wholeNumber(place.rows) }), sign: null, go: () => this.goTo(place.bounds, `${place.name}`) };
      });
    const named = new Set(this.places.flatMap((place) => place.folded));
    const ofMap = this.spots.filter((spot) => rank([spot.folded]) < 9 && !named.has(spot.folded))
      .sort((one, other) => rank([one.folded]) - rank([other.folded])).slice(0, SEARCH_PLACES)
      .map((spot) => ({ label: spot.name, more: say(spot.kind), sign: null, go: () => this.goTo(spot.at, spot.name) }));
    return [...ofEvents, ...ofMap].slice(0, SEARCH_PLACES + SEARCH_OTHERS);
  }

  /** Types, each to be had alone. @returns {Suggestion[]} */
  kinds(words) {
    const types = this.store ? this.store.types : [];
    return types.filter((type) => { const name = fold(type.label); return words.every((word) => ` ${name}`.includes(` ${word}`)); }).slice(0, SEARCH_OTHERS)
      .map((type) => ({ label: type.label, more: say("search_only"), sign: markSvg(type, 5.5, false), go: () => { this.input.value = ""; this.close(); this.does.onlyType(type.id); } }));
  }

  /** Go to a place. @param {L.LatLng | L.LatLngBounds | null} at */
  goTo(at, name) {
    this.input.value = name;
    this.close();
    if (!at) { this.filter(name); return; }
    const animate = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (at instanceof L.LatLngBounds) this.map.fitBounds(at.pad(0.2), { maxZoom: SEARCH_ZOOM, animate });
    else this.map.setView(at, Math.max(this.map.getZoom(), SEARCH_ZOOM), { animate });
  }

  /** Filter by the words. @param {string} text */
  filter(text) {
    this.close();
    if (this.engine && !this.plain) this.engine.set({ text });
  }

  /** @param {[string, Suggestion[]][]} groups @param {string} hint */
  show(groups, hint) {
    this.options = groups.flatMap(([, options]) => options);
    this.at = -1;
    let k = 0;
    const option = (one) => {
      const element = make("div", { role: "option", id: `panj-search-${k}`, class: one.all ? "panj-search-option panj-search-all" : "panj-search-option", "aria-selected": "false", "data-event": one.row },
        one.sign, make("span", {}, make("bdi", { text: one.label }), one.more ? make("span", { class: "panj-quiet", dir: "auto", text: one.more }) : null));
      // The field keeps the focus.
      element.addEventListener("pointerdown", (event) => event.preventDefault());
      element.addEventListener("click", () => one.go());
      one.element = element;
      k += 1;
      return element;
    };
    this.list.replaceChildren(...groups.map(([key, options]) => make("div", { role: "group", "aria-label": say(key) },
      make("div", { class: "panj-search-group", "aria-hidden": "true", text: say(key) }), ...options.map(option))));
    const notes = [hint, this.plain && this.store ? say("search_no_titles") : ""].filter(Boolean).join(" ");
    this.said.textContent = notes || say("search_found", { n: this.options.length });
    this.said.classList.toggle("panj-search-hint", Boolean(notes));
    this.list.hidden = !this.options.length;
    this.input.setAttribute("aria-expanded", String(this.options.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.options = [];
    this.at = -1;
    this.list.replaceChildren();
    this.list.hidden = true;
    this.said.textContent = "";
    this.said.classList.remove("panj-search-hint");
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} by */
  move(by) {
    const n = this.options.length;
    if (!n) { if (this.input.value.trim()) this.typed(); return; }
    // One step beyond the ends is the field itself.
    const at = this.at + by;
    const before = this.options[this.at];
    if (before) before.element.setAttribute("aria-selected", "false");
    this.at = at >= n ? -1 : at < -1 ? n - 1 : at;
    const now = this.options[this.at];
    if (!now) { this.input.removeAttribute("aria-activedescendant"); return; }
    now.element.setAttribute("aria-selected", "true");
    now.element.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", now.element.id);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); this.move(event.key === "ArrowDown" ? 1 : -1); return; }
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (this.options.length || this.said.textContent) { this.close(); return; }
      this.input.value = "";
      this.typed();
      return;
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    const chosen = this.options[this.at] || (this.plain ? this.options[0] : null);
    if (chosen) chosen.go(); else this.filter(this.input.value.trim());
  }
}

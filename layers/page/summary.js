// Counts by unit, month and type, of events that are not in the page. A disc at each unit, its area the number.

// More months than this make bars too thin to be seen: years then.
const SUM_MOST_MONTHS = 60;

class Summary {
  /** @param {L.Map} map @param {SummaryData} layer */
  constructor(map, layer) {
    this.map = map;
    this.layer = layer;
    this.columns = layer.columns;
    this.types = layer.types;
    this.units = layer.units;
    this.rows = layer.columns.n.length;
    this.total = layer.count;
    this.pass = new Uint8Array(this.rows).fill(1);
    this.group = L.layerGroup();
    /** @type {Map<string, L.Marker>} */
    this.markers = new Map();
    this.folded = this.columns.n.map((_, i) => fold([this.units[this.columns.unit[i]].name, this.types[this.columns.type[i]].label,
      layer.sources[this.columns.source[i]].title].join(" ")));
    // The scale and the places are those of all events, so that a filter makes discs smaller and moves none.
    this.full = this.units.map((unit, k) => (unit.at ? this.sum((i) => this.columns.unit[i] === k) : 0));
    this.most = Math.max(1, ...this.full);
    this.scale = 1;
    /** @type {Map<number, L.LatLng>} */
    this.places = new Map();
  }

  /** @param {(i: number) => unknown} test */
  sum(test) {
    let sum = 0;
    for (let i = 0; i < this.rows; i += 1) if (test(i)) sum += this.columns.n[i];
    return sum;
  }

  visible() { return this.sum((i) => this.pass[i]); }

  /**
   * A month passes when one of its days does; words are looked for in the names of unit, type and source.
   * @param {Wishes} filter
   */
  setFilter(filter) {
    this.wishes = { ...filter };
    const wants = readWishes(filter);
    const { start, end, type } = this.columns;
    for (let i = 0; i < this.rows; i += 1) {
      this.pass[i] = wants.type(this.types[type[i]].id) && wants.days(start[i], end[i]) && wants.words(() => this.folded[i]) ? 1 : 0;
    }
    this.draw();
  }

  /** Radius in px of the disc of so many events, at the zoom for which discs were laid out last. @param {number} n */
  radius(n) { return this.scale * Math.max(SUM_LEAST, SUM_LARGEST * Math.sqrt(n / this.most)); }

  /** How large discs are at this zoom, and where they lie. */
  layOut() {
    const zoom = this.map.getZoom();
    this.scale = 1;
    const drawn = this.units.flatMap((unit, k) => (this.full[k] ? [k] : []));
    const spots = drawn.map((k) => this.map.project(decodePoint(/** @type {Pair} */ (this.units[k].at)), zoom)).map(({ x, y }) => ({ x, y }));
    const { scale, places } = apartDiscs(spots, drawn.map((k) => this.radius(this.full[k])));
    this.scale = scale;
    this.places = new Map(drawn.map((k, at) => [k, this.map.unproject(L.point(places[at].x, places[at].y), zoom)]));
    if (this.sizes) this.sizes.replaceChildren(sizesSvg(this.most, (n) => this.radius(n)));
  }

  /** The map stands at another zoom: the same discs, of another size. */
  zoomed() {
    this.layOut();
    for (const marker of this.markers.values()) {
      marker.setLatLng(/** @type {L.LatLng} */ (this.places.get(marker.panjUnit)));
      marker.setIcon(this.disc(marker));
    }
    this.changed();
  }

  /** @param {L.Marker} marker */
  disc(marker) {
    const svg = discSvg(marker.panjCount, this.radius(marker.panjCount));
    // Names keep clear of the whole disc, not of most of it as with other marks.
    marker.panjBox = this.radius(marker.panjCount) / MARK_SHARE;
    return icon(svg, Number(svg.getAttribute("width")), "panj-icon panj-sum");
  }

  /** Take over what a filter of the events says of time and words; types keep what was last said of them. @param {any} filter */
  follow(filter) {
    /** @param {number | null} day */
    const iso = (day) => (day === null ? undefined : new Date(day * 86400000).toISOString().slice(0, 10));
    const [from, to, text] = [iso(filter.from), iso(filter.to), filter.text || undefined];
    const { wishes = {} } = this;
    if (from !== wishes.from || to !== wishes.to || text !== wishes.text) this.setFilter({ ...wishes, from, to, text });
  }

  draw() {
    if (!this.places.size) this.layOut();
    this.group.clearLayers();
    this.markers.clear();
    /** @type {[CountedUnit, number, number][]} */
    const drawn = this.units.map((unit, k) => [unit, k, unit.at ? this.sum((i) => this.pass[i] && this.columns.unit[i] === k) : 0]);
    // Small ones lie upon large ones.
    for (const [unit, k, n] of drawn.filter((one) => one[2]).sort((one, other) => other[2] - one[2])) {
      const marker = L.marker(/** @type {L.LatLng} */ (this.places.get(k)), { pane: paneOf(this.map, "summary"), zIndexOffset: -Math.round(this.radius(n)) });
      Object.assign(marker, { panjUnit: k, panjCount: n });
      marker.setIcon(this.disc(marker));
      named(marker, `${unit.name}: ${say("events_count", { n })}, ${this.layer.label}`);
      marker.bindPopup(() => make("div", { class: "panj-popup panj-sum-popup" }, make("h2", { dir: "auto", text: unit.name, tabindex: "-1" }), this.detail(k)), POPUP);
      this.markers.set(unit.code, marker);
      this.group.addLayer(marker);
    }
    this.changed();
  }

  /** What passes of one unit, by type and by month. @param {number} k */
  detail(k) {
    const c = this.columns;
    /** @param {number} i */
    const here = (i) => this.pass[i] && c.unit[i] === k;
    const total = this.sum(here);
    const sources = this.layer.sources.filter((_, s) => this.sum((i) => here(i) && c.source[i] === s));
    const types = this.types.map((type, t) => /** @type {[EventType, number]} */ ([type, this.sum((i) => here(i) && c.type[i] === t)])).filter((one) => one[1])
      .sort((one, other) => other[1] - one[1]);
    const list = make("ul", { class: "panj-sum-types" }, ...types.map(([type, n]) => make("li", {},
      markSvg(type, 5.5, false), make("span", { class: "panj-sum-name", dir: "auto", text: type.label }), make("span", { class: "panj-sum-n", text: String(n) }),
      bar(n / types[0][1], type.colour))));
    return make("div", { class: "panj-sum-detail" },
      make("p", { class: "panj-quiet" }, `${say("events_count", { n: total })} · `,
        ...sources.flatMap((source, s) => [s ? ", " : "", linkOrText(source.url, source.title)])),
      make("h3", { text: say("counts_by_type") }), list, ...this.months(here));
  }

  /**
   * Bars by month, or by year where the months are many: from the first to the last of all counts.
   * @param {(i: number) => unknown} here
   */
  months(here) {
    const c = this.columns;
    /** @param {number} i */
    const whole = (i) => c.start[i] !== null && c.end[i] - c.start[i] <= 31;
    /** @param {number} day */
    const monthOf = (day) => { const date = new Date(day * 86400000); return date.getUTCFullYear() * 12 + date.getUTCMonth(); };
    /** @type {number[]} */
    const dated = [];
    for (let i = 0; i < this.rows; i += 1) if (whole(i)) dated.push(monthOf(c.start[i]));
    const [first, last] = dated.reduce(([least, most], one) => [Math.min(least, one), Math.max(most, one)], [Infinity, -Infinity]);
    const yearly = last - first >= SUM_MOST_MONTHS;
    /** @param {number} i */
    const known = (i) => c.start[i] !== null && (yearly || whole(i));
    /** @param {number} i */
    const key = (i) => (yearly ? Math.floor(monthOf(c.start[i]) / 12) : monthOf(c.start[i]));
    const unknown = this.sum((i) => here(i) && !known(i));
    /** @type {Map<number, number>} */
    const bars = new Map();
    for (let i = 0; i < this.rows; i += 1) if (here(i) && known(i)) bars.set(key(i), (bars.get(key(i)) || 0) + c.n[i]);
    const parts = [];
    if (bars.size) {
      const keys = [...bars.keys(), ...(yearly ? [Math.floor(first / 12), Math.floor(last / 12)] : [first, last])].filter(Number.isFinite);
      /** @type {[number, number]} */
      const range = [Math.min(...keys), Math.max(...keys)];
      parts.push(make("h3", { text: say(yearly ? "counts_by_year" : "counts_by_month") }), barChart(bars, range, yearly));
    }
    if (unknown) parts.push(make("p", { class: "panj-quiet", text: yearly ? `${say("date_unknown")}: ${unknown}` : say("counts_no_month", { n: unknown }) }));
    return parts;
  }

  /** Below its row in the legend: what the discs mean, what terms ask for, and what is counted but has no place on the map. */
  legend() {
    this.elsewhere = make("div", {});
    this.sizes = make("span", {}, sizesSvg(this.most, (n) => this.radius(n)));
    this.typesHere = make("div", {});
    return make("div", { class: "panj-sum-legend" },
      make("p", { class: "panj-hint panj-sum-scale" }, this.sizes, make("span", { text: say("counts_legend") })), this.typesHere, this.elsewhere);
  }

  changed() {
    if (!this.elsewhere) return;
    const away = this.units.map((unit, k) => /** @type {[CountedUnit, number, number]} */ ([unit, k, unit.at ? 0 : this.sum((i) => this.pass[i] && this.columns.unit[i] === k)])).filter((one) => one[2]);
    this.elsewhere.replaceChildren();
    if (!away.length) return;
    const n = away.reduce((sum, one) => sum + one[2], 0);
    this.elsewhere.append(make("details", { class: "panj-part panj-sum-away" }, make("summary", { text: `${say("counts_not_drawn")} (${n})` }),
      ...away.map(([unit, k, count]) => make("details", { class: "panj-one" },
        make("summary", {}, make("span", { dir: "auto", text: unit.name }), ` (${count})`), this.detail(k)))));
  }
}

/** @param {number} share @param {string} colour */
const bar = (share, colour) => makeSvg("svg", { viewBox: "0 0 100 4", width: "100%", height: 4, preserveAspectRatio: "none", "aria-hidden": "true", class: "panj-sum-bar" },
  makeSvg("rect", { width: (100 * share).toFixed(1), height: 4, fill: colour }));

/**
 * Bars of equal steps, years written below; the highest says its number.
 * @param {Map<number, number>} bars @param {[number, number]} range @param {boolean} yearly
 */
function barChart(bars, [first, last], yearly) {
  const width = 222;
  const height = 58;
  const steps = last - first + 1;
  const step = Math.min(22, width / steps);
  const most = Math.max(...bars.values());
  /** @param {number} key */
  const periodOf = (key) => (yearly ? String(key) : oneDate(Date.UTC(Math.floor(key / 12), key % 12, 1) / 86400000, "month"));
  const svg = makeSvg("svg", { viewBox: `0 0 ${width} ${height + 16}`, width: "100%", role: "img", class: "panj-sum-chart", direction: "ltr" });
  /** @param {number} x @param {number | string} y @param {string} text @param {string} anchor */
  const label = (x, y, text, anchor) => {
    const element = makeSvg("text", { x: x.toFixed(1), y, "text-anchor": anchor, class: "panj-sum-small" });
    element.textContent = text;
    svg.append(element);
  };
  svg.append(makeSvg("line", { x1: 0, x2: (steps * step).toFixed(1), y1: height, y2: height, class: "panj-sum-axis" }));
  for (const [key, n] of [...bars].sort((one, other) => one[0] - other[0])) {
    const tall = Math.max(1.5, ((height - 14) * n) / most);
    const rect = makeSvg("rect", { x: ((key - first) * step + 0.1 * step).toFixed(1), y: (height - tall).toFixed(1), width: (0.8 * step).toFixed(1), height: tall.toFixed(1), class: "panj-sum-month" });
    const title = makeSvg("title", {});
    title.textContent = `${periodOf(key)}: ${n}`;
    rect.append(title);
    svg.append(rect);
  }
  const [top] = [...bars].sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  svg.setAttribute("aria-label", `${periodOf(first)} – ${periodOf(last)}; ${say("counts_most", { n: top[1], period: periodOf(top[0]) })}`);
  const middle = (top[0] - first + 0.5) * step;
  label(Math.min(width - 4, Math.max(4, middle)), (height - (height - 14) - 4).toFixed(1), String(top[1]), middle < 12 ? "start" : middle > width - 12 ? "end" : "middle");
  // Years that stand far enough apart; January's place is the year's.
  const years = [];
  for (let key = first; key <= last; key += 1) if (yearly || key % 12 === 0 || key === first) years.push(key);
  let free = -Infinity;
  for (const key of years) {
    const x = (key - first) * step;
    if (x < free) continue;
    svg.append(makeSvg("line", { x1: x.toFixed(1), x2: x.toFixed(1), y1: height, y2: height + 3, class: "panj-sum-axis" }));
    label(x, height + 13, yearly ? String(key) : String(Math.floor(key / 12)), x > width - 26 ? "end" : "start");
    free = x + 34;
  }
  return svg;
}

/** What terms ask for, in words, below the legend. @param {Term[] | undefined} lines */
function termsLines(lines) {
  const said = (lines || []).filter((one) => one.line);
  return said.length ? make("div", { class: "panj-sum-terms" }, ...said.map((one) => make("p", { text: one.line }))) : null;
}

/**
 * Tests of a filter: a type's id, first and last day (null: unknown), words in a folded text that is made when asked for.
 * @param {Wishes | undefined} filter
 */
function readWishes(filter) {
  const { from, to, types, text } = filter || {};
  const first = from === undefined || from === null || from === "" ? null : isoDay(from, false);
  const last = to === undefined || to === null || to === "" ? null : isoDay(to, true);
  if ((from && first === null) || (to && last === null)) throw new RangeError("from and to are ISO dates: 2015-05-12");
  const wanted = Array.isArray(types) ? new Set(types) : null;
  /** @type {string[]} */
  const words = text ? fold(text).split(" ").filter(Boolean) : [];
  return {
    type: (/** @type {string} */ id) => !wanted || wanted.has(id),
    days: (/** @type {number | null} */ start, /** @type {number | null} */ end) => (first === null && last === null)
      || (start !== null && (first === null || (end === null ? start : end) >= first) && (last === null || start <= last)),
    words: (/** @type {() => string} */ folded) => !words.length || words.every((word) => folded().includes(word)),
  };
}

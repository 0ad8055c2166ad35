// One filter for everything: which events pass, counted in one pass over the columns.
//
// Everything that shows events asks here. `set` and `replace` change the filter; a pass over the columns follows, at the latest with
// the next frame; then whoever called `on` is told. A facet (type, precision, side, province, band) is counted with all
// limits but its own, so that a legend can say what a click would bring; so are the days and the kilometres.
//
// Filter: { from, to: days since 1970 or null; type, precision, side, province, band: Set of codes or null (a missing value
// is the code -1); km: [from, to) in kilometres along the line, or null; placed: only rows with a place of their own known to the
// town; text: "" }.

const FACETS = ["type", "precision", "side", "province", "band"];
const NO_FILTER = Object.freeze({ from: null, to: null, type: null, precision: null, side: null, province: null, band: null, km: null, placed: false, text: "" });
/** What "precisely placed" means: the place itself is known, not only its surroundings. */
const PLACED = ["exact", "place"];
const BIT = { type: 1, precision: 2, side: 4, province: 8, band: 16, time: 32, km: 64, text: 128 };
/** Facet of a single bit; a row that fails for more than one reason is counted nowhere. */
const SINGLE = new Int8Array(256).fill(-1);
SINGLE[0] = 0;
[1, 2, 4, 8, 16, 32, 64, 128].forEach((bit, k) => { SINGLE[bit] = k + 1; });
/** Kilometres to a bin of the strip. */
const KM_BIN = 5;

class Engine {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.filter = { ...NO_FILTER };
    this.listeners = [];
    this._combine();
    this._time();
    /** Number of rows that pass, and how many of them have a place, are at a unit, are only listed. */
    this.visible = store.n;
    this.drawn = { points: store.points, units: store.units, listed: store.n - store.points - store.units };
    /** 1 where a row passes. */
    this.pass = new Uint8Array(store.n).fill(1);
    /** Result of a search: 1 where a row has the words; null where there is no search. */
    this.found = null;
    this._waiting = 0;
    this._dirty = true;
    this._searching = null;
    /** Whether the range is being played through: what happens now is no choice of the reader's. */
    this.playing = false;
    /** Why each row fails, as the last pass found it. */
    this._bits = new Uint8Array(store.n);
    /** Filter and search result of the last pass. */
    this._passed = null;
  }

  /** Combinations of the facets that occur: one number a row instead of five. */
  _combine() {
    const { store } = this;
    const { n } = store;
    this.sizes = FACETS.map((name) => (name === "type" ? store.types.length : store.values[name].length) + 1);
    const columns = FACETS.map((name) => store[name]);
    const [s1, s2, s3, s4] = [this.sizes[1], this.sizes[2], this.sizes[3], this.sizes[4]];
    const [c0, c1, c2, c3, c4] = columns;
    const [m0, m1, m2, m3, m4] = this.sizes.map((size) => size - 1);
    const seen = new Map();
    const keys = [];
    this.combo = new Uint16Array(n);
    let [lastKey, lastNumber] = [-1, 0];
    for (let i = 0; i < n; i += 1) {
      const a = c0[i] < m0 ? c0[i] : m0;
      const b = c1[i] < m1 ? c1[i] : m1;
      const c = c2[i] < m2 ? c2[i] : m2;
      const d = c3[i] < m3 ? c3[i] : m3;
      const e = c4[i] < m4 ? c4[i] : m4;
      const key = (((a * s1 + b) * s2 + c) * s3 + d) * s4 + e;
      if (key !== lastKey) {
        let number = seen.get(key);
        if (number === undefined) {
          number = keys.length;
          if (number === 65536) { this.combo = Uint32Array.from(this.combo); }
          seen.set(key, number);
          keys.push([a, b, c, d, e]);
        }
        lastKey = key;
        lastNumber = number;
      }
      this.combo[i] = lastNumber;
    }
    /** Codes of each combination, by facet; the last code of a facet means: missing. */
    this.keys = keys;
    this._codes = FACETS.map((_, f) => Uint16Array.from(keys, (codes) => codes[f]));
    /** Rows that pass, by combination; and rows that fail for one facet only, by facet. */
    this._byCombo = new Uint32Array(keys.length);
    this._others = FACETS.map(() => new Uint32Array(keys.length));
    this.counts = {};
    FACETS.forEach((name, f) => { this.counts[name] = new Uint32Array(this.sizes[f]); });
  }

  /** First and last day of all events, and the bins of days and kilometres. */
  _time() {
    const { start, end, n, chainage, values, date_precision: fine } = this.store;
    let first = Infinity;
    let last = -Infinity;
    let most = 0;
    let long = false;
    for (let i = 0; i < n; i += 1) {
      if (start[i] === MISSING) continue;
      if (start[i] < first) first = start[i];
      if (end[i] > last) last = end[i];
      if (end[i] > start[i]) long = true;
    }
    const known = new Set();
    const until = new Set();
    for (let i = 0; i < n; i += 1) {
      if (chainage[i] > most) most = chainage[i];
      if (start[i] === first) known.add(values.date_precision[fine[i]]);
      if (end[i] === last) until.add(values.date_precision[fine[i]]);
    }
    /** How much is known of the first and of the last day: the best that a row knows. @param {Set<string | undefined>} found */
    const best = (found) => (found.size && !found.has("day") && !found.has("week") && !found.has(undefined) ? ["month", "year"].find((one) => found.has(one)) || "day" : "day");
    this.span = first <= last ? { first, last, firstPrecision: best(known), lastPrecision: best(until) } : null;
    /** Whether an event lasts longer than a day. */
    this._long = long;
    /** Events that pass all but the time and have no date. */
    this.undated = 0;
    /** Rises with each pass that counted `days` anew. */
    this.daysStamp = 0;
    /** Events that pass all but the time, by day: an event of several days counts its share on each. `days[0]` is `span.first`. */
    this.days = new Float64Array(this.span ? last - first + 1 : 0);
    this._edges = new Float64Array(this.days.length + 1);
    /** Events that pass all but the stretch of the line, by `KM_BIN` kilometres and type: [bin * types + type]. */
    this.km = new Uint32Array((Math.floor(most / KM_BIN) + 1) * Math.max(1, this.store.types.length));
  }

  /** Be told after each pass. @param {(engine: Engine) => void} call */
  on(call) { this.listeners.push(call); }

  /** Change some of the filter. */
  set(patch) { this.replace({ ...this.filter, ...patch }); }

  /** Replace the filter; what it does not name is no limit. */
  replace(filter) {
    const before = this.filter.text;
    this.filter = { ...NO_FILTER, ...filter };
    if (this.filter.text !== before) this._search();
    this.touch();
  }

  /** Have a pass with the next frame. */
  touch() {
    this._dirty = true;
    if (!this._waiting) this._waiting = requestAnimationFrame(() => { this._waiting = 0; this.run(); });
  }

  /** Whether a filter is set at all. */
  get limited() { return Object.keys(NO_FILTER).some((key) => this.filter[key] !== NO_FILTER[key]); }

  /** Look for words; the texts may have to be decoded first. */
  _search() {
    const wanted = this.filter.text;
    const words = wanted ? fold(wanted).split(" ").filter(Boolean) : [];
    this._searching = null;
    if (!words.length) { this.found = null; return; }
    const { store } = this;
    const look = (texts) => {
      if (this.filter.text !== wanted) return;
      const found = new Uint8Array(store.n);
      for (let i = 0; i < store.n; i += 1) {
        const hay = texts.haystack(i);
        let all = 1;
        for (let k = 0; k < words.length && all; k += 1) if (!hay.includes(words[k])) all = 0;
        found[i] = all;
      }
      this.found = found;
      this._searching = null;
      this.touch();
    };
    if (store.texts) { look(store.texts); return; }
    this._searching = store.read().then(look);
  }

  /** The number that pass, after whatever is still going on. @returns {number | Promise<number>} */
  count() {
    if (this._searching) return this._searching.then(() => this.count());
    this.run();
    return this.visible;
  }

  /** The pass, if something changed since the last one. */
  run() {
    if (!this._dirty) return;
    this._dirty = false;
    if (!this._shift()) this._pass();
    this._passed = { filter: this.filter, found: this.found };
    this._count();
    for (const call of this.listeners) call(this);
  }

  /** First and last day that the time limit of a filter lets through, and whether there is one. */
  static _limits(filter) {
    const timed = filter.from !== null || filter.to !== null;
    return { timed, low: filter.from === null ? MISSING + 1 : filter.from, high: filter.to === null ? 2147483647 : filter.to };
  }

  /**
   * A pass over the rows at the ends of the range only, where nothing but the range has moved since the last pass.
   * @returns {boolean} whether that was all there is to do
   */
  _shift() {
    const { store, _passed: passed, filter } = this;
    if (!passed || passed.found !== this.found || !sameLimits(passed.filter, filter)) return false;
    const before = Engine._limits(passed.filter);
    const now = Engine._limits(filter);
    // Rows that begin between the two last days or end between the two first ones.
    const parts = [];
    const add = (order, column, low, high) => parts.push([order, firstAt(order, column, low), firstAt(order, column, high)]);
    const dated = store.byTime();
    if (before.high !== now.high) add(dated, store.start, Math.min(before.high, now.high) + 1, Math.max(before.high, now.high) + 1);
    if (before.low !== now.low) add(this._long ? store.byEnd() : dated, store.end, Math.min(before.low, now.low), Math.max(before.low, now.low));
    if (before.timed !== now.timed) parts.push([dated, firstAt(dated, store.start, 2147483648), store.n]);
    const work = parts.reduce((sum, [, from, to]) => sum + to - from, 0);
    // In order of time the rows lie far apart in memory: beyond a share of them the plain pass is quicker.
    if (work * 4 > store.n) return false;
    const { start, end } = store;
    const { _bits: all } = this;
    for (const [order, from, to] of parts) {
      for (let k = from; k < to; k += 1) {
        const i = order[k];
        const day = start[i];
        const was = all[i];
        const bits = now.timed && (day === MISSING || day > now.high || end[i] < now.low) ? was | BIT.time : was & ~BIT.time;
        if (bits === was) continue;
        this._tally(i, was, -1);
        this._tally(i, bits, 1);
        all[i] = bits;
        this.pass[i] = bits === 0 ? 1 : 0;
      }
    }
    return true;
  }

  /** Count a row that fails for `bits` in, or out. The days know nothing of the time limit. */
  _tally(i, bits, by) {
    const { store } = this;
    const single = SINGLE[bits];
    if (single < 0) return;
    if (single === 0) {
      this._byCombo[this.combo[i]] += by;
      this._parts[i < store.points ? 0 : i < store.points + store.units ? 1 : 2] += by;
    } else if (single <= 5) this._others[single - 1][this.combo[i]] += by;
    if ((single === 0 || single === 7) && store.chainage[i] >= 0) {
      this.km[((store.chainage[i] / KM_BIN) | 0) * Math.max(1, store.types.length) + store.type[i]] += by;
    }
  }

  /** Sums by facet and part, from those by combination. */
  _count() {
    const { _byCombo: byCombo, _others: others, _parts: drawn } = this;
    this.drawn = { points: drawn[0], units: drawn[1], listed: drawn[2] };
    this.visible = drawn[0] + drawn[1] + drawn[2];
    FACETS.forEach((name, f) => {
      const counts = this.counts[name].fill(0);
      const [codes, other] = [this._codes[f], others[f]];
      for (let kind = 0; kind < codes.length; kind += 1) counts[codes[kind]] += byCombo[kind] + other[kind];
    });
  }

  /** Bits of each combination: which facets it fails. */
  _failing() {
    const limits = FACETS.map((name) => this.filter[name]);
    const placed = this.filter.placed ? new Set(PLACED.map((one) => this.store.values.precision.indexOf(one))) : null;
    return Uint8Array.from(this.keys, (codes) => {
      let bits = 0;
      codes.forEach((code, f) => {
        const real = code === this.sizes[f] - 1 ? -1 : code;
        if (limits[f] && !limits[f].has(real)) bits |= 1 << f;
        if (f === 1 && placed && (real < 0 || !placed.has(real))) bits |= BIT.precision;
      });
      return bits;
    });
  }

  /** The pass over all rows. */
  _pass() {
    const { store, combo, pass, found, days, _edges: edges, _bits: all, _byCombo: byCombo, _others: others } = this;
    const { n, points, units, start, end, chainage, type } = store;
    const failing = this._failing();
    const { timed, low, high } = Engine._limits(this.filter);
    const stretch = this.filter.km;
    const [kmLow, kmHigh] = stretch || [0, 0];
    const kinds = Math.max(1, store.types.length);
    const first = this.span ? this.span.first : 0;
    byCombo.fill(0);
    for (const counts of others) counts.fill(0);
    const { km } = this;
    km.fill(0);
    days.fill(0);
    edges.fill(0);
    const drawn = [0, 0, 0];
    let undated = 0;
    let part = 0;
    let until = points;
    for (let i = 0; i < n; i += 1) {
      while (i >= until) { part += 1; until = part === 1 ? points + units : n; }
      const kind = combo[i];
      let bits = failing[kind];
      const day = start[i];
      if (timed && (day === MISSING || day > high || end[i] < low)) bits |= 32;
      const along = chainage[i];
      if (stretch && (along < kmLow || along >= kmHigh || along < 0)) bits |= 64;
      if (found !== null && found[i] === 0) bits |= 128;
      all[i] = bits;
      if (bits === 0) {
        pass[i] = 1;
        drawn[part] += 1;
        byCombo[kind] += 1;
        if (along >= 0) km[((along / KM_BIN) | 0) * kinds + type[i]] += 1;
      } else {
        pass[i] = 0;
        const single = SINGLE[bits];
        if (single < 0) continue;
        if (single <= 5) { others[single - 1][kind] += 1; continue; }
        if (single === 7) { if (along >= 0) km[((along / KM_BIN) | 0) * kinds + type[i]] += 1; continue; }
        if (single !== 6) continue;
      }
      if (day === MISSING) { undated += 1; continue; }
      const at = day - first;
      const length = end[i] - day;
      if (length === 0) days[at] += 1;
      else {
        const share = 1 / (length + 1);
        edges[at] += share;
        edges[at + length + 1] -= share;
      }
    }
    let carried = 0;
    for (let k = 0; k < days.length; k += 1) { carried += edges[k]; if (carried > 1e-9) days[k] += carried; }
    this._parts = drawn;
    this.undated = undated;
    this.daysStamp += 1;
  }

  /**
   * Events with a kilometre and a date by stretch and time, with every limit but that of the stretch; the later rows come last.
   * @param {number} width kilometres of a column
   * @param {number} columns
   * @param {number} rows
   * @returns {Uint32Array} [row * columns + column]
   */
  alongTime(width, columns, rows) {
    const { store, combo, found, filter, pass } = this;
    const { n, start, end } = store;
    const cell = this._cells(width, columns, rows);
    // One more for the rows that have no cell.
    const grid = new Uint32Array(columns * rows + 1);
    if (!filter.km) {
      for (let i = 0; i < n; i += 1) if (pass[i] !== 0) grid[cell[i]] += 1;
    } else {
      const failing = this._failing();
      const low = filter.from === null ? MISSING : filter.from;
      const high = filter.to === null ? 2147483647 : filter.to;
      for (let i = 0; i < n; i += 1) {
        if (failing[combo[i]] === 0 && start[i] <= high && end[i] >= low && (found === null || found[i] !== 0)) grid[cell[i]] += 1;
      }
    }
    return grid.subarray(0, columns * rows);
  }

  /** Rows with a kilometre and a date, with every limit but that of the stretch; for few events. @returns {number[]} */
  alongLine() {
    const { store, combo, found, filter } = this;
    const { n, start, end, chainage } = store;
    const failing = this._failing();
    const low = filter.from === null ? MISSING : filter.from;
    const high = filter.to === null ? 2147483647 : filter.to;
    const rows = [];
    for (let i = 0; i < n; i += 1) {
      if (chainage[i] < 0 || start[i] === MISSING || failing[combo[i]] !== 0 || start[i] > high || end[i] < low) continue;
      if (found === null || found[i] !== 0) rows.push(i);
    }
    return rows;
  }

  /** Cell of each row in such a field: made once for a size, since a million rows take a while. */
  _cells(width, columns, rows) {
    const key = [width, columns, rows].join();
    if (this._cellsFor !== key) {
      const { store, span } = this;
      const { n, start, end, chainage } = store;
      const none = columns * rows;
      const cell = none < 65536 ? new Uint16Array(n) : new Uint32Array(n);
      const by = span ? rows / (span.last - span.first + 1) : 0;
      for (let i = 0; i < n; i += 1) {
        if (chainage[i] < 0 || start[i] === MISSING) { cell[i] = none; continue; }
        cell[i] = Math.min(rows - 1, (((start[i] + end[i]) / 2 - span.first) * by) | 0) * columns + Math.min(columns - 1, (chainage[i] / width) | 0);
      }
      this._cellsFor = key;
      this._cell = cell;
    }
    return this._cell;
  }
}

/** Whether two filters differ in nothing but the time. The words are known by what they found. */
function sameLimits(one, other) {
  const sameSet = (a, b) => a === b || (a && b && a.size === b.size && [...a].every((code) => b.has(code)));
  const sameKm = (a, b) => a === b || (a && b && a[0] === b[0] && a[1] === b[1]);
  return FACETS.every((name) => sameSet(one[name], other[name])) && Boolean(sameKm(one.km, other.km)) && one.placed === other.placed;
}

/** Where rows begin whose day is not before `day`, in an order by the days of `column`, those without one last. */
function firstAt(order, column, day) {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = column[order[middle]];
    if (value !== MISSING && value < day) low = middle + 1; else high = middle;
  }
  return low;
}

/** A filter in the words of `panj.setFilter`: ISO dates, ids of types, names of precisions, sides, provinces, bands. */
function readFilter(filter, store) {
  const { from, to, types, precision, side, province, band, km, placed, text } = filter || {};
  const day = (value, last) => {
    if (value === undefined || value === null || value === "") return null;
    const found = isoDay(value, last);
    if (found === null) throw new RangeError("from and to are ISO dates: 2015-05-12");
    return found;
  };
  const codes = (names, values) => (Array.isArray(names) ? new Set(names.map((name) => (name === "" || name === null ? -1 : values.indexOf(name))).map((code, k) => (code < 0 && names[k] ? -2 : code))) : null);
  return {
    from: day(from, false),
    to: day(to, true),
    type: codes(types, store.types.map((type) => type.id)),
    precision: codes(precision, store.values.precision),
    side: codes(side, store.values.side),
    province: codes(province, store.values.province),
    band: codes(band, store.values.band),
    km: Array.isArray(km) ? [Number(km[0]), Number(km[1])] : null,
    placed: Boolean(placed),
    text: text ? String(text) : "",
  };
}

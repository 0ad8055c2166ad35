// The events as columns: typed arrays, one number a row, decoded from the page once. No object per event.
//
// Rows [0, points) have a place of their own, sorted along the Morton curve; rows [points, points + units) are known by their
// unit only; the rest is only listed. layers/columns.py packs what is unpacked here.

/** What stands in Int32 columns where nothing is known. */
const MISSING = -2147483648;
const UNKNOWN_KM = -1;

/** Bytes of a block of the page: base64, gzip. @param {string} id @returns {Promise<Uint8Array | null>} */
async function unpackBytes(id) {
  const block = /** @type {HTMLTemplateElement | null} */ (document.getElementById(id));
  if (!block) return null;
  const letters = block.content.textContent.trim();
  // Base64 by the browser's own decoder where there is one; a loop over a string of megabytes is slow.
  const native = /** @type {any} */ (Uint8Array);
  const bytes = native.fromBase64 ? native.fromBase64(letters) : byLetters(atob(letters));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {string} text letters that stand for bytes */
function byLetters(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Every other bit of a whole number of up to 26 bits, the lowest first. @param {number} bits */
function everyOther(bits) {
  let value = bits & 0x1555555;
  value = (value | (value >>> 1)) & 0x3333333;
  value = (value | (value >>> 2)) & 0x0f0f0f0f;
  value = (value | (value >>> 4)) & 0x00ff00ff;
  return (value | (value >>> 8)) & 0x1fff;
}

const HALF = 67108864; // 2 ** 26

/** Places: steps along the Morton curve to units of 1e-5 degrees. */
function decodePlaces(head, bytes, count, lon, lat) {
  const width = head.bytes;
  let code = 0;
  for (let i = 0; i < count; i += 1) {
    let step = 0;
    for (let byte = width - 1; byte >= 0; byte -= 1) step = step * 256 + bytes[byte * count + i];
    code += step;
    const high = Math.floor(code / HALF);
    const low = code - high * HALF;
    lon[i] = head.west + everyOther(low) + everyOther(high) * 8192;
    lat[i] = head.south + everyOther(low >>> 1) + everyOther(high >>> 1) * 8192;
  }
  return width * count;
}

/** One column into an array; `missing` is what stands there for a row without a value. Returns the bytes read. */
function decodeColumn(entry, bytes, at, rows, target, missing) {
  const width = entry.bytes;
  const { base } = entry;
  const gap = entry.missing ? 1 : 0;
  if (!width) {
    target.fill(entry.missing ? missing : base);
    return 0;
  }
  let last = 0;
  for (let i = 0; i < rows; i += 1) {
    let raw = bytes[at + i];
    let scale = 256;
    for (let byte = 1; byte < width; byte += 1) { raw += bytes[at + byte * rows + i] * scale; scale *= 256; }
    if (entry.delta) {
      // Differences may be longer than 32 bits: no shifts.
      last += raw % 2 ? -(raw + 1) / 2 : raw / 2;
      raw = last;
    }
    target[i] = gap && raw === 0 ? missing : raw - gap + base;
  }
  return width * rows;
}

class Store {
  /**
   * @param {any} layer the events layer of the page's data: its head in `columns`
   * @param {Uint8Array} bytes
   * @param {string} [textsId] block of the page that holds the texts, if there is one
   */
  constructor(layer, bytes, textsId = "panj-texts") {
    const head = layer.columns;
    this.textsId = textsId;
    this.layer = layer;
    this.head = head;
    /** Number of events. */
    this.n = head.rows;
    this.points = head.points;
    this.units = head.units;
    this.types = layer.types;
    /** Values of the coded columns by name; a code's value, a missing code (255 or 65535) means none. */
    this.values = head.values;
    const { n } = this;
    /** Units of 1e-5 degrees, of rows with a place. */
    this.lon = new Int32Array(this.points);
    this.lat = new Int32Array(this.points);
    let at = decodePlaces(head.place, bytes, this.points, this.lon, this.lat);
    const wide = (name) => (name === "type" ? layer.types.length : this.values[name].length) > 254;
    for (const entry of head.columns) {
      const { name } = entry;
      const few = name in this.values || name === "type";
      const target = few ? new (wide(name) ? Uint16Array : Uint8Array)(n)
        : name === "flags" ? new Uint8Array(n) : name === "chainage" ? new Int16Array(n) : new Int32Array(n);
      const missing = few ? (wide(name) ? 65535 : 255) : name === "chainage" ? UNKNOWN_KM : MISSING;
      at += decodeColumn(entry, bytes, at, n, target, missing);
      this[name] = target;
    }
    if (at !== bytes.length) throw new RangeError(`${bytes.length} bytes of events, ${at} expected`);
    const { start, end } = this;
    for (let i = 0; i < n; i += 1) end[i] = end[i] === MISSING ? start[i] : start[i] + end[i];
    this.texts = null;
    this._texts = null;
    this._byTime = null;
    this._byEnd = null;
  }

  /** Value of a coded column, "" where it is missing. @param {string} name @param {number} i */
  code(name, i) {
    const value = this.values[name][this[name][i]];
    return value === undefined ? "" : value;
  }

  /** Deaths as the marks reckon them: best, else low, else high; null where nothing is known. @param {number} i */
  deaths(i) {
    for (const column of [this.best, this.low, this.high]) if (column[i] !== MISSING) return column[i];
    return null;
  }

  /** Whether a row has one of the flags: unverified, graphic, withheld, closed. @param {number} i @param {string} name */
  flag(i, name) {
    return Boolean(this.flags[i] & (1 << FLAG_BITS.indexOf(name)));
  }

  /** Place of a row. @param {number} i @returns {L.LatLng | null} */
  at(i) {
    return i < this.points ? L.latLng(this.lat[i] / 1e5, this.lon[i] / 1e5) : null;
  }

  /** Unit that a row is drawn at, "" for rows with a place or only listed. @param {number} i */
  unitOf(i) { return this.code("unit", i); }

  listed(i) { return i >= this.points + this.units; }

  /** Whether the page holds titles and the like. */
  get hasTexts() { return Boolean(document.getElementById(this.textsId)); }

  /** Titles, notes, sources: decoded when first asked for. @returns {Promise<Texts>} */
  read() {
    if (!this._texts) {
      this._texts = unpackBytes(this.textsId).then((bytes) => {
        this.texts = new Texts(bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {}, this);
        return this.texts;
      });
    }
    return this._texts;
  }

  /** Rows in the order of time, those without a date last. @returns {Uint32Array} */
  byTime() {
    if (!this._byTime) this._byTime = this._ordered(this.start);
    return this._byTime;
  }

  /** Rows in the order of their last days, those without a date last. @returns {Uint32Array} */
  byEnd() {
    if (!this._byEnd) this._byEnd = this._ordered(this.end);
    return this._byEnd;
  }

  /** Rows in the order of a column of days: a counting sort, for days are few. @param {Int32Array} column */
  _ordered(column) {
    const { n } = this;
    let first = Infinity;
    let last = -Infinity;
    for (let i = 0; i < n; i += 1) if (column[i] !== MISSING) { if (column[i] < first) first = column[i]; if (column[i] > last) last = column[i]; }
    const days = last >= first ? last - first + 1 : 0;
    const places = new Uint32Array(days + 2);
    const slot = (i) => (column[i] === MISSING ? days : column[i] - first);
    for (let i = 0; i < n; i += 1) places[slot(i) + 1] += 1;
    for (let k = 1; k < places.length; k += 1) places[k] += places[k - 1];
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i += 1) { const k = slot(i); order[places[k]] = i; places[k] += 1; }
    return order;
  }
}

const FLAG_BITS = ["unverified", "graphic", "withheld", "closed"];

/** Titles, notes, sources and the like, by column: a list by row, or values and the rows' numbers. */
class Texts {
  constructor(columns, store) {
    this.columns = columns;
    this.store = store;
    this.folded = null;
  }

  /** @param {string} name @param {number} i @returns {any} null where there is none */
  get(name, i) {
    const column = this.columns[name];
    if (!column) return null;
    const value = column.rows ? column.values[column.rows[i]] : column[i];
    return value === undefined ? null : value;
  }

  /** What a row is called: its title, else its type. @param {number} i */
  title(i) { return this.get("title", i) || this.store.types[this.store.type[i]].label; }

  /** Everything that a search looks at in a row, folded. @param {number} i */
  haystack(i) {
    if (!this.folded) this.folded = new Array(this.store.n);
    if (this.folded[i] === undefined) {
      this.folded[i] = fold(["title", "place", "actor1", "actor2", "note"].map((name) => this.get(name, i)).filter(Boolean).join(" "));
    }
    return this.folded[i];
  }
}

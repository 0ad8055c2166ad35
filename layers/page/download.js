// The rows that pass the filter as a file: CSV or GeoJSON, with the columns of panj's event table as far as the page has them. Rows whose
// terms forbid it stay out and are counted; what is only counted in the page was never in it.

/** Rows that are written at once, before the page may draw again. */
const FILE_STEP = 5000;
/** What begins a formula in a spreadsheet, as geodata/csvtext.py has it. */
const FILE_RISKY = /^'*[=+\-@\t\r]/;
const FILE_NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const FILE_COMMENT = /^'*\s*#(?:\s|$)/;
const FILE_QUOTED = /[",\r\n]/;

/** A text as a cell that no spreadsheet runs. @param {string} text @param {boolean} first whether it begins its line */
function guardCell(text, first) {
  const risky = FILE_RISKY.test(text) && !FILE_NUMBER.test(text);
  return risky || (first && FILE_COMMENT.test(text)) ? `'${text}` : text;
}

/** @param {string | number | boolean | null} value @param {boolean} first */
function csvCell(value, first) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = guardCell(value, first);
  return FILE_QUOTED.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** @param {number} day @returns {string | null} */
const isoOf = (day) => (day === MISSING ? null : new Date(day * 86400000).toISOString().slice(0, 10));

/** Columns of a file: name, and value of a row. @param {Store} store @returns {[string, (i: number) => any][]} */
function fileColumns(store) {
  const { texts } = store;
  const text = (name) => (i) => texts.get(name, i);
  const code = (name) => (i) => store.code(name, i) === "" ? null : store.code(name, i);
  const number = (name) => (i) => (store[name][i] === MISSING ? null : store[name][i]);
  const flag = (name) => (i) => store.flag(i, name);
  const tenth = (name) => (i) => { const value = texts.get(name, i); return value === null ? null : value / 10; };
  const told = store.hasTexts;
  return [
    ...(told ? [["event_id", text("id")], ["title", text("title")]] : []),
    ["event_type", (i) => store.types[store.type[i]].id],
    ["date_start", (i) => isoOf(store.start[i])], ["date_end", (i) => isoOf(store.end[i])], ["date_precision", code("date_precision")],
    ["geo_precision", code("precision")], ["radius_km", code("radius")],
    ...(told ? ["place", "stated_province", "stated_district", "actor1", "actor2"].map((name) => [name, text(name)]) : []),
    ["fatalities_low", number("low")], ["fatalities_best", number("best")], ["fatalities_high", number("high")],
    ...(told ? [["sources", (i) => JSON.stringify(texts.get("sources", i) || [])], ["note", text("note")]] : []),
    ["unverified", flag("unverified")], ["graphic", flag("graphic")], ["withhold", flag("withheld")],
    ...(told ? [["listed_reason", text("listed_reason")]] : []),
    ["province_code", code("province")], ["border_side", code("side")],
    ...(told ? [["border_km", tenth("km")], ["border_km_min", tenth("km_min")], ["border_km_max", tenth("km_max")]] : []),
    ["border_band", code("band")],
    ["border_chainage_km", (i) => (store.chainage[i] < 0 ? null : store.chainage[i])],
  ];
}

/** Parts of a CSV file, and of a GeoJSON one; each a call that gives head, rows and end. */
const FILES = {
  csv: {
    type: "text/csv;charset=utf-8",
    // The mark tells spreadsheets that the text is UTF-8.
    head: (columns) => `\ufeff${[...columns.map(([name]) => name), "lat", "lon"].join(",")}\n`,
    row: (columns, i, at) => `${[...columns.map(([, of], k) => csvCell(of(i), k === 0)), at ? String(at[1]) : "", at ? String(at[0]) : ""].join(",")}\n`,
    end: () => "",
  },
  geojson: {
    type: "application/geo+json",
    head: (columns, about) => `{"type": "FeatureCollection", "metadata": ${JSON.stringify(about)}, "features": [`,
    row: (columns, i, at, first) => {
      const properties = Object.fromEntries(columns.map(([name, of]) => [name, name === "sources" ? JSON.parse(of(i)) : of(i)]));
      return `${first ? "\n" : ",\n"}${JSON.stringify({ type: "Feature", properties, geometry: at ? { type: "Point", coordinates: at } : null })}`;
    },
    end: () => "\n]}\n",
  },
};

class Download {
  /** @param {Engine} engine @param {any} page the page's words: title, credit, licences, terms @param {() => string} limits */
  constructor(engine, page, limits) {
    Object.assign(this, { engine, page, limits });
    this.buttons = Object.keys(FILES).map((kind) => make("button", { type: "button", "data-file": kind, text: kind === "csv" ? "CSV" : "GeoJSON", on: { click: () => this.save(kind) } }));
    this.note = document.createTextNode("");
    this.hint = make("span", { class: "panj-quiet", hidden: true }, this.note);
    this.box = make("p", { class: "panj-download" }, make("span", { text: say("download") }), ...this.buttons, this.hint);
    this.closed = 0;
    const { flags, n } = engine.store;
    const bit = 1 << FLAG_BITS.indexOf("closed");
    for (let i = 0; i < n && !this.closed; i += 1) if (flags[i] & bit) this.closed = bit;
    if (this.closed) engine.on(() => { clearTimeout(this.later); this.later = setTimeout(() => this.count(), 150); });
    else engine.on(() => this.enable(engine.visible));
  }

  /** How many rows may not be passed on. */
  count() {
    const { pass, store: { flags, n }, visible } = this.engine;
    let kept = 0;
    for (let i = 0; i < n; i += 1) if (pass[i] && flags[i] & this.closed) kept += 1;
    this.hint.hidden = !kept;
    retext(this.note, kept ? say("download_closed", { n: wholeNumber(kept) }) : "");
    this.enable(visible - kept);
  }

  enable(n) { for (const button of this.buttons) if (button.disabled === n > 0) button.disabled = !n; }

  /** Parts of a file, made a few thousand rows at a time. @param {"csv" | "geojson"} kind @returns {Promise<string[]>} */
  async parts(kind) {
    const { engine } = this;
    await engine.count();
    const { store } = engine;
    await store.read();
    const { head, row, end } = FILES[kind];
    const columns = fileColumns(store);
    // As the filter stands now, whatever the reader does meanwhile.
    const pass = engine.pass.slice();
    const order = store.byTime();
    const { page } = this;
    const about = {
      title: page.title, shown: this.limits() || null, credit: page.credit || null, date: page.date || null,
      terms: page.terms.map((one) => one.line).filter(Boolean), licences: page.licences.map(({ title, attribution, licence, url }) => ({ title, attribution, licence, url })),
    };
    const parts = [head(columns, about)];
    let first = true;
    let rows = 0;
    let part = [];
    for (let k = 0; k < order.length; k += 1) {
      const i = order[k];
      if (!pass[i] || store.flag(i, "closed")) continue;
      const at = i < store.points && !store.flag(i, "withheld") ? [store.lon[i] / 1e5, store.lat[i] / 1e5] : null;
      part.push(row(columns, i, at, first));
      first = false;
      rows += 1;
      if (part.length === FILE_STEP) {
        parts.push(part.join(""));
        part = [];
        if (rows % (4 * FILE_STEP) === 0) await new Promise((done) => { setTimeout(done, 0); });
      }
    }
    parts.push(part.join(""), end());
    return parts;
  }

  /** @param {"csv" | "geojson"} kind */
  async save(kind) {
    const button = this.buttons.find((one) => one.dataset.file === kind);
    button.setAttribute("aria-busy", "true");
    try {
      const url = URL.createObjectURL(new Blob(await this.parts(kind), { type: FILES[kind].type }));
      const link = make("a", { href: url, download: this.name(kind) });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** Name of the file: whose events, of what title. @param {string} kind */
  name(kind) {
    const words = [this.page.credit, this.page.title].filter(Boolean).join(" ").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
    return `${words.slice(0, 80) || "panj"}.${kind}`;
  }
}

// What is said of one event: its facts in words, as far as the page holds them.

/** Radius in km where the data gives none, by precision. */
const FACTS_RADIUS = { exact: 1, place: 5, near: 25 };
/** Longest distance for which the flat reckoning of `lineKm` is good to a few hundred metres; beyond it nothing is said. */
const FACTS_MOST_KM = 475;

/**
 * Kilometres between two places that lie within a few hundred kilometres of each other: degrees of latitude and longitude at their
 * middle on the Clarke ellipsoid (47 CFR 73.208).
 *
 * @param {number} lat1 @param {number} lon1 @param {number} lat2 @param {number} lon2 degrees
 */
function lineKm(lat1, lon1, lat2, lon2) {
  const middle = ((lat1 + lat2) * Math.PI) / 360;
  const north = 111.13209 - 0.56605 * Math.cos(2 * middle) + 0.0012 * Math.cos(4 * middle);
  const east = 111.41513 * Math.cos(middle) - 0.09455 * Math.cos(3 * middle) + 0.00012 * Math.cos(5 * middle);
  return Math.hypot(north * (lat1 - lat2), east * (lon1 - lon2));
}

/** The border line as the page has it, for distances and for the names of its sections. */
class FactsLine {
  /** @param {{sections: {name: string, from_km: number, to_km: number, path: number[]}[]} | undefined} layer */
  constructor(layer) {
    this.sections = layer ? layer.sections : [];
    /** @type {number[][][] | null} */
    this._paths = null;
  }

  /** Name of the section at a kilometre, "" where there is none. @param {number} km */
  nameAt(km) {
    const section = this.sections.find((one) => km >= one.from_km && km < one.to_km);
    return section ? section.name : "";
  }

  /** Kilometres from a place to the line, null where the page has no line or it is far. @param {number} lat @param {number} lon */
  distance(lat, lon) {
    if (!this._paths) this._paths = this.sections.map((section) => decodePath(section.path));
    const flat = Math.cos((lat * Math.PI) / 180);
    let [least, nearLat, nearLon] = [Infinity, 0, 0];
    for (const path of this._paths) {
      for (let k = 1; k < path.length; k += 1) {
        const [y, x] = [path[k - 1][0] - lat, (path[k - 1][1] - lon) * flat];
        const [dy, dx] = [path[k][0] - path[k - 1][0], (path[k][1] - path[k - 1][1]) * flat];
        const length = dx * dx + dy * dy;
        const share = length ? Math.max(0, Math.min(1, -(x * dx + y * dy) / length)) : 0;
        const square = (x + share * dx) ** 2 + (y + share * dy) ** 2;
        if (square < least) [least, nearLat, nearLon] = [square, lat + y + share * dy, lon + (x + share * dx) / flat];
      }
    }
    const km = least < Infinity ? lineKm(lat, lon, nearLat, nearLon) : Infinity;
    return km < FACTS_MOST_KM ? km : null;
  }
}

class Facts {
  /**
   * @param {Events} events
   * @param {FactsLine} line
   */
  constructor(events, line) {
    this.events = events;
    this.store = events.store;
    this.line = line;
  }

  /** What an event is called. @param {number} i @param {Texts} texts */
  title(i, texts) { return texts.title(i); }

  /** All that the page knows of an event. @param {number} i @param {Texts} texts */
  article(i, texts) {
    const { store } = this;
    const type = store.types[store.type[i]];
    const title = texts.title(i);
    const flags = ["unverified", "graphic"].filter((name) => store.flag(i, name)).map((name) => say(name));
    const note = texts.get("note", i);
    const reason = store.listed(i) ? texts.get("listed_reason", i) : null;
    return make("article", { class: "panj-detail" },
      make("h2", { dir: "auto", text: title, tabindex: "-1" }),
      make("p", { class: "panj-meta" },
        make("span", { class: "panj-chip" }, markSvg(type, 6, false), title === type.label ? null : data(type.label)), make("span", { text: this.events.date(i) })),
      flags.length ? make("p", { class: "panj-flags", text: flags.join(" · ") }) : null,
      make("dl", {}, ...this.facts(i, texts)),
      imageFigure(texts, i),
      note ? make("p", { class: "panj-detail-note", dir: "auto", text: note }) : null,
      reason ? make("p", { class: "panj-quiet", dir: "auto", text: reason }) : null,
      store.hasTexts ? make("h3", { text: say("sources") }) : null, store.hasTexts ? sourceList(texts.get("sources", i) || []) : null);
  }

  /** Terms and what they are, one after the other. @param {number} i @param {Texts} texts */
  facts(i, texts) {
    const { store } = this;
    const known = (column) => (column[i] === MISSING ? null : column[i]);
    /** @type {HTMLElement[]} */
    const made = [];
    const fact = (key, ...values) => made.push(make("dt", { text: say(key) }), make("dd", {}, ...values));
    if (store.flag(i, "withheld")) fact("place", say("withheld")); else this.where(i, texts, fact);
    const deaths = deathsText(known(store.low), known(store.best), known(store.high));
    if (deaths) fact("deaths", deaths);
    const actors = [texts.get("actor1", i), texts.get("actor2", i)].filter(Boolean);
    if (actors.length) fact("actors", ...actors.flatMap((actor, k) => (k ? ["; ", data(actor)] : [data(actor)])));
    return made;
  }

  /** Place, precision, distance, side and kilometre along the line. @param {number} i @param {Texts} texts */
  where(i, texts, fact) {
    const { store, line } = this;
    const words = ["place", "stated_district", "stated_province"].map((name) => texts.get(name, i)).filter(Boolean);
    const unique = words.filter((word, k) => words.indexOf(word) === k);
    if (unique.length) fact("place", data(unique.join(", ")));
    const precision = store.code("precision", i);
    if (precision) fact("precision", say(`precision_${precision}`, { km: this.radius(i) }));
    const side = store.code("side", i);
    const sideWords = side ? say(`side_${side}`) : "";
    const distance = this.distance(i, texts);
    if (distance) fact("distance", [distance, sideWords].filter(Boolean).join(" · "));
    else if (sideWords && side !== "elsewhere") fact("side", sideWords);
    const along = store.chainage[i];
    if (along >= 0) {
      const section = line.nameAt(along);
      fact("detail_along", say("km_one", { km: wholeNumber(along) }), section ? " · " : "", section ? data(section) : "");
    }
  }

  /** How far from its point an event may have been, in km. @param {number} i */
  radius(i) { return Number(this.store.code("radius", i)) || FACTS_RADIUS[this.store.code("precision", i)] || 0; }

  /** Distance from the border as an interval: the data's own, else from the line in the page and the radius. */
  distance(i, texts) {
    const { store } = this;
    const low = texts.get("km_min", i);
    if (low !== null) return intervalText(low / 10, texts.get("km_max", i) / 10);
    const at = store.at(i);
    const km = at ? this.line.distance(at.lat, at.lng) : null;
    if (km === null) return "";
    const radius = this.radius(i);
    return intervalText(Math.max(0, km - radius), km + radius);
  }
}

// The events: columns in, marks out. Nothing is copied row by row; a filter is one pass over the columns.

// With more spots than this, marks are plain circles on a canvas: thousands of elements would stall the page.
const MOST_MARKERS = 600;

class Events {
  constructor(map, layer) {
    this.map = map;
    this.layer = layer;
    this.columns = layer.columns;
    this.count = layer.count;
    this.types = layer.types;
    this.pass = new Uint8Array(this.count).fill(1);
    this.group = L.layerGroup();
    this.markers = new Map();
    this.folded = null;
  }

  code(name, i) {
    const column = this.columns[name];
    return column.rows[i] < 0 ? "" : column.values[column.rows[i]];
  }

  visible() {
    let sum = 0;
    for (let i = 0; i < this.count; i += 1) sum += this.pass[i];
    return sum;
  }

  /** Each call replaces the filter; a missing key means no limit. */
  setFilter(filter) {
    const wants = readFilter(filter);
    const allowed = this.types.map((type) => wants.type(type.id));
    const { start, end, type } = this.columns;
    for (let i = 0; i < this.count; i += 1) {
      this.pass[i] = allowed[type[i]] && wants.days(start[i], end[i]) && wants.words(() => this.haystack(i)) ? 1 : 0;
    }
    this.draw();
  }

  haystack(i) {
    if (!this.folded) this.folded = new Array(this.count);
    if (this.folded[i] === undefined) {
      const c = this.columns;
      this.folded[i] = fold([c.title[i], c.place[i], c.actor1[i], c.actor2[i], c.note[i]].filter(Boolean).join(" "));
    }
    return this.folded[i];
  }

  /** Events that pass, gathered by spot and by unit. */
  gather() {
    const spots = new Map();
    const units = new Map();
    const { lon, lat, unit } = this.columns;
    for (let i = 0; i < this.count; i += 1) {
      if (!this.pass[i]) continue;
      if (lon[i] !== null) {
        const key = `${lon[i]} ${lat[i]}`;
        if (spots.has(key)) spots.get(key).push(i);
        else spots.set(key, [i]);
      } else if (unit[i]) {
        if (units.has(unit[i])) units.get(unit[i]).push(i);
        else units.set(unit[i], [i]);
      }
    }
    return { spots, units };
  }

  deaths(i) {
    const { best, low, high } = this.columns;
    return best[i] !== null ? best[i] : low[i] !== null ? low[i] : high[i];
  }

  draw() {
    this.group.clearLayers();
    this.markers.clear();
    const { spots, units } = this.gather();
    const many = spots.size > MOST_MARKERS;
    if (many && !this.canvas) this.canvas = L.canvas({ pane: paneOf(this.map, "events"), padding: 0.3 });
    for (const [key, members] of spots) {
      const [lon, lat] = key.split(" ").map(Number);
      const at = decodePoint([lon, lat]);
      const near = members.filter((i) => this.code("precision", i) === "near" && this.columns.radius[i]);
      if (near.length && !many) {
        for (const radius of new Set(near.map((i) => this.columns.radius[i]))) {
          this.group.addLayer(L.circle(at, { ...rendererOf(this.map, "rings"), radius: radius * 1000, className: "panj-near", interactive: false }));
        }
      }
      this.add(many ? this.dot(at, members) : this.mark(at, members), members, members[0]);
    }
    for (const unit of this.layer.units) {
      const members = units.get(unit.code);
      if (!members) continue;
      const polygons = unitPolygons.get(unit.code);
      if (polygons) {
        this.group.addLayer(L.polygon(polygons, { ...rendererOf(this.map, "units-marked"), className: "panj-hatched", stroke: false, interactive: false, smoothFactor: 0.6 }));
      }
      const badge = make("span", { class: "panj-badge", text: String(members.length) });
      const marker = L.marker(decodePoint(unit.at), { pane: paneOf(this.map, "events"), icon: L.divIcon({ html: badge, className: "panj-icon panj-unit-badge", iconSize: [26, 26], iconAnchor: [13, -8] }) });
      marker.panjDrop = 21;
      named(marker, `${say("legend_unit")}: ${say("events_count", { n: members.length })}`);
      this.add(marker, members, members[0]);
    }
    this.changed();
  }

  add(marker, members, first) {
    marker.bindPopup(() => this.popup(members, marker.panjFirst === undefined ? first : marker.panjFirst), POPUP);
    for (const i of members) this.markers.set(i, marker);
    this.group.addLayer(marker);
  }

  dot(at, members) {
    const type = this.types[this.columns.type[members[0]]];
    const hollow = members.every((i) => this.code("side", i) === "uncertain");
    return L.circleMarker(at, {
      renderer: this.canvas, radius: Math.min(12, 3.5 + Math.sqrt(members.length)), fillColor: type.colour,
      color: hollow ? type.colour : "#fff", weight: hollow ? 1.5 : 0.6, fillOpacity: hollow ? 0.1 : 0.85,
    });
  }

  mark(at, members) {
    let element;
    let r;
    let label;
    if (members.length === 1) {
      const [i] = members;
      const hollow = this.code("side", i) === "uncertain";
      r = markRadius(this.deaths(i));
      element = markSvg(this.types[this.columns.type[i]], r, hollow);
      label = `${this.columns.title[i]}, ${this.date(i)}`;
    } else {
      const counts = new Map();
      for (const i of members) counts.set(this.columns.type[i], (counts.get(this.columns.type[i]) || 0) + 1);
      r = Math.min(20, 10 + 1.6 * Math.sqrt(members.length));
      element = stackSvg([...counts].sort((one, other) => one[0] - other[0]), this.types, r);
      label = `${this.columns.place[members[0]] || ""} ${say("events_count", { n: members.length })}`.trim();
    }
    const size = 2 * (Math.ceil(r) + 3);
    const marker = L.marker(at, { pane: paneOf(this.map, "events"), icon: icon(element, size, "panj-icon panj-event"), riseOnHover: true });
    marker.panjBox = size / 2;
    named(marker, label);
    return marker;
  }

  date(i) {
    const { start, end } = this.columns;
    return dateText(start[i], end[i], this.code("date_precision", i) || "day");
  }

  /** One event in words: an element, all data as text. */
  detail(i, heading) {
    const c = this.columns;
    const type = this.types[c.type[i]];
    const precision = this.code("precision", i);
    const deaths = deathsText(c.low[i], c.best[i], c.high[i]);
    const side = this.code("side", i);
    const facts = make("dl", {});
    const fact = (key, ...values) => facts.append(make("dt", { text: say(key) }), make("dd", {}, ...values));
    const where = [c.place[i], c.stated_district[i], c.stated_province[i]].filter(Boolean);
    const unique = where.filter((word, k) => where.indexOf(word) === k);
    if (c.withheld[i]) fact("place", say("withheld"));
    else {
      if (unique.length) fact("place", data(unique.join(", ")));
      if (precision) fact("precision", say(`precision_${precision}`, { km: c.radius[i] === null ? "" : c.radius[i] }));
      if (c.km_min[i] !== null) {
        const words = [intervalText(c.km_min[i], c.km_max[i])];
        if (side) words.push(say(`side_${side}`));
        fact("distance", words.filter(Boolean).join(" · "));
      } else if (side && side !== "elsewhere") fact("side", say(`side_${side}`));
    }
    if (deaths) fact("deaths", deaths);
    const actors = [c.actor1[i], c.actor2[i]].filter(Boolean);
    if (actors.length) fact("actors", ...actors.flatMap((actor, k) => (k ? ["; ", data(actor)] : [data(actor)])));
    const flags = [c.unverified[i] ? say("unverified") : "", c.graphic[i] ? say("graphic") : ""].filter(Boolean);
    return make("article", { class: "panj-detail" },
      heading ? make("h2", { dir: "auto", text: c.title[i], tabindex: "-1" }) : null,
      make("p", { class: "panj-meta" }, make("span", { class: "panj-chip" }, markSvg(type, 6, false), data(type.label)), ` ${this.date(i)}`),
      flags.length ? make("p", { class: "panj-flags", text: flags.join(" · ") }) : null,
      facts,
      imageFigure(c, i),
      c.note[i] ? make("p", { dir: "auto", text: c.note[i] }) : null,
      c.lon[i] === null && !c.unit[i] && c.listed_reason[i] ? make("p", { class: "panj-quiet", dir: "auto", text: c.listed_reason[i] }) : null,
      make("h3", { text: say("sources") }), sourceList(c.sources[i]));
  }

  popup(members, first) {
    if (members.length === 1) return make("div", { class: "panj-popup" }, this.detail(members[0], true));
    const place = this.columns.place[members[0]];
    return make("div", { class: "panj-popup" },
      make("h2", { tabindex: "-1" }, place && this.columns.lon[members[0]] !== null ? data(place) : "", `${place && this.columns.lon[members[0]] !== null ? ": " : ""}${say("events_count", { n: members.length })}`),
      ...members.map((i) => make("details", { class: "panj-one", open: i === first, name: "panj-one" },
        make("summary", {}, make("span", { class: "panj-quiet", text: `${this.date(i)} ` }), data(this.columns.title[i] || "")),
        this.detail(i, false))));
  }

  /** Open an event where it is drawn; false where it is only listed. */
  open(i) {
    const marker = this.markers.get(i);
    if (!marker) return false;
    marker.panjFirst = i;
    this.map.closePopup();
    marker.openPopup();
    delete marker.panjFirst;
    return true;
  }

  changed() {}
}

/** Tests of a filter: a type's id, first and last day (null: unknown), words in a folded text that is made when asked for. */
function readFilter(filter) {
  const { from, to, types, text } = filter || {};
  const first = from === undefined || from === null || from === "" ? null : isoDay(from, false);
  const last = to === undefined || to === null || to === "" ? null : isoDay(to, true);
  if ((from && first === null) || (to && last === null)) throw new RangeError("from and to are ISO dates: 2015-05-12");
  const wanted = Array.isArray(types) ? new Set(types) : null;
  const words = text ? fold(text).split(" ").filter(Boolean) : [];
  return {
    type: (id) => !wanted || wanted.has(id),
    days: (start, end) => (first === null && last === null)
      || (start !== null && (first === null || (end === null ? start : end) >= first) && (last === null || start <= last)),
    words: (folded) => !words.length || words.every((word) => folded().includes(word)),
  };
}

const unitPolygons = new Map();
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();

// Events on the map: a mark each while they fit, circles of counts where they would lie on one another, and a density where there are
// very many. One canvas and a few hundred elements at most, whatever the number of events; all of it from the engine's columns.

/** Elements for single marks at most; with more spots in view they are gathered. */
const MOST_MARKS = 400;
/** With more events in view than this their density is drawn. */
const MOST_GATHERED = 5000;
/** Side of a cell of the density, in px. */
const CELL = 4;
/** Cells in which marks are gathered, and how near two circles may come, in px. */
const GATHER = 32;
const APART = 46;
/** How far beyond the view things are drawn, as a share of it. */
const BEYOND = 0.15;
/** Marks whose middles are nearer than this at the closest zoom are one mark, in px. */
const COVERED = 13;

/** Places of all points in the map's world, as shares of its width, from a corner of their own: 32 bits are enough then. */
function worldPlaces(store) {
  const { points, lon, lat } = store;
  const x = new Float32Array(points);
  const y = new Float32Array(points);
  let [west, north, south] = [Infinity, -Infinity, Infinity];
  for (let i = 0; i < points; i += 1) {
    if (lon[i] < west) west = lon[i];
    if (lat[i] > north) north = lat[i];
    if (lat[i] < south) south = lat[i];
  }
  const mercator = (value) => {
    const sine = Math.sin((Math.max(-85.05, Math.min(85.05, value / 1e5)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  };
  const top = points ? mercator(north) : 0;
  // Between steps of at most 0.01 degrees the projection is as good as straight.
  const steps = Math.max(1, Math.ceil((north - south) / 1000));
  const table = new Float64Array(steps + 2);
  for (let k = 0; k <= steps + 1; k += 1) table[k] = mercator(south + k * 1000) - top;
  for (let i = 0; i < points; i += 1) {
    x[i] = (lon[i] - west) / 3.6e7;
    const at = (lat[i] - south) / 1000;
    const k = at | 0;
    y[i] = table[k] + (table[k + 1] - table[k]) * (at - k);
  }
  return { x, y, left: points ? west / 3.6e7 + 0.5 : 0, top };
}

/** The canvas of the density, which moves and scales with the map like Leaflet's own. */
const DensityCanvas = L.Layer.extend({
  initialize(pane) { this._paneName = pane; },
  onAdd(map) {
    const animated = map.options.zoomAnimation && L.Browser.any3d;
    this._box = L.DomUtil.create("div", `panj-density ${animated ? "leaflet-zoom-animated" : "leaflet-zoom-hide"}`);
    this.cells = L.DomUtil.create("canvas", "panj-density-cells", this._box);
    this.dots = L.DomUtil.create("canvas", "panj-density-dots", this._box);
    map.getPane(this._paneName).append(this._box);
  },
  onRemove() { this._box.remove(); },
  getEvents() { return { zoom: this._follow, zoomanim: this._animate }; },
  /** The part of the map that it covers, from now on. */
  place(origin, size, view) {
    this._at = { ...view, origin };
    L.DomUtil.setPosition(this._box, origin);
    for (const canvas of [this.cells, this.dots]) { canvas.style.width = `${size.x}px`; canvas.style.height = `${size.y}px`; }
  },
  _follow() { if (this._at) this._transform(this._map.getCenter(), this._map.getZoom()); },
  _animate(event) { if (this._at) this._transform(event.center, event.zoom); },
  _transform(center, zoom) {
    const scale = this._map.getZoomScale(zoom, this._at.zoom);
    const half = this._map.getSize().multiplyBy(0.5 + BEYOND);
    const offset = half.multiplyBy(-scale).add(this._map.project(this._at.center, zoom)).subtract(this._map._getNewPixelOrigin(center, zoom));
    L.DomUtil.setTransform(this._box, offset, scale);
  },
});

class Events {
  /**
   * @param {L.Map} map
   * @param {Engine} engine
   */
  constructor(map, engine) {
    this.map = map;
    this.engine = engine;
    this.store = engine.store;
    this.layer = this.store.layer;
    this.types = this.store.types;
    this.count = this.store.n;
    this.group = L.layerGroup();
    paneOf(map, "events");
    this.density = new DensityCanvas(paneOf(map, "density"));
    this.world = worldPlaces(this.store);
    /** What is drawn as an element: by a key that says all about it. */
    this.drawn = new Map();
    this.mode = "";
    this.cell = new Int32Array(this.store.points);
    this.rows = new Int32Array(MOST_GATHERED);
    this.fan = new Fan(this);
    this.group.on("add", () => { this.on = true; this.place(); this.draw(); this.changed(); });
    this.key = new DensityKey({ position: "bottomleft" }).addTo(map);
    this.group.on("remove", () => { this.on = false; this.key.show(false); this.mode = ""; this.changed(); });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (this.on) this.draw(); });
    map.on("moveend resize", () => { if (this.on) { this.place(); this.draw(); } });
    engine.on(() => { this.fan.close(); if (this.on) this.draw(); });
  }

  /** Cells of all points in the view as it stands now. */
  place() {
    const { map, world, cell, store } = this;
    const size = map.getSize();
    const zoom = map.getZoom();
    const origin = map.containerPointToLayerPoint(size.multiplyBy(-BEYOND)).round();
    const whole = size.multiplyBy(1 + 2 * BEYOND).round();
    const corner = map.getPixelOrigin().add(origin);
    const scale = 256 * 2 ** zoom;
    const columns = Math.ceil(whole.x / CELL);
    const lines = Math.ceil(whole.y / CELL);
    const { x, y } = world;
    const dx = (world.left * scale - corner.x) / CELL;
    const dy = (world.top * scale - corner.y) / CELL;
    const by = scale / CELL;
    for (let i = 0; i < store.points; i += 1) {
      const column = x[i] * by + dx;
      const line = y[i] * by + dy;
      cell[i] = column >= 0 && column < columns && line >= 0 && line < lines ? (line | 0) * columns + (column | 0) : -1;
    }
    this.view = { origin, whole, columns, lines, scale, zoom, center: map.getCenter(), corner };
    if (!this.grid || this.grid.length !== columns * lines) {
      this.grid = new Uint32Array(columns * lines);
      this.last = new Int32Array(columns * lines);
    }
  }

  /** Position of a row in px of the map's layer. @param {number} i */
  point(i) {
    const { scale, corner, origin } = this.view;
    return L.point((this.world.x[i] + this.world.left) * scale - corner.x + origin.x, (this.world.y[i] + this.world.top) * scale - corner.y + origin.y);
  }

  draw() {
    if (!this.view) return;
    const { engine, cell, rows, grid, last, store } = this;
    const { pass } = engine;
    grid.fill(0);
    let inView = 0;
    for (let i = 0; i < store.points; i += 1) {
      if (pass[i] === 0) continue;
      const at = cell[i];
      if (at < 0) continue;
      grid[at] += 1;
      last[at] = i;
      if (inView < MOST_GATHERED) rows[inView] = i;
      inView += 1;
    }
    this.inView = inView;
    const wanted = new Map();
    this.unitMarks(wanted);
    let mode = "density";
    if (inView <= MOST_GATHERED) {
      const spots = this.spots(inView);
      mode = spots.length > MOST_MARKS ? "gathered" : "marks";
      const closest = this.map.getZoom() >= this.map.getMaxZoom();
      for (const members of mode === "gathered" ? this.gathered(spots) : closest ? this.together(spots) : spots) this.want(wanted, members, mode);
    }
    if (mode === "density") this.drawDensity(); else this.group.removeLayer(this.density);
    const altered = this.show(wanted);
    if (this.fan.opened && !this.group.hasLayer(this.fan.opened.marker)) this.fan.close();
    if (mode !== this.mode) {
      this.mode = mode;
      this.key.show(mode === "density");
      this.map.getContainer().dataset.panjEvents = mode;
    }
    if (altered) this.changed();
  }

  /** Rows in view by spot. @returns {number[][]} */
  spots(count) {
    const { lon, lat } = this.store;
    const found = new Map();
    for (let k = 0; k < count; k += 1) {
      const i = this.rows[k];
      const key = lon[i] * 67108864 + lat[i];
      const members = found.get(key);
      if (members) members.push(i); else found.set(key, [i]);
    }
    return [...found.values()];
  }

  /** Spots gathered so that their circles keep apart, the fullest first. @param {number[][]} spots @returns {number[][]} */
  gathered(spots) {
    const cells = new Map();
    const { corner, origin } = this.view;
    // Cells stand fast in the world, so that moving the map does not gather anew.
    const [ox, oy] = [corner.x - origin.x, corner.y - origin.y];
    for (const members of spots) {
      const at = this.point(members[0]);
      const key = `${Math.floor((at.x + ox) / GATHER)} ${Math.floor((at.y + oy) / GATHER)}`;
      const cell = cells.get(key);
      const n = members.length;
      if (cell) { cell.x += at.x * n; cell.y += at.y * n; cell.n += n; cell.members.push(members); } else cells.set(key, { x: at.x * n, y: at.y * n, n, members: [members] });
    }
    const all = [...cells.values()].sort((one, other) => other.n - one.n || one.members[0][0] - other.members[0][0]);
    for (const one of all) { one.x /= one.n; one.y /= one.n; }
    const made = [];
    for (const one of all) {
      const host = made.find((other) => Math.hypot(other.x - one.x, other.y - one.y) < APART);
      if (host) host.members.push(...one.members); else made.push({ x: one.x, y: one.y, members: one.members });
    }
    return made.map((one) => one.members.flat().sort((a, b) => a - b));
  }

  /** Spots whose marks would cover each other at the closest zoom, as one mark. @param {number[][]} spots @returns {number[][]} */
  together(spots) {
    const made = [];
    for (const members of spots) {
      const at = this.point(members[0]);
      const host = made.find((other) => Math.hypot(other.at.x - at.x, other.at.y - at.y) < COVERED);
      if (host) host.members.push(...members); else made.push({ at, members: [...members] });
    }
    return made.map((one) => one.members.sort((a, b) => a - b));
  }

  /** Whether rows have one and the same place. @param {number[]} members */
  isOneSpot(members) {
    const { lon, lat } = this.store;
    const [first] = members;
    return members.every((i) => lon[i] === lon[first] && lat[i] === lat[first]);
  }

  /** Rows that pass and share the place, or the unit, of a row: by time. @param {number} i @returns {number[]} */
  sharing(i) {
    const { store, engine } = this;
    const made = [];
    const take = (k) => { if (k === i || engine.pass[k]) made.push(k); };
    if (i < store.points) {
      // Rows of one spot are neighbours in the order of the columns.
      const same = (k) => k >= 0 && k < store.points && store.lon[k] === store.lon[i] && store.lat[k] === store.lat[i];
      let first = i;
      while (same(first - 1)) first -= 1;
      for (let k = first; same(k); k += 1) take(k);
    } else if (!store.listed(i)) {
      for (let k = store.points; k < store.points + store.units; k += 1) if (store.unit[k] === store.unit[i]) take(k);
    } else made.push(i);
    return made.sort((a, b) => store.start[a] - store.start[b] || a - b);
  }

  /** Where a row is drawn: at its place, else at its unit. @param {number} i @returns {L.LatLng | null} */
  placeOf(i) {
    const unit = i < this.store.points ? null : this.layer.units.find((one) => one.code === this.store.unitOf(i));
    return this.store.at(i) || (unit ? decodePoint(unit.at) : null);
  }

  /** Note that some rows are to be drawn as one mark. */
  want(wanted, members, mode) {
    const first = members[0];
    const oneSpot = this.isOneSpot(members);
    const key = `${oneSpot ? "spot" : "many"} ${members.length > 40 ? `${members.length} ${first} ${members[members.length - 1]} ${members.reduce((sum, i) => (sum * 31 + i) % 1000003, 7)}` : members.join(" ")}`;
    wanted.set(key, () => this.mark(members, oneSpot, mode));
  }

  /** Units that carry events known by their unit only: hatched, with their number. */
  unitMarks(wanted) {
    const { store, engine } = this;
    const members = new Map();
    for (let i = store.points; i < store.points + store.units; i += 1) {
      if (!engine.pass[i]) continue;
      const code = store.unitOf(i);
      if (members.has(code)) members.get(code).push(i); else members.set(code, [i]);
    }
    for (const unit of this.layer.units) {
      const rows = members.get(unit.code);
      if (rows) wanted.set(`unit ${unit.code} ${rows.length} ${rows[0]} ${rows[rows.length - 1]}`, () => this.unitMark(unit, rows));
    }
  }

  unitMark(unit, members) {
    const layers = [];
    const polygons = unitPolygons.get(unit.code);
    if (polygons) layers.push(L.polygon(polygons, { ...rendererOf(this.map, "units-marked"), className: "panj-hatched", stroke: false, interactive: false, smoothFactor: 0.6 }));
    const badge = make("span", { class: "panj-badge", text: shortNumber(members.length) });
    const marker = L.marker(decodePoint(unit.at), { pane: paneOf(this.map, "events"), icon: L.divIcon({ html: badge, className: "panj-icon panj-unit-badge", iconSize: [26, 26], iconAnchor: [13, -8] }) });
    marker.panjDrop = 21;
    named(marker, `${say("legend_unit")}: ${say("events_count", { n: members.length })}`);
    pressable(marker, () => this.page(members));
    layers.push(marker);
    return { layers, marker, members };
  }

  /** A mark for rows of one spot, or of several that lie too close. */
  mark(members, oneSpot, mode) {
    const { store } = this;
    const layers = [];
    let element;
    let r;
    let at;
    if (oneSpot) at = store.at(members[0]);
    else {
      let [x, y] = [0, 0];
      for (const i of members) { const one = this.point(i); x += one.x; y += one.y; }
      at = this.map.layerPointToLatLng([x / members.length, y / members.length]);
    }
    if (members.length === 1) {
      const [i] = members;
      r = markRadius(store.deaths(i));
      element = markSvg(this.types[store.type[i]], r, store.code("side", i) === "uncertain");
    } else {
      const counts = new Map();
      for (const i of members) counts.set(store.type[i], (counts.get(store.type[i]) || 0) + 1);
      r = Math.min(22, 9.5 + 1.8 * Math.log2(members.length));
      element = stackSvg([...counts].sort((one, other) => one[0] - other[0]), this.types, r);
    }
    if (mode === "marks") {
      const near = members.filter((i) => store.code("precision", i) === "near" && store.code("radius", i));
      for (const i of new Map(near.map((i) => [`${store.lon[i]} ${store.lat[i]} ${store.code("radius", i)}`, i])).values()) {
        layers.push(L.circle(store.at(i), { ...rendererOf(this.map, "rings"), radius: store.code("radius", i) * 1000, className: "panj-near", interactive: false }));
      }
    }
    const size = 2 * (Math.ceil(r) + 3);
    const marker = L.marker(at, { pane: paneOf(this.map, "events"), icon: icon(element, size, `panj-icon panj-event${members.length > 1 ? " panj-stack" : ""}`), riseOnHover: true });
    marker.panjBox = size / 2;
    const words = members.length === 1 ? this.caption(members[0]) : say("events_count", { n: members.length });
    named(marker, words);
    if (members.length === 1 && !store.texts && store.hasTexts) {
      store.read().then(() => { const found = marker.getElement(); if (found) { found.title = this.caption(members[0]); found.setAttribute("aria-label", found.title); } });
    }
    pressable(marker, () => this.press(members, oneSpot, marker));
    layers.push(marker);
    return { layers, marker, members };
  }

  /** One event in a few words. @param {number} i */
  caption(i) {
    const title = this.store.texts ? this.store.texts.title(i) : this.types[this.store.type[i]].label;
    return `${title}, ${this.date(i)}`;
  }

  /** A mark was pressed: one event opens, events at one spot fan out, others come apart by a closer look. */
  press(members, oneSpot, marker) {
    const [low, high] = [this.map.getZoom(), this.map.getMaxZoom()];
    if (members.length > 1 && !oneSpot && low < high) { this.comeCloser(members, marker, low, high); return; }
    if (members.length > 1 && members.length <= FAN_MOST) { this.fan.toggle(members, marker); return; }
    this.page(members);
  }

  /** Open the first of several events, the others with it. @param {number[]} members */
  page(members) {
    const byTime = members.slice().sort((a, b) => this.store.start[a] - this.store.start[b] || a - b);
    this.choose(byTime[0], byTime);
  }

  /** Zoom to gathered rows; the focus stays with them. */
  comeCloser(members, marker, low, high) {
    const focused = marker.getElement() === document.activeElement;
    if (focused) {
      this.map.once("moveend", () => {
        const found = this.markers.find((one) => one.members.includes(members[0]));
        if (found) found.marker.getElement().focus({ preventScroll: true });
      });
    }
    this.map.fitBounds(L.latLngBounds(members.map((i) => this.store.at(i))), { padding: [60, 60], maxZoom: Math.min(high, low + 3) });
  }

  /** Draw what is wanted and not there, take away what is there and not wanted. @returns {boolean} whether there was any */
  show(wanted) {
    let altered = false;
    for (const [key, one] of this.drawn) {
      if (wanted.has(key)) continue;
      for (const layer of one.layers) this.group.removeLayer(layer);
      this.drawn.delete(key);
      altered = true;
    }
    for (const [key, makeOne] of wanted) {
      if (this.drawn.has(key)) continue;
      const one = makeOne();
      for (const layer of one.layers) this.group.addLayer(layer);
      this.drawn.set(key, one);
      altered = true;
    }
    return altered;
  }

  /** Markers in view with the rows that they stand for. */
  get markers() { return [...this.drawn.values()]; }

  drawDensity() {
    const { density, grid, view, last } = this;
    if (!this.group.hasLayer(density)) this.group.addLayer(density);
    density.place(view.origin, view.whole, view);
    const { columns, lines } = view;
    const { cells, dots } = density;
    if (cells.width !== columns || cells.height !== lines) { cells.width = columns; cells.height = lines; this.image = null; }
    const paper = cells.getContext("2d");
    if (!this.image) { this.image = paper.createImageData(columns, lines); this.pixels = new Uint32Array(this.image.data.buffer); }
    const { least, most, lone } = fillDensity(grid, columns, lines, this.pixels, last);
    paper.putImageData(this.image, 0, 0);
    drawLone(dots, view, lone, this);
    const metres = (40075016.7 * Math.cos((view.center.lat * Math.PI) / 180)) / view.scale;
    this.key.tell(least, most, ((metres * CELL) / 1000) ** 2);
  }

  /** Date of a row in words. @param {number} i */
  date(i) {
    const { start, end } = this.store;
    const day = (value) => (value === MISSING ? null : value);
    return dateText(day(start[i]), day(end[i]), this.store.code("date_precision", i) || "day");
  }

  /** Bring an event into view on its own. @param {number} i @returns {boolean} whether it has a place on the map */
  reveal(i) {
    const { store, map } = this;
    if (store.listed(i)) return false;
    const at = this.placeOf(i);
    if (!at) return false;
    const alone = () => this.markers.find((one) => one.members.includes(i));
    const seen = map.getBounds().pad(-0.05).contains(at);
    const found = alone();
    if (!found || !found.members.every((k) => store.lon[k] === store.lon[i] && store.lat[k] === store.lat[i])) {
      if (i < store.points) map.setView(at, Math.max(map.getZoom(), 10), { animate: false });
    } else if (!seen) map.panTo(at, { animate: false });
    return true;
  }

  /** Called when a reader picks an event; `members` are those that share its mark. The page says what happens then. */
  choose(i, members) { void i; void members; }

  /** Called when other marks are drawn than before. */
  changed() {}
}

/** A marker that a click presses, and Enter or the space bar as well. @param {L.Marker} marker @param {() => void} call */
function pressable(marker, call) {
  marker.on("click", call);
  marker.on("keypress", ({ originalEvent }) => {
    if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
    originalEvent.preventDefault();
    call();
  });
}

/** A number that fits into a circle: 1.2k, 34k, 1.2M. @param {number} n */
function shortNumber(n) {
  if (n < 1000) return String(n);
  const [value, sign] = n < 999500 ? [n / 1000, "k"] : [n / 1e6, "M"];
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)}${sign}`;
}

const unitPolygons = new Map();
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();

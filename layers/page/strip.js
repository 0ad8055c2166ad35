// The border unrolled beneath the map: x is the kilometre along its line from the west end, in every language; above it
// the number of events by stretch and type, or a field of stretches by time.
//
// Linked both ways. A stretch under the pointer is lit on the map, and the line under the pointer on the map is marked here. A stretch
// that is brushed (mouse, finger, or the two handles by keyboard) limits all events: `engine.set({ km: [from, to] })`.
// It draws from the engine's bins, never from single events.

/** Widths of a bar in kilometres; the first that is at least this wide in px is taken. */
const STRIP_BINS = [1, 2, 4, 5, 10, 20].map((bins) => bins * KM_BIN);
const STRIP_LEAST = 4;
/** Height of a cell of the field of time, in px. */
const STRIP_CELL = 4;
/** With no more events than this the strip by time shows each of them. */
const STRIP_DOTS = 2000;
/** Radius of such an event, in px. */
const STRIP_DOT = 2.7;
/** A press that moves no more than this is a click, in px; the line is met on the map within this distance, in px. */
const STRIP_CLICK = 4;
const STRIP_NEAR = 14;
/** Kilometres of a step by arrow keys and by Page Up and Down. */
const STRIP_STEPS = { small: KM_BIN, large: 50 };

/** The line on the map: places by kilometre, and kilometres by place. */
class StripLine {
  /** @param {L.Map} map @param {any} border the border layer of the page's data */
  constructor(map, border) {
    this.map = map;
    const places = [];
    const km = [];
    for (const section of border.sections) {
      const path = decodePath(section.path);
      const along = [0];
      for (let i = 1; i < path.length; i += 1) along.push(along[i - 1] + map.distance(path[i - 1], path[i]));
      // The page's line is simplified, hence shorter: each section is stretched to its own kilometres.
      const scale = (section.to_km - section.from_km) / along[along.length - 1];
      for (let i = 0; i < path.length; i += 1) { places.push(path[i]); km.push(section.from_km + along[i] * scale); }
    }
    this.places = places;
    this.km = Float64Array.from(km);
    const world = places.map((place) => map.project(place, 0));
    this.x = Float64Array.from(world, (point) => point.x);
    this.y = Float64Array.from(world, (point) => point.y);
  }

  /** Number of the last vertex at or before a kilometre. @param {number} km */
  _before(km) {
    let [low, high] = [0, this.km.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.km[middle] <= km) low = middle; else high = middle;
    }
    return low;
  }

  /** Place of a kilometre. @param {number} km @returns {number[]} latitude, longitude */
  at(km) {
    const i = this._before(km);
    const length = this.km[i + 1] - this.km[i];
    const share = length > 0 ? Math.max(0, Math.min(1, (km - this.km[i]) / length)) : 0;
    const [one, other] = [this.places[i], this.places[i + 1]];
    return [one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share];
  }

  /** The stretch between two kilometres. @param {number} from @param {number} to */
  between(from, to) {
    const inner = [];
    for (let i = this._before(from); i < this.km.length && this.km[i] < to; i += 1) if (this.km[i] > from) inner.push(this.places[i]);
    return [this.at(from), ...inner, this.at(to)];
  }

  /** Kilometre of the line's point nearest to a place, null where it is farther than some px. @param {L.LatLng} place */
  near(place, pixels) {
    const at = this.map.project(place, 0);
    const { x, y, km } = this;
    let best = (pixels / 2 ** this.map.getZoom()) ** 2;
    let found = null;
    for (let i = 0; i + 1 < km.length; i += 1) {
      const [dx, dy] = [x[i + 1] - x[i], y[i + 1] - y[i]];
      const length = dx * dx + dy * dy;
      const share = length > 0 ? Math.max(0, Math.min(1, ((at.x - x[i]) * dx + (at.y - y[i]) * dy) / length)) : 0;
      const away = (x[i] + dx * share - at.x) ** 2 + (y[i] + dy * share - at.y) ** 2;
      if (away < best) { best = away; found = km[i] + (km[i + 1] - km[i]) * share; }
    }
    return found;
  }
}

class Strip {
  /**
   * @param {L.Map} map
   * @param {Engine} engine
   * @param {any} axis the page's `strip`
   * @param {any} border the border layer of the page's data, undefined where the map has none
   */
  constructor(map, engine, axis, border) {
    this.map = map;
    this.engine = engine;
    this.axis = axis;
    /** Whole kilometres of the line, so that a stretch up to its end holds its last event. */
    this.length = Math.ceil(axis.length_km);
    this.line = border ? new StripLine(map, border) : null;
    this.byTime = false;
    this.hovered = null;
    this.width = 0;
    this._build();
    this._listen();
    engine.on(() => this.follow());
    new ResizeObserver(() => this.resize()).observe(this.plot);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) window.matchMedia(query).addEventListener("change", () => this.draw());
    this.resize();
  }

  _build() {
    const box = document.getElementById("panj-strip");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", say("strip_label"));
    this.readout = make("p", { class: "panj-strip-readout" });
    this.mode = make("button", { type: "button", class: "panj-strip-mode", "aria-pressed": "false", text: say("strip_by_date"), on: { click: () => this.turn() } });
    this.clear = make("button", { type: "button", class: "panj-strip-clear", text: say("strip_whole"), hidden: true, on: { click: () => { this.limit(null); this.handles[0].focus(); } } });
    this.canvas = make("canvas", { class: "panj-strip-canvas", "aria-hidden": "true" });
    this.cursor = make("div", { class: "panj-strip-cursor", hidden: true });
    this.brush = make("div", { class: "panj-strip-brush", hidden: true });
    this.handles = ["strip_from", "strip_to"].map((key, k) => make("div", {
      class: "panj-strip-handle", role: "slider", tabindex: 0, "aria-orientation": "horizontal", "aria-label": say(key),
      on: { keydown: (event) => this.key(event, k) },
    }));
    this.scale = make("div", { class: "panj-strip-scale", "aria-hidden": "true" });
    this.plot = make("div", { class: "panj-strip-plot", dir: "ltr" }, this.canvas, this.scale, this.brush, this.cursor, ...this.handles);
    this.names = make("div", { class: "panj-strip-names", dir: "ltr", "aria-hidden": "true" });
    this.sections = make("div", { class: "panj-strip-line", dir: "ltr" }, ...this.axis.sections.map((one) => {
      const part = make("span", { class: `panj-strip-section panj-strip-${one.kind === "land" ? "land" : one.main ? "main" : "side"}`, title: one.name });
      part.style.flexGrow = String(one.to_km - one.from_km);
      return part;
    }));
    this.labels = this.axis.marks.map((mark) => ({
      km: mark.km,
      crossing: mark.kind === "crossing",
      text: make("bdi", { class: "panj-strip-name", text: mark.name, hidden: true }),
      tick: make("i", { class: `panj-strip-tick${mark.kind === "crossing" ? " panj-strip-crossing" : ""}` }),
    }));
    this.names.append(...this.labels.flatMap((one) => [one.tick, one.text]));
    box.append(
      make("div", { class: "panj-strip-head" }, make("span", { class: "panj-strip-title", text: say("strip_head") }), this.readout, this.clear, this.mode),
      make("div", { class: "panj-strip-body" }, this.plot, this.sections, this.names),
    );
    this.box = box;
  }

  _listen() {
    const { plot } = this;
    plot.addEventListener("pointerdown", (event) => this.press(event));
    plot.addEventListener("pointermove", (event) => { if (!this.held) this.hover(this.kmAt(event)); });
    plot.addEventListener("pointerleave", () => { if (!this.held) this.hover(null); });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.hover(null);
      this.limit(null);
    });
    if (!this.line) return;
    let waiting = 0;
    let last = null;
    const look = (event) => {
      last = event.latlng;
      if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; if (last) this.hover(this.line.near(last, STRIP_NEAR)); });
    };
    this.map.on("mousemove click", look);
    this.map.on("mouseout", () => { last = null; this.hover(null); });
  }

  /** Kilometre under a pointer. @param {PointerEvent} event */
  kmAt(event) {
    const box = this.plot.getBoundingClientRect();
    return Math.max(0, Math.min(this.length, ((event.clientX - box.left) / box.width) * this.length));
  }

  x(km) { return (km / this.length) * this.width; }

  /** The stretch that limits the events, or the whole line. @returns {number[]} */
  get stretch() { return this.engine.filter.km || [0, this.length]; }

  /** Limit the events to a stretch; null for no limit. @param {number[] | null} stretch */
  limit(stretch) {
    const whole = !stretch || (stretch[0] <= 0 && stretch[1] >= this.length);
    if (whole && !this.engine.filter.km) return;
    this.engine.set({ km: whole ? null : [Math.max(0, Math.round(stretch[0])), Math.min(this.length, Math.round(stretch[1]))] });
    this.place();
  }

  /** A press begins a new stretch, moves a handle, or moves the stretch that is there. @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const start = this.kmAt(event);
    const before = this.stretch;
    const limited = Boolean(this.engine.filter.km);
    const handle = this.handles.indexOf(event.target);
    const inside = limited && handle < 0 && start > before[0] && start < before[1];
    this.held = true;
    this.plot.setPointerCapture(event.pointerId);
    let moved = false;
    const move = (next) => {
      if (!moved && Math.abs(next.clientX - event.clientX) < STRIP_CLICK) return;
      moved = true;
      const km = this.kmAt(next);
      if (handle >= 0) this.limit(this.apart(before, handle, km));
      else if (inside) {
        const by = Math.max(-before[0], Math.min(this.length - before[1], km - start));
        this.limit([before[0] + by, before[1] + by]);
      } else if (Math.abs(km - start) >= 1) this.limit([Math.min(start, km), Math.max(start, km)]);
      this.hover(km);
    };
    const end = (last) => {
      this.held = false;
      this.plot.removeEventListener("pointermove", move);
      this.plot.removeEventListener("pointerup", end);
      this.plot.removeEventListener("pointercancel", end);
      if (moved || last.type !== "pointerup") return;
      // A click: what lies outside the stretch ends it; a place on the line comes into view.
      if (limited && !inside && handle < 0) this.limit(null);
      this.hover(start);
      if (this.line && handle < 0) this.map.panInside(this.line.at(start), { padding: [40, 40], animate: !still });
    };
    this.plot.addEventListener("pointermove", move);
    this.plot.addEventListener("pointerup", end);
    this.plot.addEventListener("pointercancel", end);
  }

  /** A stretch with one of its ends moved; the ends keep a bin apart. */
  apart(stretch, end, km) {
    const next = stretch.slice();
    next[end] = end === 0 ? Math.max(0, Math.min(km, next[1] - KM_BIN)) : Math.min(this.length, Math.max(km, next[0] + KM_BIN));
    return next;
  }

  /** Keys on a handle. @param {KeyboardEvent} event @param {number} end 0 or 1 */
  key(event, end) {
    const { stretch } = this;
    // West is left in every language, hence the arrow to the right goes east.
    const steps = { ArrowRight: STRIP_STEPS.small, ArrowUp: STRIP_STEPS.small, ArrowLeft: -STRIP_STEPS.small, ArrowDown: -STRIP_STEPS.small, PageUp: STRIP_STEPS.large, PageDown: -STRIP_STEPS.large, Home: -this.length, End: this.length };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    this.limit(this.apart(stretch, end, stretch[end] + steps[event.key]));
    this.hover(this.stretch[end]);
  }

  /** Turn from numbers to the field of time and back. */
  turn() {
    this.byTime = !this.byTime;
    this.mode.setAttribute("aria-pressed", String(this.byTime));
    this.draw();
  }

  /** The engine has counted anew. */
  follow() {
    this.place();
    this.draw();
    this.say();
  }

  resize() {
    const width = this.plot.clientWidth;
    const height = this.plot.clientHeight;
    if (!width || !height || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    this.bin = STRIP_BINS.find((bin) => this.x(bin) >= STRIP_LEAST) || STRIP_BINS[STRIP_BINS.length - 1];
    this.name();
    this.place();
    this.draw();
    this.say();
  }

  /** Names of towns that fit beside one another, the more important first. */
  name() {
    const space = [];
    for (const one of this.labels) { one.text.hidden = false; one.tick.style.left = `${this.x(one.km)}px`; }
    const widths = this.labels.map((one) => one.text.offsetWidth);
    this.labels.forEach((one, k) => {
      const left = Math.max(0, Math.min(this.width - widths[k], this.x(one.km) - widths[k] / 2));
      const right = left + widths[k];
      one.text.hidden = space.some(([from, to]) => left < to + 8 && right > from - 8);
      // A town without its name is no news; a crossing is.
      one.tick.hidden = one.text.hidden && !one.crossing;
      if (one.text.hidden) return;
      space.push([left, right]);
      one.text.style.left = `${left}px`;
    });
  }

  /** Put brush and handles where the filter says, and the stretch on the map. */
  place() {
    const { stretch } = this;
    const limited = Boolean(this.engine.filter.km);
    const before = this._placed;
    this._placed = limited ? stretch.join() : "";
    this.brush.hidden = !limited;
    this.clear.hidden = !limited;
    this.brush.style.left = `${this.x(stretch[0])}px`;
    this.brush.style.width = `${this.x(stretch[1] - stretch[0])}px`;
    this.handles.forEach((handle, k) => {
      handle.style.left = `${this.x(stretch[k])}px`;
      handle.setAttribute("aria-valuemin", String(k === 0 ? 0 : Math.min(this.length, Math.round(stretch[0]) + KM_BIN)));
      handle.setAttribute("aria-valuemax", String(k === 1 ? this.length : Math.max(0, Math.round(stretch[1]) - KM_BIN)));
      handle.setAttribute("aria-valuenow", String(Math.round(stretch[k])));
      handle.setAttribute("aria-valuetext", say("strip_value", { km: Math.round(stretch[k]), section: this.section(stretch[k]) }));
    });
    if (before !== this._placed) this.kept = this.light(this.kept, limited ? stretch : null, "panj-strip-kept");
  }

  /** Name of the section at a kilometre. @param {number} km */
  section(km) {
    const { sections } = this.axis;
    return (sections.find((one) => km < one.to_km) || sections[sections.length - 1]).name;
  }

  /** Ends of the bar at a kilometre. @param {number} km */
  bar(km) {
    const from = Math.min(Math.floor(km / this.bin), Math.ceil(this.length / this.bin) - 1) * this.bin;
    return [from, Math.min(this.length, from + this.bin)];
  }

  /** Mark a kilometre here and its bar on the map; null for none. @param {number | null} km */
  hover(km) {
    // A strip that has no room, as in a small frame, has no bars to light.
    if (!this.bin || (km === null && this.hovered === null)) return;
    this.hovered = km;
    this.cursor.hidden = km === null;
    const bar = km === null ? null : this.bar(km);
    if (bar) {
      this.cursor.style.left = `${this.x(bar[0])}px`;
      this.cursor.style.width = `${this.x(bar[1] - bar[0])}px`;
    }
    const key = bar ? bar.join() : "";
    if (key !== this._lit) { this._lit = key; this.lit = this.light(this.lit, bar, "panj-strip-lit"); this.say(); }
  }

  /** Light a stretch on the map instead of the one before. */
  light(before, stretch, look) {
    if (before) before.remove();
    if (!stretch || !this.line) return null;
    const path = this.line.between(stretch[0], stretch[1]);
    const looks = look === "panj-strip-lit" ? ["panj-strip-halo", look] : [look];
    return L.layerGroup(looks.map((className) => L.polyline(path, { ...rendererOf(this.map, "border"), className, interactive: false, fill: false, smoothFactor: 0.7 }))).addTo(this.map);
  }

  /** Number of events in a stretch, with every limit but the stretch itself. */
  number(from, to) {
    const { km } = this.engine;
    const kinds = Math.max(1, this.engine.store.types.length);
    let sum = 0;
    for (let k = Math.floor(from / KM_BIN) * kinds; k < Math.min(km.length, Math.ceil(to / KM_BIN) * kinds); k += 1) sum += km[k];
    return sum;
  }

  /** What stands under the pointer, else what the brush holds, else how many events lie along the line. */
  say() {
    const stretch = this.hovered === null ? this.engine.filter.km : this.bar(this.hovered);
    this.box.classList.toggle("panj-strip-idle", !stretch);
    const number = (n) => say("events_count", { n: wholeNumber(n) });
    if (!stretch) {
      this.readout.textContent = say("strip_along", { events: number(this.number(0, this.length)) });
      return;
    }
    const [from, to] = stretch;
    // A brushed stretch may cut through bins: its own number is what passes the filter.
    const events = this.hovered === null ? this.engine.visible : this.number(from, to);
    this.readout.textContent = say("strip_at", { from: Math.round(from), to: Math.round(to), section: this.section((from + to) / 2), events: number(events) });
  }

  draw() {
    if (!this.width) return;
    const { canvas, width, height } = this;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.box);
    this.colour = (name) => style.getPropertyValue(`--${name}`).trim();
    if (this.byTime) this.drawTime(pen); else this.drawNumbers(pen);
  }

  /** Bars by stretch, the types one on the other. */
  drawNumbers(pen) {
    const { engine, height, bin, length } = this;
    const { km, store } = engine;
    const kinds = Math.max(1, store.types.length);
    const bars = Math.ceil(length / bin);
    const sums = new Float64Array(bars * kinds);
    const per = bin / KM_BIN;
    for (let k = 0; k < km.length; k += 1) {
      const bar = Math.floor(Math.floor(k / kinds) / per);
      if (bar < bars) sums[bar * kinds + (k % kinds)] += km[k];
    }
    const totals = new Float64Array(bars);
    let most = 0;
    for (let bar = 0; bar < bars; bar += 1) {
      for (let kind = 0; kind < kinds; kind += 1) totals[bar] += sums[bar * kinds + kind];
      if (totals[bar] > most) most = totals[bar];
    }
    const [from, to] = this.stretch;
    const room = height - 3;
    for (let bar = 0; bar < bars; bar += 1) {
      if (!totals[bar]) continue;
      const left = this.x(bar * bin);
      const wide = Math.max(1, this.x(Math.min(length, (bar + 1) * bin)) - left - (this.x(bin) > 3 ? 1 : 0));
      // However many there are elsewhere, a single event is seen.
      const high = Math.max(2, (room * totals[bar]) / most);
      let top = height;
      pen.globalAlpha = (bar + 1) * bin <= from || bar * bin >= to ? 0.25 : 1;
      for (let kind = 0; kind < kinds; kind += 1) {
        const part = (high * sums[bar * kinds + kind]) / totals[bar];
        if (!part) continue;
        top -= part;
        pen.fillStyle = store.types[kind].colour;
        pen.fillRect(left, top, wide, part);
      }
    }
    pen.globalAlpha = 1;
    this.scale.replaceChildren(...(most ? [make("span", { class: "panj-strip-most", dir: "auto", text: say("strip_most", { n: wholeNumber(most), km: bin }) })] : []));
  }

  /** Events by time, later days higher: each of them, or a field of stretches by time where they are many. */
  drawTime(pen) {
    const { span, store } = this.engine;
    this.scale.replaceChildren();
    if (!span) return;
    if (store.n <= STRIP_DOTS) this.drawDots(pen); else this.drawField(pen);
    const years = [span.last, span.first].map((day) => String(new Date(day * 86400000).getUTCFullYear()));
    this.scale.replaceChildren(make("span", { class: "panj-strip-most", text: years[0] }), make("span", { class: "panj-strip-first", text: years[1] }));
  }

  drawDots(pen) {
    const { engine, height } = this;
    const { store, span } = engine;
    const [from, to] = this.stretch;
    const room = height - 2 * STRIP_DOT - 2;
    const uncertain = store.values.side.indexOf("uncertain");
    pen.lineWidth = 1;
    for (const i of engine.alongLine()) {
      const km = store.chainage[i];
      const day = ((store.start[i] + store.end[i]) / 2 - span.first) / Math.max(1, span.last - span.first);
      pen.globalAlpha = km >= from && km < to ? 1 : 0.25;
      pen.beginPath();
      pen.arc(this.x(km + 0.5), height - 1 - STRIP_DOT - day * room, STRIP_DOT, 0, 2 * Math.PI);
      const colour = store.types[store.type[i]].colour;
      if (uncertain >= 0 && store.side[i] === uncertain) { pen.strokeStyle = colour; pen.stroke(); continue; }
      pen.fillStyle = colour;
      pen.fill();
      pen.strokeStyle = this.colour("paper");
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  /** The darker a cell, the more events. */
  drawField(pen) {
    const { engine, height, bin, length } = this;
    const columns = Math.ceil(length / bin);
    const rows = Math.max(2, Math.floor(height / STRIP_CELL));
    const grid = engine.alongTime(bin, columns, rows);
    let most = 0;
    for (let k = 0; k < grid.length; k += 1) if (grid[k] > most) most = grid[k];
    const [from, to] = this.stretch;
    pen.fillStyle = this.colour("accent");
    const cell = height / rows;
    for (let column = 0; column < columns; column += 1) {
      const left = this.x(column * bin);
      const wide = Math.max(1, this.x(Math.min(length, (column + 1) * bin)) - left - 0.5);
      const faint = (column + 1) * bin <= from || column * bin >= to ? 0.25 : 1;
      for (let row = 0; row < rows; row += 1) {
        const n = grid[row * columns + column];
        if (!n) continue;
        pen.globalAlpha = faint * (most > 1 ? 0.55 + (0.45 * Math.log(n)) / Math.log(most) : 1);
        pen.fillRect(left, height - (row + 1) * cell, wide, cell - 0.5);
      }
    }
    pen.globalAlpha = 1;
  }
}

// The timeline under the map: a histogram of time, a range on it with two handles, and a player.
//
// Time runs from left to right in every language, as in the press of Kabul and Tehran where a chart has Latin digits; the words
// around it follow the page. Bars come from the engine's days, summed anew only when these changed; a frame in which only the range
// moved fills two ready paths.

/** Px that a pointer moves before a press becomes a drag. */
const DRAG_LEAST = 4;

class Timeline {
  /**
   * @param {Engine} engine
   * @param {HTMLElement} box
   */
  constructor(engine, box) {
    this.engine = engine;
    this.box = box;
    /** Days of the whole time; without any the timeline stays empty. */
    this.span = engine.span;
    if (!this.span) return;
    this._stamp = -1;
    this._width = 0;
    this._said = "";
    this._build();
    this.player = new Player(this);
    this.controls.prepend(this.player.button, this.player.pace, this.player.way);
    new ResizeObserver(() => this.resize()).observe(this.chart);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      window.matchMedia(query).addEventListener("change", () => { this._ink = null; this.paint(); });
    }
    engine.on(() => this.update());
    this.resize();
  }

  _build() {
    const slider = (name, key) => make("div", { class: `panj-time-${name}`, role: "slider", tabindex: "0", "aria-orientation": "horizontal",
      "aria-label": say(key), "aria-valuemin": this.span.first, "aria-valuemax": this.span.last, "data-part": name });
    this.canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { class: "panj-time-bars", role: "img" }));
    this.whole = slider("whole", "time_whole");
    this.handles = { from: slider("from", "time_from"), to: slider("to", "time_to") };
    for (const one of Object.values(this.handles)) one.classList.add("panj-time-handle");
    this.tip = make("div", { class: "panj-time-tip", "aria-hidden": "true" });
    this.tip.hidden = true;
    this.chart = make("div", { class: "panj-time-chart", dir: "ltr" }, this.canvas, this.whole, this.handles.from, this.handles.to, this.tip);
    this.words = make("p", { class: "panj-time-words", dir: "auto" });
    this.undated = make("p", { class: "panj-time-undated" });
    this.all = make("button", { type: "button", class: "panj-time-all", text: say("time_all"), on: { click: () => this.clear() } });
    this.controls = make("div", { class: "panj-time-controls" }, this.all);
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-label", say("time_label"));
    this.box.append(this.controls, make("div", { class: "panj-time-said" }, this.words, this.undated), this.chart);
    for (const one of [this.whole, this.handles.from, this.handles.to]) one.addEventListener("keydown", (event) => this.key(event, one.dataset.part));
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.limited) return;
      event.stopPropagation();
      this.clear();
    });
    this.chart.addEventListener("pointerdown", (event) => this.press(event));
    this.chart.addEventListener("pointermove", (event) => this.hover(event));
    this.chart.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.chart.addEventListener("dblclick", () => this.clear());
  }

  /** Whether a range is set. */
  get limited() { return this.engine.filter.from !== null || this.engine.filter.to !== null; }

  /** The range, or all of the time. */
  get range() {
    const { from, to } = this.engine.filter;
    return { from: from === null ? this.span.first : from, to: to === null ? this.span.last : to };
  }

  /** Set the range; an end that limits nothing is none. @param {number} from @param {number} to */
  set(from, to) {
    const { first, last } = this.span;
    const [low, high] = from <= to ? [from, to] : [to, from];
    this.engine.set({ from: low <= first ? null : low, to: high >= last ? null : high });
  }

  /** All of the time, and what has no date. */
  clear() {
    this.player.stop();
    this.engine.set({ from: null, to: null });
  }

  // ---- bars

  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width) return;
    this.fine = Math.min(3, window.devicePixelRatio || 1);
    this._width = width;
    this._height = height;
    this.canvas.width = Math.round(width * this.fine);
    this.canvas.height = Math.round(height * this.fine);
    const { step, edges } = timeBars(this.span.first, this.span.last, width);
    this.step = step;
    this.edges = edges;
    const paper = this.canvas.getContext("2d");
    paper.font = this.font = `11px ${getComputedStyle(this.box).fontFamily}`;
    this.labels = timeLabels(edges, step, (day) => this.x(day), (words) => paper.measureText(words).width);
    this._stamp = -1;
    this._said = "";
    this.update();
  }

  /** Px of a day's beginning. @param {number} day */
  x(day) {
    const [first, last] = [this.edges[0], this.edges[this.edges.length - 1]];
    return Math.max(0, Math.min(1, (day - first) / (last - first))) * this._width;
  }

  /** Number of the bar at a place. @param {number} x */
  barAt(x) {
    const { edges } = this;
    const day = edges[0] + (x / this._width) * (edges[edges.length - 1] - edges[0]);
    let k = 0;
    while (k < edges.length - 2 && edges[k + 1] <= day) k += 1;
    return k;
  }

  /** Events of each bar, and the path of all bars. */
  _sum() {
    const { engine, edges, span } = this;
    this._stamp = engine.daysStamp;
    const { days } = engine;
    const bars = new Float64Array(edges.length - 1);
    let most = 0;
    for (let k = 0; k < bars.length; k += 1) {
      const until = Math.min(days.length, edges[k + 1] - span.first);
      let sum = 0;
      for (let at = Math.max(0, edges[k] - span.first); at < until; at += 1) sum += days[at];
      // What is left of shares that were added and taken away is not an event.
      bars[k] = sum > 1e-6 ? sum : 0;
      if (bars[k] > most) most = bars[k];
    }
    this.bars = bars;
    const path = new Path2D();
    const ground = this._height - 17;
    for (let k = 0; k < bars.length; k += 1) {
      if (!bars[k]) continue;
      const [left, right] = [this.x(edges[k]), this.x(edges[k + 1])];
      const tall = Math.max(1.5, (bars[k] / most) * (ground - 3));
      path.rect(left, ground - tall, Math.max(1, right - left - (right - left > 3 ? 1 : 0)), tall);
    }
    this.path = path;
    const top = bars.indexOf(most);
    const words = rangeText(span.first, span.last, span.firstPrecision, span.lastPrecision);
    this.canvas.setAttribute("aria-label", most ? `${words}; ${say("counts_most", { n: Math.max(1, Math.round(most)), period: stepText(edges[top], this.step) })}` : words);
  }

  /** Colours from the style sheet; the system's own where it forces them. */
  _inks() {
    if (this._ink) return this._ink;
    const style = getComputedStyle(this.chart);
    const colour = (name) => style.getPropertyValue(name).trim();
    this._ink = { strong: colour("--time-strong"), pale: colour("--time-pale"), line: colour("--time-line"), words: colour("--time-words"), range: colour("--time-range") };
    return this._ink;
  }

  paint() {
    if (!this._width) return;
    const paper = this.canvas.getContext("2d");
    const ink = this._inks();
    const { from, to } = this.range;
    const ground = this._height - 17;
    const [left, right] = [this.x(from), this.x(to + 1)];
    paper.setTransform(this.fine, 0, 0, this.fine, 0, 0);
    paper.clearRect(0, 0, this._width, this._height);
    const { limited } = this;
    if (limited) {
      paper.fillStyle = ink.range;
      paper.fillRect(left, 0, right - left, ground);
      paper.fillStyle = ink.pale;
      paper.fill(this.path);
      paper.save();
      paper.beginPath();
      paper.rect(left, 0, Math.max(1, right - left), ground);
      paper.clip();
    }
    paper.fillStyle = ink.strong;
    paper.fill(this.path);
    if (limited) paper.restore();
    paper.fillStyle = ink.line;
    paper.fillRect(0, ground, this._width, 1);
    paper.textBaseline = "alphabetic";
    for (const { day, text, strong } of this.labels) {
      const x = this.x(day);
      paper.fillStyle = ink.line;
      paper.fillRect(Math.min(x, this._width - 1), ground, 1, 5);
      paper.fillStyle = ink.words;
      paper.font = strong ? this.font.replace("11px", "600 11px") : this.font;
      const room = paper.measureText(text).width;
      // A label that would be cut off at the end gives way to none.
      if (x + 4 + room <= this._width + 2) paper.fillText(text, x + 4, this._height - 3);
    }
  }

  // ---- following the filter

  update() {
    if (!this._width) return;
    const { engine, span } = this;
    const fresh = this._stamp !== engine.daysStamp;
    if (fresh) this._sum();
    const { from, to } = this.range;
    const { limited } = this;
    const key = `${from} ${to} ${limited} ${engine.undated}`;
    if (!fresh && key === this._said) return;
    if (key !== this._said) {
      this._said = key;
      const words = limited ? rangeText(from, to) : rangeText(span.first, span.last, span.firstPrecision, span.lastPrecision);
      this.words.textContent = words;
      this.undated.textContent = engine.undated ? say(limited ? "time_undated_out" : "time_undated", { n: wholeNumber(engine.undated) }) : "";
      this.all.hidden = !limited;
      const place = (element, day, x, said) => {
        element.style.left = `${x.toFixed(1)}px`;
        element.setAttribute("aria-valuenow", String(Math.max(span.first, Math.min(span.last, day))));
        element.setAttribute("aria-valuetext", said);
      };
      const [left, right] = [this.x(from), this.x(to + 1)];
      place(this.handles.from, from, left, from === span.first && span.firstPrecision ? oneDate(from, span.firstPrecision) : oneDate(from, "day"));
      place(this.handles.to, to, right, to === span.last && span.lastPrecision ? oneDate(to, span.lastPrecision) : oneDate(to, "day"));
      place(this.whole, from, left, words);
      this.whole.style.width = `${Math.max(0, right - left).toFixed(1)}px`;
      this.whole.hidden = !limited;
    }
    this.paint();
  }

  // ---- hands

  /** Arrows move by a day (with shift by a bar), the page keys by a month (with shift by a year), Home and End to the ends. */
  key(event, part) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const way = { ArrowLeft: -1, ArrowDown: -1, PageDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 1 }[event.key];
    const { first, last } = this.span;
    const { from, to } = this.range;
    const clamp = (day, low, high) => Math.max(low, Math.min(high, day));
    if (way) {
      const page = event.key.startsWith("Page");
      const step = page ? { months: event.shiftKey ? 12 : 1 } : event.shiftKey ? this.step : { days: 1 };
      if (part === "from") this.set(clamp(stepped(from, step, way), first, to), to);
      else if (part === "to") this.set(from, clamp(stepped(to + 1, step, way) - 1, from, last));
      else this.shift(from, to, step, way);
    } else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "End";
      if (part === "from") this.set(end ? to : first, to);
      else if (part === "to") this.set(from, end ? last : from);
      else this.shift(from, to, { days: 1 }, end ? last - to : first - from);
    } else return;
    this.player.stop();
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move the range as a whole, as far as the time goes. */
  shift(from, to, step, times) {
    const { first, last } = this.span;
    let [low, high] = [stepped(from, step, times), stepped(to + 1, step, times) - 1];
    if (low < first) [low, high] = [first, first + to - from];
    if (high > last) [low, high] = [last - (to - from), last];
    // The edge of a moved range stays a limit, so that it can be moved back.
    this.engine.set({ from: low, to: high });
  }

  /** A press on the chart: on a handle, inside the range, or on the bars. @param {PointerEvent} event */
  press(event) {
    if (event.button || !event.isPrimary) return;
    this.player.stop();
    const origin = this.canvas.getBoundingClientRect();
    const place = (one) => Math.max(0, Math.min(this._width - 0.01, one.clientX - origin.left));
    const target = /** @type {HTMLElement} */ (event.target);
    const part = target.dataset.part || "";
    const began = this.range;
    const start = place(event);
    const anchor = this.barAt(start);
    let moved = false;
    const { edges } = this;
    const grip = part === "from" ? start - this.x(began.from) : part === "to" ? start - this.x(began.to + 1) : 0;
    /** Number of the edge between bars next to a place. */
    const edgeAt = (x) => { const k = this.barAt(Math.max(0, x)); return x - this.x(edges[k]) > this.x(edges[k + 1]) - x ? k + 1 : k; };
    const drag = (one) => {
      if (one.pointerId !== event.pointerId) return;
      const x = place(one);
      if (!moved && Math.abs(x - start) < DRAG_LEAST) return;
      moved = true;
      this.tip.hidden = true;
      const edge = edgeAt(x - grip);
      if (part === "from") this.set(Math.min(edges[Math.min(edge, edges.length - 2)], began.to), began.to);
      else if (part === "to") this.set(began.from, Math.max(edges[Math.max(edge, 1)] - 1, began.from));
      else if (part === "whole") this.shift(began.from, began.to, this.step, this.barAt(x) - anchor);
      else { const bar = this.barAt(x); this.set(edges[Math.min(anchor, bar)], edges[Math.max(anchor, bar) + 1] - 1); }
    };
    const end = (one) => {
      if (one.pointerId !== event.pointerId) return;
      for (const [name, call] of Object.entries(calls)) this.chart.removeEventListener(name, call);
      this.chart.classList.remove("panj-on");
      if (one.type === "pointerup" && !moved && part !== "from" && part !== "to") this.set(edges[anchor], edges[anchor + 1] - 1);
    };
    const calls = { pointermove: drag, pointerup: end, pointercancel: end };
    for (const [name, call] of Object.entries(calls)) this.chart.addEventListener(name, call);
    this.chart.setPointerCapture(event.pointerId);
    this.chart.classList.add("panj-on");
    if (target.tabIndex >= 0) target.focus({ preventScroll: true });
    event.preventDefault();
  }

  /** What a bar stands for, beside a mouse. @param {PointerEvent} event */
  hover(event) {
    if (event.pointerType === "touch" || event.buttons) return;
    const x = event.clientX - this.canvas.getBoundingClientRect().left;
    if (x < 0 || x > this._width) { this.tip.hidden = true; return; }
    const k = this.barAt(x);
    const n = this.bars[k];
    const whole = Math.abs(n - Math.round(n)) < 1e-6;
    const count = say(whole ? "events_count" : "time_about", { n: wholeNumber(whole ? Math.round(n) : Math.max(1, Math.round(n))) });
    this.tip.textContent = `${stepText(this.edges[k], this.step)}: ${count}`;
    this.tip.hidden = false;
    const half = this.tip.offsetWidth / 2;
    const middle = (this.x(this.edges[k]) + this.x(this.edges[k + 1])) / 2;
    this.tip.style.left = `${Math.max(half, Math.min(this._width - half, middle)).toFixed(0)}px`;
  }
}

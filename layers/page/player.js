// Playing through time: a window that moves, or one that grows from its beginning, by a bar of the timeline at each step.

/** Steps a second that a reader can choose. */
const PACES = [2, 4, 8];
/** Bars of the window when no range is set. */
const WINDOW_BARS = 3;
const SIGNS = {
  play: "M4 2.5v11l9.5-5.5z", pause: "M4 3h3v10H4zM9 3h3v10H9z", moving: "M6 3h4v10H6zM1 7.3h3v1.4H1zM12 7.3h3v1.4h-3z", growing: "M2 3h1.6v10H2zM5 3h5v10H5zM12 7.3h3v1.4h-3z",
};

const signSvg = (path) => makeSvg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" }, makeSvg("path", { d: path, fill: "currentColor" }));

class Player {
  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.timer = 0;
    this.growing = false;
    // Who wants little motion gets few steps.
    this.speed = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? PACES[0] : PACES[1];
    this.button = make("button", { type: "button", class: "panj-time-play", on: { click: () => (this.playing ? this.stop() : this.start()) } });
    this.pace = make("button", { type: "button", class: "panj-time-pace", on: { click: () => { this.speed = PACES[(PACES.indexOf(this.speed) + 1) % PACES.length]; this.say(); } } });
    this.way = make("button", { type: "button", class: "panj-time-way", on: { click: () => { this.growing = !this.growing; if (this.playing) this.begin(); this.say(); } } });
    /** The range as the player set it last. */
    this.own = null;
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.stop(); });
    timeline.engine.on((engine) => {
      const { from, to } = engine.filter;
      if (this.playing && (from !== this.own.from || to !== this.own.to)) this.stop();
    });
    this.say();
  }

  get playing() { return this.timer !== 0; }

  /** Words and signs of the buttons. */
  say() {
    const named = (button, words, ...content) => {
      button.setAttribute("aria-label", words);
      button.title = words;
      button.replaceChildren(...content);
    };
    named(this.button, say(this.playing ? "time_pause" : "time_play"), signSvg(this.playing ? SIGNS.pause : SIGNS.play));
    named(this.pace, say("time_speed", { n: this.speed }), make("bdi", { dir: "ltr", text: `${this.speed}×` }));
    named(this.way, say(this.growing ? "time_growing" : "time_moving"), signSvg(this.growing ? SIGNS.growing : SIGNS.moving));
  }

  /** From the range as it stands; where it has come to the end, or there is none, from the beginning. */
  begin() {
    const { timeline } = this;
    const { first, last } = timeline.span;
    const { step } = timeline;
    let { from, to } = timeline.range;
    const start = stepStart(first, step);
    if (!timeline.limited) to = stepped(start, step, this.growing ? 1 : WINDOW_BARS) - 1;
    else if (to >= last && this.growing) to = Math.min(last - 1, stepped(from, step, 1) - 1);
    else if (to >= last) [from, to] = [first, first + to - from];
    if (!timeline.limited) from = start;
    this.first = { from, to };
    this.steps = 0;
  }

  start() {
    const { timeline } = this;
    this.begin();
    this.put();
    this.timer = window.setTimeout(() => this.tick(), 1000 / this.speed);
    timeline.engine.playing = true;
    this.say();
  }

  tick() {
    this.steps += 1;
    if (this.put()) this.timer = window.setTimeout(() => this.tick(), 1000 / this.speed);
    else this.stop();
  }

  /** Show the range of this step. @returns {boolean} whether there is more to come */
  put() {
    const { timeline } = this;
    const { last } = timeline.span;
    const { from, to } = this.first;
    const high = stepped(to + 1, timeline.step, this.steps) - 1;
    const low = this.growing ? from : stepped(from, timeline.step, this.steps);
    // Both ends stay limits: what has no date does not come and go.
    this.own = { from: low, to: Math.min(high, last) };
    timeline.engine.set(this.own);
    return high < last;
  }

  stop() {
    if (!this.playing) return;
    clearTimeout(this.timer);
    this.timer = 0;
    // Who kept out of it while it played learns where it has come to.
    this.timeline.engine.playing = false;
    this.timeline.engine.touch();
    this.say();
  }
}

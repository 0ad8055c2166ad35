// The list beside the map: what is on it, then what is not, each a button that opens the event; always in the order of time.

/** Rows that are made at once; more on request. */
const LIST_STEP = 100;
/** Rows before the open event's, where the list begins around it. */
const LIST_BEFORE = 20;
/** How long the count rests before it is told to readers who listen, and the rows are made again, in ms. */
const LIST_SAY = 700;
const LIST_REST = 120;

class EventList {
  /**
   * @param {Engine} engine
   * @param {(i: number) => string} dateOf
   * @param {(i: number) => void} open
   */
  constructor(engine, dateOf, open) {
    this.engine = engine;
    this.store = engine.store;
    this.dateOf = dateOf;
    this.open = open;
    /** Row that is open. @type {number | null} */
    this.row = null;
    this.head = make("h2", {});
    this.said = make("p", { class: "panj-list-said", role: "status" });
    this.body = make("div", {});
    this.panel = document.getElementById("panj-list");
    this.panel.append(this.head, this.said, this.body);
    this.later = 0;
    this.saying = 0;
    this.first = true;
    engine.on(() => this.update());
  }

  /** The number at once, the rows when the hand rests, the word to those who listen after that. */
  update() {
    const { visible, store } = this.engine;
    const words = visible === store.n ? say("events_count", { n: wholeNumber(visible) }) : say("of_count", { n: wholeNumber(visible), total: wholeNumber(store.n) });
    if (this.head.textContent !== words) this.head.textContent = words;
    clearTimeout(this.saying);
    // What stands there at first is read anyway.
    if (!this.first) this.saying = setTimeout(() => { this.said.textContent = words; }, LIST_SAY);
    this.first = false;
    clearTimeout(this.later);
    if (store.n <= 2000 && store.texts) this.fill(); else this.later = setTimeout(() => store.read().then(() => this.fill()), LIST_REST);
  }

  fill() {
    const { drawn } = this.engine;
    const listed = drawn.listed;
    const onMap = drawn.points + drawn.units;
    // A part that the reader has folded stays folded.
    const folded = new Set([...this.body.querySelectorAll("details:not([open])")].map((part) => part.dataset.part));
    this.body.replaceChildren();
    if (!this.engine.visible) this.body.append(make("p", { class: "panj-quiet", text: say("none_visible") }));
    if (listed) this.body.append(this.part("listed", listed, say("listed_help"), true));
    if (onMap) this.body.append(this.part("on_map", onMap, "", false));
    for (const part of this.body.querySelectorAll("details")) part.open = !folded.has(part.dataset.part);
    this.mark(this.row, false);
  }

  /** Whether a row passes and belongs to a part. @param {number} i @param {boolean} listed */
  belongs(i, listed) { return this.engine.pass[i] === 1 && this.store.listed(i) === listed; }

  /** Up to so many rows of a part from a place in the order of time on, or backwards. @param {-1 | 1} by */
  next(listed, from, most, by = 1) {
    const order = this.store.byTime();
    const rows = [];
    let k = from;
    for (; k >= 0 && k < order.length && rows.length < most; k += by) if (this.belongs(order[k], listed)) rows.push(order[k]);
    return { rows, from: k };
  }

  part(key, count, help, listed) {
    return make("details", { class: "panj-part", open: true, "data-part": key },
      make("summary", { text: `${say(key)} (${wholeNumber(count)})` }),
      help ? make("p", { class: "panj-hint", text: help }) : null, this.rows(listed, count, 0, 0));
  }

  /**
   * Rows of a part from a place in the order of time.
   *
   * @param {boolean} listed @param {number} count rows of the part
   * @param {number} from place in the order of time @param {number} before rows of the part before that place
   */
  rows(listed, count, from, before) {
    const list = make("ol", { class: "panj-rows" });
    let [low, high, above, below] = [from - 1, from, before, count - before];
    const button = (left, call) => {
      const item = make("li", {}, make("button", { type: "button", class: "panj-more", on: { click: () => { item.remove(); call(); } } }));
      item.firstChild.textContent = left;
      return item;
    };
    const earlier = () => {
      const found = this.next(listed, low, LIST_STEP, -1);
      low = found.from;
      above -= found.rows.length;
      list.prepend(...found.rows.reverse().map((i) => this.item(i)));
      if (above > 0) list.prepend(button(say("list_before", { n: wholeNumber(above) }), earlier));
      this.mark(this.row, false);
    };
    const more = () => {
      const found = this.next(listed, high, LIST_STEP);
      high = found.from;
      below -= found.rows.length;
      list.append(...found.rows.map((i) => this.item(i)));
      if (below > 0) list.append(button(say("list_after", { n: wholeNumber(below) }), more));
      this.mark(this.row, false);
    };
    more();
    if (above > 0) list.prepend(button(say("list_before", { n: wholeNumber(above) }), earlier));
    return list;
  }

  /** Mark the open event's row, made if it was not; none for null. @param {number | null} i @param {boolean} [bring] whether it comes into sight */
  mark(i, bring = true) {
    this.row = i;
    const old = this.body.querySelector("[aria-current]");
    if (old) old.removeAttribute("aria-current");
    if (i === null || !this.engine.pass[i]) return;
    let row = this.body.querySelector(`[data-event="${i}"]`);
    if (!row && bring) row = this.around(i);
    if (!row) return;
    row.setAttribute("aria-current", "true");
    // Only within the list's own box: the page stays where it is.
    const side = this.panel.parentElement;
    if (!bring || side.scrollHeight <= side.clientHeight || !row.getClientRects().length) return;
    const box = row.getBoundingClientRect();
    const view = side.getBoundingClientRect();
    const top = view.top + (parseFloat(getComputedStyle(side).scrollPaddingTop) || 0);
    if (box.top < top) side.scrollTop -= top - box.top + 8; else if (box.bottom > view.bottom) side.scrollTop += box.bottom - view.bottom + 8;
  }

  /** The list of an event's part, begun again around it. @param {number} i @returns {Element | null} its row */
  around(i) {
    const listed = this.store.listed(i);
    const part = this.body.querySelector(`[data-part="${listed ? "listed" : "on_map"}"]`);
    if (!part) return null;
    const order = this.store.byTime();
    const at = order.indexOf(i);
    const { from } = this.next(listed, at - 1, LIST_BEFORE, -1);
    let before = 0;
    for (let k = 0; k <= from; k += 1) if (this.belongs(order[k], listed)) before += 1;
    const { drawn } = this.engine;
    part.querySelector("ol").replaceWith(this.rows(listed, listed ? drawn.listed : drawn.points + drawn.units, from + 1, before));
    return part.querySelector(`[data-event="${i}"]`);
  }

  item(i) {
    const { store } = this;
    const type = store.types[store.type[i]];
    const button = make("button", { type: "button", class: "panj-row", "data-event": i },
      markSvg(type, 6, false), make("span", {}, make("span", { class: "panj-quiet", text: this.dateOf(i) }), make("bdi", { text: store.texts.title(i) })));
    button.addEventListener("click", () => this.open(i));
    return make("li", {}, button);
  }
}

// One event in words, in a panel: beside the map, on a phone in a sheet over bar and list, in a small frame across the map away from
// the event's mark.

/** Distance that an open event's mark keeps from the panel and from the map's edges, in px. */
const DETAIL_CLEAR = 34;
/** Share of the page's height at which a sheet that is pulled up is held, and below which it is put away. */
const DETAIL_FULL = 0.72;
const DETAIL_AWAY = 0.25;
/** How long a filter rests before the neighbours of the open event are looked for again, in ms. */
const DETAIL_REST = 150;

/** Whether the reader's last word came from the keyboard: then the focus follows what opens. */
let detailByKey = false;
document.addEventListener("keydown", () => { detailByKey = true; }, true);
document.addEventListener("pointerdown", () => { detailByKey = false; }, true);

class Detail {
  /**
   * @param {Events} events
   * @param {HTMLElement} box
   * @param {any} border the layer of the border line, for distances and sections
   */
  constructor(events, box, border) {
    this.events = events;
    this.store = events.store;
    this.map = events.map;
    this.box = box;
    this.facts = new Facts(events, new FactsLine(border));
    this.chosen = new ChosenMark(events);
    /** Row that is open, null for none. @type {number | null} */
    this.row = null;
    /** Rows that share its place or mark, itself among them. @type {number[]} */
    this.members = [];
    /** What had the focus before the panel took it. @type {HTMLElement | null} */
    this.before = null;
    /** Whether an event is about to open. */
    this.opening = false;
    this.bounds = this.map.options.maxBounds;
    this.build();
    this.small = window.matchMedia("(max-width: 820px)");
    this.home = box.parentElement;
    this.small.addEventListener("change", () => this.settle());
    this.settle();
    let later = 0;
    events.engine.on(() => {
      clearTimeout(later);
      if (this.row !== null) later = setTimeout(() => this.afterFilter(), DETAIL_REST);
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) this.hide(); });
  }

  /** The parts that stay whatever is shown. */
  build() {
    const button = (name, key, sign, call) => make("button", { type: "button", class: `panj-detail-${name}`, "aria-label": say(key), title: say(key), text: sign, on: { click: call } });
    const back = make("button", { type: "button", class: "panj-detail-back", on: { click: () => this.hide() } }, make("span", { "aria-hidden": "true", text: "‹" }), ` ${say("back")}`);
    this.grip = make("button", { type: "button", class: "panj-detail-grip", "aria-label": say("detail_larger"), "aria-expanded": "false", on: { click: (event) => {
      // A finger's or a mouse's press is told by `pull`.
      if (event.detail === 0) this.enlarge(!this.box.classList.contains("panj-detail-full"));
    } } });
    this.top = make("div", { class: "panj-detail-top" }, back, this.grip, button("close", "close", "×", () => this.hide()));
    this.body = make("div", { class: "panj-detail-body" });
    this.said = make("p", { class: "panj-detail-said", role: "status" });
    this.count = make("span", { class: "panj-detail-count" });
    this.here = make("div", { class: "panj-detail-here", role: "group" },
      button("step", "detail_here_before", "‹", () => this.page(-1)), this.count, button("step", "detail_here_next", "›", () => this.page(1)));
    this.earlier = make("button", { type: "button", on: { click: () => this.step(-1) } }, make("span", { "aria-hidden": "true", text: "‹" }), ` ${say("detail_earlier")}`);
    this.later = make("button", { type: "button", on: { click: () => this.step(1) } }, `${say("detail_later")} `, make("span", { "aria-hidden": "true", text: "›" }));
    const time = make("div", { class: "panj-detail-time", role: "group", "aria-label": say("date") }, this.earlier, this.later);
    this.box.replaceChildren(this.top, this.here, this.body, time, this.said);
    this.pull();
  }

  /** In a small frame the panel lies over the map; elsewhere it is at home beside it. */
  settle() {
    const over = framed && this.small.matches;
    this.box.classList.toggle("panj-detail-over", over);
    (over ? /** @type {HTMLElement} */ (document.querySelector(".panj-app")) : this.home).prepend(this.box);
  }

  /**
   * Open an event.
   *
   * @param {number} i
   * @param {number[]} [members] rows that share its mark; without them those that share its place
   * @param {boolean} [focus] whether the focus moves into the panel; by itself it does if the reader uses the keyboard
   */
  async show(i, members, focus = detailByKey) {
    const opener = /** @type {HTMLElement | null} */ (document.activeElement);
    if (opener && !this.box.contains(opener)) this.before = opener;
    this.row = i;
    this.opening = true;
    /** Rows that were given with it, null where those that share its place are meant. */
    this.given = members && members.length > 1 ? members : null;
    this.members = this.given || this.events.sharing(i);
    const texts = await this.store.read();
    if (this.row !== i) return;
    const shut = this.box.hidden;
    this.body.replaceChildren(this.facts.article(i, texts), this.linkRow());
    this.body.scrollTop = 0;
    this.box.hidden = false;
    this.tellPlace();
    document.documentElement.classList.add("panj-detail-on");
    this.chosen.set(i);
    this.inSight();
    const heading = this.body.querySelector("h2");
    if (focus && heading && !this.box.contains(document.activeElement)) heading.focus({ preventScroll: true });
    // A reader who does not see the panel is told what it shows.
    else if (!shut) this.said.textContent = `${texts.title(i)}, ${this.events.date(i)}`;
    this.opening = false;
    this.changed();
  }

  /** Put the panel away; the focus goes back to where it came from. */
  hide() {
    if (this.row === null) return;
    const inside = this.box.contains(document.activeElement) || document.activeElement === document.body;
    const { row, before } = this;
    this.row = null;
    this.opening = false;
    this.box.hidden = true;
    this.said.textContent = "";
    this.enlarge(false);
    document.documentElement.classList.remove("panj-detail-on");
    this.chosen.set(null);
    this.map.options.maxBounds = this.bounds;
    if (this.bounds) this.map.panInsideBounds(this.bounds, { animate: false });
    this.changed();
    if (inside) this.giveBack(row, before);
    this.before = null;
  }

  /** The focus goes to what opened the event, else to its mark, else to its row. @param {number} i @param {HTMLElement | null} before */
  giveBack(i, before) {
    const leaf = this.events.fan.leafOf(i);
    const host = leaf || (this.events.markers.find((one) => one.members.includes(i)) || { marker: null }).marker;
    const row = document.querySelector(`#panj-list [data-event="${i}"]`);
    const ways = [before && before !== document.body && before.isConnected ? before : null, host ? host.getElement() : null, row];
    const way = /** @type {HTMLElement | undefined} */ (ways.find((one) => one && one.getClientRects().length > 0));
    if (way) way.focus({ preventScroll: false });
  }

  /** Called when another event, or none, is open. */
  changed() {}

  /** What is drawn has changed: the ring follows. */
  follow() { this.chosen.draw(); }

  /** The filter has changed: other neighbours pass. */
  afterFilter() {
    if (this.row === null) return;
    const { pass } = this.events.engine;
    this.members = this.given ? this.given.filter((k) => k === this.row || pass[k]) : this.events.sharing(this.row);
    this.tellPlace();
  }

  /** "2 of 5 here", and whether there is an earlier and a later event. */
  tellPlace() {
    const { members, row } = this;
    this.here.hidden = members.length < 2;
    this.count.textContent = say("detail_here", { k: wholeNumber(members.indexOf(row) + 1), n: wholeNumber(members.length) });
    this.earlier.disabled = this.beside(-1) === null;
    this.later.disabled = this.beside(1) === null;
    this.chosen.draw();
  }

  /** The event before or after in time, of those that pass the filter. @param {number} by @returns {number | null} */
  beside(by) {
    const { pass } = this.events.engine;
    const order = this.store.byTime();
    for (let k = order.indexOf(this.row) + by; k >= 0 && k < order.length; k += by) if (pass[order[k]]) return order[k];
    return null;
  }

  /** Go to the event before or after in time. @param {number} by */
  step(by) {
    const to = this.beside(by);
    if (to !== null) this.show(to);
  }

  /** Go to the next event at the same place, after the last to the first. @param {number} by */
  page(by) {
    const { members } = this;
    this.show(members[(members.indexOf(this.row) + by + members.length) % members.length], this.given || undefined);
  }

  /** The map moves so far that the mark of the open event is neither out of sight nor under the panel. */
  inSight() {
    const at = this.events.placeOf(this.row);
    if (!at) return;
    const size = this.map.getSize();
    const free = this.free(this.map.latLngToContainerPoint(at), size);
    // At the edge of the map's frame there would be no room to move without this.
    if (free.bottom < size.y && this.bounds) this.map.options.maxBounds = this.bounds.pad(0.6);
    const point = this.map.latLngToContainerPoint(at);
    const clear = Math.min(DETAIL_CLEAR, (free.right - free.left) / 3, (free.bottom - free.top) / 3);
    const short = (value, low, high) => (value < low + clear ? value - low - clear : value > high - clear ? value - high + clear : 0);
    const by = [short(point.x, free.left, free.right), short(point.y, free.top, free.bottom)];
    if (by[0] || by[1]) this.map.panBy(by.map(Math.round), { animate: !still && Math.hypot(...by) < Math.max(size.x, size.y), duration: 0.22 });
  }

  /** The part of the map that the panel leaves free; over a small map it first goes away from the mark. */
  free(point, size) {
    const free = { left: 0, top: 0, right: size.x, bottom: size.y };
    const { classList } = this.box;
    if (classList.contains("panj-detail-over")) {
      classList.toggle("panj-detail-low", point.y < size.y / 2);
      classList.toggle("panj-detail-right", point.x < size.x / 2);
    }
    const plan = this.map.getContainer().getBoundingClientRect();
    // Where the panel will be once it has risen.
    const rising = new DOMMatrixReadOnly(getComputedStyle(this.box).transform).f;
    const now = this.box.getBoundingClientRect();
    const box = new DOMRect(now.x, now.y - rising, now.width, now.height);
    const over = box.left < plan.right && box.right > plan.left && box.top < plan.bottom && box.bottom > plan.top;
    if (!over) return free;
    if (box.width > 0.7 * plan.width) {
      if (box.top + box.bottom > plan.top + plan.bottom) free.bottom = Math.max(0, box.top - plan.top); else free.top = box.bottom - plan.top;
    } else if (box.left + box.right > plan.left + plan.right) free.right = box.left - plan.left;
    else free.left = box.right - plan.left;
    return free;
  }

  /** A sheet takes nearly the whole page, or half of it. @param {boolean} full */
  enlarge(full) {
    this.box.style.height = "";
    this.box.classList.toggle("panj-detail-full", full);
    this.grip.setAttribute("aria-expanded", String(full));
  }

  /** A sheet is pulled up and down by its upper edge. */
  pull() {
    const { top, box } = this;
    let from = null;
    let moved = false;
    const sheet = () => getComputedStyle(box).position === "fixed";
    top.addEventListener("pointerdown", (event) => {
      if (!sheet() || event.target.closest(".panj-detail-close")) return;
      from = { y: event.clientY, height: box.getBoundingClientRect().height };
      moved = false;
      top.setPointerCapture(event.pointerId);
    });
    top.addEventListener("pointermove", (event) => {
      if (!from) return;
      const by = from.y - event.clientY;
      if (Math.abs(by) > 6) moved = true;
      if (moved) box.style.height = `${Math.max(60, Math.min(window.innerHeight - 40, from.height + by))}px`;
    });
    const end = () => {
      if (!from) return;
      from = null;
      const share = box.getBoundingClientRect().height / window.innerHeight;
      if (!moved) this.enlarge(!box.classList.contains("panj-detail-full"));
      else if (share < DETAIL_AWAY) this.hide();
      else { this.enlarge(share > DETAIL_FULL - 0.12); this.inSight(); }
    };
    top.addEventListener("pointerup", end);
    top.addEventListener("pointercancel", end);
  }

  /** Address of this page with the event open, "" where there is none to give. The page says what it is. @param {number} i */
  address(i) { void i; return ""; }

  /** The link to this event: copied, or where that is not allowed shown to be copied by hand. */
  linkRow() {
    const row = make("p", { class: "panj-detail-link" });
    const button = make("button", { type: "button", text: say("detail_link") });
    button.addEventListener("click", async () => {
      const address = this.address(this.row);
      try {
        await navigator.clipboard.writeText(address);
        this.said.textContent = say("detail_copied");
        button.textContent = say("detail_copied");
      } catch (error) {
        console.info(`The address could not be copied: ${error}`);
        const field = make("input", { type: "text", readonly: true, value: address, "aria-label": say("detail_link"), dir: "ltr" });
        row.replaceChildren(make("span", { class: "panj-quiet", text: say("detail_copy") }), field);
        field.focus();
        field.select();
      }
    });
    row.append(button);
    row.hidden = !this.address(this.row);
    return row;
  }
}

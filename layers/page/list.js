// The list beside the map: what is on it, then what is not, each a button that opens the event; always in the order of time.

/** Rows that are made at once; more on request. */
const LIST_STEP = 100;

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
    this.head = make("h2", { "aria-live": "polite" });
    this.body = make("div", {});
    document.getElementById("panj-list").append(this.head, this.body);
    this.later = 0;
    engine.on(() => this.update());
  }

  /** The number at once, the rows when the hand rests. */
  update() {
    const { visible, store } = this.engine;
    this.head.textContent = visible === store.n ? say("events_count", { n: wholeNumber(visible) }) : say("of_count", { n: wholeNumber(visible), total: wholeNumber(store.n) });
    clearTimeout(this.later);
    if (store.n <= 2000 && store.texts) this.fill(); else this.later = setTimeout(() => store.read().then(() => this.fill()), 120);
  }

  fill() {
    const { drawn } = this.engine;
    const listed = drawn.listed;
    const onMap = drawn.points + drawn.units;
    this.body.replaceChildren();
    if (!this.engine.visible) this.body.append(make("p", { class: "panj-quiet", text: say("none_visible") }));
    if (listed) this.body.append(this.part("listed", listed, say("listed_help"), true));
    if (onMap) this.body.append(this.part("on_map", onMap, "", false));
  }

  /** The next rows of a part from a place in the order of time. */
  next(listed, from, most) {
    const { engine, store } = this;
    const order = store.byTime();
    const rows = [];
    let k = from;
    for (; k < order.length && rows.length < most; k += 1) {
      const i = order[k];
      if (engine.pass[i] && store.listed(i) === listed) rows.push(i);
    }
    return { rows, from: k };
  }

  part(key, count, help, listed) {
    const list = make("ol", { class: "panj-rows" });
    let shown = 0;
    const more = (from) => {
      const found = this.next(listed, from, LIST_STEP);
      for (const i of found.rows) list.append(this.row(i));
      shown += found.rows.length;
      if (shown < count) {
        const button = make("button", { type: "button", class: "panj-more", text: `+ ${wholeNumber(count - shown)}` });
        const item = make("li", {}, button);
        button.addEventListener("click", () => { item.remove(); more(found.from); });
        list.append(item);
      }
    };
    more(0);
    return make("details", { class: "panj-part", open: true, "data-part": key },
      make("summary", { text: `${say(key)} (${wholeNumber(count)})` }),
      help ? make("p", { class: "panj-hint", text: help }) : null, list);
  }

  row(i) {
    const { store } = this;
    const type = store.types[store.type[i]];
    const button = make("button", { type: "button", class: "panj-row", "data-event": i },
      markSvg(type, 6, false), make("span", {}, make("span", { class: "panj-quiet", text: this.dateOf(i) }), make("bdi", { text: store.texts.title(i) })));
    button.addEventListener("click", () => this.open(i));
    return make("li", {}, button);
  }
}

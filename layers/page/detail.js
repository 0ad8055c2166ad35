// One event in words, in a panel beside the map (on a phone: a sheet over it).

class Detail {
  /**
   * @param {Events} events
   * @param {HTMLElement} box
   */
  constructor(events, box) {
    this.events = events;
    this.store = events.store;
    this.box = box;
    /** Row that is open, null for none. @type {number | null} */
    this.row = null;
    this.members = [];
  }

  /** Open an event. @param {number} i @param {number[]} members rows that share its mark */
  async show(i, members) {
    this.row = i;
    this.members = members && members.length ? members : [i];
    const texts = await this.store.read();
    if (this.row !== i) return;
    const close = make("button", { type: "button", class: "panj-detail-close", text: say("close"), on: { click: () => this.hide() } });
    this.box.replaceChildren(close, this.article(i, texts));
    this.box.hidden = false;
    const heading = this.box.querySelector("h2");
    if (heading) heading.focus({ preventScroll: true });
    this.changed();
  }

  hide() {
    if (this.row === null) return;
    this.row = null;
    this.box.hidden = true;
    this.box.replaceChildren();
    this.changed();
  }

  /** Called when another event, or none, is open. */
  changed() {}

  /** @param {number} i @param {Texts} texts */
  article(i, texts) {
    const { store } = this;
    const type = store.types[store.type[i]];
    const precision = store.code("precision", i);
    const known = (column) => (column[i] === MISSING ? null : column[i]);
    const deaths = deathsText(known(store.low), known(store.best), known(store.high));
    const side = store.code("side", i);
    const facts = make("dl", {});
    const fact = (key, ...values) => facts.append(make("dt", { text: say(key) }), make("dd", {}, ...values));
    const where = ["place", "stated_district", "stated_province"].map((name) => texts.get(name, i)).filter(Boolean);
    const unique = where.filter((word, k) => where.indexOf(word) === k);
    if (store.flag(i, "withheld")) fact("place", say("withheld"));
    else {
      if (unique.length) fact("place", data(unique.join(", ")));
      if (precision) fact("precision", say(`precision_${precision}`, { km: store.code("radius", i) }));
      const low = texts.get("km_min", i);
      if (low !== null) {
        const words = [intervalText(low / 10, texts.get("km_max", i) / 10)];
        if (side) words.push(say(`side_${side}`));
        fact("distance", words.filter(Boolean).join(" · "));
      } else if (side && side !== "elsewhere") fact("side", say(`side_${side}`));
    }
    if (deaths) fact("deaths", deaths);
    const actors = [texts.get("actor1", i), texts.get("actor2", i)].filter(Boolean);
    if (actors.length) fact("actors", ...actors.flatMap((actor, k) => (k ? ["; ", data(actor)] : [data(actor)])));
    const flags = ["unverified", "graphic"].filter((name) => store.flag(i, name)).map((name) => say(name));
    const note = texts.get("note", i);
    const reason = store.listed(i) ? texts.get("listed_reason", i) : null;
    return make("article", { class: "panj-detail" },
      make("h2", { dir: "auto", text: texts.title(i), tabindex: "-1" }),
      make("p", { class: "panj-meta" }, make("span", { class: "panj-chip" }, markSvg(type, 6, false), data(type.label)), ` ${this.events.date(i)}`),
      flags.length ? make("p", { class: "panj-flags", text: flags.join(" · ") }) : null,
      facts,
      imageFigure(texts, i),
      note ? make("p", { dir: "auto", text: note }) : null,
      reason ? make("p", { class: "panj-quiet", dir: "auto", text: reason }) : null,
      store.hasTexts ? make("h3", { text: say("sources") }) : null, store.hasTexts ? sourceList(texts.get("sources", i) || []) : null);
  }
}

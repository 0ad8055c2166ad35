// Around the map: the legend that is also the layer control, the list, the sheets of a phone.

/** `filterTypes` gets the ids of the types that are ticked, undefined where all are. */
function legend(entries, events, summary, toggle, filterTypes) {
  const box = document.getElementById("panj-layers");
  box.append(make("h2", { text: say("layers") }));
  const list = make("ul", { class: "panj-legend" });
  // From the top of the map down, but what has numbers to read comes right after the events.
  const place = ({ layer, legend: more }) => (layer.kind === "events" ? 0 : more ? 1 : 2);
  // One set of ticks for events and counts: a type stands once.
  const inputs = [];
  const ticked = () => filterTypes(inputs.every((one) => one.checked) ? undefined : inputs.filter((one) => one.checked).map((one) => one.dataset.type));
  const own = new Set(events ? events.types.map((type) => type.id) : []);
  const rows = entries.slice().reverse().sort((one, other) => place(one) - place(other));
  for (const { layer, swatch: sign, legend: more } of rows) {
    const input = make("input", { type: "checkbox", id: `panj-layer-${layer.id}`, "data-layer": layer.id });
    input.checked = layer.show;
    input.addEventListener("change", () => toggle(layer.id, input.checked));
    const row = make("li", {}, make("label", { for: input.id }, input, sign || "", make("span", { dir: "auto", text: layer.label })));
    if (more) row.append(more);
    if (layer.kind === "events" && events) {
      row.append(typeList(events.types, inputs, ticked));
      row.lastChild.append(...signHints(events));
    }
    if (layer.kind === "summary" && summary) summary.typesHere.append(typeList(summary.types.filter((type) => !own.has(type.id)), inputs, ticked));
    if (layer.id === "sites") row.append(make("p", { class: "panj-hint", text: say("legend_site_area") }));
    list.append(row);
  }
  box.append(list);
}

function typeList(types, inputs, ticked) {
  return make("ul", { class: "panj-types" }, ...types.map((type) => {
    const input = make("input", { type: "checkbox", "data-type": type.id });
    input.checked = true;
    input.addEventListener("change", ticked);
    inputs.push(input);
    return make("li", {}, make("label", {}, input, markSvg(type, 6.5, false), make("span", { dir: "auto", text: type.label })));
  }));
}

function signHints(events) {
  const c = events.columns;
  const has = (test) => c.type.some((_, i) => test(i));
  const hints = [
    ["legend_near", (i) => c.lon[i] !== null && events.code("precision", i) === "near"],
    ["legend_unit", (i) => c.unit[i]],
    ["legend_uncertain", (i) => c.lon[i] !== null && events.code("side", i) === "uncertain"],
    ["legend_deaths", (i) => events.deaths(i)],
  ];
  return hints.filter(([, test]) => has(test)).map(([key]) => make("li", { class: "panj-hint", text: say(key) }));
}

/** The list beside the map: what is on it, then what is not, each a button that opens the event. */
class EventList {
  constructor(events) {
    this.events = events;
    this.box = document.getElementById("panj-list");
    this.head = make("h2", {});
    this.body = make("div", {});
    this.box.append(this.head, this.body);
    this.most = 200;
  }

  update() {
    const { events } = this;
    const { lon, unit } = events.columns;
    const drawn = [];
    const listed = [];
    for (let i = 0; i < events.count; i += 1) {
      if (events.pass[i]) (lon[i] !== null || unit[i] ? drawn : listed).push(i);
    }
    const sum = drawn.length + listed.length;
    this.head.textContent = sum === events.count ? say("events_count", { n: sum }) : say("of_count", { n: sum, total: events.count });
    this.body.replaceChildren();
    if (!sum) this.body.append(make("p", { class: "panj-quiet", text: say("none_visible") }));
    if (listed.length) this.body.append(this.part("listed", listed, say("listed_help")));
    if (drawn.length) this.body.append(this.part("on_map", drawn, ""));
  }

  part(key, rows, help) {
    const list = make("ol", { class: "panj-rows" });
    const more = (from) => {
      for (const i of rows.slice(from, from + this.most)) list.append(this.row(i));
      if (from + this.most < rows.length) {
        const button = make("button", { type: "button", class: "panj-more", text: `+ ${rows.length - from - this.most}` });
        const item = make("li", {}, button);
        button.addEventListener("click", () => { item.remove(); more(from + this.most); });
        list.append(item);
      }
    };
    more(0);
    return make("details", { class: "panj-part", open: true, "data-part": key },
      make("summary", { text: `${say(key)} (${rows.length})` }),
      help ? make("p", { class: "panj-hint", text: help }) : null, list);
  }

  row(i) {
    const { events } = this;
    const type = events.types[events.columns.type[i]];
    const item = make("li", {});
    const button = make("button", { type: "button", class: "panj-row", "data-event": i },
      markSvg(type, 6, false), make("span", {}, make("span", { class: "panj-quiet", text: events.date(i) }), make("bdi", { text: events.columns.title[i] || "" })));
    button.addEventListener("click", () => {
      if (events.open(i)) return;
      const open = item.querySelector(".panj-detail");
      button.setAttribute("aria-expanded", String(!open));
      if (open) open.remove();
      else item.append(events.detail(i, false));
    });
    item.append(button);
    return item;
  }
}

/** On a phone the two panels share the space under the map, one at a time. */
function sheets() {
  const buttons = { layers: document.getElementById("panj-open-layers"), list: document.getElementById("panj-open-list") };
  const open = (which) => {
    for (const [name, button] of Object.entries(buttons)) {
      const on = name === which;
      button.setAttribute("aria-expanded", String(on));
      document.getElementById(`panj-${name}`).classList.toggle("panj-open", on);
    }
  };
  open(document.getElementById("panj-list") ? "list" : "layers");
  buttons.layers.addEventListener("click", () => open("layers"));
  buttons.list.addEventListener("click", () => open("list"));
  return open;
}

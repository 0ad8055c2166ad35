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
      row.append(typeList(events.types, inputs, ticked, events.engine));
      row.lastChild.append(...signHints(events));
    }
    if (layer.kind === "summary" && summary) summary.typesHere.append(typeList(summary.types.filter((type) => !own.has(type.id)), inputs, ticked));
    if (layer.id === "sites") row.append(make("p", { class: "panj-hint", text: say("legend_site_area") }));
    list.append(row);
  }
  box.append(list);
}

/** Types with their signs, to be ticked; with an engine the number of events that each would show. */
function typeList(types, inputs, ticked, engine) {
  const numbers = [];
  const list = make("ul", { class: "panj-types" }, ...types.map((type, k) => {
    const input = make("input", { type: "checkbox", "data-type": type.id });
    input.checked = true;
    input.addEventListener("change", ticked);
    inputs.push(input);
    // The ticks follow a filter that was set elsewhere.
    if (engine) engine.on(() => { input.checked = !engine.filter.type || engine.filter.type.has(k); });
    const number = engine ? make("span", { class: "panj-count" }) : null;
    numbers.push(number);
    return make("li", {}, make("label", {}, input, markSvg(type, 6.5, false), make("span", { dir: "auto", text: type.label }), number));
  }));
  if (engine) {
    const count = () => numbers.forEach((number, k) => {
      const words = wholeNumber(engine.counts.type[k]);
      if (number.textContent !== words) number.textContent = words;
    });
    engine.on(count);
  }
  return list;
}

/** What the signs on the map mean, of those that there are. @param {Events} events */
function signHints(events) {
  const { store } = events;
  const has = (until, test) => { for (let i = 0; i < until; i += 1) if (test(i)) return true; return false; };
  const near = store.values.precision.indexOf("near");
  const uncertain = store.values.side.indexOf("uncertain");
  const hints = [
    ["legend_near", near >= 0 && has(store.points, (i) => store.precision[i] === near)],
    ["legend_unit", store.units > 0],
    ["legend_uncertain", uncertain >= 0 && has(store.points, (i) => store.side[i] === uncertain)],
    ["legend_deaths", has(store.n, (i) => store.deaths(i) > 0)],
  ];
  return hints.filter(([, there]) => there).map(([key]) => make("li", { class: "panj-hint", text: say(key) }));
}

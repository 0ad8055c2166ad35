// The legend: what is filtered, with the signs of the map, then the layers of the map.

/**
 * The legend: what is filtered first, then the layers of the map.
 * `filterTypes` gets the ids of the types that are ticked, undefined where all are.
 */
function legend(entries, events, summary, toggle, filterTypes) {
  const box = document.getElementById("panj-layers");
  box.append(make("h2", { text: say("layers") }));
  const engine = events ? events.engine : null;
  const own = new Set(events ? events.types.map((type) => type.id) : []);
  // One set of ticks for events and counts: a type stands once.
  const lists = [];
  const all = () => lists.flatMap((list) => list.rows);
  const typed = (types, counted) => {
    const list = new FacetList({
      facet: "type",
      engine: counted ? engine : null,
      rows: types.map((type, k) => ({ code: counted ? k : -2, id: type.id, label: type.label, sign: markSvg(type, 6.5, false) })),
      isOn: (row) => (row.code < 0 ? !summary || !summary.wishes || !summary.wishes.types || summary.wishes.types.includes(row.id)
        : !engine.filter.type || engine.filter.type.has(row.code)),
      choose: (rows) => {
        // What was chosen in one list, beside what is ticked in the other; one alone is alone in both.
        const kept = rows && rows.length !== 1 ? lists.filter((one) => one !== list).flatMap((one) => one.rows.filter((row) => row.input.checked)) : [];
        const on = rows ? [...rows, ...kept] : all();
        filterTypes(on.length === all().length ? undefined : on.map((row) => row.id));
        if (engine) engine.run();
        for (const one of lists) one.update();
      },
    });
    lists.push(list);
    if (engine) engine.on(() => list.update());
    return list;
  };
  // From the top of the map down, but what has numbers to read comes first.
  const numbered = ({ layer, legend: more }) => layer.kind === "events" || Boolean(more);
  const row = ({ layer, swatch: sign, legend: more }) => {
    const input = make("input", { type: "checkbox", id: `panj-layer-${layer.id}`, "data-layer": layer.id });
    input.checked = layer.show;
    input.addEventListener("change", () => toggle(layer.id, input.checked));
    const item = make("li", {}, make("label", { for: input.id }, input, sign || "", make("span", { dir: "auto", text: layer.label })));
    if (more) item.append(more);
    if (layer.kind === "events" && events) {
      const types = typed(events.types, true);
      item.append(types.tools, types.list, new Filters(engine).box, signHints(events));
    }
    if (layer.kind === "summary" && summary) {
      const others = summary.types.filter((type) => !own.has(type.id));
      if (others.length) summary.typesHere.append(typed(others, false).list);
    }
    if (layer.id === "sites") item.append(make("p", { class: "panj-hint", text: say("legend_site_area") }));
    return item;
  };
  const rows = entries.slice().reverse();
  const first = rows.filter(numbered).sort((one, other) => Number(other.layer.kind === "events") - Number(one.layer.kind === "events"));
  if (first.length) box.append(make("ul", { class: "panj-legend" }, ...first.map(row)));
  const rest = rows.filter((entry) => !numbered(entry));
  const list = make("ul", { class: "panj-legend" }, ...rest.map(row));
  if (!first.length) { box.append(list); return; }
  // On a phone the map's own layers wait, folded.
  const wide = !window.matchMedia(`(max-width: ${framed ? FRAME_WIDE : 760}px)`).matches;
  if (rest.length) box.append(make("details", { class: "panj-filter-layers", open: wide }, make("summary", { text: say("map_layers") }), list));
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
  return make("div", { class: "panj-types" }, ...hints.filter(([, there]) => there).map(([key]) => make("p", { class: "panj-hint", text: say(key) })));
}

// One drawing routine a kind of layer. Each returns a Leaflet layer and, for the legend, a swatch.

const ORDER = ["countries", "relief", "veil", "raster", "waters", "unit", "provinces", "density", "border", "sites", "units-marked", "rings", "legs", "labels", "crossings", "summary", "events", "chosen"];

/** Id of a pane, made when first asked for. @param {L.Map} map @param {string} name */
function paneOf(map, name) {
  const id = `panj-${name}`;
  if (!map.getPane(id)) {
    map.createPane(id).style.zIndex = String(401 + ORDER.indexOf(name) * 10);
  }
  return id;
}

/** @type {Map<string, L.Renderer>} */
const renderers = new Map();
/** @param {L.Map} map @param {string} name */
function rendererOf(map, name) {
  const pane = paneOf(map, name);
  if (!renderers.has(pane)) renderers.set(pane, L.svg({ pane, padding: 0.4 }));
  return { pane, renderer: renderers.get(pane) };
}

/** @param {L.Map} map @param {string} pane @param {Deltas[]} paths @param {string} className */
function lines(map, pane, paths, className) {
  return L.polyline(paths.map(decodePath), {
    ...rendererOf(map, pane), className, interactive: false, smoothFactor: 0.7, fill: false,
  });
}

/**
 * @param {L.Map} map @param {string} pane @param {Packed} polygons @param {string} className
 * @param {L.PolylineOptions} [options]
 */
function areas(map, pane, polygons, className, options) {
  return L.polygon(decodePolygons(polygons), {
    ...rendererOf(map, pane), className, interactive: false, stroke: false, smoothFactor: 0.4, ...options,
  });
}

/** @param {Element[]} children */
const swatch = (...children) => makeSvg("svg", {
  viewBox: "0 0 28 16", width: 28, height: 16, "aria-hidden": "true", class: "panj-swatch",
}, ...children);
/** @param {string[]} classes */
const lineSwatch = (...classes) => swatch(...classes.map((name) => makeSvg("path", { d: "M1 11C8 3 18 15 27 6", class: name, fill: "none" })));

/** A long name of a province in two lines, parted at the space nearest its middle. @param {string} text */
function inTwoLines(text) {
  if (text.length < 20 || !text.includes(" ")) return text;
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const middle = spaces.reduce((best, at) => (Math.abs(at - text.length / 2) < Math.abs(best - text.length / 2) ? at : best));
  return `${text.slice(0, middle)}\n${text.slice(middle + 1)}`;
}

/** @type {{ [kind: string]: Draw }} */
const DRAW = {
  countries(map, layer) {
    const group = L.layerGroup();
    for (const area of layer.areas) {
      group.addLayer(areas(map, "countries", area.polygons, area.bank ? "panj-land" : "panj-other"));
      // Neighbours' land recedes: a veil lies over its relief.
      if (!area.bank) group.addLayer(areas(map, "veil", area.polygons, "panj-veil"));
      addName({ rings: decodePolygons(area.polygons).flat(), text: area.name, kind: "country", country: area.code, bank: area.bank, layer: layer.id });
    }
    for (const entry of layer.lines) {
      group.addLayer(lines(map, "provinces", entry.lines, `panj-country-line${entry.status ? ` panj-status-${entry.status}` : ""}`));
    }
    return { group, swatch: lineSwatch("panj-country-line") };
  },

  unit(map, layer) {
    const group = L.layerGroup([
      areas(map, "unit", layer.polygons, "panj-unit", { fillColor: layer.colour }),
      lines(map, "provinces", layer.lines, "panj-unit-line"),
    ]);
    addName({ rings: decodePolygons(layer.polygons).flat(), text: layer.label, kind: "unit", country: layer.code.split("-")[0], layer: layer.id });
    return { group, swatch: swatch(makeSvg("rect", { x: 2, y: 2, width: 24, height: 12, rx: 2, class: "panj-unit", fill: layer.colour })) };
  },

  provinces(map, layer) {
    for (const area of layer.areas) {
      const spots = area.spots.map((/** @type {[number, number, number]} */ [lon, lat, radius]) => [decodePoint([lon, lat]), radius]);
      addName({ spots, text: inTwoLines(area.name), kind: "province", layer: layer.id });
    }
    return { group: L.layerGroup([lines(map, "provinces", layer.lines, "panj-province-line")]), swatch: lineSwatch("panj-province-line") };
  },

  border(map, layer) {
    const group = L.layerGroup();
    for (const section of layer.sections) group.addLayer(lines(map, "border", [section.path], "panj-casing"));
    for (const section of layer.sections) {
      const look = section.kind === "land" ? "panj-border-land" : section.main ? "panj-border" : "panj-border panj-border-light";
      group.addLayer(lines(map, "border", [section.path], look));
      addName({ paths: [decodePath(section.path)], border: true, text: section.kind === "land" ? "" : section.name, kind: "river", rank: 1, layer: layer.id });
    }
    return { group, swatch: lineSwatch("panj-casing", "panj-border") };
  },

  crossings(map, layer) {
    const group = L.layerGroup();
    for (const point of layer.points) {
      const svg = makeSvg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" },
        makeSvg("path", { d: "M-5 -4V4M5 -4V4M-5 0H5", class: "panj-crossing-casing" }),
        makeSvg("path", { d: "M-5 -4V4M5 -4V4M-5 0H5", class: "panj-crossing" }));
      const marker = L.marker(decodePoint(point.at), { pane: paneOf(map, "crossings"), icon: icon(svg, 16, "panj-icon") });
      named(marker, point.name);
      marker.bindPopup(() => make("div", { class: "panj-popup" },
        make("h2", { dir: "auto", text: point.name }),
        make("p", { text: `${say("layer_crossings")} · ${say("chainage", { km: point.km })}` })), POPUP);
      addName({ at: marker.getLatLng(), gap: 9, text: point.name, kind: "crossing", layer: layer.id });
      group.addLayer(marker);
    }
    return { group, swatch: swatch(makeSvg("path", { d: "M8 3V13M20 3V13M8 8H20", class: "panj-crossing" })) };
  },

  places(map, layer) {
    for (const point of layer.points) {
      addName({ at: decodePoint(point.at), text: point.name, kind: "town", rank: point.rank, layer: layer.id, dot: true });
    }
    return { group: L.layerGroup(), swatch: swatch(makeSvg("circle", { cx: 14, cy: 8, r: 3, class: "panj-town-dot" })) };
  },

  sites(map, layer) {
    const group = L.layerGroup();
    for (const point of layer.points) {
      const at = decodePoint(point.at);
      const pointed = point.precision_km <= 15;
      const popup = () => sitePopup(point);
      const ring = L.circle(at, {
        ...rendererOf(map, "sites"), radius: point.precision_km * 1000, className: `panj-site${layer.id === "sites" ? "" : " panj-site-other"}`,
        interactive: false,
      });
      group.addLayer(ring);
      // The handle sits in the middle where the place is known well, on the ring where it is not: no bare dot.
      const handle = pointed ? at : L.latLng(at.lat + point.precision_km / 111.2, at.lng);
      const side = pointed ? 18 : 13;
      const svg = makeSvg("svg", { viewBox: "-9 -9 18 18", width: side, height: side, "aria-hidden": "true" },
        makeSvg("path", { d: "M-7 5L0 -7L7 5Z", class: layer.id === "sites" ? "panj-site-mark" : "panj-site-mark panj-site-other" }));
      const marker = L.marker(handle, { pane: paneOf(map, "crossings"), icon: icon(svg, side, "panj-icon") });
      addName({ at: handle, gap: 10, text: point.name, kind: "site", layer: layer.id });
      named(marker, `${point.name}, ${say("approximate")}`);
      marker.bindPopup(popup, POPUP);
      group.addLayer(marker);
    }
    return { group, swatch: swatch(makeSvg("circle", { cx: 14, cy: 8, r: 7, class: layer.id === "sites" ? "panj-site" : "panj-site panj-site-other" }),
      makeSvg("path", { d: "M10.5 10.5L14 4.5L17.5 10.5Z", class: layer.id === "sites" ? "panj-site-mark" : "panj-site-mark panj-site-other" })) };
  },
};

/** @type {L.PopupOptions} */
const POPUP = { maxWidth: 340, minWidth: 220, autoPanPadding: [24, 24], closeOnEscapeKey: true };

/** Give a marker's element a name for screen readers, and a tooltip. @param {L.Marker} marker @param {string} text */
function named(marker, text) {
  marker.on("add", () => {
    const element = /** @type {HTMLElement} */ (marker.getElement());
    element.setAttribute("aria-label", text);
    element.title = text;
  });
}

/** @param {(Link | string)[]} sources */
function sourceList(sources) {
  if (!sources.length) return make("p", { class: "panj-quiet", text: say("no_sources") });
  return make("ul", { class: "panj-sources" }, ...sources.map((source) => {
    if (typeof source === "string") return make("li", {}, linkOrText(source, source.replace(/^https?:\/\/(www\.)?/, "").split("/")[0]));
    const item = make("li", {}, linkOrText(source.url, source.title || source.publisher || source.author || source.url || ""));
    const rest = [source.title ? source.publisher : null, source.author, source.date].filter(Boolean).join(", ");
    if (rest) item.append(" ", make("bdi", { class: "panj-quiet", text: rest }));
    return item;
  }));
}

/** @param {any} point */
function sitePopup(point) {
  const box = make("div", { class: "panj-popup" },
    make("h2", { dir: "auto", text: point.name }),
    make("p", {}, say("approximate"), ": ", say("precision_near", { km: point.precision_km })),
    point.basis ? make("p", { class: "panj-quiet", dir: "auto", text: point.basis }) : null,
    point.status ? make("p", { class: "panj-quiet", dir: "auto", text: point.status }) : null,
    make("h3", { text: say("exercises") }));
  if (!point.exercises.length) box.append(make("p", { class: "panj-quiet", text: say("no_exercises") }));
  else {
    box.append(make("ul", {}, ...point.exercises.map((/** @type {any} */ exercise) => make("li", {},
      data(exercise.name), ` · ${dateText(isoDay(exercise.start), isoDay(exercise.end, true), exercise.precision)}`,
      exercise.troops === null ? "" : ` · ${say("troops", { n: exercise.troops })}`,
      exercise.announced ? ` · ${say("announced")}` : "",
      exercise.organiser ? " · " : "", exercise.organiser ? data(exercise.organiser) : "",
      sourceList(exercise.sources)))));
  }
  if (point.sources.length) box.append(make("h3", { text: say("sources") }), sourceList(point.sources));
  return box;
}

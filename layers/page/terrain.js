// Ground: shaded relief, a raster with its legend, rivers and lakes.

/**
 * An image in a pane of its own, so that the style sheet can blend the pane with what lies beneath.
 * @param {L.Map} map @param {string} pane @param {LayerData} layer
 */
function groundImage(map, pane, layer) {
  const [west, south, east, north] = layer.bounds;
  return L.imageOverlay(layer.image, [[south, west], [north, east]], {
    pane: paneOf(map, pane), interactive: false, alt: "", className: `panj-ground-image panj-image-${pane}${layer.source ? ` panj-from-${layer.source}` : ""}`,
  });
}

/**
 * Opacity of an image at a zoom: whole up to the first, gone from the second on.
 * @param {[number, number] | null | undefined} fade @param {number} zoom
 */
function fadeAt(fade, zoom) {
  return fade ? Math.max(0, Math.min(1, (fade[1] - zoom) / (fade[1] - fade[0]))) : 1;
}

/**
 * A number as readers of the page write it; never more digits than the step between numbers needs.
 * @param {number} value @param {number} step
 */
function plainNumber(value, step) {
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  const extra = step * 10 ** digits % 1 > 1e-6 ? 1 : 0;
  return new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`, { maximumFractionDigits: digits + extra }).format(value);
}

/** The legend of a raster: its title and unit, a bar of its colours, numbers under it. @param {LayerData} layer */
function rasterLegend(layer) {
  const least = layer.stops[0][0];
  const most = layer.stops[layer.stops.length - 1][0];
  /** @param {number} value */
  const share = (value) => (100 * (value - least)) / (most - least);
  const bar = make("div", { class: "panj-ramp-bar" });
  bar.style.background = `linear-gradient(to right, ${layer.stops.map((/** @type {[number, string]} */ [value, colour]) => `${colour} ${share(value).toFixed(2)}%`).join(", ")})`;
  const step = layer.stops[1][0] - least;
  // With many stops every other number would touch its neighbour.
  const every = layer.stops.length > 6 ? 2 : 1;
  const scale = make("div", { class: "panj-ramp-scale" });
  layer.stops.forEach((/** @type {[number, string]} */ [value], /** @type {number} */ i) => {
    const last = i === layer.stops.length - 1;
    if (i % every) return;
    const sign = i === 0 && layer.below ? "\u2264\u2009" : last && layer.above ? "\u2265\u2009" : "";
    const mark = make("span", { class: i === 0 ? "panj-ramp-first" : last ? "panj-ramp-last" : "", text: `${sign}${plainNumber(value, step)}` });
    mark.style.left = `${share(value).toFixed(2)}%`;
    scale.append(mark);
  });
  const words = layer.unit ? [data(layer.title), ", ", data(layer.unit)] : [data(layer.title)];
  return make("div", { class: "panj-ramp" }, make("p", { class: "panj-ramp-title", dir: "auto" }, ...words),
    make("div", { dir: "ltr" }, bar, scale),
    layer.nodata ? make("p", { class: "panj-quiet", text: say("raster_no_data") }) : null);
}

/** @type {{ [kind: string]: Draw }} */
const TERRAIN = {
  relief(map, layer) {
    const image = groundImage(map, "relief", layer);
    const fade = () => image.setOpacity(fadeAt(layer.fade, map.getZoom()));
    if (layer.fade) image.on("add", () => { map.on("zoom zoomend", fade); fade(); }).on("remove", () => map.off("zoom zoomend", fade));
    return { group: image, swatch: swatch(
      makeSvg("path", { d: "M1 14L10 3L14 8L18 5L27 14Z", class: "panj-hill" }), makeSvg("path", { d: "M10 3L12 14H27L18 5L14 8Z", class: "panj-hill-shade" })) };
  },

  raster(map, layer) {
    return { group: groundImage(map, "raster", layer), swatch: null, legend: rasterLegend(layer) };
  },

  waters(map, layer) {
    const group = L.layerGroup();
    for (const river of layer.rivers) {
      group.addLayer(lines(map, "waters", river.paths, `panj-water panj-water-${river.rank}`));
      // A name that the border bears already waits like those of the minor waters.
      if (river.name) addName({ text: river.name, kind: "river", rank: river.rank + 2, layer: layer.id, paths: river.paths.map(decodePath), water: river.again ? 3 : river.rank });
    }
    for (const lake of layer.lakes) {
      group.addLayer(areas(map, "waters", lake.polygons, `panj-lake panj-water-${lake.rank}`, { stroke: true }));
      if (lake.name) addName({ text: lake.name, kind: "lake", layer: layer.id, at: decodePoint(lake.at), water: lake.rank, shores: L.latLngBounds(decodePolygons(lake.polygons).flat(2)) });
    }
    return { group, swatch: swatch(
      makeSvg("path", { d: "M1 11C8 3 18 15 27 6", class: "panj-water panj-water-1", fill: "none" }),
      makeSvg("ellipse", { cx: 20, cy: 5, rx: 5, ry: 2.6, class: "panj-lake" })) };
  },
};

Object.assign(DRAW, TERRAIN);

// Background tiles from elsewhere. The map's own ground stays until the first of them has come.

/** Where whom to credit for the tiles, or that none came, is said: first in the line under the map. */
function tilesLine() {
  const line = make("span", { class: "panj-tiles-line", dir: "auto", role: "status" });
  pageElement(".panj-credit").prepend(line);
  return (/** @type {string} */ text) => { line.textContent = text ? `${text} · ` : ""; };
}

DRAW.tiles = (map, layer) => {
  const grid = L.tileLayer(layer.url, {
    subdomains: layer.subdomains, minNativeZoom: layer.min_zoom, maxNativeZoom: layer.max_zoom, tileSize: layer.side,
    zoomOffset: layer.zoom_offset, tms: layer.tms, bounds: map.options.maxBounds, className: "panj-tiles",
    // The page tells nobody where it stands; a tile server may ask for it, and gets the site without the page.
    referrerPolicy: "origin",
  });
  const box = map.getContainer();
  const line = tilesLine();
  let any = false;
  grid.on("tileload", () => {
    if (any) return;
    any = true;
    box.classList.add("panj-tiled");
    line(say("tiles_credit", { credit: layer.attribution }));
  });
  grid.on("tileerror", () => { if (!any) line(say("tiles_failed")); });
  grid.on("remove", () => {
    any = false;
    box.classList.remove("panj-tiled");
    line("");
  });
  return { group: grid, swatch: swatch(makeSvg("path", { d: "M5 2H23V14H5ZM14 2V14M5 8H23", class: "panj-country-line", fill: "none" })) };
};

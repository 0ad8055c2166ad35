// Names on the map. They are set by rank, and one that would overlap another, or a mark, waits for a closer zoom.

const names = [];
let labelBox = null;
const addName = (name) => names.push(name);

// Zoom from which a rank may appear; province names wait, they are the quietest.
const FROM_ZOOM = { country: 0, unit: 0, river: 6, lake: 7, province: 7.5 };
// Waters of lower rank are named later, the minor ones not before they are drawn.
const WATER_ZOOM = [0, 7, 7.75, 8.5];
const TOWN_ZOOM = [0, 0, 0, 7, 8, 9, 10];

function placeNames(map, shown, obstacles) {
  if (!labelBox) {
    labelBox = make("div", { class: "panj-labels leaflet-zoom-hide", "aria-hidden": "true" });
    map.getPane(paneOf(map, "labels")).append(labelBox);
  }
  labelBox.replaceChildren();
  const zoom = map.getZoom();
  const size = map.getSize();
  const taken = obstacles.slice();
  const budget = size.x < 600 ? 14 : Math.round(30 * Math.max(1, 2 ** (zoom - 8)));
  const clash = (box) => taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  let placed = 0;
  const candidates = [];
  for (const name of names) {
    const kind = name.kind.split(" ")[0];
    const from = kind === "town" ? TOWN_ZOOM[name.rank] : name.water ? WATER_ZOOM[name.water] : FROM_ZOOM[kind];
    if (!shown.has(name.layer) || zoom < from || (kind === "country" && zoom > 8.5)) continue;
    const at = map.latLngToContainerPoint(name.at);
    if (at.x < 8 || at.y < 8 || at.x > size.x - 8 || at.y > size.y - 8) continue;
    const span = make("span", { class: `panj-name panj-name-${name.kind}`, dir: "auto", text: name.text });
    labelBox.append(span);
    candidates.push({ name, at, span, kind });
  }
  // Measure all, then move: one layout instead of hundreds.
  for (const entry of candidates) entry.box = [entry.span.offsetWidth, entry.span.offsetHeight];
  candidates.sort((one, other) => one.name.rank - other.name.rank);
  for (const { name, at, span, kind, box: [width, height] } of candidates) {
    // A town under a mark is named beside the mark.
    const under = name.dot ? obstacles.filter((box) => at.x > box[0] && at.x < box[2] && at.y > box[1] && at.y < box[3]) : [];
    const gap = name.dot ? Math.max(5, ...under.map((box) => (box[2] - box[0]) / 2 + Math.abs((box[0] + box[2]) / 2 - at.x) + 3)) : 0;
    const spots = name.dot
      ? [[gap, -height / 2], [-width - gap, -height / 2], [-width / 2, -height - gap], [-width / 2, gap]]
      : kind === "river"
        ? [[10, 2], [-width - 10, -height - 2], [12, -height], [-width - 10, 4]]
        : [[0, -0.5], [0, 0.4], [0, -1.4], [0, 2.4], [0, -3], [0.35, 2.4], [-0.35, 2.4], [0.35, -2], [-0.35, -2], [0, 5]].map(([x, y]) => [x * width - width / 2, y * height]);
    const spot = placed < budget && spots.find(([dx, dy]) => {
      const box = [at.x + dx, at.y + dy, at.x + dx + width, at.y + dy + height];
      return box[0] > 0 && box[2] < size.x && !clash(box);
    });
    if (!spot) {
      span.remove();
      continue;
    }
    placed += 1;
    taken.push([at.x + spot[0] - 2, at.y + spot[1], at.x + spot[0] + width + 2, at.y + spot[1] + height]);
    const corner = map.containerPointToLayerPoint([at.x + spot[0], at.y + spot[1]]);
    L.DomUtil.setPosition(span, L.point(Math.round(corner.x), Math.round(corner.y)));
    if (name.dot && !under.length) {
      const dot = make("i", { class: "panj-town-dot" });
      labelBox.append(dot);
      L.DomUtil.setPosition(dot, map.containerPointToLayerPoint([at.x - 2.5, at.y - 2.5]).round());
      taken.push([at.x - 3, at.y - 3, at.x + 3, at.y + 3]);
    }
  }
}

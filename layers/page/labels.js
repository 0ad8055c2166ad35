// Names on the map. They are set by rank; one that would meet another, a mark or the headline waits for a closer zoom.
//
// A name has a text, a kind, a rank and a layer, and one of: `at` with `dot` (towns), `at` with `gap` (what has an icon), `rings`
// (areas, set where there is room inside), `spots` (areas known by inner circles), `paths` (rivers, set along the line).

/** @type {MapName[]} */
const names = [];
/** @type {HTMLElement} */
let labelBox;
/** @type {SVGSVGElement} */
let labelSvg;
/** @param {NewName} name */
const addName = (name) => names.push(/** @type {MapName} */ (name));

// Zoom from which a kind or a rank of town may appear, and the zoom beyond which a country's name only gets in the way.
/** @type {{ [kind: string]: number }} */
const FROM_ZOOM = { country: 0, unit: 0, river: 5.5, lake: 6.5, site: 6.5, crossing: 8.5, province: 7 };
// Waters of lower rank are named later, the minor ones not before they are drawn.
const WATER_ZOOM = [0, 7, 7.75, 8.5];
const TOWN_ZOOM = [0, 0, 0, 7, 8, 9, 10];
const COUNTRY_UNTIL = 9;
// Cells in which the border line is noted, in px.
const GRID = 6;

/** Boxes that are taken, asked whether another one is free; the border is a softer obstacle. */
class Space {
  /** @param {Spot} size @param {Obstacles} obstacles */
  constructor(size, obstacles) {
    this.size = size;
    this.boxes = [...obstacles.marks, ...obstacles.over];
    /** @type {Set<string>} */
    this.line = new Set();
  }

  /** @param {Spot[]} points */
  addLine(points) {
    for (const point of points) this.line.add(`${Math.floor(point.x / GRID)} ${Math.floor(point.y / GRID)}`);
  }

  /** @param {Box} box */
  free(box) {
    if (box[0] < 2 || box[1] < 2 || box[2] > this.size.x - 2 || box[3] > this.size.y - 2) return false;
    return !this.boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  }

  /** @param {Box} box */
  onLine(box) {
    for (let x = Math.floor(box[0] / GRID); x <= Math.floor(box[2] / GRID); x += 1) {
      for (let y = Math.floor(box[1] / GRID); y <= Math.floor(box[3] / GRID); y += 1) {
        if (this.line.has(`${x} ${y}`)) return true;
      }
    }
    return false;
  }

  /** Whether the border runs through the middle of a box. @param {Box} box */
  crossed(box) {
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    return this.onLine([x - 3, y - 3, x + 3, y + 3]);
  }

  /** @param {Box} box */
  take(box) {
    this.boxes.push([box[0] - 3, box[1] - 1, box[2] + 3, box[3] + 1]);
  }
}

/**
 * Where the rings of an area are crossed by horizontal lines in equal steps: for each line x, from left to right.
 * @param {Spot[][]} rings @param {number} step @param {number} lines @returns {number[][]}
 */
function crossings(rings, step, lines) {
  const rows = Array.from({ length: lines }, () => /** @type {number[]} */ ([]));
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [a, b] = [ring[j], ring[i]];
      if (a.y === b.y) continue;
      const [low, high] = a.y < b.y ? [a.y, b.y] : [b.y, a.y];
      // Line k lies at (k + 1) steps; an end counts for the edge below it.
      for (let k = Math.max(0, Math.ceil(low / step) - 1); k < lines && (k + 1) * step < high; k += 1) {
        rows[k].push(a.x + (((k + 1) * step - a.y) * (b.x - a.x)) / (b.y - a.y));
      }
    }
  }
  for (const row of rows) row.sort((one, other) => one - other);
  return rows;
}

/**
 * Rooms for a text inside an area in view: centres with the width that is free there, the best first.
 * @param {Spot[][]} rings @param {Space} space @param {number} width @param {number} height @returns {Room[]}
 */
function roomsInside(rings, space, width, height) {
  const { size } = space;
  const rows = [];
  let mass = 0;
  let cx = 0;
  let cy = 0;
  const lines = crossings(rings, 14, Math.max(0, Math.ceil(size.y / 14) - 1));
  for (let line = 0; line < lines.length; line += 1) {
    const y = (line + 1) * 14;
    const at = lines[line];
    const spans = [];
    for (let k = 0; k + 1 < at.length; k += 2) {
      const [from, to] = [Math.max(at[k], 0), Math.min(at[k + 1], size.x)];
      if (to > from) {
        spans.push([from, to]);
        mass += to - from;
        cx += ((to - from) * (from + to)) / 2;
        cy += (to - from) * y;
      }
    }
    rows.push({ y, spans });
  }
  if (!mass) return [];
  const [mx, my] = [cx / mass, cy / mass];
  const rooms = [];
  const need = Math.max(1, Math.ceil(height / 2 / 14));
  for (let r = need; r < rows.length - need; r += 1) {
    for (const [from, to] of rows[r].spans) {
      let [left, right] = [from, to];
      for (let k = r - need; k <= r + need; k += 1) {
        const over = rows[k].spans.find((span) => span[0] < (left + right) / 2 && span[1] > (left + right) / 2);
        if (over) { left = Math.max(left, over[0]); right = Math.min(right, over[1]); } else right = left;
      }
      if (right - left < width + 8) continue;
      const free = right - left - width - 8;
      for (const share of [0.5, 0.25, 0.75, 0, 1]) {
        const x = left + 4 + width / 2 + free * share;
        rooms.push({ x, y: rows[r].y, width: right - left, score: Math.hypot((x - mx) / size.x, ((rows[r].y - my) * 1.4) / size.y) + (share === 0.5 ? 0 : 0.03) });
      }
    }
  }
  return rooms.sort((one, other) => one.score - other.score);
}

/**
 * Rooms of an area that is known by inner circles [latlng, radius in m]: their middles, then above and below.
 * @param {L.Map} map @param {[L.LatLng, number][]} spots @param {number} width @param {number} height @returns {Room[]}
 */
function roomsAtSpots(map, spots, width, height) {
  const metres = 40075016.686 / 256 / 2 ** map.getZoom();
  const circles = spots.map(([at, radius]) => ({ ...map.latLngToContainerPoint(at), reach: radius / (metres * Math.cos((at.lat * Math.PI) / 180)) }));
  const rooms = [0, -0.3, 0.3, -0.6, 0.6].flatMap((share) => circles.map(({ x, y, reach }) => {
    const high = Math.abs(share * reach) + height / 2;
    return { x, y: y + share * reach, width: 2 * Math.sqrt(Math.max(0, reach * reach - high * high)) };
  }));
  return rooms.filter((room) => room.width > width * 0.95);
}

/** @param {Spot} at @param {Box[]} boxes */
const covered = (at, boxes) => boxes.some((box) => at.x > box[0] && at.x < box[2] && at.y > box[1] && at.y < box[3]);

/** @param {number} x @param {number} y @param {number} width @param {number} height @returns {Box} */
const boxAt = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

/**
 * Places for a name around a point, beyond the boxes of marks over it: right first, as the eye reads, above before below.
 * @param {Spot} at @param {number} width @param {number} height @param {number} gap @param {Box[]} under @returns {Box[]}
 */
function around(at, width, height, gap, under = []) {
  const left = Math.min(at.x - gap, ...under.map((box) => box[0] - 2));
  const right = Math.max(at.x + gap, ...under.map((box) => box[2] + 2));
  const top = Math.min(at.y - gap, ...under.map((box) => box[1] - 1));
  const bottom = Math.max(at.y + gap, ...under.map((box) => box[3] + 1));
  const slant = gap * 0.3;
  return [
    [right, at.y - height * 0.55], [right - slant, top - height + slant], [right - slant, bottom - slant],
    [left - width, at.y - height * 0.55], [at.x - width / 2, top - height], [at.x - width / 2, bottom],
    [left - width + slant, top - height + slant], [left - width + slant, bottom - slant],
  ].map(([x, y]) => [x, y, x + width, y + height]);
}

/** Whether a point lies within rings [lat, lon], by the even-odd rule. @param {Path[]} rings @param {L.LatLng} at */
function within(rings, { lat, lng }) {
  let odd = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [a, b] = [ring[j], ring[i]];
      if ((a[0] > lat) !== (b[0] > lat) && lng < a[1] + ((lat - a[0]) * (b[1] - a[1])) / (b[0] - a[0])) odd = !odd;
    }
  }
  return odd;
}

/**
 * Whether the middle of a box lies in the same country as a point: no town is named on the other bank.
 * @param {L.Map} map @param {L.LatLng} at @param {Box} box
 */
function sameBank(map, at, box) {
  const middle = map.containerPointToLatLng([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
  return names.every((name) => {
    if (!name.bank) return true;
    // A town stays where it is.
    if (!name.towns) name.towns = new Map();
    if (!name.towns.has(at)) name.towns.set(at, within(name.rings, at));
    return name.towns.get(at) === within(name.rings, middle);
  });
}

/**
 * Boxes for a name of any kind but those along lines, the best first.
 * @param {L.Map} map @param {MapName} name @param {Spot} at @param {number[]} measured @param {Space} space
 * @param {Obstacles} obstacles @returns {Box[]}
 */
function boxesFor(map, name, at, [width, height], space, obstacles) {
  if (name.dot) {
    // A town under a mark is named beside the mark.
    const under = obstacles.marks.filter((box) => at.x > box[0] && at.x < box[2] && at.y > box[1] && at.y < box[3]);
    const far = !space.onLine([at.x - width - 30, at.y - 50, at.x + width + 30, at.y + 50]);
    return around(at, width, height, 5, under).filter((box) => far || sameBank(map, name.at, box))
      .map((box, order) => ({ box, order: order + (space.onLine(box) ? 8 : 0) }))
      .sort((one, other) => one.order - other.order).map((entry) => entry.box);
  }
  if (name.gap) return around(at, width, height, name.gap);
  if (name.kind === "lake") return lakeBoxes(map, name, at, width, height);
  if (name.spots) return inRooms(roomsAtSpots(map, name.spots, width, height), width, height);
  const rings = ringsOf(name).map((ring) => ring.map((point) => map.latLngToContainerPoint(point)));
  const rooms = roomsInside(rings, space, width, height);
  // What matters most is named all the same where its land is narrow: over its edge, with the middle inside.
  if (name.kind === "unit" || name.bank) rooms.push(...roomsInside(rings, space, width * 0.45, height).map((room) => ({ ...room, width })));
  return inRooms(rooms, width, height);
}

/**
 * A lake's name stands in it where it is much wider than the name, else beside its shores.
 * @param {L.Map} map @param {MapName} name @param {Spot} at @param {number} width @param {number} height @returns {Box[]}
 */
function lakeBoxes(map, name, at, width, height) {
  if (!name.shores) return [];
  const [low, high] = [map.latLngToContainerPoint(name.shores.getSouthWest()), map.latLngToContainerPoint(name.shores.getNorthEast())];
  const beside = around(at, width, height, 5, [[low.x, high.y, high.x, low.y]]);
  return high.x - low.x > 1.3 * width ? [boxAt(at.x, at.y, width, height), ...beside] : beside;
}

/** @param {Room[]} rooms @param {number} width @param {number} height @returns {Box[]} */
const inRooms = (rooms, width, height) => rooms.map((room) => Object.assign(boxAt(room.x, room.y, width, height), { room: room.width }));

/**
 * Rings of an area; a country's without its highlighted units, which bear names of their own.
 * @param {MapName} name @returns {Path[]}
 */
function ringsOf(name) {
  if (name.kind !== "country") return name.rings;
  // By the even-odd rule a ring inside another one is a hole.
  return names.reduce((rings, other) => (other.kind === "unit" && other.country === name.country ? rings.concat(other.rings) : rings), name.rings);
}

/**
 * Let an area's name spread over its land: more space between the letters, never for joined scripts.
 * @param {HTMLElement} span @param {string} text @param {number} width @param {number} room
 */
function spread(span, text, width, room) {
  if (rightToLeft(text) || text.includes("\n")) return;
  const more = Math.min(0.5 * room, 2.1 * width) - width;
  if (more > 6) span.style.letterSpacing = `calc(${getComputedStyle(span).letterSpacing} + ${(more / text.length).toFixed(2)}px)`;
}

/** @param {MapName} name */
function spanOf(name) {
  const span = make("span", { class: `panj-name panj-name-${name.kind}${name.dot ? ` panj-rank-${name.rank}` : ""}`, dir: "auto", text: name.text });
  labelBox.append(span);
  return span;
}

/** @param {L.Map} map @param {HTMLElement | SVGElement} element @param {number} x @param {number} y */
function moveTo(map, element, x, y) {
  L.DomUtil.setPosition(/** @type {HTMLElement} */ (element), map.containerPointToLayerPoint([x, y]).round());
}

/**
 * Set one name; true if there was room.
 * @param {L.Map} map @param {NameEntry} entry @param {Space} space @param {Obstacles} obstacles
 */
function placeOne(map, entry, space, obstacles) {
  const { name, span, at, box: [width, height] } = entry;
  const boxes = boxesFor(map, name, at, entry.box, space, obstacles);
  const box = boxes.find((one) => space.free(one));
  if (!box) return false;
  if (box.room) {
    spread(span, name.text, width, box.room);
    const wide = span.offsetWidth;
    const better = boxAt((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide, height);
    if (wide > width && space.free(better)) [box[0], box[2]] = [better[0], better[2]];
    else span.style.letterSpacing = "";
  }
  space.take(box);
  moveTo(map, span, box[0], box[1]);
  const marked = at && covered(at, obstacles.marks);
  if (name.dot && !marked) {
    const dot = make("i", { class: "panj-town-dot" });
    labelBox.append(dot);
    moveTo(map, dot, at.x - 2.5, at.y - 2.5);
    space.take([at.x - 2, at.y - 3, at.x + 2, at.y + 3]);
  }
  return true;
}

/** @param {L.Map} map @param {Spot} size */
function prepareBoxes(map, size) {
  if (!labelBox) {
    labelBox = make("div", { class: "panj-labels leaflet-zoom-hide", "aria-hidden": "true" });
    labelSvg = makeSvg("svg", { class: "panj-along leaflet-zoom-hide", "aria-hidden": "true" });
    /** @type {HTMLElement} */ (map.getPane(paneOf(map, "labels"))).append(labelSvg, labelBox);
  }
  labelBox.replaceChildren();
  labelSvg.replaceChildren();
  labelSvg.setAttribute("width", String(size.x));
  labelSvg.setAttribute("height", String(size.y));
  moveTo(map, labelSvg, 0, 0);
}

/** @param {MapName} name @param {number} zoom @param {Set<string>} shown */
function wanted(name, zoom, shown) {
  const from = name.kind === "town" ? TOWN_ZOOM[name.rank] : name.water ? WATER_ZOOM[name.water] : FROM_ZOOM[name.kind];
  return shown.has(name.layer) && zoom >= from && !(name.kind === "country" && zoom > COUNTRY_UNTIL);
}

// Which goes first where two kinds want the same room; towns by their rank.
/** @type {{ [kind: string]: number }} */
const PRIORITY = { unit: 0, bank: 0.4, river: 0.2, country: 1.6, site: 3.2, lake: 3.3, crossing: 3.6, province: 4.2 };
/** @param {MapName} name */
const priority = (name) => (name.kind === "town" ? name.rank : PRIORITY[name.bank ? "bank" : name.kind] + (name.kind === "river" ? (name.rank - 1) * 1.6 : 0));

/** How many names the map bears: few at first sight, more from close by. @param {Spot} size @param {number} zoom */
function mostNames(size, zoom) {
  const area = Math.min(1.6, (size.x * size.y) / 700000);
  return Math.round(Math.max(12, 27 * area) * Math.max(1, 1.7 ** (zoom - 7.5)));
}

/** @param {L.Map} map @param {Set<string>} shown @param {Obstacles} obstacles */
function placeNames(map, shown, obstacles) {
  const size = map.getSize();
  const zoom = map.getZoom();
  prepareBoxes(map, size);
  const space = new Space(size, obstacles);
  const chosen = names.filter((name) => wanted(name, zoom, shown)).sort((one, other) => priority(one) - priority(other));
  for (const name of chosen) {
    if (name.border) for (const path of name.paths) for (const part of walk(path.map((at) => map.latLngToContainerPoint(at)), size)) space.addLine(part);
  }
  /** @type {NameEntry[]} */
  const entries = [];
  for (const name of chosen) {
    if (name.paths) { entries.push(/** @type {NameEntry} */ ({ name })); continue; }
    const at = name.at ? map.latLngToContainerPoint(name.at) : null;
    if (at && (at.x < 4 || at.y < 4 || at.x > size.x - 4 || at.y > size.y - 4 || covered(at, obstacles.over))) continue;
    entries.push(/** @type {NameEntry} */ ({ name, at, span: spanOf(name) }));
  }
  // Measure all, then move: one layout instead of hundreds.
  for (const entry of entries) if (entry.span) entry.box = [entry.span.offsetWidth, entry.span.offsetHeight];
  const most = mostNames(size, zoom);
  let placed = 0;
  // A crossing that bears its town's name need not say it again.
  /** @type {Set<string>} */
  const said = new Set();
  for (const entry of entries) {
    const { name } = entry;
    if (name.paths) {
      if (placed < most && name.text) placed += placeAlong(map, name, space, most - placed);
    } else if (placed < most && !(name.kind === "crossing" && said.has(name.text)) && placeOne(map, entry, space, obstacles)) {
      placed += 1;
      said.add(name.text);
    } else entry.span.remove();
  }
}

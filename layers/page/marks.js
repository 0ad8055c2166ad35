// The marks: one shape a type, area by deaths, hollow where the side is uncertain.

// The share of a mark's box that names on the map keep clear of.
const MARK_SHARE = 0.8;

/** Path of a shape of radius r about (0, 0). @param {string} shape @param {number} r */
function shapePath(shape, r) {
  /** @param {number} corners @param {number} turn */
  const polygon = (corners, turn) => {
    const points = [];
    for (let i = 0; i < corners; i += 1) {
      const angle = turn + (2 * Math.PI * i) / corners;
      points.push(`${(r * Math.cos(angle)).toFixed(2)} ${(r * Math.sin(angle)).toFixed(2)}`);
    }
    return `M${points.join("L")}Z`;
  };
  /** @param {number} s */
  const circle = (s) => `M${-s} 0A${s} ${s} 0 1 1 ${s} 0A${s} ${s} 0 1 1 ${-s} 0Z`;
  const arm = (r * 0.38).toFixed(2);
  /** @type {{ [shape: string]: () => string }} */
  const shapes = {
    circle: () => circle(r * 0.92),
    "small-circle": () => circle(r * 0.7),
    ring: () => `${circle(r * 0.92)}${circle(r * 0.5)}`,
    triangle: () => polygon(3, -Math.PI / 2),
    "down-triangle": () => polygon(3, Math.PI / 2),
    diamond: () => polygon(4, 0),
    square: () => polygon(4, Math.PI / 4),
    pentagon: () => polygon(5, -Math.PI / 2),
    hexagon: () => polygon(6, 0),
    plus: () => `M${-arm} ${-r}H${arm}V${-arm}H${r}V${arm}H${arm}V${r}H${-arm}V${arm}H${-r}V${-arm}H${-arm}Z`,
    drop: () => `M0 ${-r * 1.15}C${r * 0.5} ${-r * 0.4} ${r * 0.85} ${r * 0.1} ${r * 0.8} ${r * 0.35}` +
      `A${r * 0.82} ${r * 0.82} 0 0 1 ${-r * 0.8} ${r * 0.35}C${-r * 0.85} ${r * 0.1} ${-r * 0.5} ${-r * 0.4} 0 ${-r * 1.15}Z`,
  };
  return (shapes[shape] || shapes.circle)();
}

/** Radius in px: 6 without deaths, growing with their square root to 18. @param {number | null} deaths */
const markRadius = (deaths) => Math.min(18, 6 + (deaths ? Math.sqrt(deaths) : 0));

/**
 * What a mark is drawn in; its edge is a darker tone of it, on a dark ground a lighter one (see panj.css).
 * @param {SVGElement} path @param {string} colour
 */
function inked(path, colour) {
  path.style.setProperty("--mark", colour);
  return path;
}

/** A mark as an element. @param {EventType} type @param {number} r @param {boolean} hollow */
function markSvg(type, r, hollow) {
  const size = Math.ceil(r) + 3;
  const d = shapePath(type.shape, r);
  /** @param {Record<string, string | number>} attributes */
  const path = (attributes) => makeSvg("path", { d, "fill-rule": "evenodd", ...attributes });
  // Neighbours part by a rim in the ground's colour; a hollow mark wants a ground of its own and a full area to be hit.
  const children = hollow ? [
    makeSvg("path", { d: shapePath("circle", r), class: "panj-mark-ground" }),
    inked(path({ class: "panj-mark-edge", fill: "none" }), type.colour),
    inked(path({ class: "panj-mark panj-mark-hollow", fill: "none", stroke: type.colour, "stroke-width": 2 }), type.colour),
  ] : [
    path({ class: "panj-mark-rim", fill: "none", stroke: "currentColor" }),
    inked(path({ class: "panj-mark", fill: type.colour, stroke: "currentColor", "stroke-width": 1 }), type.colour),
  ];
  return makeSvg("svg", {
    viewBox: `${-size} ${-size} ${2 * size} ${2 * size}`, width: 2 * size, height: 2 * size,
    "aria-hidden": "true", focusable: "false",
  }, ...children);
}

/** The same edge for a canvas. @param {string} colour CSS hex */
function markEdge(colour) {
  const style = getComputedStyle(document.documentElement);
  const towards = style.getPropertyValue("--mark-edge").trim();
  const keep = Number.parseFloat(style.getPropertyValue("--mark-keep")) / 100;
  /** @param {string} hex */
  const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const [own, other] = [channels(colour), channels(towards)];
  return `rgb(${own.map((value, k) => Math.round(keep * value + (1 - keep) * other[k])).join(" ")})`;
}

/**
 * Several events at one spot: a ring of type shares around their number.
 * @param {[number, number][]} counts Number of a type, number of its events. @param {EventType[]} types @param {number} r
 */
function stackSvg(counts, types, r) {
  const size = Math.ceil(r) + 3;
  const total = counts.reduce((sum, entry) => sum + entry[1], 0);
  const svg = makeSvg("svg", {
    viewBox: `${-size} ${-size} ${2 * size} ${2 * size}`, width: 2 * size, height: 2 * size,
    "aria-hidden": "true", focusable: "false",
  }, makeSvg("circle", { r: r + 1, class: "panj-stack-ground" }));
  const ring = r - 2;
  const round = 2 * Math.PI * ring;
  let done = 0;
  for (const [type, count] of counts) {
    svg.append(makeSvg("circle", {
      r: ring, fill: "none", stroke: types[type].colour, "stroke-width": 4,
      "stroke-dasharray": `${((count / total) * round).toFixed(2)} ${round.toFixed(2)}`,
      transform: `rotate(${((done / total) * 360 - 90).toFixed(2)})`,
    }));
    done += count;
  }
  const label = makeSvg("text", { class: "panj-stack-text", "text-anchor": "middle", dy: "0.35em" });
  label.textContent = String(total);
  svg.append(label);
  return svg;
}

/**
 * A div icon around an element; Leaflet's own default would set markup.
 * @param {HTMLElement | SVGElement} element @param {number} size @param {string} className
 */
function icon(element, size, className) {
  return L.divIcon({ html: element, className, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
}

// Discs at units: how large they are at a zoom, and where they lie, so that none lies upon another.

// Radius in px of the largest disc, and the least that still holds a number.
const SUM_LARGEST = 32;
const SUM_LEAST = 9;
// Px between two discs, and how far one may stand off its place before all are made smaller.
const SUM_GAP = 2;
const SUM_OFF = 10;
// The least side in px of what a finger has to hit.
const SUM_HIT = 24;

/**
 * A common scale, so that areas still compare, and places for discs of these radii: the largest that needs no long way.
 * @param {Spot[]} spots @param {number[]} radii @returns {{ scale: number, places: Spot[] }}
 */
function apartDiscs(spots, radii) {
  for (let scale = 1; ; scale *= 0.95) {
    const places = pushedApart(spots, radii.map((r) => r * scale));
    /** @param {Spot} place @param {number} k */
    const off = (place, k) => Math.hypot(place.x - spots[k].x, place.y - spots[k].y) > SUM_OFF;
    if (places && (scale < 0.1 || !places.some(off))) return { scale, places };
    if (scale < 0.02) return { scale, places: spots };
  }
}

/**
 * Places at which no two discs meet, near those given; null where there are none to be found soon.
 * @param {Spot[]} spots @param {number[]} radii @returns {Spot[] | null}
 */
function pushedApart(spots, radii) {
  const places = spots.map((spot) => ({ ...spot }));
  for (let round = 0; round < 60; round += 1) {
    let met = false;
    for (let i = 0; i < places.length; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const [x, y] = [places[i].x - places[j].x, places[i].y - places[j].y];
        const apart = Math.hypot(x, y);
        const lacking = radii[i] + radii[j] + SUM_GAP - apart;
        if (lacking <= 0.01) continue;
        met = true;
        // Of two at one place, one goes right. The smaller one goes the longer way.
        const [dx, dy] = apart ? [x / apart, y / apart] : [1, 0];
        const own = radii[j] / (radii[i] + radii[j]);
        places[i].x += dx * lacking * own;
        places[i].y += dy * lacking * own;
        places[j].x -= dx * lacking * (1 - own);
        places[j].y -= dy * lacking * (1 - own);
      }
    }
    if (!met) return places;
  }
  return null;
}

/** @param {number} n */
const sumNumber = (n) => (n < 10000 ? String(n) : `${Math.round(n / 1000)}k`);

/**
 * A disc with its number, where there is room for it: two rims and a flat ground, unlike the marks of events and their rings of shares.
 * @param {number} n @param {number} r
 */
function discSvg(n, r) {
  const size = Math.max(Math.ceil(r) + 2, SUM_HIT / 2);
  const svg = makeSvg("svg", { viewBox: `${-size} ${-size} ${2 * size} ${2 * size}`, width: 2 * size, height: 2 * size, "aria-hidden": "true", focusable: "false" },
    makeSvg("circle", { r, class: "panj-sum-disc" }), r > 5 ? makeSvg("circle", { r: r - 2.5, class: "panj-sum-rim" }) : "");
  const text = sumNumber(n);
  const font = Math.min(14, (2.7 * r) / Math.max(2, text.length));
  if (font >= 8) {
    const label = makeSvg("text", { class: "panj-sum-text", "text-anchor": "middle", dy: "0.36em", "font-size": font.toFixed(1) });
    label.textContent = text;
    svg.append(label);
  }
  return svg;
}

/**
 * Two discs on one another with round numbers, as large as on the map: what an area means.
 * @param {number} most @param {(n: number) => number} radius
 */
function sizesSvg(most, radius) {
  /** @param {number} limit */
  const step = (limit) => { const power = 10 ** Math.floor(Math.log10(limit)); return Math.max(...[1, 2, 5].map((k) => k * power).filter((n) => n <= limit)); };
  const large = step(most);
  const sizes = large >= 8 ? [large, step(large / 4)] : [large];
  const [half, height] = [radius(large) + 1, Math.max(2 * radius(large) + 4, 26)];
  const width = 2 * half + 40;
  const svg = makeSvg("svg", { viewBox: `0 0 ${width.toFixed(1)} ${height.toFixed(1)}`, width: width.toFixed(1), height: height.toFixed(1), direction: "ltr", "aria-hidden": "true", class: "panj-sum-sizes" });
  sizes.forEach((n, k) => {
    const r = radius(n);
    svg.append(makeSvg("circle", { cx: half.toFixed(1), cy: (height - 2 - r).toFixed(1), r: r.toFixed(1), class: "panj-sum-disc" }));
    const label = makeSvg("text", { x: (2 * half + 6).toFixed(1), y: (k || sizes.length === 1 ? height - 4 : Math.max(height - 2 * r + 7, 11)).toFixed(1), class: "panj-sum-small" });
    label.textContent = sumNumber(n);
    svg.append(label);
  });
  return svg;
}

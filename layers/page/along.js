// Names of rivers along their lines: where a line is straight enough for its name, on whichever side there is room.

// Steps in which a line is walked, in px, and how far beside it its name stands.
const STEP = 5;
const BESIDE = 9;

/**
 * Points of a line in view, at equal steps; one array for each stretch in view.
 * @param {Spot[]} points @param {Spot} size @returns {Spot[][]}
 */
function walk(points, size) {
  const stretches = [];
  /** @type {Spot[]} */
  let current = [];
  let rest = 0;
  /** @param {number} x @param {number} y */
  const inView = (x, y) => x > -20 && y > -20 && x < size.x + 20 && y < size.y + 20;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    let at = STEP - rest;
    for (; at <= length; at += STEP) {
      const x = a.x + ((b.x - a.x) * at) / length;
      const y = a.y + ((b.y - a.y) * at) / length;
      if (inView(x, y)) current.push({ x, y });
      else if (current.length) { stretches.push(current); current = []; }
    }
    rest = length - (at - STEP);
  }
  if (current.length) stretches.push(current);
  return stretches.filter((stretch) => stretch.length > 4);
}

/**
 * A line without its small bends: a running mean over `reach` steps to either side.
 * @param {Spot[]} points @param {number} reach @returns {Spot[]}
 */
function smooth(points, reach) {
  return points.map((_, i) => {
    const from = Math.max(0, i - reach);
    const to = Math.min(points.length, i + reach + 1);
    let x = 0;
    let y = 0;
    for (let k = from; k < to; k += 1) { x += points[k].x; y += points[k].y; }
    return { x: x / (to - from), y: y / (to - from) };
  });
}

/**
 * Stretches of a smoothed line that a text of some length can follow, the straightest and most central first.
 * @param {Spot[]} line @param {number} length @param {Spot} size @param {number} straight @returns {Bench[]}
 */
function benches(line, length, size, straight) {
  const steps = Math.ceil(length / STEP);
  const found = [];
  for (let i = 0; i + steps < line.length; i += 4) {
    const [a, m, b] = [line[i], line[i + (steps >> 1)], line[i + steps]];
    const chord = Math.hypot(b.x - a.x, b.y - a.y) / (steps * STEP);
    if (chord < straight) continue;
    const bend = Math.abs(Math.atan2(b.y - m.y, b.x - m.x) - Math.atan2(m.y - a.y, m.x - a.x));
    if (Math.min(bend, 2 * Math.PI - bend) > 0.8) continue;
    const off = Math.hypot((m.x - size.x / 2) / size.x, (m.y - size.y / 2) / size.y);
    const steep = Math.abs(Math.atan2(b.y - a.y, Math.abs(b.x - a.x)));
    found.push({ from: i, to: i + steps, score: chord - 0.5 * off - 0.12 * steep });
  }
  return found.sort((one, other) => other.score - one.score);
}

/**
 * The stretch moved aside by `aside` px, from left to right, and the boxes that a text on it takes.
 * @param {Spot[]} line @param {Bench} bench @param {number} aside @param {number} half
 */
function beside(line, bench, aside, half) {
  let part = line.slice(bench.from, bench.to + 1);
  if (part[part.length - 1].x < part[0].x) part = part.reverse();
  const moved = part.map((point, k) => {
    const a = part[Math.max(0, k - 3)];
    const b = part[Math.min(part.length - 1, k + 3)];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    return { x: point.x + ((b.y - a.y) / length) * aside, y: point.y - ((b.x - a.x) / length) * aside };
  });
  /** @type {Box[]} */
  const boxes = [];
  for (let k = 0; k < moved.length; k += 2) boxes.push([moved[k].x - half, moved[k].y - half, moved[k].x + half, moved[k].y + half]);
  return { moved, boxes };
}

/** @param {string} text */
const rightToLeft = (text) => /[\u0590-\u08ff]/.test(text);

/**
 * Set a river's name along it, again after every `again` px.
 * @param {L.Map} map @param {MapName} name @param {Space} space @param {number} budget
 * @returns {number} How often it was set.
 */
function placeAlong(map, name, space, budget) {
  const { size } = space;
  const text = makeSvg("text", { class: name.border ? "panj-border-name" : "panj-water-name", "text-anchor": "middle" });
  text.textContent = name.text;
  // Measured once: each measurement has the browser lay out the page.
  if (!name.long) {
    labelSvg.append(text);
    name.long = text.getComputedTextLength() * 1.05 + 6;
    text.remove();
  }
  const length = name.long;
  const arabic = rightToLeft(name.text);
  const again = 560;
  /** @type {Spot[]} */
  const set = [];
  const stretches = name.paths.flatMap((path) => walk(path.map((at) => map.latLngToContainerPoint(at)), size))
    .filter((stretch) => stretch.length * STEP > length * 0.8);
  for (const stretch of stretches) {
    // Smoothed, the line is shorter: it is walked once more, so that its steps are equal again.
    const [line] = [...walk(smooth(smooth(stretch, 7), 7), size), []];
    for (const bench of benches(line, length, size, arabic ? 0.95 : 0.75)) {
      if (set.length >= Math.min(3, budget)) return set.length;
      const middle = line[(bench.from + bench.to) >> 1];
      if (set.some((other) => Math.hypot(other.x - middle.x, other.y - middle.y) < again)) continue;
      const found = [BESIDE, -BESIDE].map((aside) => beside(line, bench, aside, name.border ? 11 : 8))
        .find(({ boxes }) => boxes.every((box) => space.free(box)) && boxes.filter((box) => space.crossed(box)).length <= boxes.length / 6);
      if (!found) continue;
      drawAlong(/** @type {SVGTextElement} */ (text.cloneNode(true)), found.moved, arabic, `panj-along-${names.indexOf(name)}-${set.length}`);
      for (const box of found.boxes) space.take(box);
      set.push(middle);
    }
  }
  if (!set.length && name.border) return placeBeside(name, text, stretches, space, length);
  return set.length;
}

/**
 * A name whose line bends too much to be followed stands upright beside it.
 * @param {MapName} name @param {SVGTextElement} text @param {Spot[][]} stretches @param {Space} space @param {number} length
 */
function placeBeside(name, text, stretches, space, length) {
  const longest = stretches.reduce((best, one) => (one.length > best.length ? one : best), []);
  for (const share of [0.5, 0.4, 0.6, 0.25, 0.75]) {
    const at = longest[Math.floor(longest.length * share)];
    const box = at && [...around(at, length, 20, 10), ...around(at, length, 20, 22)].find((one) => space.free(one) && !space.onLine(one));
    if (!box) continue;
    text.setAttribute("x", String((box[0] + box[2]) / 2));
    text.setAttribute("y", String(box[3] - 5.5));
    labelSvg.append(text);
    space.take(box);
    return 1;
  }
  return 0;
}

/** @param {SVGTextElement} text @param {Spot[]} points @param {boolean} arabic @param {string} id */
function drawAlong(text, points, arabic, id) {
  const [a, b] = [points[0], points[points.length - 1]];
  if (arabic) {
    // Joined letters do not bear being set one by one on a curve: they stand straight, turned into its direction.
    const angle = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
    text.setAttribute("transform", `translate(${((a.x + b.x) / 2).toFixed(1)} ${((a.y + b.y) / 2).toFixed(1)}) rotate(${angle.toFixed(1)})`);
    text.setAttribute("dy", "0.35em");
    labelSvg.append(text);
    return;
  }
  const d = points.map((point, k) => `${k ? "L" : "M"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("");
  const on = makeSvg("textPath", { href: `#${id}`, startOffset: "50%" });
  on.textContent = text.textContent;
  text.replaceChildren(on);
  text.setAttribute("dy", "0.32em");
  labelSvg.append(makeSvg("path", { id, d, fill: "none", stroke: "none" }), text);
}

// Density of very many events: one hue, the more the darker (on a dark ground the brighter); events that stand alone stay marks.

/** Ends of the ramp: lightness, chroma and opacity in Oklab (Ottosson 2020), at one hue; few events first. */
const RAMP = {
  light: { from: [0.8, 0.1, 0.42], to: [0.33, 0.12, 0.95], hue: 32 },
  dark: { from: [0.5, 0.1, 0.45], to: [0.95, 0.06, 0.98], hue: 58 },
};
const ramps = {};

/** Oklab to sRGB bytes. */
function oklab(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const [l, m, s] = [lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b, lightness - 0.0894841775 * a - 1.291485548 * b].map((one) => one ** 3);
  return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s]
    .map((one) => Math.round(255 * Math.max(0, Math.min(1, one <= 0.0031308 ? 12.92 * one : 1.055 * one ** (1 / 2.4) - 0.055))));
}

/** 256 colours, little-endian RGBA, the first of them for nothing at all. @param {string} theme @returns {Uint32Array} */
function rampOf(theme) {
  if (!ramps[theme]) {
    const { from, to, hue } = RAMP[theme];
    ramps[theme] = Uint32Array.from({ length: 256 }, (_, k) => {
      const t = Math.max(0, (k - 1) / 254);
      const [lightness, chroma, alpha] = from.map((start, c) => start + (to[c] - start) * t);
      const [red, green, blue] = oklab(lightness, chroma, hue);
      return k === 0 ? 0 : ((Math.round(255 * alpha) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    });
  }
  return ramps[theme];
}

/** Whether the ground is dark; that of a web map's tiles never is. */
const darkPage = () => !document.querySelector(".panj-tiled, .panj-folium") && window.matchMedia("(prefers-color-scheme: dark)").matches;
/** Cells around a lone event that must be empty. */
const ALONE = 3;

/** Buffers of the blur, as long as the grid. */
let blurred = new Float32Array(0);
let blurring = new Float32Array(0);

/** Spread each count over its neighbours, 1 2 1 in either direction, so that the grain of the cells is not seen. */
function blur(grid, columns, lines) {
  const { length } = grid;
  if (blurred.length !== length) { blurred = new Float32Array(length); blurring = new Float32Array(length); }
  for (let k = 1; k < length - 1; k += 1) blurring[k] = (grid[k - 1] + 2 * grid[k] + grid[k + 1]) / 4;
  for (let k = columns; k < length - columns; k += 1) blurred[k] = (blurring[k - columns] + 2 * blurring[k] + blurring[k + columns]) / 4;
  void lines;
}

/**
 * Colour the cells by the logarithm of their density; one or two events with nothing around them are left to marks.
 * @returns {{least: number, most: number, lone: number[]}} ends of the ramp in events a cell, and a row for each lone cell
 */
function fillDensity(grid, columns, lines, pixels, last) {
  const colours = rampOf(darkPage() ? "dark" : "light");
  const lone = [];
  for (let line = 0, k = 0; line < lines; line += 1) {
    for (let column = 0; column < columns; column += 1, k += 1) {
      if (grid[k] > 0 && grid[k] <= 2 && isAlone(grid, columns, lines, column, line)) { lone.push(last[k]); grid[k] = 0; }
    }
  }
  blur(grid, columns, lines);
  const { length } = grid;
  let most = LEAST_DENSITY * 4;
  for (let k = 0; k < length; k += 1) if (blurred[k] > most) most = blurred[k];
  const by = 254 / Math.log(most / LEAST_DENSITY);
  // Logarithms by table: quarter steps of the ramp are finer than an eye sees.
  const steps = 4096;
  const table = new Uint8Array(steps + 1);
  for (let k = 1; k <= steps; k += 1) table[k] = Math.max(1, Math.min(255, 1 + Math.round(by * Math.log((k / steps) ** 2 * most / LEAST_DENSITY))));
  const share = steps / Math.sqrt(most);
  for (let k = 0; k < length; k += 1) {
    const value = blurred[k];
    pixels[k] = value < LEAST_DENSITY / 2 ? 0 : colours[table[Math.round(Math.sqrt(value) * share)]];
  }
  return { least: LEAST_DENSITY, most, lone };
}

/** Events a cell, after the blur, at the pale end of the ramp. */
const LEAST_DENSITY = 0.12;

function isAlone(grid, columns, lines, column, line) {
  const [left, right] = [Math.max(0, column - ALONE), Math.min(columns - 1, column + ALONE)];
  const bottom = Math.min(lines - 1, line + ALONE);
  for (let y = Math.max(0, line - ALONE); y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) if (grid[y * columns + x] && (x !== column || y !== line)) return false;
  }
  return true;
}

/** Marks of lone events, on a canvas as fine as the screen. */
function drawLone(canvas, view, rows, events) {
  const { whole, origin } = view;
  const fine = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = [Math.round(whole.x * fine), Math.round(whole.y * fine)];
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const paper = canvas.getContext("2d");
  paper.setTransform(1, 0, 0, 1, 0, 0);
  paper.clearRect(0, 0, width, height);
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--land").trim() || "#fff";
  for (const i of rows) {
    const at = events.point(i);
    const type = events.types[events.store.type[i]];
    const path = new Path2D(shapePath(type.shape, Math.min(9, 0.75 * markRadius(events.store.deaths(i)))));
    paper.setTransform(fine, 0, 0, fine, (at.x - origin.x) * fine, (at.y - origin.y) * fine);
    paper.fillStyle = type.colour;
    paper.strokeStyle = ground;
    paper.lineWidth = 3;
    paper.stroke(path);
    paper.fill(path, "evenodd");
    paper.strokeStyle = markEdge(type.colour);
    paper.lineWidth = 1;
    paper.stroke(path);
  }
}

/** The ramp with numbers: events on so much ground. */
const DensityKey = L.Control.extend({
  onAdd() {
    this._box = make("div", { class: "panj-density-key", hidden: true });
    return this._box;
  },
  /** @param {number} least @param {number} most events a cell @param {number} ground km² of a cell */
  tell(least, most, ground) {
    const unit = [1, 10, 100, 1000, 10000].find((one) => (most / ground) * one >= 10) || 100000;
    const ends = [least, Math.sqrt(least * most), most].map((value) => (value / ground) * unit);
    const text = ends.map(twoDigits).join(" ") + unit + darkPage();
    if (text === this._said) return;
    this._said = text;
    const colours = rampOf(darkPage() ? "dark" : "light");
    const bar = make("div", { class: "panj-density-bar" });
    const stops = [1, 64, 128, 192, 255].map((k) => { const c = colours[k]; return `rgb(${c & 255} ${(c >> 8) & 255} ${(c >> 16) & 255} / ${((c >>> 24) / 255).toFixed(2)})`; });
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    this._box.replaceChildren(make("p", { dir: "auto", text: say("density_key", { area: wholeNumber(unit) }) }),
      bar, make("p", { class: "panj-density-ends", dir: "ltr" }, ...ends.map((value) => make("span", { text: twoDigits(value) }))));
  },
  show(on) { this._box.hidden = !on; },
});

/** A number to two digits. @param {number} value */
function twoDigits(value) {
  if (value >= 100) return wholeNumber(Number(value.toPrecision(2)));
  return String(Number(value.toPrecision(2)));
}

// Density of very many events: one hue, the more the darker (on a dark ground the brighter); events that stand alone stay marks.

/** Steps of the ramp: lightness and chroma in Oklab (Ottosson 2020), at one hue; the first for one event, the last for the most. */
const RAMP = {
  light: { from: [0.84, 0.09], to: [0.34, 0.115], hue: 30, least: 0.62, most: 0.96 },
  dark: { from: [0.45, 0.1], to: [0.93, 0.07], hue: 55, least: 0.6, most: 0.98 },
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

/** 256 colours, little-endian RGBA, the first of them for nothing at all. @returns {Uint32Array} */
function rampOf(theme) {
  if (!ramps[theme]) {
    const { from, to, hue, least, most } = RAMP[theme];
    ramps[theme] = Uint32Array.from({ length: 256 }, (_, k) => {
      const t = Math.max(0, (k - 1) / 254);
      const [red, green, blue] = oklab(from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, hue);
      const alpha = Math.round(255 * (least + (most - least) * t));
      return k === 0 ? 0 : ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    });
  }
  return ramps[theme];
}

const darkPage = () => window.matchMedia("(prefers-color-scheme: dark)").matches;
/** Cells around a lone event that must be empty. */
const ALONE = 3;

/**
 * Colour the cells by the logarithm of their counts; cells of one or two events with nothing around them are left to marks.
 * @returns {{most: number, lone: number[]}} the greatest count, and a row for each lone cell
 */
function fillDensity(grid, columns, lines, pixels, last) {
  const colours = rampOf(darkPage() ? "dark" : "light");
  let most = 1;
  const { length } = grid;
  for (let k = 0; k < length; k += 1) if (grid[k] > most) most = grid[k];
  const by = most > 1 ? 254 / Math.log(most) : 0;
  const logs = new Uint8Array(256);
  for (let k = 1; k < 256; k += 1) logs[k] = Math.min(255, 1 + Math.round(by * Math.log(k)));
  const lone = [];
  for (let line = 0, k = 0; line < lines; line += 1) {
    for (let column = 0; column < columns; column += 1, k += 1) {
      const count = grid[k];
      if (count === 0) { pixels[k] = 0; continue; }
      if (count <= 2 && isAlone(grid, columns, lines, column, line)) { lone.push(last[k]); pixels[k] = 0; continue; }
      pixels[k] = colours[count < 256 ? logs[count] : Math.min(255, 1 + Math.round(by * Math.log(count)))];
    }
  }
  return { most, lone };
}

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

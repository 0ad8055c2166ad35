// Reading the page's data, and small tools for elements. Text from data goes in as text, never as markup.

/** Decode base64, unpack gzip, parse JSON. @param {string} id @returns {Promise<any>} */
async function unpack(id) {
  const holder = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  const text = String(holder.content.textContent).trim();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** Differences in units of 1e-5 degrees to Leaflet's [lat, lon] pairs. @param {Deltas} path @returns {Path} */
function decodePath(path) {
  const points = new Array(path.length / 2);
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < path.length; i += 2) {
    lon += path[i];
    lat += path[i + 1];
    points[i / 2] = [lat / 1e5, lon / 1e5];
  }
  return points;
}

/**
 * Lines that areas share stand once in the page, as arcs: put all paths together again. layers/arcs.py takes them apart.
 * @param {any} content the page's data
 * @param {Uint8Array} bytes
 */
function restorePaths(content, bytes) {
  const { lengths, bytes: widths } = content.arcs;
  /** @type {number} */
  const total = lengths.reduce((/** @type {number} */ sum, /** @type {number} */ one) => sum + one, 0);
  let at = 0;
  const axes = widths.map((/** @type {number} */ width) => {
    const axis = new Int32Array(total);
    let place = 0;
    for (let i = 0; i < total; i += 1) {
      let raw = 0;
      for (let byte = width - 1; byte >= 0; byte -= 1) raw = raw * 256 + bytes[at + byte * total + i];
      place += raw % 2 ? -(raw + 1) / 2 : raw / 2;
      axis[i] = place;
    }
    at += width * total;
    return axis;
  });
  let first = 0;
  const starts = lengths.map((/** @type {number} */ length) => { first += length; return first - length; });
  const [lon, lat] = axes;
  /** @param {number[]} row */
  const path = (row) => {
    /** @type {number[]} */
    const steps = [];
    let [x, y] = [0, 0];
    row.forEach((number, k) => {
      const arc = number < 0 ? -1 - number : number;
      const [from, count] = [starts[arc], lengths[arc]];
      // Where two arcs meet they have a point in common.
      for (let i = k ? 1 : 0; i < count; i += 1) {
        const p = number < 0 ? from + count - 1 - i : from + i;
        steps.push(lon[p] - x, lat[p] - y);
        x = lon[p];
        y = lat[p];
      }
    });
    return steps;
  };
  /** @param {any} value @returns {any} */
  const restored = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) { for (let k = 0; k < value.length; k += 1) value[k] = restored(value[k]); return value; }
    if ("~" in value) return path(value["~"]);
    for (const key of Object.keys(value)) value[key] = restored(value[key]);
    return value;
  };
  content.layers = restored(content.layers);
}

/** @param {Packed} polygons */
const decodePolygons = (polygons) => polygons.map((rings) => rings.map(decodePath));
/** @param {Pair} pair */
const decodePoint = (pair) => L.latLng(pair[1] / 1e5, pair[0] / 1e5);

/**
 * Make an element; `attributes.text` is its text, children are elements or strings.
 * @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Attributes | null} [attributes] @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name === "on") for (const [event, call] of Object.entries(value)) element.addEventListener(event, call);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== "") element.append(child);
  return element;
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} T @param {T} tag @param {Attributes} [attributes] @param {(Node | string)[]} children
 * @returns {SVGElementTagNameMap[T]}
 */
function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * The element that a selector finds in the page; a page that lacks it is at fault.
 * @param {string} selector @returns {HTMLElement}
 */
function pageElement(selector) {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`found no element ${selector} in the page; expected one`);
  return element;
}

/**
 * What was clicked or touched, up to the element that fits a selector.
 * @param {Event} event @param {string} selector @returns {HTMLElement | null}
 */
const closestTo = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/**
 * A link only for http and https; anything else stays text.
 * @param {string | null | undefined} url @param {string} [words] @returns {HTMLElement}
 */
function linkOrText(url, words) {
  const safe = typeof url === "string" && /^https?:\/\/[^\s]+$/i.test(url);
  const text = make("bdi", { text: words || url });
  return safe ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

/** Text of data, kept apart from the direction of its surroundings. @param {string} text */
const data = (text) => make("bdi", { text });

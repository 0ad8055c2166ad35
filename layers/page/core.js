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

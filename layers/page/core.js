// Reading the page's data, and small tools for elements. Text from data goes in as text, never as markup.

/** Decode base64, unpack gzip, parse JSON. @returns {Promise<object>} */
async function unpack(id) {
  const text = document.getElementById(id).content.textContent.trim();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** Differences in units of 1e-5 degrees to Leaflet's [lat, lon] pairs. @param {number[]} path */
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

const decodePolygons = (polygons) => polygons.map((rings) => rings.map(decodePath));
const decodePoint = (pair) => L.latLng(pair[1] / 1e5, pair[0] / 1e5);

/** Make an element; `attributes.text` is its text, children are elements or strings. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name === "on") for (const [event, call] of Object.entries(value)) element.addEventListener(event, call);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** The same for SVG. */
function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A link only for http and https; anything else stays text. */
function linkOrText(url, words) {
  const safe = typeof url === "string" && /^https?:\/\/[^\s]+$/i.test(url);
  const text = make("bdi", { text: words || url });
  return safe ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

/** Text of data, kept apart from the direction of its surroundings. */
const data = (text) => make("bdi", { text });

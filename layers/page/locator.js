// The locator: where in the wider region the map lies. A picture, with its words beside it for those who do not see it.

// A map smaller than this, in px, needs all its room for itself.
const LOCATOR_LEAST = { x: 560, y: 420 };
// The frame of the view is never drawn smaller than this, in the locator's units.
const LOCATOR_FRAME = 40;

/** A box in degrees as x, y, width and height in the locator's units, not beyond its edges. */
function locatorFrame(locator, west, south, east, north) {
  const [width, height] = locator.size;
  const ordinate = (lat) => Math.asinh(Math.tan((lat * Math.PI) / 180));
  const top = ordinate(locator.box[3]);
  const across = ((locator.box[2] - locator.box[0]) * Math.PI) / 180;
  const x = (lon) => ((((lon - locator.box[0]) * Math.PI) / 180) / across) * width;
  const y = (lat) => ((top - ordinate(lat)) / across) * width;
  const side = (first, last, most) => {
    const length = Math.min(Math.max(last - first, LOCATOR_FRAME), most);
    const start = Math.min(Math.max((first + last - length) / 2, 0), most - length);
    return [start, length].map((value) => Math.round(value));
  };
  const [left, wide] = side(x(west), x(east), width);
  const [upper, high] = side(y(north), y(south), height);
  return { x: left, y: upper, width: wide, height: high };
}

/** Put the locator on the map, in the upper corner that the headline leaves; its frame follows the view. */
function drawLocator(map, locator) {
  if (!locator) return;
  const [width, height] = locator.size;
  const outline = (rings) => rings.map((ring) => `M${ring[0]} ${ring[1]}l${ring.slice(2).join(" ")}z`).join("");
  const frame = makeSvg("rect", { class: "panj-locator-frame", rx: 8 });
  const svg = makeSvg("svg", { class: "panj-locator-map", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" },
    ...locator.areas.map((area) => makeSvg("path", { d: outline(area.rings), class: area.bank ? "panj-locator-bank" : "panj-locator-land" })),
    ...locator.names.map((name) => {
      const text = makeSvg("text", { x: name.at[0], y: name.at[1], dy: "0.35em", "text-anchor": "middle", class: "panj-locator-name" });
      text.textContent = name.text;
      return text;
    }),
    frame);
  const box = make("div", { class: "panj-locator" }, svg, make("p", { class: "panj-locator-text", text: locator.text }));
  const Inset = L.Control.extend({ onAdd: () => box });
  new Inset({ position: document.documentElement.dir === "rtl" ? "topleft" : "topright" }).addTo(map);
  const follow = () => {
    const size = map.getSize();
    box.classList.toggle("panj-locator-away", size.x < LOCATOR_LEAST.x || size.y < LOCATOR_LEAST.y);
    const view = map.getBounds();
    for (const [name, value] of Object.entries(locatorFrame(locator, view.getWest(), view.getSouth(), view.getEast(), view.getNorth()))) frame.setAttribute(name, value);
  };
  map.on("moveend zoomend resize", follow);
  follow();
}

// In a frame, in an article or a notebook: the page tells its height, and leaves the wheel and one finger to the reader
// of the article. Nothing here uses the address, the history or storage: a srcdoc frame has none of them.

const framed = window.parent !== window;
if (framed) document.documentElement.classList.add("panj-framed");

// From this width on the legend and list stand beside the map; frame.css has the same number.
const FRAME_WIDE = 820;
const SHEET = 300;
const HINT_MS = 1400;

/**
 * Height in px that map, bar and sheet want at a width. It must not depend on the frame's height: that would loop.
 * @param {number} width @param {boolean} sheet
 */
function idealHeight(width, sheet) {
  if (width > FRAME_WIDE) return Math.min(720, Math.round(0.55 * width));
  const plan = Math.max(300, Math.min(560, Math.round(0.6 * width)));
  return plan + 44 + (sheet ? SHEET : 0);
}

/** Tell the page around the height that this one wants. It may answer by setting it, or never; both are fine. */
function tellHeight() {
  const root = document.documentElement;
  const ideal = idealHeight(window.innerWidth, root.classList.contains("panj-sheet"));
  root.style.setProperty("--panj-ideal", `${ideal}px`);
  const app = pageElement(".panj-app");
  // What stands below is as high as it is, whatever room the map leaves or takes.
  const below = document.body.getBoundingClientRect().height - app.getBoundingClientRect().height;
  window.parent.postMessage({ panj: "height", height: Math.ceil(ideal + below) }, "*");
}

/** The legend and the list fold away on a phone and in a narrow frame, so that the map has its room. */
function foldSheets() {
  const buttons = [...document.querySelectorAll(".panj-bar button")];
  /** @param {Element} button */
  const panelOf = (button) => pageElement(`#${button.getAttribute("aria-controls")}`);
  /** @param {Element | null} chosen */
  const show = (chosen) => {
    for (const button of buttons) {
      const on = button === chosen;
      button.setAttribute("aria-expanded", String(on));
      panelOf(button).classList.toggle("panj-open", on);
    }
    document.documentElement.classList.toggle("panj-sheet", Boolean(chosen));
    if (framed) tellHeight();
  };
  for (const button of buttons) {
    button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "true" ? null : button));
  }
  show(null);
}

/** What the marks mean, in a line under a map whose legend is folded away. @param {EventType[]} types */
function markKey(types) {
  const key = make("ul", { class: "panj-key" },
    ...types.map((type) => make("li", {}, markSvg(type, 5.5, false), data(type.label))));
  pageElement(".panj-below").prepend(key);
}

/** A short word on the map about the gesture that it wants. @param {HTMLElement} holder */
function gestureHint(holder) {
  const box = make("div", { class: "panj-gesture", "aria-hidden": "true" });
  holder.append(box);
  let timer = 0;
  return (/** @type {string} */ key) => {
    if (!strings[key]) return;
    box.textContent = say(key);
    box.classList.add("panj-on");
    clearTimeout(timer);
    timer = setTimeout(() => box.classList.remove("panj-on"), HINT_MS);
  };
}

/**
 * The wheel alone and one finger scroll the article; ctrl or ⌘ with the wheel, and two fingers, are the map's.
 * @param {HTMLElement} holder
 */
function leaveScrolling(holder) {
  const hint = gestureHint(holder);
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  /** @param {Event} event */
  const elsewhere = (event) => closestTo(event, ".leaflet-popup, .leaflet-control");
  /** @type {[number, number] | null} */
  let from = null;
  // Caught on the way down, before Leaflet hears of it; the browser then does what it always does.
  holder.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey || elsewhere(event)) return;
    event.stopPropagation();
    hint(mac ? "frame_wheel_mac" : "frame_wheel");
  }, { capture: true, passive: true });
  holder.addEventListener("touchstart", (event) => {
    from = null;
    if (event.touches.length > 1 || elsewhere(event)) return;
    event.stopPropagation();
    from = [event.touches[0].clientX, event.touches[0].clientY];
  }, { capture: true, passive: true });
  holder.addEventListener("touchmove", (event) => {
    if (!from || event.touches.length > 1) return;
    if (Math.hypot(event.touches[0].clientX - from[0], event.touches[0].clientY - from[1]) > 12) hint("frame_touch");
  }, { capture: true, passive: true });
}

/**
 * On a small map a popup would be cut off: it lies across the map instead, away from its mark.
 * @param {L.Map} map @param {HTMLElement} holder
 */
function dockPopups(map, holder) {
  const dock = make("div", { class: "panj-dock" });
  holder.append(dock);
  const small = () => map.getSize().x < 480 || map.getSize().y < 360;
  const adjust = L.Popup.prototype._adjustPan;
  L.Popup.include({ _adjustPan() { if (!small()) adjust.call(this); } });
  map.on("popupopen", ({ popup }) => {
    if (!small()) return;
    const mark = map.latLngToContainerPoint(/** @type {L.LatLng} */ (popup.getLatLng()));
    dock.classList.toggle("panj-low", mark.y < map.getSize().y / 2);
    dock.append(/** @type {HTMLElement} */ (popup.getElement()));
  });
}

/** A link inside the page would lead a srcdoc frame to the page around it; here it opens and shows its part. */
function followInside() {
  document.addEventListener("click", (event) => {
    const link = closestTo(event, "a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const part = document.getElementById(String(link.getAttribute("href")).slice(1));
    if (!part) return;
    if (part instanceof HTMLDetailsElement) part.open = true;
    const target = part.querySelector("summary") || part;
    target.scrollIntoView({ block: "nearest" });
    target.focus({ preventScroll: true });
  });
}

/**
 * Until the reader takes hold of the map, it keeps its opening view at whatever size the frame becomes.
 * @param {L.Map} map @param {HTMLElement} holder @param {() => void} open
 */
function keepView(map, holder, open) {
  let touched = false;
  const touch = () => { touched = true; };
  for (const name of ["pointerdown", "keydown"]) holder.addEventListener(name, touch, { capture: true });
  holder.addEventListener("wheel", (event) => { if (event.ctrlKey || event.metaKey) touch(); }, { capture: true, passive: true });
  map.on("popupopen panjopen", touch);
  map.on("resize", () => { if (!touched) open(); });
}

/**
 * Everything a frame changes; `open` sets the map's opening view.
 * @param {L.Map} map @param {HTMLElement} holder @param {() => void} open
 */
function liveInFrame(map, holder, open) {
  leaveScrolling(holder);
  followInside();
  keepView(map, holder, open);
  dockPopups(map, holder);
  tellHeight();
  window.addEventListener("load", tellHeight);
  window.addEventListener("resize", tellHeight);
  new ResizeObserver(tellHeight).observe(pageElement(".panj-below"));
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && Object(event.data).panj === "ask") tellHeight();
  });
}

// The ring around the mark of the open event; where marks are gathered or a density is drawn, the mark itself as well.

class ChosenMark {
  /** @param {Events} events */
  constructor(events) {
    this.events = events;
    this.map = events.map;
    paneOf(this.map, "chosen");
    /** @type {number | null} */
    this.row = null;
    this.ring = null;
    this.key = "";
  }

  /** The ring goes to another event, or away. @param {number | null} i */
  set(i) {
    this.row = i;
    this.draw();
  }

  /** Where the ring stands, and around what. */
  spot() {
    const { events, row } = this;
    if (row === null || !events.on || !events.engine.pass[row]) return null;
    const leaf = events.fan.leafOf(row);
    if (leaf) return { at: leaf.getLatLng(), r: leaf.panjBox, drop: 0, own: false, leaf: true };
    const host = events.markers.find((one) => one.members.includes(row));
    const at = events.placeOf(row);
    if (!at) return null;
    const { store } = events;
    const here = host && (row >= store.points || host.members.length === 1 || events.isOneSpot(host.members));
    if (here) return { at: host.marker.getLatLng(), r: host.marker.panjDrop ? 15 : host.marker.panjBox, drop: host.marker.panjDrop || 0, own: false };
    return { at, r: markRadius(store.deaths(row)) + 3, drop: 0, own: true };
  }

  draw() {
    const spot = this.spot();
    const key = spot ? `${this.row} ${spot.at.lat} ${spot.at.lng} ${spot.r} ${spot.own}` : "";
    if (key === this.key) return;
    this.key = key;
    if (this.ring) this.ring.remove();
    this.ring = null;
    if (!spot) return;
    const { store, types } = this.events;
    const r = spot.r + 2;
    const size = 2 * (r + 4);
    const svg = makeSvg("svg", { viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, width: size, height: size, "aria-hidden": "true", focusable: "false" },
      makeSvg("circle", { r, class: "panj-chosen-casing" }), makeSvg("circle", { r, class: "panj-chosen-ring" }));
    if (spot.own) {
      const mark = markSvg(types[store.type[this.row]], spot.r - 3, store.code("side", this.row) === "uncertain");
      const half = Number(mark.getAttribute("width")) / 2;
      mark.setAttribute("x", String(-half));
      mark.setAttribute("y", String(-half));
      svg.append(mark);
    }
    this.ring = L.marker(spot.at, {
      pane: paneOf(this.map, "chosen"), interactive: false, keyboard: false,
      icon: L.divIcon({ html: svg, className: `panj-icon panj-chosen${spot.drop || spot.leaf ? "" : " panj-chosen-mark"}`, iconSize: [size, size], iconAnchor: [size / 2, size / 2 - spot.drop] }),
    }).addTo(this.map);
  }
}

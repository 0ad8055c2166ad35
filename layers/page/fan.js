// Events that share a spot, or lie too near to it even at the closest zoom, fan out: each on a leg of its own around it.

/** Events that fan out at most; more are paged through in the panel. */
const FAN_MOST = 14;
/** Room for a leaf along the ring, in px: a mouse's, and a finger's. */
const FAN_LEAF = window.matchMedia("(pointer: coarse)").matches ? 44 : 28;

class Fan {
  /** @param {Events} events */
  constructor(events) {
    this.events = events;
    this.map = events.map;
    /** The mark that is fanned out, its leaves and their layers; null for none. */
    this.opened = null;
    this.map.on("zoomstart", () => this.close());
  }

  /** Leaf of a row, if it is fanned out. @param {number} i @returns {L.Marker | null} */
  leafOf(i) {
    const at = this.opened ? this.opened.rows.indexOf(i) : -1;
    return at < 0 ? null : this.opened.leaves[at];
  }

  /** Fan out the events of a mark, or fold them again. @param {number[]} members @param {L.Marker} marker */
  toggle(members, marker) {
    const again = this.opened && this.opened.marker === marker;
    const focused = marker.getElement() === document.activeElement;
    this.close();
    if (again) return;
    const reach = Math.max(40, (members.length * FAN_LEAF) / (2 * Math.PI));
    this.makeRoom(marker.getLatLng(), reach + FAN_LEAF / 2 + 6);
    const rows = this.order(members, marker);
    const middle = this.map.latLngToLayerPoint(marker.getLatLng());
    const ground = L.circleMarker(marker.getLatLng(), { ...rendererOf(this.map, "legs"), radius: reach + FAN_LEAF / 2 + 2, className: "panj-fan-ground", interactive: false });
    const leaves = rows.map((i, k) => {
      const angle = (2 * Math.PI * k) / rows.length - Math.PI / 2;
      return this.leaf(i, this.map.layerPointToLatLng([middle.x + reach * Math.cos(angle), middle.y + reach * Math.sin(angle)]), rows);
    });
    const legs = rows.map((i, k) => L.polyline([this.events.store.at(i), leaves[k].getLatLng()], { ...rendererOf(this.map, "legs"), className: "panj-leg", interactive: false }));
    const group = L.layerGroup([ground, ...legs, ...leaves]).addTo(this.events.group);
    this.opened = { marker, rows, leaves, group };
    this.map.getContainer().classList.add("panj-fan-open");
    if (marker.getElement()) marker.getElement().classList.add("panj-fan-host");
    this.events.changed();
    if (focused && leaves[0].getElement()) leaves[0].getElement().focus({ preventScroll: true });
  }

  /** Rows in the order around the ring: as their places lie around the middle, at one spot by time. */
  order(members, marker) {
    const { store } = this.events;
    const middle = this.map.latLngToLayerPoint(marker.getLatLng());
    const angle = (i) => {
      const at = this.map.latLngToLayerPoint(store.at(i));
      // From the top, clockwise.
      return (Math.atan2(at.x - middle.x, middle.y - at.y) + 2 * Math.PI) % (2 * Math.PI);
    };
    const around = this.events.isOneSpot(members) ? () => 0 : angle;
    return members.slice().sort((a, b) => around(a) - around(b) || store.start[a] - store.start[b] || a - b);
  }

  /** The map moves so that a circle about a place is in sight. @param {L.LatLng} at @param {number} r px */
  makeRoom(at, r) {
    const { x, y } = this.map.latLngToContainerPoint(at);
    const size = this.map.getSize();
    const short = (value, most) => (most < 2 * r ? value - most / 2 : value < r ? value - r : value > most - r ? value - most + r : 0);
    const by = [short(x, size.x), short(y, size.y)];
    if (by[0] || by[1]) this.map.panBy(by, { animate: false });
  }

  /** One event of the fan. @param {number} i @param {L.LatLng} at @param {number[]} rows all that are fanned out */
  leaf(i, at, rows) {
    const { store, types } = this.events;
    const r = Math.max(7, Math.min(11, markRadius(store.deaths(i))));
    const element = markSvg(types[store.type[i]], r, store.code("side", i) === "uncertain");
    const box = make("span", { class: "panj-fan-hit" }, element);
    const leaf = L.marker(at, { pane: paneOf(this.map, "events"), icon: icon(box, FAN_LEAF - 2, "panj-icon panj-event panj-fanned"), zIndexOffset: 10000 });
    leaf.panjBox = Math.ceil(r) + 3;
    named(leaf, this.events.caption(i));
    pressable(leaf, () => this.events.choose(i, rows));
    leaf.on("add", () => leaf.getElement().addEventListener("keydown", (event) => this.pressKey(event, rows.indexOf(i))));
    return leaf;
  }

  /** Arrows go from leaf to leaf, Escape folds. @param {KeyboardEvent} event @param {number} k */
  pressKey(event, k) {
    const { leaves } = this.opened || { leaves: [] };
    const n = leaves.length;
    const next = { ArrowRight: k + 1, ArrowDown: k + 1, ArrowLeft: k - 1, ArrowUp: k - 1, Home: 0, End: n - 1 }[event.key];
    if (next === undefined && event.key !== "Escape") return;
    // Neither the map nor an open panel is meant.
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.close(true);
    else leaves[(next + n) % n].getElement().focus({ preventScroll: true });
  }

  /** Put the fan away. @param {boolean} [back] whether the focus goes back to the mark */
  close(back) {
    if (!this.opened) return;
    const { marker, group, leaves } = this.opened;
    const inside = leaves.some((leaf) => leaf.getElement() === document.activeElement);
    this.opened = null;
    this.events.group.removeLayer(group);
    this.map.getContainer().classList.remove("panj-fan-open");
    const element = marker.getElement();
    if (element) element.classList.remove("panj-fan-host");
    if ((back || inside) && element) element.focus({ preventScroll: true });
    this.events.changed();
  }
}

// What the map shows first. Python has chosen two views, one for maps that are wider than high and one for the others.

// A map is tall where it is no wider than this many times its height.
const VIEW_TALL = 1.2;
// How much closer a tall map may open, in zoom levels, to leave no empty ground above and below the frame.
const VIEW_CLOSER = 0.5;

/** Height in px of the map's top that a headline across it covers; a headline in its corner does not count. */
function viewCovered(holder) {
  const map = holder.getBoundingClientRect();
  const head = document.querySelector(".panj-head").getBoundingClientRect();
  const across = Math.min(head.right, map.right) - Math.max(head.left, map.left) > 0.6 * map.width;
  return across && head.top < map.top + map.height / 4 ? Math.max(0, Math.min(head.bottom - map.top, map.height / 3)) : 0;
}

/** Set the opening view for the map's present shape. @param {L.Map} map @param {HTMLElement} holder with data-view and data-tall @param {L.LatLngBounds} frame */
function openAtView(map, holder, frame) {
  const size = map.getSize();
  const tall = size.x <= VIEW_TALL * size.y;
  const [west, south, east, north] = (tall ? holder.dataset.tall : holder.dataset.view).split(" ").map(Number);
  map.setMinZoom(0).fitBounds([[south, west], [north, east]], { animate: false, paddingTopLeft: [0, viewCovered(holder)] });
  // The bounds of the map are a little wider than the frame; what opens lies on it as far as it can.
  map.panInsideBounds(frame, { animate: false });
  const least = map.getBoundsZoom(frame, true);
  if (tall && least > map.getZoom()) map.setZoom(Math.min(least, map.getZoom() + VIEW_CLOSER), { animate: false });
}

// Images of events: only where the page was made with them, only from the origins that its policy names.

const IMAGE = /^https?:\/\/[^\s]+$/i;

/**
 * The image of event i with its credit, or null; what is graphic is fetched only when the reader opens it.
 * @param {any} columns @param {number} i
 */
function imageFigure(columns, i) {
  const address = columns.image && columns.image[i];
  if (!address || !IMAGE.test(address)) return null;
  const credit = columns.image_credit[i];
  const image = make("img", {
    // Before src, so that they hold for the request.
    loading: "lazy", referrerpolicy: "no-referrer", decoding: "async",
    alt: columns.image_alt[i] || say("image_alt", { title: columns.title[i] || "" }), src: address,
  });
  const caption = credit ? make("figcaption", { dir: "auto", text: say("image_credit", { credit }) }) : null;
  const figure = make("figure", { class: "panj-image" }, image, caption);
  if (!columns.graphic[i]) return figure;
  return make("details", { class: "panj-image" }, make("summary", { text: say("image_graphic") }), figure);
}

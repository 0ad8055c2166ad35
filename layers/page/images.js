// Images of events: only where the page was made with them, only from the origins that its policy names.

const IMAGE = /^https?:\/\/[^\s]+$/i;

/**
 * The image of event i with its credit, or null; what is graphic is fetched only when the reader opens it.
 * @param {any} texts @param {number} i
 */
function imageFigure(texts, i) {
  const address = texts.get("image", i);
  if (!address || !IMAGE.test(address)) return null;
  const credit = texts.get("image_credit", i);
  const image = make("img", {
    // Before src, so that they hold for the request.
    loading: "lazy", referrerpolicy: "no-referrer", decoding: "async",
    alt: texts.get("image_alt", i) || say("image_alt", { title: texts.title(i) }), src: address,
  });
  const caption = credit ? make("figcaption", { dir: "auto", text: say("image_credit", { credit }) }) : null;
  const figure = make("figure", { class: "panj-image" }, image, caption);
  if (!texts.store.flag(i, "graphic")) return figure;
  return make("details", { class: "panj-image" }, make("summary", { text: say("image_graphic") }), figure);
}

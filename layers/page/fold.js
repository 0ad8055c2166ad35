// Texts as a search compares them: what geodata/folding.py does to names of units, done here to whatever is looked for.
// A test holds the two to each other.

/** Signs that stand for a sound or for nothing. */
const FOLD_NOTHING = /['’‘‛`´ʹʺʼʻʿʾˈʽ′″\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const FOLD_GAPS = /[^\p{L}\p{N}_]+|_+/gu;
const FOLD_PLAIN_GAPS = /[^a-z0-9]+/g;
// oxlint-disable-next-line no-control-regex
const FOLD_PLAIN = /^[\u0000-\u007f]*$/;
/** Letters that one keyboard has and another has not, without which a name is still the same name. */
const FOLD_LETTERS = new Map(Array.from("ҷғқҳيىېۍكةۀړډټڼıøłđ", (letter, k) => [letter, Array.from("жгкхییییکههردتنiold")[k]]));
const FOLD_LETTER = new RegExp(`[${[...FOLD_LETTERS.keys()].join("")}]`, "g");
/** Marks, by whether they combine with the letter before them; a browser tells it only by putting marks in order. */
const FOLD_MARKS = new Map();

/** @param {string} mark */
function foldsAway(mark) {
  let away = FOLD_MARKS.get(mark);
  if (away === undefined) {
    away = `\u0345${mark}`.normalize("NFD") !== `\u0345${mark}` || `${mark}\u0334`.normalize("NFD") !== `${mark}\u0334`
      || mark === "\u0345" || mark === "\u0334";
    FOLD_MARKS.set(mark, away);
  }
  return away;
}

/**
 * A text without letter case, marks, apostrophes and punctuation; Tajik and Pashto letters as their plain kin.
 * @param {string} text @returns {string} words with one space between
 */
function fold(text) {
  if (FOLD_PLAIN.test(text)) return text.toLowerCase().replace(/['`]/g, "").replace(FOLD_PLAIN_GAPS, " ").trim();
  return text.replace(FOLD_NOTHING, "")
    // There and back, so that letters with more than one small form have one.
    .toUpperCase().toLowerCase().replace(/ς/g, "σ").replace(/ß/g, "ss")
    .normalize("NFKD").replace(/\p{M}/gu, (mark) => (foldsAway(mark) ? "" : mark))
    .replace(FOLD_LETTER, (letter) => FOLD_LETTERS.get(letter))
    .replace(FOLD_GAPS, " ").replace(/ {2,}/g, " ").trim();
}

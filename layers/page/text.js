// Dates, distances and counts in words, from the strings of the page's language.

/** @type {{ [key: string]: string }} */
let strings = {};

/**
 * A string of the interface, its {names} filled in.
 * @param {string} key @param {{ [name: string]: unknown }} [values] @returns {string}
 */
function say(key, values) {
  const text = strings[key] || "";
  return text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

/** A whole number with the thousands parted. @param {number} n */
function wholeNumber(n) {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** A day or, by its precision, the month or year that it is in. @param {number} day Days since 1970. @param {string} precision */
function oneDate(day, precision) {
  const date = new Date(day * 86400000);
  const year = date.getUTCFullYear();
  if (precision === "year") return String(year);
  const names = strings[precision === "month" ? "months_alone" : "months"].split("|");
  const month = names[date.getUTCMonth()];
  return precision === "month"
    ? say("month_format", { month, y: year })
    : say("day_format", { d: date.getUTCDate(), month, y: year });
}

/**
 * A date at its own precision: month and year never show a day.
 * @param {number | null} start @param {number | null} end @param {string} precision
 */
function dateText(start, end, precision) {
  if (start === null) return say("date_unknown");
  const first = oneDate(start, precision);
  if (precision === "week") return say("week_of", { date: first });
  const last = end === null ? first : oneDate(end, precision);
  return first === last ? first : `${first} – ${last}`;
}

/**
 * Days since 1970 of an ISO date (yyyy-mm-dd, yyyy-mm or yyyy); `last` takes the end of a month or year.
 * @param {string | null | undefined} text @param {boolean} [last] @returns {number | null}
 */
function isoDay(text, last) {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text || "");
  if (!match) return null;
  const date = new Date(0);
  const year = Number(match[1]);
  if (match[3]) date.setUTCFullYear(year, Number(match[2]) - 1, Number(match[3]));
  else if (match[2]) date.setUTCFullYear(year, Number(match[2]) - (last ? 0 : 1), last ? 0 : 1);
  else date.setUTCFullYear(last ? year + 1 : year, 0, last ? 0 : 1);
  return Math.round(date.getTime() / 86400000);
}

/** Distance from the border as an interval of whole kilometres. @param {number | null} low @param {number | null} high */
function intervalText(low, high) {
  if (low === null || high === null) return "";
  return say("km_interval", { min: Math.floor(low), max: Math.ceil(high) });
}

/** @param {number | null} low @param {number | null} best @param {number | null} high */
function deathsText(low, best, high) {
  const known = [low, best, high].filter((number) => number !== null);
  if (!known.length) return "";
  const least = Math.min(...known);
  const most = Math.max(...known);
  if (least < most) return say("deaths_range", { low: least, high: most });
  if (best === null && high === null) return say("at_least", { low });
  if (best === null && low === null) return say("up_to", { high });
  return String(least);
}

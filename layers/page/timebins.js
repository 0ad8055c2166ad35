// Time in equal steps: bars of a histogram, labels of its axis, ranges in words.

/** Steps that bars may have, the finest first. @typedef {{days?: number, months?: number}} TimeStep @type {TimeStep[]} */
const TIME_BARS = [{ days: 1 }, { days: 7 }, { months: 1 }, { months: 3 }, { months: 12 }, { months: 120 }, { months: 1200 }];
/** Steps that labels may have. @type {TimeStep[]} */
const TIME_LABELS = [{ days: 1 }, { days: 7 }, { months: 1 }, { months: 3 }, { months: 6 }, { months: 12 }, { months: 24 }, { months: 60 }, { months: 120 }, { months: 240 }, { months: 600 }, { months: 1200 }];
/** Width of a bar at least, in px. */
const LEAST_BAR = 2.2;
/** A histogram reaches over this many days at least. */
const LEAST_DAYS = 14;

/** Day since 1970 of a date; months before or beyond the year's are carried. @returns {number} */
function dayNumber(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return Math.round(date.getTime() / 86400000);
}

/** Months since the year nought, and the day of the month. @param {number} day @returns {[number, number]} */
function monthNumber(day) {
  const date = new Date(day * 86400000);
  return [date.getUTCFullYear() * 12 + date.getUTCMonth(), date.getUTCDate()];
}

/** First day of the step that a day lies in; weeks begin on Monday. @param {number} day @param {TimeStep} step */
function stepStart(day, step) {
  if (step.days === 7) return day - ((((day + 3) % 7) + 7) % 7);
  if (step.days) return day;
  return dayNumber(0, Math.floor(monthNumber(day)[0] / step.months) * step.months, 1);
}

/** A day some steps later; where a month is too short its last day. @param {number} day @param {TimeStep} step @param {number} times */
function stepped(day, step, times) {
  if (step.days) return day + step.days * times;
  const [months, date] = monthNumber(day);
  const last = dayNumber(0, months + step.months * times + 1, 0);
  return Math.min(last, dayNumber(0, months + step.months * times, date));
}

/** Starts of the steps from a day's to the one after a later day's. @returns {number[]} */
function stepEdges(first, last, step) {
  const start = stepStart(first, step);
  const edges = [start];
  for (let k = 1; edges[edges.length - 1] <= last; k += 1) edges.push(stepped(start, step, k));
  return edges;
}

/** The finest bars that a width has room for. @param {number} first @param {number} last @param {number} width */
function timeBars(first, last, width) {
  const lack = Math.max(0, LEAST_DAYS - (last - first + 1));
  const [low, high] = [first - Math.ceil(lack / 2), last + Math.floor(lack / 2)];
  const about = (step) => (high - low + 1) / (step.days || step.months * 30.44);
  const step = TIME_BARS.find((one) => about(one) * LEAST_BAR <= width) || TIME_BARS[TIME_BARS.length - 1];
  return { step, edges: stepEdges(low, high, step) };
}

/** What a step is called: a day, a week by its first day, a month, a year or years. @param {number} start @param {TimeStep} step */
function stepText(start, step) {
  if (step.days === 7) return say("week_of", { date: oneDate(start, "day") });
  return rangeText(start, stepped(start, step, 1) - 1);
}

/** How much of a date its day tells when it begins (or ends) a range: of a whole year the year, of a whole month the month. */
function edgePrecision(day, ends) {
  const [months, date] = monthNumber(ends ? day + 1 : day);
  if (date !== 1) return "day";
  return months % 12 ? "month" : "year";
}

/** A range of days in words. A whole month is a month, a whole year a year. @param {number} from @param {number} to @param {string} [first] @param {string} [last] */
function rangeText(from, to, first, last) {
  if (from === to) return oneDate(from, "day");
  const order = ["day", "month", "year"];
  let [one, other] = [first || edgePrecision(from, false), last || edgePrecision(to, true)];
  // The coarser one would promise too much beside a finer one: "2015 – March 2016" begins in January.
  if (!first && !last) one = other = order[Math.min(order.indexOf(one), order.indexOf(other))];
  const [start, end] = [oneDate(from, one), oneDate(to, other)];
  return start === end ? start : `${start} – ${end}`;
}

/** Words of a label of the axis: the year where it begins, else the month, else the day. @param {number} day @param {TimeStep} step */
function labelText(day, step) {
  const [months, date] = monthNumber(day);
  const year = Math.floor(months / 12);
  const month = strings[step.days ? "months" : "months_alone"].split("|")[months - year * 12];
  if (step.days) return say("day_format", { d: date, month, y: "" }).trim();
  return months % 12 ? month : String(year);
}

/**
 * Labels of an axis, as many as stand apart. `place` gives px of a day, `measure` px of words.
 * @returns {{day: number, text: string, strong: boolean}[]}
 */
function timeLabels(edges, bars, place, measure) {
  const [first, last] = [edges[0], edges[edges.length - 1]];
  const finest = TIME_BARS.indexOf(bars);
  for (const step of TIME_LABELS) {
    const size = (one) => one.days || one.months * 30.44;
    if (size(step) < size(TIME_BARS[finest])) continue;
    const labels = stepEdges(first, last, step).filter((day) => day >= first && day < last)
      .map((day) => ({ day, text: labelText(day, step), strong: !step.days && monthNumber(day)[0] % 12 === 0 && (step.months || 0) < 12 }));
    // No January in sight: the first label says the year.
    if (labels.length && !labels.some((one) => one.strong) && (step.days || step.months < 12)) labels[0].text = step.days ? oneDate(labels[0].day, "day") : oneDate(labels[0].day, "month");
    let free = -Infinity;
    const fits = labels.every(({ day, text }) => {
      const x = place(day);
      const clear = x >= free;
      free = x + measure(text) + 16;
      return clear;
    });
    if (fits) return labels;
  }
  return [];
}

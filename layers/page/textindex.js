// What a search looks at: the texts of all rows, folded, in long strings of many rows each. Looking for a word is then one quick run over
// a few strings, not a call for each row. Folding takes longer than looking, hence it is done in the idle time of the page.

const INDEX_FIELDS = ["title", "place", "actor1", "actor2", "note", "aliases"];
/** Rows to a string. */
const INDEX_BLOCK = 1024;

/** @param {string} query @returns {string[]} its words, folded, the longest first */
const wordsOf = (query) => fold(query).split(" ").filter(Boolean).sort((one, other) => other.length - one.length);

class TextIndex {
  /** @param {Texts} texts @param {number} n rows */
  constructor(texts, n) {
    this.n = n;
    this.columns = INDEX_FIELDS.map((name) => texts.columns[name]).filter(Boolean);
    /** Folded values of columns in which values repeat. @type {(string[] | null)[]} */
    this.folded = this.columns.map((column) => (column.rows ? new Array(column.values.length) : null));
    this.titles = texts.columns.title || [];
    /** @type {{ text: string, starts: Uint32Array }[]} */
    this.blocks = [];
    this.done = 0;
  }

  /** @param {number} c column @param {number} i row */
  _cell(c, i) {
    const column = this.columns[c];
    const known = this.folded[c];
    if (!known) return column[i] ? fold(column[i]) : "";
    const value = column.values[column.rows[i]];
    if (!value) return "";
    const at = column.rows[i];
    if (known[at] === undefined) known[at] = fold(value);
    return known[at];
  }

  /** Fold a further block of rows. */
  _block() {
    const from = this.done;
    const to = Math.min(this.n, from + INDEX_BLOCK);
    const starts = new Uint32Array(to - from + 1);
    const rows = [];
    let at = 0;
    for (let i = from; i < to; i += 1) {
      let row = "";
      for (let c = 0; c < this.columns.length; c += 1) {
        const cell = this._cell(c, i);
        if (cell) row += row ? ` ${cell}` : cell;
      }
      rows.push(row);
      starts[i - from] = at;
      at += row.length + 1;
    }
    starts[to - from] = at;
    this.blocks.push({ text: `${rows.join("\n")}\n`, starts });
    this.done = to;
  }

  /** Fold the rest, now. */
  complete() { while (this.done < this.n) this._block(); }

  /** Fold the rest as the page has time. @param {() => void} then called after that, in idle time as well */
  idle(then) {
    if (this._idle) return;
    this._idle = true;
    const later = window.requestIdleCallback ? (call) => window.requestIdleCallback(call, { timeout: 500 }) : (call) => setTimeout(call, 30);
    const work = () => {
      const until = performance.now() + 10;
      while (this.done < this.n && performance.now() < until) this._block();
      later(this.done < this.n ? work : then);
    };
    later(work);
  }

  /** Rows that have all words. @param {string[]} words folded @returns {{ found: Uint8Array, count: number }} */
  find(words) {
    this.complete();
    const found = new Uint8Array(this.n);
    let count = 0;
    const [first, ...others] = words;
    if (first === undefined) return { found: found.fill(1), count: this.n };
    this.blocks.forEach(({ text, starts }, b) => {
      let k = 0;
      for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, starts[k])) {
        while (starts[k + 1] <= at) k += 1;
        const end = starts[k + 1];
        const row = others.length ? text.slice(starts[k], end) : "";
        if (others.every((word) => row.includes(word))) { found[b * INDEX_BLOCK + k] = 1; count += 1; }
        k += 1;
        if (k === starts.length - 1) break;
      }
    });
    return { found, count };
  }

  /** Title of a row, folded. @param {number} i */
  title(i) {
    const { titles } = this;
    return fold((titles.rows ? titles.values[titles.rows[i]] : titles[i]) || "");
  }
}

"""The page's one filter: whatever way it came to a state, its counts are those of a pass over all rows."""

from importlib.resources import files

import pytest

pytestmark = pytest.mark.browser

# A store of made-up columns, an engine that is led through random filters, and one that is made anew for each of them.
HARNESS = """
([seed, rows, steps]) => {
%s
let state = seed;
const random = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 4294967296; };
const whole = (below) => Math.floor(random() * below);
const pick = (list) => list[whole(list.length)];

const store = Object.create(Store.prototype);
const column = (make, kind) => kind.from({ length: rows }, (_, i) => make(i));
const sizes = { precision: 4, side: 3, province: 5, band: 5 };
Object.assign(store, {
  n: rows, points: Math.floor(rows * 0.7), units: Math.floor(rows * 0.2), types: [{ id: "a" }, { id: "b" }, { id: "c" }],
  values: { precision: ["exact", "place", "near", "none"], side: ["TJ", "AF", "uncertain"], province: [..."vwxyz"], band: [..."12345"],
    date_precision: ["day", "month"] },
  type: column(() => whole(3), Uint8Array), date_precision: column(() => 0, Uint8Array),
  chainage: column(() => (random() < 0.2 ? -1 : whole(1344)), Int16Array),
  start: column(() => (random() < 0.05 ? MISSING : 16000 + whole(2000)), Int32Array),
  _byTime: null, _byEnd: null,
});
const word = (i) => (i %% 3 ? "red" : "blue");
store.texts = new Texts({ title: Array.from({ length: rows }, (_, i) => word(i)) }, store);
for (const [name, size] of Object.entries(sizes)) store[name] = column(() => (random() < 0.1 ? 255 : whole(size)), Uint8Array);
store.end = Int32Array.from(store.start, (day) => (day === MISSING ? MISSING : day + (LONG && random() < 0.3 ? whole(40) : 0)));

const some = (size) => (random() < 0.5 ? null : new Set([...Array(size).keys(), -1].filter(() => random() < 0.6)));
const naive = (filter, i) => {
  const code = (name) => (store[name][i] === 255 ? -1 : store[name][i]);
  const timed = filter.from !== null || filter.to !== null;
  const day = store.start[i];
  return FACETS.every((name) => !filter[name] || filter[name].has(code(name)))
    && (!timed || (day !== MISSING && (filter.from === null || store.end[i] >= filter.from) && (filter.to === null || day <= filter.to)))
    && (!filter.km || (store.chainage[i] >= filter.km[0] && store.chainage[i] < filter.km[1]))
    && (!filter.placed || [0, 1].includes(code("precision")))
    && (!filter.text || word(i).includes(filter.text));
};
const engine = new Engine(store);
engine.run();
let shifted = 0;
const wrong = [];
for (let step = 0; step < steps && !wrong.length; step += 1) {
  const { from, to } = engine.filter;
  const patch = pick([
    () => ({ from: from === null ? 16000 + whole(2000) : from + whole(21) - 10, to: to === null ? null : to + whole(21) - 10 }),
    () => ({ from: (from === null ? 16500 : from) + 1, to: (to === null ? 17000 : to) + 1 }),
    () => ({ to: to === null ? 17900 + whole(120) : to + whole(5) - 2 }),
    () => ({ from: 16000 + whole(2000), to: 16000 + whole(2000) }),
    () => ({ from: null, to: null }),
    () => ({ [pick(FACETS)]: some(4) }),
    () => ({ km: random() < 0.5 ? null : [whole(600), 600 + whole(700)] }),
    () => ({ placed: random() < 0.5 }),
    () => ({ text: pick(["", "red", "blue"]) }),
  ].flatMap((one, k) => (k < 3 ? [one, one, one] : [one])))();
  const stamp = engine.daysStamp;
  if (random() < 0.5) engine.set(patch);
  else engine.replace({ ...engine.filter, ...patch, type: engine.filter.type && new Set(engine.filter.type) });
  engine.run();
  if (engine.daysStamp === stamp) shifted += 1;
  const fresh = new Engine(store);
  fresh.replace(engine.filter);
  fresh.run();
  const same = (name, one, other) => { if (JSON.stringify([...one]) !== JSON.stringify([...other])) wrong.push(`${step} ${name} ${JSON.stringify(engine.filter)}`); };
  same("pass", engine.pass, fresh.pass);
  same("days", engine.days, fresh.days);
  same("km", engine.km, fresh.km);
  for (const name of FACETS) same(name, engine.counts[name], fresh.counts[name]);
  same("parts", Object.values(engine.drawn), Object.values(fresh.drawn));
  same("numbers", [engine.visible, engine.undated], [fresh.visible, fresh.undated]);
  same("naive", engine.pass, Uint8Array.from({ length: rows }, (_, i) => (naive(engine.filter, i) ? 1 : 0)));
}
return { wrong, shifted };
}
"""


@pytest.mark.parametrize("long", ["false", "true"], ids=["single days", "of several days"])
def test_steps_and_a_fresh_pass_agree(browser, long):
    folder = files("panj.layers").joinpath("page")
    script = "\n".join(
        folder.joinpath(name).read_text("utf-8")
        for name in ("core.js", "text.js", "fold.js", "textindex.js", "store.js", "engine.js")
    )
    page = browser.new_page()
    found = page.evaluate(HARNESS % f"const LONG = {long};\n{script}", [7, 400, 600])
    page.close()
    assert found["wrong"] == []
    # Most steps move the range only, and are not counted over all rows.
    assert found["shifted"] > 150

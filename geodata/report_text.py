"""A check report as lines of text: aligned, and no wider than a page."""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from .reporting import CheckReport, Instance, Problem, not_kept

WIDTH = 100
_INDENT = 2
_LABEL = 12
_COUNTS = {"event_type": "type", "geo_precision": "place", "date_precision": "date", "year": "year"}


def lines_of(report: CheckReport, *, examples: int | None = 5, width: int = WIDTH) -> Iterator[str]:
    """Lines of a report.

    Parameters
    ----------
    report
        What there is to say.
    examples
        How many rows of a problem are shown; None shows all, each on a line of its own.
    width
        Characters in a line.
    """
    for one in report.files:
        yield one.file
        yield from _entry("format", [f"{one.format}, {one.rows} row{'' if one.rows == 1 else 's'}"], width)
        single = {ours: theirs for ours, theirs in one.labels.items() if ours not in one.made_from}
        same = [ours for ours, theirs in single.items() if ours == theirs]
        other = [f"{theirs} -> {ours}" for ours, theirs in single.items() if ours != theirs]
        yield from _entry("read", same, width)
        yield from _entry("read as", other, width)
        yield from _entry("made", [ours for ours in one.made if ours not in one.made_from], width)
        for number, (ours, theirs) in enumerate(one.made_from.items()):
            yield from _entry("" if number else "made from", [f"{ours} <- {theirs[0]}", *theirs[1:]], width)
        yield from _entry("kept as is", one.kept, width)
        yield from _entry("not kept", not_kept(one), width)
        yield ""
    yield from _entry("not given", report.missing, width, head=True)
    events = sum(report.counts["placement"].values())
    yield f"{events} event{'' if events == 1 else 's'}"
    for name, label in _COUNTS.items():
        yield from _entry(label, _shown(report.counts[name]), width)
    sums = report.account
    yield from _entry("shown", [f"on the map {sums.on_map}", f"listed {sums.listed}"], width)
    if report.names:
        yield from ("", "places found by another spelling")
        most = None if examples is None else max(examples, 10)
        for named in report.names[:most]:
            yield from _hanging(f"{named.name} = {named.place}, {named.tier}", _times(named.events), width)
        if most is not None and len(report.names) > most:
            yield f"{'':{_INDENT}}and {len(report.names) - most} more (-v shows all)"
    if report.problems:
        yield from ("", "problems")
    for problem in report.problems:
        yield from _problem(problem, examples, width)


def _shown(counts: Mapping[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in counts.items()]


def _times(count: int) -> str:
    return f"{count} event{'' if count == 1 else 's'}"


def _entry(label: str, items: Iterable[str], width: int, *, head: bool = False) -> Iterator[str]:
    """A label and a list of items beside it; nothing without items."""
    items = list(items)
    if not items:
        return
    start = "" if head else " " * _INDENT
    room = _INDENT + _LABEL
    # Items are not broken, only the list of them.
    bound = [item.replace(" ", "\u00a0") for item in items]
    lines = wrap(", ".join(bound), width - room, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        lead = f"{start}{label}" if not number else ""
        yield f"{lead:<{room}}{line}".replace("\u00a0", " ")
    if head:
        yield ""


def _hanging(text: str, tail: str, width: int) -> Iterator[str]:
    yield from wrap(f"{text}: {tail}", width, initial_indent=" " * _INDENT, subsequent_indent=" " * (_INDENT + 2))


def _problem(problem: Problem, examples: int | None, width: int) -> Iterator[str]:
    head = f"{problem.effect:<9}{problem.count:>6}  "
    room = " " * (_INDENT + len(head))
    column = f"{problem.column}: " if problem.column else ""
    yield from wrap(
        f"{column}{problem.reason}",
        width,
        initial_indent=f"{'':{_INDENT}}{head}",
        subsequent_indent=room,
        break_on_hyphens=False,
    )
    if examples is None:
        yield from (f"{room}{_full(one, problem.reason)}" for one in problem.rows)
        return
    some, more = problem.rows[:examples], problem.count - examples
    tail = f" and {more} more" if more > 0 else ""
    if all(one.reason == problem.reason for one in some):
        yield from _block("; ".join(map(_brief, some)) + tail, room, width)
        return
    for one in some:
        yield from _block(f"{_brief(one)}: {one.reason}", room, width)
    if tail:
        yield f"{room}{tail.strip()}"


def _block(text: str, room: str, width: int) -> Iterator[str]:
    yield from wrap(text, width, initial_indent=room, subsequent_indent=f"{room}  ", break_on_hyphens=False)


def _brief(one: Instance) -> str:
    where = "" if one.row is None else f"row {one.row} "
    what = _cut(one.title, 40) if one.title else repr(_cut(one.value, 30)) if one.value else ""
    return f"{where}{what}".strip()


def _full(one: Instance, reason: str) -> str:
    where = one.event_id if one.row is None else f"{one.file}: row {one.row}"
    what = f"{where}: {one.title or repr(one.value)}"
    return what if one.reason == reason else f"{what}: {one.reason}"


def _cut(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"

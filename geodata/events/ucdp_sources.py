"""Sources of UCDP GED: lines of `"office,date,headline"`, or three lists with semicolons."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..table import sources_text
from . import sourcing
from .foreign import Raw, by_value

_COLUMNS = {"title": "source_headline", "publisher": "source_office", "date": "source_date"}
_ARTICLE = re.compile(r"([^,]*),\s*(\d{4}-\d{2}-\d{2})\s*,(.*)", re.DOTALL)
# The same where it stands alone and plain, as most do: whole columns are taken apart at once.
_PLAIN = r'^"(?P<publisher>[^",\[]*),\s*(?P<date>\d{4}-\d{2}-\d{2})\s*,(?P<title>[^"\[]*)"$'
_BETWEEN = re.compile(r'"\s*;\s*"')
# What a search engine's page left in some headlines.
_MARKUP = re.compile(r"\[/?highlight[^\]]*\]")


def sources(raw: Raw) -> "pd.Series[str]":
    """Sources from the articles; where they are silent from office, date and headline."""
    articles = _of_articles(raw["source_article"])
    silent = (articles == "[]").to_numpy(dtype=bool)
    if not silent.any() or not any(name in raw for name in _COLUMNS.values()):
        return articles
    fields = {key: raw[name].where(silent, "") for key, name in _COLUMNS.items()}
    several = np.zeros(len(raw), dtype=bool)
    for column in fields.values():
        several = several | column.str.contains(";", regex=False).to_numpy(dtype=bool)
    single = sourcing.arrays([sourcing.objects(fields)])
    if several.any():
        keys = fields["title"] + "\x1f" + fields["publisher"] + "\x1f" + fields["date"]
        single = single.where(~several, by_value(keys.where(several, ""), _lists))
    return articles.where(~silent, single)


def _of_articles(cells: "pd.Series[str]") -> "pd.Series[str]":
    parts = pc.extract_regex(pa.array(cells, type=pa.large_string()), _PLAIN)
    plain = np.asarray(parts.is_valid())
    fields = {
        key: pd.Series(pc.fill_null(pc.struct_field(parts, key), ""), dtype="str")
        for key in ("title", "publisher", "date")
    }
    whole = sourcing.arrays([sourcing.objects(fields)])
    return whole.where(plain, by_value(cells.mask(plain, ""), _articles))


def _articles(cell: str) -> str:
    """`"office,date,headline";"office,date,headline"` to sources; what is written otherwise is one title each."""
    found = []
    for text in _BETWEEN.split(_MARKUP.sub("", cell).strip()):
        article = text.removeprefix('"').removesuffix('"').strip() if text.count('"') % 2 else text.strip('" ')
        parts = _ARTICLE.fullmatch(article)
        found.append(
            {"publisher": parts[1].strip(), "date": parts[2], "title": parts[3].strip()}
            if parts
            else {"title": article}
        )
    return sources_text(found)


def _lists(key: str) -> str:
    """Lists with semicolons, taken apart only where all are of one length."""
    title, publisher, date = (cell.split(";") for cell in key.split("\x1f")) if key else ([], [], [])
    if not len(title) == len(publisher) == len(date):
        return sources_text([{"title": ";".join(title), "publisher": ";".join(publisher), "date": ";".join(date)}])
    return sources_text(
        {"title": one.strip(), "publisher": other.strip(), "date": day.strip()}
        for one, other, day in zip(title, publisher, date, strict=True)
    )

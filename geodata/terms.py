"""On what terms the rows of a foreign format may be shown and passed on: `formats.toml` says it.

The extra column `format_id` of an event table names the format that a row came from. It is written with the table,
so that the terms still hold for a joined file that is read back.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

FORMAT_COLUMN = "format_id"
# What a page may hold, from free to nothing.
EMBED = ("rows", "summary", "no")


@dataclass(frozen=True)
class Terms:
    """Terms of one format's data.

    Attributes
    ----------
    format
        Its name in the registry, such as `ucdp-ged`.
    title, publisher, url
        What the data are called, who publishes them, and where.
    licence, terms_url
        Name of the licence or agreement, and its text.
    embed
        What a page may hold: "rows", "summary" (counts by unit, month and type) or "no".
    download
        Whether a page may offer the rows as a file.
    citation
        How to cite the data; `{accessed}` stands for the day of access (see `cite`).
    """

    format: str
    title: str
    publisher: str
    url: str
    licence: str
    terms_url: str
    embed: str
    download: bool
    citation: str

    def cite(self, accessed: str) -> str:
        """The citation with a day of access, as it is to be printed.

        >>> terms()["gdelt"].cite("1 May 2024")
        'The GDELT Project, https://www.gdeltproject.org/, accessed 1 May 2024'
        """
        return self.citation.replace("{accessed}", accessed)


@cache
def terms() -> Mapping[str, Terms]:
    """Terms by name of the format, in the order of the file; panj's own sheets have none."""
    tables = tomllib.loads(files(__package__).joinpath("formats.toml").read_text("utf-8"))
    return MappingProxyType({name: Terms(format=name, **table) for name, table in tables.items()})


def terms_of(table: pd.DataFrame) -> dict[str, Terms]:
    """Terms that hold for a table: those of every format that its rows come from, in the order of `terms`.

    Parameters
    ----------
    table
        Event table, with or without the column `format_id`. A name there that panj does not know has no terms; of
        names with "|" between, as a merged event has them, each counts.
    """
    if FORMAT_COLUMN not in table.columns:
        return {}
    present = {name for names in table[FORMAT_COLUMN].dropna().unique() for name in str(names).split("|")}
    return {name: one for name, one in terms().items() if name in present}

"""Sources of foreign formats as the JSON that the column `sources` holds, whole columns at once."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow.compute as pc

from ..columns import around, arrow, filled, series
from ..table import SOURCE_KEYS
from .foreign import joined_by
from .panj import listed_up, may_need_escapes

_CONTROL = r"[\x00-\x1f]+"


def objects(fields: Mapping[str, "pd.Series[str]"]) -> "pd.Series[str]":
    """One JSON object a row from columns by key; "" where all are empty. The keys stand in their fixed order."""
    parts = []
    for key in SOURCE_KEYS:
        if key in fields:
            cells = arrow(_escaped(fields[key].str.strip()))
            parts.append(around(f'"{key}": "', filled(cells), '", '))
    index = next(iter(fields.values())).index
    return series(pc.fill_null(around("{", filled(listed_up(parts)), "}"), "")).set_axis(index)


def arrays(items: Sequence["pd.Series[str]"]) -> "pd.Series[str]":
    """One JSON array a row from columns of objects."""
    return "[" + joined_by(items, ", ") + "]"


def _escaped(cells: "pd.Series[str]") -> "pd.Series[str]":
    if not may_need_escapes(arrow(cells)):
        return cells
    plain = cells.str.replace("\\", "\\\\", regex=False).str.replace('"', '\\"', regex=False)
    return plain.str.replace(_CONTROL, " ", regex=True)

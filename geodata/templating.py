"""The starter sheet: every column of one's own table, a row that explains them, example rows to overwrite."""

import csv
import io
from importlib.resources import files
from pathlib import Path

from .dates import DATE_PRECISIONS
from .errors import OutputError
from .marking import shapes
from .precision import PRECISIONS
from .table import EVENT_TYPES, FATALITIES
from .workbook_writing import workbook
from .writing import check_folder, check_free, write_whole

FORMATS = (".csv", ".xlsx")
_NUMERIC = ("lat", "lon", "radius_km", *FATALITIES)


def write_template(path: str | Path, *, force: bool = False) -> None:
    """Write a starter sheet.

    A CSV is in UTF-8 with a byte order mark, which spreadsheet programs ask for. A workbook has the same rows, a
    header that stays in sight, lists to choose from, and columns of text in which no program turns `2014-12` into
    another date.

    Parameters
    ----------
    path
        File to write, .csv or .xlsx.
    force
        Replace a file that is there.

    Raises
    ------
    OutputError
        If it is neither, is there already and `force` is not given, or cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise OutputError(
            f"found {target.suffix or 'no ending'!r} in {target.name!r}; expected {' or '.join(FORMATS)}; rename it"
        )
    check_folder(target)
    check_free([target], force=force)
    content = files(__package__).joinpath("curated").joinpath("template.csv").read_bytes()
    write_whole(target, content if target.suffix.lower() == ".csv" else _workbook(content))


def _workbook(content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    choices = {
        "event_type": EVENT_TYPES,
        "date_precision": DATE_PRECISIONS,
        "geo_precision": PRECISIONS,
        "shape": shapes(),
        **dict.fromkeys(("unverified", "graphic", "withhold"), ("yes", "no")),
    }
    return workbook(rows, numeric=_NUMERIC, choices=choices, title="Events")

"""The starter sheet: every column of one's own table, with example rows to overwrite."""

from importlib.resources import files
from pathlib import Path

from .writing import write_whole


def write_template(path: str | Path) -> None:
    """Write a starter sheet, a CSV in UTF-8 with a byte order mark, which spreadsheet programs ask for.

    Parameters
    ----------
    path
        File to write; one that is there is replaced.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_whole(Path(path), files(__package__).joinpath("curated").joinpath("template.csv").read_bytes())

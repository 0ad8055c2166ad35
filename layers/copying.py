"""The notebooks that come with panj, copied out of the package."""

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ..geodata.errors import UnknownNameError
from ..geodata.writing import check_folder, check_free, write_whole

_ENDING = ".ipynb"


def notebook_names() -> tuple[str, ...]:
    """Names of the notebooks, without their ending.

    >>> notebook_names()
    ('quickstart', 'the_article')
    """
    return tuple(sorted(_shipped()))


def copy_notebooks(names: Sequence[str] = (), folder: str | Path = ".", *, force: bool = False) -> list[Path]:
    """Copy notebooks out of the package, each whole; if one cannot be written, none before it is touched.

    Parameters
    ----------
    names
        Names of notebooks, with or without `.ipynb`; none means all.
    folder
        Where they go; it must be there.
    force
        Replace files that are there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    UnknownNameError
        If there is no such notebook.
    OutputError
        If a file is there already and `force` is not given, or if the folder cannot be written to.
    """
    shipped = _shipped()
    wanted = list(dict.fromkeys(name.removesuffix(_ENDING) for name in names)) or sorted(shipped)
    for name in wanted:
        if name not in shipped:
            raise UnknownNameError("notebook", name, sorted(shipped))
    targets = {name: Path(folder) / f"{name}{_ENDING}" for name in wanted}
    for target in targets.values():
        check_folder(target)
    check_free(targets.values(), force=force)
    for name, target in targets.items():
        write_whole(target, shipped[name].read_bytes())
    return list(targets.values())


def _shipped() -> dict[str, Traversable]:
    folder = files(f"{__package__.rpartition('.')[0]}.notebooks")
    return {path.name.removesuffix(_ENDING): path for path in folder.iterdir() if path.name.endswith(_ENDING)}

"""Every benchmark beside its peer, in one run: prints a table and writes benchmarks/results.json.

    python benchmarks/run.py [--rows N] [--repeats N] [--only NAME]

Each module named in `MODULES` has `measure(rows, repeats) -> list[Result]`; one that is not there is left out, and
said.
"""

import argparse
import importlib
import importlib.metadata
import os
import platform
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from result import Result, dumps  # noqa: E402 - the folder is no package; its modules are found beside this one

MODULES = ("join", "reading", "streaming", "cluster", "page")
LIBRARIES = (
    "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyarrow", "numba", "sedonadb", "dask", "distributed",
)  # fmt: skip


def machine() -> dict[str, Any]:
    """Facts that a reader of the figures needs: cores, Python, versions of the libraries."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": versions,
    }


def line(result: Result) -> str:
    """One line of the printed table."""
    ours, peer = ("-" if one is None else f"{one:.3f}" for one in (result.ours_s, result.peer_s))
    ratio = "-" if result.ratio is None else f"{result.ratio:.2f}"
    verdict = {True: "met", False: "NOT MET", None: ""}[result.met]
    figures = f"{result.rows:>10,} {ours:>9} {peer:>9} {ratio:>9}  {result.target:>7}  {verdict:8}"
    return f"{result.name:44} {figures}{result.note}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=MODULES, action="append", help="only this module; may be given several times")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    print(f"{'what':44} {'rows':>10} {'ours s':>9} {'peer s':>9} {'ratio':>9}  {'target':>7}")
    results: list[Result] = []
    for name in options.only or MODULES:
        if not (HERE / f"{name}.py").is_file():
            print(f"{name}: left out, there is no benchmarks/{name}.py", file=sys.stderr)
            continue
        for result in importlib.import_module(name).measure(options.rows, options.repeats):
            print(line(result), flush=True)
            results.append(result)
    options.output.write_text(dumps(results, machine()), encoding="utf-8")
    print(f"{options.output.name} written", file=sys.stderr)


if __name__ == "__main__":
    main()

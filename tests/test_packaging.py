"""The house: packages, links, imports, and what importing costs."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_packages_are_the_folders():
    found = {"panj.notebooks"}
    for top in ("cli", "geodata", "layers"):
        for init in (ROOT / top).rglob("__init__.py"):
            found.add("panj." + ".".join(init.parent.relative_to(ROOT).parts))
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


@pytest.mark.parametrize("name", ["cli", "geodata", "layers"])
def test_links_for_type_checkers(name):
    link = ROOT / ".links" / "panj" / name
    assert link.is_symlink()
    assert link.resolve() == ROOT / name
    assert (ROOT / name / "py.typed").exists()


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    return json.loads(done.stdout)


def test_help_imports_nothing_heavy():
    loaded = run(
        "import sys, json, io, contextlib\n"
        "from panj.cli.main import panj\n"
        "with contextlib.redirect_stdout(io.StringIO()): panj.main(['--help'], standalone_mode=False)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    assert not {"pandas", "geopandas", "folium", "rasterio", "numpy", "shapely", "scipy"} & set(loaded)


@pytest.mark.slow
def test_library_does_not_import_click_or_upwards():
    loaded = run("import sys, json, panj.geodata.joining, panj.geodata.reading\nprint(json.dumps(sorted(sys.modules)))")
    assert "click" not in loaded
    assert not [name for name in loaded if name.startswith(("panj.layers", "panj.cli"))]
    loaded = run("import sys, json, panj.layers.bordermap\nprint(json.dumps(sorted(sys.modules)))")
    assert not [name for name in loaded if name.startswith("panj.cli")]


def test_public_names_are_there():
    import panj.geodata
    import panj.layers

    for module in (panj.geodata, panj.layers):
        for name in module.__all__:
            assert callable(getattr(module, name)) or getattr(module, name) is not None


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "cli").glob("*.py"))
    + sorted((ROOT / "geodata").rglob("*.py"))
    + sorted((ROOT / "layers").glob("*.py")),
    ids=lambda p: p.name,
)
def test_product_never_leans_on_its_neighbour(path):
    assert "../shared" not in path.read_text("utf-8")

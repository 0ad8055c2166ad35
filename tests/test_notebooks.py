"""The notebooks: in clean form, executed as they stand, copied out of the package and of a wheel."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from panj.cli.main import panj as cli
from panj.geodata import join, load
from panj.geodata.errors import OutputError, UnknownNameError
from panj.layers.copying import copy_notebooks, notebook_names

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))

# Put before the first cell: whatever reaches for another machine fails.
NO_NETWORK = """
import socket

def refuse(self, address, _connect=socket.socket.connect):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a notebook asked for {address}")
    return _connect(self, address)

socket.socket.connect = refuse
"""


def test_which_there_are():
    assert {"quickstart", "the_article"} == set(NAMES) == set(notebook_names())


@pytest.mark.parametrize("name", NAMES)
def test_they_are_kept_clean(name):
    text = (FOLDER / f"{name}.ipynb").read_text("utf-8")
    notebook = nbformat.from_dict(json.loads(text))
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", one) for one in ids), "ids that say what the cell is, not random ones"
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n" == text


def test_quickstart_has_ten_cells():
    assert len(json.loads((FOLDER / "quickstart.ipynb").read_text("utf-8"))["cells"]) == 10


def test_the_article_types_no_figures():
    cells = json.loads((FOLDER / "the_article.ipynb").read_text("utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    # The year in which it begins and the distances that it looks within are choices, not figures.
    assert set(re.findall(r"\d+", prose)) <= {"2012", "20", "50"}


def execute(name, folder, monkeypatch):
    """Run a notebook in the interpreter that runs the tests, in a folder of its own."""
    from ipykernel.kernelspec import write_kernel_spec
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    for variable in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(variable, str(folder / ".jupyter"))
    work = folder / "work"
    work.mkdir()
    write_kernel_spec(folder / "kernels" / "tests")
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")])
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(NO_NETWORK))
    kernel = AsyncKernelManager(kernel_name="tests", kernel_spec_manager=specs)
    NotebookClient(notebook, km=kernel, timeout=300, resources={"metadata": {"path": str(work)}}).execute()
    notebook.cells.pop(0)
    return notebook, work


def outputs(notebook):
    """Outputs by the id of their cell, after a look at what must never be among them."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            assert output.get("name") != "stderr", output.text
            found[cell.id] = output.get("data", {"text/plain": output.get("text")})
    return found


def check_map(data, words):
    assert data["text/plain"] == words
    html = data["text/html"]
    assert html.count("<iframe ") == 1
    assert 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"' in html
    assert "panj-data" in html.partition('srcdoc="')[2]
    assert '<img src="data:image/webp;base64,UklGR' in html
    assert len(html) < 2_500_000


@pytest.mark.slow
def test_quickstart_runs(tmp_path, monkeypatch):
    notebook, folder = execute("quickstart", tmp_path, monkeypatch)
    found = outputs(notebook)
    assert found["read"]["text/plain"] == "<EventTable: 5 events, 1 rejected>"
    assert "2021-13-40" in found["rejected"]["text/plain"]
    check_map(found["look"], "<BorderMap: 5 events, %d layers, en>" % layer_count())
    check_map(found["filtered-map"], "<BorderMap: 2 events, %d layers, ru>" % (layer_count() - 2))
    assert "height:420px" in found["filtered-map"]["text/html"]
    assert sorted(path.name for path in folder.iterdir()) == ["quickstart.csv", "quickstart.geojson", "quickstart.html"]
    assert len(json.loads((folder / "quickstart.geojson").read_text("utf-8"))["features"]) == 5


def layer_count():
    from panj.layers import available

    return len(available())


@pytest.mark.slow
def test_the_article_runs_and_its_figures_are_those_of_the_table(tmp_path, monkeypatch):
    notebook, folder = execute("the_article", tmp_path, monkeypatch)
    found = outputs(notebook)
    events = join(load("chronicle"))
    events = events[events["date_start"] >= "2012-01-01"]
    check_map(found["map"], f"<BorderMap: {len(events)} events, {layer_count()} layers, en>")
    lead = found["lead"]["text/markdown"]
    assert f"**{len(events)} events**" in lead
    assert f"{(events['border_side'] == 'TJ').sum()} on the Tajik side" in lead
    assert f"{(events['border_side'] == 'AF').sum()} on the Afghan side" in lead
    measured = events["border_band"].notna().sum()
    assert f"{measured} events of {len(events)} can be measured" in found["distance-words"]["text/markdown"]
    disasters = events[events["event_type"] == "disaster"]
    least = int(disasters["fatalities_low"].sum())
    assert f"natural disasters: {least:,} to " in found["deaths-words"]["text/markdown"]
    for figure in ("years", "line"):
        assert found[figure]["image/png"]
    assert "Asia-Plus" in found["sources"]["text/plain"]
    assert "OpenStreetMap" in found["licences"]["text/markdown"]
    assert list(folder.iterdir()) == []


def test_copies_are_the_same_bytes(tmp_path):
    written = copy_notebooks(folder=tmp_path)
    assert [path.stem for path in written] == list(notebook_names())
    for path in written:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in written)


def test_a_file_that_is_there_is_kept_and_nothing_else_written(tmp_path):
    mine = tmp_path / "the_article.ipynb"
    mine.write_text("my work", "utf-8")
    with pytest.raises(OutputError, match=r"the_article\.ipynb already there.*--force"):
        copy_notebooks(folder=tmp_path)
    assert mine.read_text("utf-8") == "my work"
    assert list(tmp_path.iterdir()) == [mine]
    copy_notebooks(["the_article.ipynb"], tmp_path, force=True)
    assert mine.read_bytes() == (FOLDER / mine.name).read_bytes()


def test_what_cannot_be_copied(tmp_path):
    with pytest.raises(UnknownNameError, match="quickstart, the_article"):
        copy_notebooks(["slowstart"], tmp_path)
    with pytest.raises(OutputError, match="no folder"):
        copy_notebooks(folder=tmp_path / "none")


def test_command(tmp_path):
    run = CliRunner().invoke(cli, ["notebook", "--list"])
    assert run.stdout.split() == list(notebook_names())
    run = CliRunner().invoke(cli, ["notebook", "quickstart", "-o", str(tmp_path)])
    assert run.exit_code == 0
    assert run.stdout.strip() == str(tmp_path / "quickstart.ipynb")
    run = CliRunner().invoke(cli, ["notebook", "quickstart", "-o", str(tmp_path)])
    assert isinstance(run.exception, OutputError)
    assert CliRunner().invoke(cli, ["notebook", "quickstart", "-o", str(tmp_path), "--force"]).exit_code == 0


@pytest.mark.slow
def test_a_wheel_holds_them_and_gives_them_out(tmp_path):
    source, site = tmp_path / "source", tmp_path / "site"
    for name in ("cli", "geodata", "layers", "notebooks"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "DATA-LICENSES.md"):
        shutil.copy(ROOT / name, source / name)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(tmp_path)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=source, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if name.startswith("panj/notebooks/")}
        assert {f"panj/notebooks/{name}.ipynb" for name in NAMES} <= inside
        archive.extractall(site)
    # The unpacked wheel alone, not this folder: its place comes first and nothing editable is consulted.
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "sys.meta_path[:] = [one for one in sys.meta_path if 'editable' not in repr(one).lower()]\n"
        "import panj.layers.copying as copying\n"
        f"assert copying.__file__.startswith({str(site)!r}), copying.__file__\n"
        f"copying.copy_notebooks(folder={str(tmp_path)!r})"
    )
    # What runs there is a copy: measured, it would count as code without tests.
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, env=unmeasured)
    for name in NAMES:
        assert (tmp_path / f"{name}.ipynb").read_bytes() == (FOLDER / f"{name}.ipynb").read_bytes()

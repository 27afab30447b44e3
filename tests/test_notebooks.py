"""The notebooks run from top to bottom, and are stored as a reader should meet them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A notebook as it is stored."""
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")  # Jupyter warns where it has to guess
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))  # no history, no start-up files of the user's
    import nbformat

    found = nbformat.read(request.param, as_version=4)
    nbformat.validate(found)
    return found


def test_notebooks_exist() -> None:
    """Were the directory empty, the other tests would hold of nothing."""
    assert NOTEBOOKS


def test_runs(notebook: Any, demo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs on the demo dataset, in a fresh kernel, without a word on standard error; five of them draw."""
    from nbclient import NotebookClient

    monkeypatch.setenv("DEMO_DATA_DIR", str(demo_dir))
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    assert sum("vegaEmbed" in output.get("data", {}).get("text/html", "") for output in outputs) == 5


def test_finds_the_dataset(notebook: Any, demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `DEMO_DATA_DIR` the dataset is `data/demo` of the directory at hand or of one above it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").symlink_to(demo_dir)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DEMO_DATA_DIR", raising=False)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    names: dict[str, Any] = {}
    exec(compile(first, "cell", "exec"), names)
    assert names["demo"].path == tmp_path / "data" / "demo"


def test_stored_bare(notebook: Any) -> None:
    """Without outputs, so that changes can be read; for the kernel that every environment has."""
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert [cell.execution_count for cell in code] == [None] * len(code)


def test_prose_first(notebook: Any) -> None:
    """A sentence stands before every cell."""
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["markdown", "code"] * (len(kinds) // 2)

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_data.common.import_graph import imported_files

FILES = {
    "graphed/__init__.py": "",
    "graphed/start.py": "import json\nfrom graphed import plain\nfrom graphed.within import deep\n",
    "graphed/plain.py": """
from typing import TYPE_CHECKING
from . import sibling
from .within.face import name

if TYPE_CHECKING:
    from graphed import types_only
else:
    import graphed.otherwise


def later():
    try:
        from graphed.lazy import thing
    except ImportError:
        import graphed.instead
""",
    "graphed/sibling.py": "import graphed.start\n",
    "graphed/types_only.py": "x = 1\n",
    "graphed/otherwise.py": "x = 1\n",
    "graphed/lazy.py": "thing = 1\n",
    "graphed/instead.py": "x = 1\n",
    "graphed/unused.py": "x = 1\n",
    "graphed/within/__init__.py": "from graphed.within import own\n",
    "graphed/within/own.py": "x = 1\n",
    "graphed/within/deep.py": "x = 1\n",
    "graphed/within/face.py": "name = 1\n",
}
NEVER = {"graphed/__init__.py", "graphed/types_only.py", "graphed/unused.py"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "graphed"]:
        del sys.modules[name]


def found(root: Path, *modules: str, faces: tuple[str, ...] = ()) -> set[str]:
    return {path.relative_to(root).as_posix() for path in imported_files(modules, root.resolve(), faces=faces)}


def test_at_any_depth(root: Path) -> None:
    """Relative imports, those of packages above, and those within functions count; types' and empty files do not."""
    assert found(root, "graphed.start") == FILES.keys() - NEVER


def test_faces_are_not_followed(root: Path) -> None:
    """A package that only offers names brings nothing with it."""
    assert found(root, "graphed.within.deep", faces=("graphed.within",)) == {"graphed/within/deep.py"}
    assert "graphed/within/own.py" in found(root, "graphed.within.deep")


def test_other_roots(root: Path) -> None:
    """What lies elsewhere is not the project's, and is not followed."""
    within = root.resolve() / "graphed" / "within"

    assert imported_files(["graphed.start"], within) == set()
    assert imported_files(["graphed.within.deep"], within) == {
        within / f"{name}.py" for name in ("__init__", "own", "deep")
    }

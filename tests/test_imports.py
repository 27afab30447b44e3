"""What an import costs: faces load no library, and their names come when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import demo_data
import demo_data.compare
import demo_data.objects
import demo_data.validation
from tests.running import environment

HEAVY = ("numpy", "pyarrow", "polars", "pydantic", "faker", "polyfactory", "yaml", "pytest", "dvc", "rich", "duckdb")
FACES = [demo_data, demo_data.validation, demo_data.compare, demo_data.objects]
OFFERED = [(face, name) for face in FACES for name in vars(face)["__all__"]]


def loaded(statement: str, modules: tuple[str, ...] = HEAVY) -> list[str]:
    """Which of the modules a fresh process has loaded after a statement."""
    script = f"import sys; {statement}; print(*(name for name in {modules} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("face", [face.__name__ for face in FACES])
def test_faces_are_light(face: str) -> None:
    """Importing a face loads no library, Faker among them, and no domain."""
    assert loaded(f"import {face}", (*HEAVY, "demo_data.domain", "demo_data.tea")) == []


def test_models_are_light() -> None:
    """The models need Pydantic, and nothing that computes."""
    assert loaded("import demo_data.models") == ["pydantic"]


def test_the_provider_is_light() -> None:
    """KenyaProvider needs none of the libraries."""
    assert loaded("from demo_data import KenyaProvider; KenyaProvider.name()") == []


def test_going_on_is_light(tmp_path: Path) -> None:
    """A build imports no pandas, which Arrow would; taking a dataset of Parquet alone on needs no Polars either."""

    def run(*arguments: object) -> list[str]:
        given = [*map(str, arguments), "--quiet"]
        return loaded(f"from demo_data.cli import main; main({given})", ("pyarrow", "pandas", "polars", "yaml"))

    assert "pandas" not in run("build", "minimal", "--no-json", "--out", tmp_path)
    assert run("advance", tmp_path, "--to", "2026-02-01") == ["pyarrow"]


@pytest.mark.parametrize(("face", "name"), OFFERED, ids=[f"{face.__name__}.{name}" for face, name in OFFERED])
def test_every_name_is_there(face: object, name: str) -> None:
    """Each name that a face offers can be imported, and is listed."""
    assert getattr(face, name) is not None
    assert name in dir(face)


def test_faces_offer() -> None:
    """What is read from a face's source is what it states there."""
    assert {"FarmerFactory", "open_snapshot"} <= set(vars(demo_data)["__all__"])
    assert {"Finding", "Report", "validate"} <= set(vars(demo_data.validation)["__all__"])


def test_unknown_names() -> None:
    """A name that is not there is an AttributeError like any module's."""
    with pytest.raises(AttributeError, match="module 'demo_data' has no attribute 'FarmFactory'"):
        demo_data.FarmFactory  # type: ignore[attr-defined]  # noqa: B018 (the access is what is tested)


def test_star_import() -> None:
    """`from demo_data import *` gives every name."""
    names: dict[str, object] = {}
    exec("from demo_data import *", names)

    assert set(vars(demo_data)["__all__"]) <= set(names)


def test_without_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a face's source is not at hand, that is said."""
    from demo_data.common import lazy

    monkeypatch.setattr(demo_data, "__file__", "demo_data/__init__.pyc")
    with pytest.raises(ImportError, match=r"demo_data is read from its source, and .*__init__.pyc is none"):
        lazy.face("demo_data")

"""What an import costs: `import pipeline` loads no library, and names come when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.running import environment

HEAVY = ("numpy", "pyarrow", "polars", "pydantic", "faker", "polyfactory", "yaml", "pytest", "dvc", "rich", "duckdb")


def loaded(statement: str) -> list[str]:
    """The libraries that a fresh process has loaded after a statement."""
    script = f"import sys; {statement}; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_import_is_light() -> None:
    """`import pipeline` loads none of the libraries, Faker among them."""
    assert loaded("import pipeline") == []


def test_the_provider_is_light() -> None:
    """KenyaProvider needs none of them either."""
    assert loaded("from demo_data import KenyaProvider; KenyaProvider.name()") == []


@pytest.mark.parametrize("name", demo_data.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each name that `pipeline` offers can be imported, and is listed."""
    assert getattr(demo_data, name).__name__ == name
    assert name in dir(demo_data)


def test_unknown_names() -> None:
    """A name that is not there is an AttributeError like any module's."""
    with pytest.raises(AttributeError, match="module 'demo_data' has no attribute 'FarmFactory'"):
        demo_data.FarmFactory  # type: ignore[attr-defined]  # noqa: B018 (the access is what is tested)


def test_star_import() -> None:
    """`from demo_data import *` gives every name."""
    names: dict[str, object] = {}
    exec("from demo_data import *", names)

    assert set(demo_data.__all__) <= set(names)

"""What is generated is current: `make generated` renews it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, README


def maker(name: str) -> dict[str, object]:
    """The names of a script of docs/."""
    return runpy.run_path(str(DOCS / f"{name}.py"))


@pytest.mark.parametrize("page", [README, DOCS / "datasets.md"], ids=lambda page: page.name)
def test_samples_are_current(page: Path, demo_dir: Path) -> None:
    """What `show` prints, the table of tables and the records are the demo dataset's."""
    text = page.read_text(encoding="utf-8")
    assert maker("make_samples")["filled"](text, demo_dir) == text  # type: ignore[operator]
    assert "<!-- farmer:start -->" in text


def test_every_sample_is_shown() -> None:
    """A sample that no page shows is made for nobody, and a page with samples is among those that are filled in."""
    made = maker("make_samples")
    shown = [page for page in (README, *DOCS.rglob("*.md")) if ":start -->" in page.read_text(encoding="utf-8")]
    assert set(shown) == set(made["PAGES"])  # type: ignore[call-overload]
    text = "".join(page.read_text(encoding="utf-8") for page in shown)
    assert all(f"<!-- {name}:start -->" in text for name in made["SAMPLES"])  # type: ignore[attr-defined]


def test_tables_are_current() -> None:
    """docs/tables.md is what the models and recipes say."""
    assert maker("make_tables")["reference"]() == (DOCS / "tables.md").read_text(encoding="utf-8")  # type: ignore[operator]


def test_api_is_current() -> None:
    """There is a page for each module that others may import, with all names that it offers."""
    made: dict[str, str] = maker("make_api")["pages"]()  # type: ignore[operator]
    assert {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "api").iterdir()} == made


def test_decisions_are_current() -> None:
    """The index has every decision, under its title."""
    page = DOCS / "decisions" / "index.md"
    assert maker("make_decisions")["index"]() == page.read_text(encoding="utf-8")  # type: ignore[operator]

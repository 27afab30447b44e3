"""A comparison as Markdown, for a pull request: nothing in it is markup but what is meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_data.compare.markdown import LONGEST, escaped, markdown
from demo_data.compare.result import Difference, Example, Field, Origin, Table
from tests.running import called


def test_markdown(demo_dir: Path, edited_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown has a heading, a table of all tables, and folded details, in which values show as they stand."""
    _, out, _ = called(capsys, "snapshot", "diff", demo_dir, edited_dir, "--format", "markdown")

    assert out.startswith("### demo ")
    assert "\n| farmers | 50 -> 49 |  | 1 | 1 |  |\n" in out
    assert "\n<details><summary>farmers</summary>\n\n" in out
    assert out.count("<details>") == out.count("</details>") == 2
    assert r" -> x\|y\\n\`&lt;b>\` |" in out
    assert well_formed(out)


def well_formed(found: str) -> bool:
    """Whether each table's lines have as many cells as its head, and folds are closed."""
    cells = 0
    for line in found.splitlines():
        if not line.startswith("|"):
            cells = 0
            continue
        here = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        if cells and here != cells:
            return False
        cells = here
    return found.count("<details>") == found.count("</details>")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_escaping(value: str) -> None:
    """Whatever a value is, a cell stays one cell in one line, without HTML, code, links or mentions."""
    found = escaped(value)

    assert len(found.splitlines()) <= 1
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*\[\]]", found)
    assert "<" not in found
    assert not re.search(r"@(?!&#8203;)|#(?!8203;|&#8203;)", found)
    assert not re.match(r"[-+=>]|\d+[.)]", found)


def enormous(tables: int) -> Difference:
    """A comparison that has more to tell than a comment may be long."""
    fields = tuple(Field(f"field_{number}" + "x" * 300, 5) for number in range(30))
    examples = tuple(Example({"id": "|" * 500}, field.path, "<" * 300, ">" * 300) for field in fields)
    return Difference(
        Origin("old"),
        Origin("new"),
        (),
        {
            f"t{n}": Table(f"t{n}", "changed", ("id",), 9, 9, 0, 0, 5, 4, fields=fields, examples=examples)
            for n in range(tables)
        },
    )


@pytest.mark.parametrize("tables", [1, 3, 20, 5000])
def test_markdown_is_cut(tables: int) -> None:
    """Markdown that would be too long for a comment is cut between whole folds, and says so."""
    found = markdown(enormous(tables))

    assert len(found) <= LONGEST
    assert ("*Cut here" in found) == (tables > 3)
    assert well_formed(found)


def test_markdown_of_seeds(seeds: Difference) -> None:
    """All of `demo` with two seeds has room."""
    found = markdown(seeds)

    assert "*Cut here" not in found
    assert found.count("<details>") == 6
    assert well_formed(found)

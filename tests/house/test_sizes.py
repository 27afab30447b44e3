"""Files stay small enough to be read at a sitting."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from tests.running import ROOT

MOST = 300


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("room", ["pipeline", "tests", "benchmarks"])
def test_no_file_is_long(room: str) -> None:
    """No Python file has more lines than these."""
    found = {path.relative_to(ROOT).as_posix(): lines(path) for path in (ROOT / room).rglob("*.py")}

    assert {name: length for name, length in found.items() if length > MOST} == {}


def test_files_are_small() -> None:
    """Most modules of the package are far smaller, and few are so small that they hide what they do."""
    found = [lines(path) for path in (ROOT / "pipeline").rglob("*.py") if path.stat().st_size]

    assert 60 <= median(found) <= 120

"""Datasets that go on, in parts so small that a demo has many."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from demo_data.advance import advance
from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import contents

BORN = date(2026, 1, 31)
GROWING = ("farmers.joining=90", "farmers.count=60")
LARGE_EVENTS = 120
"""Rows per part, so that documents lie in files by month, some of them of several ranges, and farmers in one."""


def built(out: Path, as_of: date, *, profile: str = "demo", changes: tuple[str, ...] = GROWING, **options: Any) -> Path:
    build(load_profile(profile, as_of=as_of, changes=changes), out, finish=finish, **options)
    return out


def go(folder: Path, to: date, **options: Any) -> Any:
    return advance(folder, to, DOMAIN, finish=finish, **options)


def assert_same(folder: Path, other: Path) -> None:
    ours, theirs = contents(folder), contents(other)
    assert sorted(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)) == []

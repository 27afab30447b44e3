"""What docs/scale.md shows of object storage is run, on a small profile."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from demo_data import open_snapshot
from demo_data.cli import main
from demo_data.storage.connection import PREFIXES
from demo_data.storage.wording import KEYS
from tests.docs.pages import DOCS, Fence, fences
from tests.storage.endpoint import Endpoint

PAGE = DOCS / "scale.md"


def fence(info: str) -> str:
    """The block that tells of URLs alone."""
    (found,) = (each.text for each in fences(PAGE) if each.info == info and "s3://tea" in each.text)
    return found.replace("kenya", "minimal")


def test_commands(s3: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    """The commands do what they say, and the snippet opens what they have made."""
    for command in Fence("sh", fence("sh")).commands:
        assert (command, main(shlex.split(command)[1:])) == (command, 0)
    assert capsys.readouterr().out

    names: dict[str, object] = {}
    exec(compile(fence("python"), str(PAGE), "exec"), names)
    assert names["minimal"] == open_snapshot("s3://tea/minimal/2026-01")
    assert sorted(path.name for path in (s3.bucket / "minimal").iterdir()) == ["2026-01", "2026-02"]


def test_variables() -> None:
    """The page names every variable that messages name, and those of each kind of storage."""
    page = Path(PAGE).read_text(encoding="utf-8")
    for kind, keys in KEYS.items():
        for name in keys.split(" and "):
            assert name.startswith(PREFIXES[kind])
            assert f"`{name}`" in page

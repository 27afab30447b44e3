from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from demo_data.dataset.atomic.swap import exchange


def test_places_change(tmp_path: Path) -> None:
    """Two directories change places, with all that is in them."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name)

    assert exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "b").read_text() == "b"
    assert (tmp_path / "b" / "a").read_text() == "a"


def test_nothing_to_exchange(tmp_path: Path) -> None:
    """Where one is missing, nothing changes."""
    (tmp_path / "a").mkdir()

    assert not exchange(tmp_path / "a", tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_no_such_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no such function, the answer is no."""
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())

    assert not exchange(tmp_path, tmp_path)

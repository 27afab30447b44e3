"""A dataset that goes on."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.advance.going import LARGE_EVENTS, built


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", LARGE_EVENTS)


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As of 20 January, before the world is born."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", LARGE_EVENTS)
        return built(tmp_path_factory.mktemp("data") / "demo", date(2026, 1, 20))


@pytest.fixture
def old(january: Path, tmp_path: Path) -> Path:
    """A copy of it, which may be changed."""
    shutil.copytree(january, tmp_path / "place" / "demo")
    return tmp_path / "place" / "demo"

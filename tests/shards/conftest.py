"""One dataset that was built directly, and one that only lacks its seal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.running import contents
from tests.shards.sharded import ROWS, directly, made


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)


@pytest.fixture(scope="session")
def direct(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What lies in the dataset that one build makes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
        return contents(directly(tmp_path_factory.mktemp("data") / "demo"))


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
        return made(tmp_path_factory.mktemp("data") / "demo", 4)


@pytest.fixture
def unsealed(four: Path, tmp_path: Path) -> Path:
    """All four shards, which may be changed."""
    shutil.copytree(four, tmp_path / "demo")
    return tmp_path / "demo"

"""Servers to load into: real ones, over a real socket. Each test has database names of its own."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from demo_data.domain import Domain
from demo_data.validation.report import Report
from tests.export.mongodb.serving import Databases, serving
from tests.export.mongodb.stories import MODES, Story, source

GIVEN = "DEMO_DATA_TEST_MONGODB_URI"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without transactions; or the one that the environment names."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    with serving(tmp_path_factory.mktemp("alone"), "--standalone") as found:
        yield found


@pytest.fixture(scope="session")
def replica_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that is a replica set of one, so that it has transactions."""
    if given := os.environ.get(GIVEN):
        with MongoClient[dict[str, Any]](given) as client:
            if "setName" in client.admin.command("hello"):
                yield given
                return
    with serving(tmp_path_factory.mktemp("set")) as found:
        yield found


@pytest.fixture
def there(uri: str) -> Iterator[Databases]:
    """Databases of this test's own, on the server without transactions."""
    with Databases(uri, f"t{os.getpid()}-{next(_numbers)}") as found:
        yield found


@pytest.fixture
def replica(replica_uri: str) -> Iterator[Databases]:
    """Databases of this test's own, on the server with transactions."""
    with Databases(replica_uri, f"t{os.getpid()}-{next(_numbers)}") as found:
        yield found


@pytest.fixture
def seed(minimal_dir: Path, tmp_path: Path) -> Path:
    """The `minimal` dataset as somebody's own directory of JSON files, to be changed at will."""
    return Path(shutil.copytree(minimal_dir / "json", tmp_path / "seed"))


@pytest.fixture
def no_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the server offers, nothing is loaded in a transaction."""
    monkeypatch.setattr("demo_data.export.mongodb.plan.IN_ONE_TRANSACTION", 0)


@pytest.fixture(scope="session")
def sources(minimal_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three directories that overlap: the first is there, the second is killed, the third comes instead of it."""
    folder = tmp_path_factory.mktemp("sources")
    return {
        "first": source(folder / "first", minimal_dir, "one", slice(0, 6), slice(0, 2)),
        "second": source(folder / "second", minimal_dir, "two", slice(3, 12), slice(1, 3)),
        "third": source(folder / "third", minimal_dir, "three", slice(5, 9), slice(0, 1)),
    }


@pytest.fixture(params=list(MODES))
def story(request: pytest.FixtureRequest, sources: dict[str, Path]) -> Story:
    """A story for each mode."""
    return Story(request.param, request, sources)


@pytest.fixture
def as_if_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads pass over the checks of JSON files, which others test, and which take the longest."""

    def counted(folder: Path, domain: Domain) -> Report:
        files = folder.glob("*.json")
        return Report(str(folder), {path.stem: len(json.loads(path.read_text(encoding="utf-8"))) for path in files})

    monkeypatch.setattr("demo_data.export.mongodb.run.validate", counted)

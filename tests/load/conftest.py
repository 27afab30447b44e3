"""Servers to load into: real ones, over a real socket. Each test has database names of its own."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from tests.load.serving import Databases, serving

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
        with MongoClient(given) as client:
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
    monkeypatch.setattr("pipeline.load.modes.IN_ONE_TRANSACTION", 0)

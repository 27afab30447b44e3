"""Servers to load into: real ones, over a real socket. Each test has database names of its own."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from demo_data.build import build
from demo_data.domain import Domain
from demo_data.export.mongodb import load
from demo_data.profile import load_profile
from demo_data.validation.report import Report
from demo_data.versions.write import finish
from tests.export.mongodb.feeds import between, feed
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


@pytest.fixture(scope="session")
def days(minimal_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two datasets, as JSON: `minimal`, and another world, so that records come, change and go."""
    out = tmp_path_factory.mktemp("other") / "minimal"
    changes = ["days=60", "farmers.count=4", "seed=7"]
    build(load_profile("minimal", as_of=date(2026, 2, 20), changes=changes), out, finish=finish)
    return minimal_dir / "json", out / "json"


@pytest.fixture(scope="session")
def step(days: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed from the one to the other."""
    old, new = days
    return feed(tmp_path_factory.mktemp("feeds") / "step", between(old, new))


@pytest.fixture(params=["transaction", pytest.param("journal", marks=pytest.mark.full)])
def server(request: pytest.FixtureRequest) -> Any:
    """A server for each way of writing."""
    return request.getfixturevalue({"journal": "there", "transaction": "replica"}[request.param])


@pytest.fixture
def held(server: Databases, days: tuple[Path, Path], as_if_checked: None) -> Databases:
    """A server that holds the old dataset."""
    load(days[0], server.uri, suffix=server.suffix)
    return server


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


@pytest.fixture(scope="session")
def fed(sources: dict[str, Path], minimal_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same, but that the second is a feed, which leads from the first to records that are other, new and gone."""
    folder = tmp_path_factory.mktemp("fed")
    other = source(folder / "other", minimal_dir, "two", slice(3, 12), slice(1, 3))
    return sources | {"second": feed(folder / "second", between(sources["first"], other))}


@pytest.fixture(params=["merge", "transaction"])
def fed_story(request: pytest.FixtureRequest, fed: dict[str, Path]) -> Story:
    """A story with a feed for each mode."""
    return Story(request.param, request, fed)

"""The pytest plugin: a test names a snapshot and gets it, and the Polyfactory classes are seeded for each test.

    @pytest.mark.snapshot("demo@v1.0.0")
    def test_ranking(snapshot, farmer_factory): ...

Loaded by every run of pytest, so what is heavy comes when a test asks for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import pipeline

if TYPE_CHECKING:
    from pipeline.factories.registry import FKRegistry
    from pipeline.snapshot.opened import Snapshot

MARK = "snapshot(name, *, repo=None): the snapshot of the fixture `snapshot`: a version (demo@v1.0.0) or a directory"
HOW_TO_NAME = (
    'name a snapshot: @pytest.mark.snapshot("demo@v1.0.0") at the test, or demo_data_snapshot = "demo@v1.0.0" '
    "in pytest's configuration"
)
HOW_TO_FETCH = "or run pytest with --demo-data-fetch"
HOW_TO_NAME_A_REPOSITORY = (
    'versions are looked up in {repo}; another repository is named by demo_data_repo = "URL or path" in pytest\'s '
    "configuration, or by the mark's repo=..."
)


@dataclass(frozen=True)
class Wanted:
    """The snapshot that a test asks for: a version or a directory, and the version's repository."""

    name: str
    repo: str


_OPENED = pytest.StashKey[dict[Wanted, "Snapshot | str"]]()
"""What was opened in this session, or why it could not be."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("demo-data")
    group.addoption(
        "--demo-data-fetch", action="store_true", help="fetch snapshots that are not on this machine (needs DVC)"
    )
    parser.addini("demo_data_snapshot", "the snapshot of tests without a mark: a version (demo@v1.0.0) or a directory")
    parser.addini("demo_data_repo", "the repository of versions: a URL, or a path from the root directory", default=".")
    parser.addini("demo_data_fetch", "fetch snapshots that are not on this machine", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    config.stash[_OPENED] = {}


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """The snapshot that the closest mark names, or else the configuration; opened and verified once per session."""
    wanted = _wanted(request)
    if wanted is None:
        _fail(HOW_TO_NAME)
    opened = request.config.stash[_OPENED]
    if wanted not in opened:
        opened[wanted] = _opened(wanted, request.config)
    found = opened[wanted]
    if isinstance(found, str):
        _fail(found)
    return found


@pytest.fixture
def fk_registry(request: pytest.FixtureRequest) -> Iterator[FKRegistry]:
    """The registry of the Polyfactory classes, for this test alone: with the keys of its snapshot, if it has one.

    While it is in use, all Polyfactory classes are seeded by the test's name: the same test has the same objects,
    whatever runs before it or beside it.
    """
    import datetime

    from pipeline.factories.numbering import go_on_after
    from pipeline.factories.state import isolated_factories

    has_one = "snapshot" in request.fixturenames or request.node.get_closest_marker("snapshot")
    data: Snapshot | None = request.getfixturevalue("snapshot") if has_one else None
    as_of = datetime.date.fromisoformat(data.recipe["as_of"]) if data else None
    with isolated_factories(seed=_seed(request.node), as_of=as_of) as empty:
        registry = data.registry() if data else empty
        go_on_after(registry)
        yield registry


def _polyfactory_class(name: str) -> Callable[..., Any]:
    """A fixture that gives a Polyfactory class: `farmer_factory` gives `FarmerFactory`."""

    def given(fk_registry: FKRegistry) -> Any:
        return getattr(pipeline, name)

    given.__doc__ = f"pipeline.{name}, seeded for this test; see fk_registry."
    return pytest.fixture(name=_snake_case(name))(given)


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


for _class in (name for name in pipeline.__all__ if name.endswith("Factory")):
    globals()[_snake_case(_class)] = _polyfactory_class(_class)


def _wanted(request: pytest.FixtureRequest) -> Wanted | None:
    """What the closest mark names, or else the configuration."""
    config = request.config
    name, repo = config.getini("demo_data_snapshot"), config.getini("demo_data_repo")
    mark = request.node.get_closest_marker("snapshot")
    if mark:
        if len(mark.args) != 1 or not isinstance(mark.args[0], str | Path) or set(mark.kwargs) - {"repo"}:
            _fail(f"@pytest.mark.snapshot takes a version or a directory, and repo=...: not {mark.args} {mark.kwargs}")
        name, repo = mark.args[0], mark.kwargs.get("repo") or repo
    if not name:
        return None
    from pipeline.snapshot.pin import looks_like_a_pin

    if isinstance(name, Path) or not looks_like_a_pin(name):
        name = config.rootpath / Path(name).expanduser()
    here = config.rootpath / Path(repo).expanduser()
    return Wanted(str(name), str(here if here.exists() else repo))


def _opened(wanted: Wanted, config: pytest.Config) -> Snapshot | str:
    """The snapshot, or in words why there is none."""
    from pipeline.errors import UsageError
    from pipeline.snapshot.locate import SnapshotMissing
    from pipeline.snapshot.opened import open_snapshot

    fetch = bool(config.getoption("--demo-data-fetch") or config.getini("demo_data_fetch"))
    try:
        return open_snapshot(wanted.name, repo=wanted.repo, fetch=fetch)
    except SnapshotMissing as error:
        return "\n".join([*error.messages, HOW_TO_FETCH])
    except UsageError as error:
        ours = Path(wanted.repo) == config.rootpath and not Path(wanted.name).is_absolute()
        return "\n".join([*error.messages, *([HOW_TO_NAME_A_REPOSITORY.format(repo=wanted.repo)] if ours else ())])


def _seed(node: pytest.Item) -> int:
    """A seed that follows from the test's file, name and parameters alone."""
    above = node.parent.nodeid if node.parent else ""
    return int.from_bytes(hashlib.blake2b(f"{above}::{node.name}".encode(), digest_size=8).digest()) >> 1


def _fail(message: str) -> NoReturn:
    pytest.fail(message, pytrace=False)

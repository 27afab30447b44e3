"""The pytest plugin: a test names a snapshot and gets it, and the Polyfactory classes are seeded for each test.

    @pytest.mark.demo_snapshot("demo@v1.0.0")
    def test_ranking(demo_snapshot, farmer_factory): ...

Every run of pytest loads it where the package is installed, also in projects that know nothing of it. So it imports no
library, and of the package nothing but its light face, before a test asks for a fixture.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from demo_data.domain import Domain
    from demo_data.objects.registry import FKRegistry
    from demo_data.versions.moving import MovingWorld
    from demo_data.versions.snapshot import Snapshot

MARK = "demo_snapshot"
OWN = frozenset(("demo_snapshot", "demo_snapshots", "demo_registry", "demo_world"))
ABOUT_MARK = (
    f"{MARK}(name, *, repo=None): the snapshot of the fixture `demo_snapshot`: a pin (demo@v1.0.0) or a directory"
)
HOW_TO_NAME = (
    f'name a snapshot: @pytest.mark.{MARK}("demo@v1.0.0") at the test, or demo_data_snapshot = "demo@v1.0.0" '
    "in pytest's configuration"
)
HOW_TO_FETCH = "or run pytest with --demo-data-fetch"
HOW_TO_NAME_A_REPOSITORY = (
    'versions are looked up in {repo}; another repository is named by demo_data_repo = "URL or path" in pytest\'s '
    "configuration, or by the mark's repo=..."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("demo-data")
    group.addoption(
        "--demo-data-fetch", action="store_true", help="fetch snapshots that are not on this machine (needs DVC)"
    )
    parser.addini("demo_data_snapshot", "the snapshot of tests without a mark: a pin (demo@v1.0.0) or a directory")
    parser.addini("demo_data_repo", "the repository of versions: a URL, or a path from the root directory", default=".")
    parser.addini("demo_data_fetch", "fetch snapshots that are not on this machine", type="bool", default=False)
    parser.addini(
        "demo_data_rebuild",
        "make what no remote has by its own code, where it may be fetched",
        type="bool",
        default=True,
    )
    parser.addini("demo_data_domain", "the domain, as package:NAME; by default that of pyproject.toml, or the own one")
    parser.addini(
        "demo_data_factories",
        "have the fixtures of the Polyfactory classes (farmer_factory ...) in tests without a snapshot, too",
        type="bool",
        default=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", ABOUT_MARK)
    if _all_have_factories(config):
        _add_factories(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let the mark reach the fixture, which lives as long as the session, as its parameter; test ids do not show it."""
    if _asks(metafunc.definition):
        _add_factories(metafunc.config)
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None:
        return
    asked = MARK in metafunc.fixturenames
    if not asked:  # it may be asked for by request.getfixturevalue
        metafunc.fixturenames.append(MARK)
    hidden = getattr(pytest, "HIDDEN_PARAM", None)  # pytest 8.4
    metafunc.parametrize(MARK, [mark], indirect=True, scope="session", ids=[hidden] if hidden else None)
    if not asked:
        metafunc.fixturenames.remove(MARK)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail where the mark would be passed over: pytest gives methods of unittest no parameters."""
    if (broken := item.config.stash.get(_BROKEN, None)) and _asks(item):
        _fail(broken)
    reached = MARK in getattr(getattr(item, "callspec", None), "params", {})
    if item.get_closest_marker(MARK) and not reached:
        _fail(
            f"@pytest.mark.{MARK} does not reach tests of a unittest.TestCase: name the snapshot in pytest's "
            "configuration (demo_data_snapshot), or open it by the fixture `demo_snapshots`"
        )


@pytest.fixture(scope="session")
def demo_snapshots(pytestconfig: pytest.Config) -> Callable[..., Snapshot]:
    """Opens any snapshot, `demo_snapshots("demo@v1.0.0", repo=None)`: once per session, and verified then."""
    opened: dict[tuple[str, str], Snapshot | str] = {}

    def demo_snapshot(name: str | Path, *, repo: str | None = None) -> Snapshot:
        wanted = _wanted(name, repo, pytestconfig)
        if wanted not in opened:
            opened[wanted] = _opened(*wanted, pytestconfig)
        snapshot = opened[wanted]
        if isinstance(snapshot, str):
            _fail(snapshot)
        return snapshot

    return demo_snapshot


@pytest.fixture(scope="session")
def demo_snapshot(request: pytest.FixtureRequest, demo_snapshots: Callable[..., Snapshot]) -> Snapshot:
    """The snapshot that the closest mark names, or else the configuration; fixtures of any scope may ask for it."""
    mark: pytest.Mark | None = getattr(request, "param", None)
    if mark is None:
        name = request.config.getini("demo_data_snapshot")
        return demo_snapshots(name) if name else _fail(HOW_TO_NAME)
    if len(mark.args) != 1 or not isinstance(mark.args[0], str | Path) or set(mark.kwargs) - {"repo"}:
        _fail(f"@pytest.mark.{MARK} takes a version or a directory, and repo=...: not {mark.args} {mark.kwargs}")
    return demo_snapshots(*mark.args, **mark.kwargs)


@pytest.fixture
def demo_world(request: pytest.FixtureRequest, demo_snapshot: Snapshot, tmp_path: Path) -> MovingWorld:
    """A copy of the test's snapshot whose days go on: `events = demo_world.advance(days=1)` tells what happened."""
    world: MovingWorld = _part("versions.moving").MovingWorld(
        demo_snapshot.path, tmp_path / "demo_world", _domain(request.config)
    )
    return world


@pytest.fixture
def demo_registry(request: pytest.FixtureRequest) -> Iterator[FKRegistry]:
    """The registry of the Polyfactory classes, for this test alone: with the keys of its snapshot, if it has one.

    While it is in use, all Polyfactory classes are seeded by the test's name: the same test has the same objects,
    whatever runs before it or beside it.
    """
    state, domain = _part("objects.state"), _domain(request.config)
    has_one = MARK in request.fixturenames or request.node.get_closest_marker(MARK)
    data: Snapshot | None = request.getfixturevalue(MARK) if has_one else None
    as_of = data.recipe.as_of if data else None
    with state.isolated_factories(seed=_seed(request.node), as_of=as_of, domain=domain) as empty:
        registry = data.registry() if data else empty
        state.current(domain).go_on_after(registry)
        yield registry


def _fixture(factory: type) -> Any:
    """A fixture that gives a Polyfactory class: `farmer_factory` gives `FarmerFactory`."""
    name = _snake_case(factory.__name__)

    def given(self: object, request: pytest.FixtureRequest, demo_registry: FKRegistry) -> type:
        if not _all_have_factories(request.config) and not _asks(request.node):
            _fail(f"to have {name} here, mark the test, or set demo_data_factories = true for all")
        return factory

    given.__doc__ = f"{factory.__name__}, seeded for this test; see demo_registry."
    return pytest.fixture(name=name)(given)


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _all_have_factories(config: pytest.Config) -> bool:
    return bool(config.getini("demo_data_factories") or config.getini("demo_data_snapshot"))


def _asks(test: pytest.Item) -> bool:
    """Whether a test has the mark, or one of the fixtures that are named after this project among its arguments."""
    if test.get_closest_marker(MARK):
        return True
    asked = OWN.intersection(getattr(test, "fixturenames", ()))
    return bool(asked) and not asked.isdisjoint(inspect.signature(test.function).parameters)  # type: ignore[attr-defined]


_BROKEN = pytest.StashKey[str]()
_DOMAIN = pytest.StashKey["Domain"]()


def _add_factories(config: pytest.Config) -> None:
    """Have the fixtures of the Polyfactory classes, from now on: other projects may have such names for theirs."""
    if config.pluginmanager.has_plugin("demo-data-factories") or _BROKEN in config.stash:
        return
    try:
        classes = _part("objects.base").factories(_domain(config))
    except pytest.fail.Exception as failure:
        config.stash[_BROKEN] = str(failure)  # for the tests that ask: the run goes on
        return
    fixtures = {_snake_case(kind.__name__): _fixture(kind) for kind in classes.values()}
    config.pluginmanager.register(type("Factories", (), fixtures)(), "demo-data-factories")


def _domain(config: pytest.Config) -> Domain:
    if _DOMAIN not in config.stash:
        chosen, wrong = _part("commands.domains").chosen, _part("common.errors").UsageError
        try:
            config.stash[_DOMAIN] = chosen(config.getini("demo_data_domain") or None)
        except wrong as error:
            _fail("\n".join(error.messages))
    return config.stash[_DOMAIN]


def _wanted(name: str | Path, repo: str | None, config: pytest.Config) -> tuple[str, str]:
    """A version or a directory, and the version's repository; paths count from the root directory."""
    if isinstance(name, Path) or not _part("versions.pin").looks_like_a_pin(name):
        name = config.rootpath / Path(name).expanduser()
    repo = repo or str(config.getini("demo_data_repo"))
    here = config.rootpath / Path(repo).expanduser()
    return str(name), str(here if here.exists() else repo)


def _opened(name: str, repo: str, config: pytest.Config) -> Snapshot | str:
    """The snapshot, or in words why there is none."""
    snapshots = _part("versions.snapshot")
    fetch = bool(config.getoption("--demo-data-fetch") or config.getini("demo_data_fetch"))
    try:
        snapshot: Snapshot = snapshots.open_snapshot(
            name, repo=repo, fetch=fetch, rebuild=config.getini("demo_data_rebuild"), domain=_domain(config)
        )
    except snapshots.SnapshotMissing as error:
        return "\n".join([*error.messages, HOW_TO_FETCH])
    except _part("common.errors").UsageError as error:
        own = Path(repo) == config.rootpath and not Path(name).is_absolute()
        return "\n".join([*error.messages, *([HOW_TO_NAME_A_REPOSITORY.format(repo=repo)] if own else ())])
    return snapshot


def _part(name: str) -> Any:
    """A module of the package. Where it cannot be had, the test fails with one line that says why."""
    try:
        return import_module(f"demo_data.{name}")
    except Exception as error:  # noqa: BLE001 (whatever it is: the run goes on, and this test says it)
        _fail(f"demo-data's fixtures cannot be had: {type(error).__name__}: {str(error).partition(chr(10))[0]}")


def _seed(node: pytest.Item) -> int:
    """A seed that follows from the test's file, name and parameters alone."""
    above = node.parent.nodeid if node.parent else ""
    return int.from_bytes(hashlib.blake2b(f"{above}::{node.name}".encode(), digest_size=8).digest()) >> 1


def _fail(message: str) -> NoReturn:
    pytest.fail(message, pytrace=False)

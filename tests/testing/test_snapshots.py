"""The fixtures that open snapshots: named by a mark or the configuration, fetched only where that is said."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.testing.runs import COUNT, configured, failure, ran


def test_configured(there: pytest.Pytester, repository: Path) -> None:
    """A mark may name a version and its repository, or the configuration for all tests; digits of an identity do, too.

    There a path counts from the root directory, not from where one is.
    """
    digits = json.loads((repository / "data" / "demo" / "snapshot.json").read_text())["identity"][:16]
    there.makepyfile(
        COUNT
        + f"""
    import pytest

    @pytest.mark.demo_snapshot("demo@v1.0.0", repo={str(repository)!r})
    def test_marked(demo_snapshot):
        assert (str(demo_snapshot.pin), demo_snapshot.rows["farmers"]) == ("demo@v1.0.0", 50)

    @pytest.mark.demo_snapshot("demo@{digits}", repo={str(repository)!r})
    def test_identity(demo_snapshot):
        assert demo_snapshot.identity[:16] == "{digits}" and demo_snapshot.origin[:21] == "from the working tree"
    """
    )
    configured(there, demo_data_snapshot="demo@v1.0.0", demo_data_repo=os.path.relpath(repository, there.path))
    below = there.mkdir("below")
    shutil.move(there.path / f"{there._name}.py", below / "test_it.py")
    there.chdir()
    os.chdir(below)

    ran(there).assert_outcomes(passed=3)


def test_own_repository(there: pytest.Pytester, repository: Path) -> None:
    """Without a repository's name it is the one that the tests lie in."""
    shutil.copytree(repository, there.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("test_*"))
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.0.0")

    ran(there).assert_outcomes(passed=1)


def test_closest_mark(there: pytest.Pytester, demo_dir: Path, minimal_dir: Path, demo_large_dir: Path) -> None:
    """The mark of a function goes before that of its class, its module, and the configuration."""
    there.makepyfile(
        test_module=f"""
        import pytest

        pytestmark = pytest.mark.demo_snapshot({str(minimal_dir)!r})

        def test_module(demo_snapshot):
            assert demo_snapshot.recipe.profile == "minimal"

        @pytest.mark.demo_snapshot({str(demo_dir)!r})
        class TestClass:
            def test_class(self, demo_snapshot):
                assert demo_snapshot.recipe.profile == "demo"

            @pytest.mark.demo_snapshot({str(demo_large_dir)!r})
            def test_function(self, demo_snapshot):
                assert demo_snapshot.recipe.profile == "demo-large"
        """,
        test_plain="def test_ini(demo_snapshot):\n    assert demo_snapshot.recipe.profile == 'demo-large'\n",
    )
    configured(there, demo_data_snapshot=demo_large_dir)

    ran(there).assert_outcomes(passed=4)


def test_opened_once(there: pytest.Pytester, demo_dir: Path, minimal_dir: Path) -> None:
    """Each snapshot is opened once in a session, and verified then."""
    there.makeconftest(
        """
        import demo_data.versions.snapshot as opened

        calls = []
        really = opened.open_snapshot
        opened.open_snapshot = lambda name, **rest: calls.append(name) or really(name, **rest)
        """
    )
    there.makepyfile(
        f"""
        import pytest
        from conftest import calls

        @pytest.mark.parametrize("turn", range(3))
        def test_ini(demo_snapshot, turn): pass

        @pytest.mark.demo_snapshot({str(minimal_dir)!r})
        def test_other(demo_snapshot): pass

        def test_calls():
            assert calls == [{str(demo_dir)!r}, {str(minimal_dir)!r}]
        """
    )
    configured(there, demo_data_snapshot=demo_dir)

    ran(there, "-p", "no:randomly").assert_outcomes(passed=5)


@pytest.mark.full
def test_any_scope(there: pytest.Pytester, minimal_dir: Path, demo_dir: Path) -> None:
    """Fixtures of any scope may ask for the snapshot; made once, they are made anew where a mark names another one."""
    there.makeconftest(
        """
        import pytest

        made = []

        @pytest.fixture(scope="session")
        def database(demo_snapshot):
            made.append(demo_snapshot.rows["farmers"])
            return dict(demo_snapshot.rows)

        @pytest.fixture(scope="module")
        def module(database): return database

        @pytest.fixture(scope="class")
        def klass(demo_snapshot): return demo_snapshot.rows
        """
    )
    there.makepyfile(
        f"""
        import pytest
        from conftest import made

        @pytest.mark.parametrize("turn", range(3))
        def test_database(database, turn): assert database["farmers"] == 3

        class TestScopes:
            def test_both(self, module, klass): assert (module["farmers"], klass["farmers"]) == (3, 3)

        @pytest.mark.demo_snapshot({str(demo_dir)!r})
        class TestMarked:
            def test_other(self, database, klass): assert (database["farmers"], klass["farmers"]) == (50, 50)
            @pytest.mark.parametrize("turn", range(2))
            def test_again(self, database, turn): assert database["farmers"] == 50

        def test_made(): assert made == [3, 50]
        """
    )
    configured(there, demo_data_snapshot=minimal_dir)

    ran(there, "-p", "no:randomly").assert_outcomes(passed=8)
    assert "test_other PASSED" in ran(there, "-v", "-k", "test_other").stdout.str(), "the mark is not in the test's id"


@pytest.mark.full
def test_asked_for_while_it_runs(there: pytest.Pytester, minimal_dir: Path, demo_dir: Path) -> None:
    """A mark also counts for `request.getfixturevalue`, and opens nothing by itself; `demo_snapshots` opens any."""
    there.makepyfile(
        f"""
        import pytest

        @pytest.mark.demo_snapshot({str(demo_dir)!r})
        def test_dynamic(request, demo_snapshots):
            assert request.getfixturevalue("demo_snapshot").rows["farmers"] == 50
            assert demo_snapshots({str(demo_dir)!r}) is request.getfixturevalue("demo_snapshot")
            assert demo_snapshots({str(minimal_dir)!r}).rows["farmers"] == 3

        @pytest.mark.parametrize("number", [1, 2])
        @pytest.mark.demo_snapshot("nowhere")
        def test_none(number): pass
        """
    )
    configured(there, demo_data_snapshot=minimal_dir)

    ran(there).assert_outcomes(passed=3)


def test_unittest(there: pytest.Pytester, minimal_dir: Path) -> None:
    """In a `TestCase` the configuration's snapshot is there; a mark, which pytest does not bring there, is told."""
    there.makepyfile(
        """
        import unittest
        import pytest

        class Test(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def given(self, demo_snapshot): self.rows = demo_snapshot.rows
            def test_it(self): assert self.rows["farmers"] == 3

        @pytest.mark.demo_snapshot("demo@v1.0.0")
        class TestMarked(Test): pass

        @pytest.mark.demo_snapshot("demo@v1.0.0")
        class TestRegistered(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def given(self, demo_registry): pass
            def test_it(self): pass
        """
    )
    configured(there, demo_data_snapshot=minimal_dir)
    result = ran(there)

    result.assert_outcomes(passed=1, errors=2)
    assert "@pytest.mark.demo_snapshot does not reach tests of a unittest.TestCase: name " in result.stdout.str()


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        ((), {}, "False, rebuild True"),
        pytest.param(("--demo-data-fetch", "-n", "1"), {}, "True, rebuild True", marks=pytest.mark.full),
        (("--demo-data-fetch",), {"demo_data_rebuild": False}, "True, rebuild False"),
        ((), {"demo_data_fetch": True}, "True, rebuild True"),
    ],
)
def test_fetching(arguments: tuple[str, ...], options: dict[str, bool], expected: str, there: pytest.Pytester) -> None:
    """Nothing is fetched unless the command line or the configuration says so; workers hear of it too."""
    there.makeconftest(
        """
        import demo_data.versions.snapshot as opened
        from demo_data.common.errors import UsageError

        def told(name, *, repo, fetch, rebuild, domain):
            raise UsageError(f"asked with fetch {fetch}, rebuild {rebuild}")

        opened.open_snapshot = told
        """
    )
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="data", **options)

    assert f"\nasked with fetch {expected}\n" in f"\n{failure(ran(there, *arguments))}"

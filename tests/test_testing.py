"""The pytest plugin, as tests elsewhere use it: in processes of their own, from directories of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import demo_data
import demo_data.testing
from tests.running import ROOT
from tests.versions.changing import flip

LOADED = () if entry_points(group="pytest11", name="demo-data") else ("-p", "demo_data.testing")
"""How a run finds the plugin where the installed package does not tell of it yet."""

COUNT = """
    def test_farmers(demo_snapshot):
        assert demo_snapshot.rows["farmers"] == 50
"""


def git(folder: Path, *arguments: str) -> None:
    told = ("-c", "user.name=Tea", "-c", "user.email=tea@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *told, *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the version demo@v1.0.0, whose data lies in its working tree. Read only."""
    root = tmp_path_factory.mktemp("upstream")
    shutil.copytree(demo_dir, root / "data" / "demo")
    (root / ".gitignore").write_text("/data/demo/*\n!/data/demo/snapshot.json\n")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "Data")
    git(root, "tag", "-a", "demo@v1.0.0", "-m", "First")
    return root


@pytest.fixture
def there(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A directory of somebody else's tests, with an empty cache."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DEMO_DATA_CACHE", str(pytester.path / "cache"))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


def configured(there: pytest.Pytester, **options: object) -> None:
    lines = "".join(f"{name} = {str(value).lower() if value is True else value}\n" for name, value in options.items())
    there.makeini(f"[pytest]\naddopts = --strict-markers --strict-config\nfilterwarnings = error\n{lines}")


def ran(there: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return there.runpytest_subprocess(*LOADED, "-p", "no:cacheprovider", *arguments)


def test_a_directory(there: pytest.Pytester, demo_dir: Path) -> None:
    """A mark may name a snapshot's directory."""
    there.makepyfile(
        f"import pytest\npytestmark = pytest.mark.demo_snapshot({str(demo_dir)!r})\n" + COUNT.replace("\n    ", "\n")
    )

    ran(there).assert_outcomes(passed=1)


def test_a_version(there: pytest.Pytester, repository: Path) -> None:
    """A mark may name a version, and its repository."""
    there.makepyfile(
        f"""
        import pytest

        @pytest.mark.demo_snapshot("demo@v1.0.0", repo={str(repository)!r})
        def test_farmers(demo_snapshot):
            assert (str(demo_snapshot.pin), demo_snapshot.rows["farmers"]) == ("demo@v1.0.0", 50)
        """
    )
    configured(there)

    ran(there).assert_outcomes(passed=1)


def test_configured(there: pytest.Pytester, repository: Path) -> None:
    """The configuration may name both for all tests; a path counts from the root directory, not from where one is."""
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.0.0", demo_data_repo=os.path.relpath(repository, there.path))
    below = there.mkdir("below")
    shutil.move(there.path / f"{there._name}.py", below / "test_it.py")
    there.chdir()
    os.chdir(below)

    ran(there).assert_outcomes(passed=1)


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


def failure(result: pytest.RunResult) -> str:
    """What a run says of its only test, which could not be set up: no line of any program among it."""
    result.assert_outcomes(errors=1)
    found = re.search(
        r"^_+ ERROR at setup of \w+ _+$\n(.*?)^=+ short test summary", result.stdout.str(), re.DOTALL | re.MULTILINE
    )
    assert found, result.stdout.str()
    assert "Traceback" not in found[1]
    assert ".py:" not in found[1]
    return found[1]


def test_missing(there: pytest.Pytester, repository: Path) -> None:
    """Where the data is not on this machine, the test fails with the commands that bring it."""
    bare = there.path / "bare"
    git(there.path, "clone", "--quiet", str(repository), str(bare))
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.0.0", demo_data_repo="bare")
    told = failure(ran(there))

    assert f"demo-data snapshot fetch demo@v1.0.0 --repo {bare}" in told
    assert "--demo-data-fetch" in told


def test_unknown_version(there: pytest.Pytester, repository: Path) -> None:
    """A version that does not exist is told with the nearest."""
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.9.0", demo_data_repo=repository)
    told = failure(ran(there))

    assert "no tag demo@v1.9.0; nearest: demo@v1.0.0" in told
    assert "demo_data_repo" not in told


def test_no_repository(there: pytest.Pytester) -> None:
    """Where no repository is named and there is none, the test says how to name one."""
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.0.0")
    told = failure(ran(there))

    assert f"{there.path}: not a git repository" in told
    assert "demo_data_repo =" in told


def test_damaged(there: pytest.Pytester, demo_dir: Path) -> None:
    """Damaged files are named, in every test that asks for them."""
    own = shutil.copytree(demo_dir, there.path / "data")
    flip(own / "farmers.parquet")
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="data")

    assert failure(ran(there)).startswith(f"{own}/farmers.parquet: damaged: its SHA-256 is not the manifest's\n")


def test_nothing_named(there: pytest.Pytester) -> None:
    """Where no snapshot is named, the test says how to name one."""
    there.makepyfile(COUNT)

    assert '@pytest.mark.demo_snapshot("demo@v1.0.0") at the test, or demo_data_snapshot = ' in failure(ran(there))


@pytest.mark.parametrize("given", ["", "1", "'a', 'b'", "'a', rev='b'"])
def test_odd_marks(given: str, there: pytest.Pytester) -> None:
    """A mark that names no snapshot, or something else besides, is told."""
    there.makepyfile(f"import pytest\n\n@pytest.mark.demo_snapshot({given})\ndef test_it(demo_snapshot): pass\n")

    assert "@pytest.mark.demo_snapshot takes a version or a directory, and repo=...: not" in failure(ran(there))


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


# Projects that do not use it


@pytest.mark.parametrize("name", ["pipeline/__init__.py", "pipeline.py"])
@pytest.mark.parametrize("options", [{}, {"demo_data_factories": True}])
def test_own_package_of_that_name(name: str, options: dict[str, bool], there: pytest.Pytester) -> None:
    """A project whose own package is called `pipeline` runs its tests; one that asks for a fixture is told why not."""
    (there.path / name).parent.mkdir(exist_ok=True)
    (there.path / name).write_text("VALUE = 7\n")
    there.makepyfile(
        test_own="from demo_data import VALUE\n\ndef test_value(): assert VALUE == 7\n",
        test_ours="def test_farmers(demo_registry): pass\ndef test_data(demo_snapshot): pass\n",
    )
    configured(there, pythonpath=".", **options)
    why = f"/pipeline), and here that is another one, {there.path / name}, which comes first on Python's path"

    ran(there, "test_own.py").assert_outcomes(passed=1)
    result = ran(there)
    result.assert_outcomes(passed=1, errors=2)
    found = re.findall(r"^demo-data's fixtures need .*", result.stdout.str(), re.MULTILINE)
    assert len(found) == 1, "the other one names no snapshot"
    assert found[0].endswith(why)
    configured(there, pythonpath=".", demo_data_snapshot="demo@v1.0.0")
    assert ran(there).stdout.str().count(why) == 2


def test_parts_that_do_not_load(there: pytest.Pytester) -> None:
    """Where a library that it needs is broken, tests that need none run, and the others say so."""
    there.makeconftest("import sys\n\nsys.modules['pydantic'] = None")
    there.makepyfile("def test_own(): pass\ndef test_ours(demo_registry): pass\n")
    result = ran(there)

    result.assert_outcomes(passed=1, errors=1)
    assert "\ndemo-data's fixtures cannot be had: ModuleNotFoundError: import of pydantic" in result.stdout.str()


def test_names_of_others(there: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody asks for more, all that it brings is named after it: other plugins' fixtures stay theirs."""
    there.makepyfile(
        other="""
        import pytest

        @pytest.fixture
        def snapshot(): return "other"

        @pytest.fixture
        def farmer_factory(): return "other"
        """,
        test_it="def test_it(snapshot, farmer_factory): assert snapshot == farmer_factory == 'other'\n",
    )
    configured(there)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{there.path}")
    ran(there, "-p", "other").assert_outcomes(passed=1)
    told = ran(there, "--fixtures").stdout.str()

    own = re.findall(r"^(\w+)(?: \[.*\])? -- .*demo_data.testing\.py", told, re.MULTILINE)
    assert sorted(own) == ["demo_registry", "demo_snapshot", "demo_snapshots"]


@pytest.mark.soak  # it is downloaded
def test_beside_syrupy(there: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Syrupy's `snapshot` works beside it."""
    uv, place = Path(sys.executable).parent / "uv", there.path / "site"
    subprocess.run([uv, "pip", "install", "--quiet", "--no-deps", "--target", place, "syrupy"], check=True)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{place}")
    there.makepyfile("def test_it(snapshot): assert {'a': 1} == snapshot\n")

    ran(there, "--snapshot-update").assert_outcomes(passed=1)
    ran(there).assert_outcomes(passed=1)


def test_factories_are_asked_for(there: pytest.Pytester, minimal_dir: Path) -> None:
    """The Polyfactory fixtures are there for tests with a mark or a fixture of ours; for others the setting gives them.

    A project's own fixture of such a name is its own in any case.
    """
    there.makepyfile(
        test_it=f"""
        import pytest

        @pytest.mark.demo_snapshot({str(minimal_dir)!r})
        def test_marked(farmer_factory): assert farmer_factory.build().id == "WM-0004"
        def test_ours(demo_registry, region_factory): assert region_factory.build()
        def test_neither(farmer_factory): pass
        """,
        test_own=f"""
        import pytest

        @pytest.fixture
        def farmer_factory(): return "own"

        @pytest.mark.demo_snapshot({str(minimal_dir)!r})
        def test_own(farmer_factory): assert farmer_factory == "own"
        """,
    )
    configured(there)
    result = ran(there)

    result.assert_outcomes(passed=3, errors=1)
    assert "\nto have farmer_factory here, mark the test, or set demo_data_factories = true" in result.stdout.str()
    configured(there, demo_data_factories=True)
    ran(there).assert_outcomes(passed=4)


WORLDS = """
import json
from pathlib import Path

import pytest

from demo_data import get_fk_registry
from demo_data.objects.registry import FKRegistry

OUT = Path(__file__).parent / "out"


def kept(request, objects):
    OUT.mkdir(exist_ok=True)
    (OUT / request.node.name).write_text(json.dumps([each.model_dump(mode="json") for each in objects]))


@pytest.mark.parametrize("turn", range(4))
def test_objects(turn, request, demo_registry, region_factory, factory_entity_factory, farmer_factory):
    assert demo_registry is get_fk_registry()
    assert demo_registry.ids("regions") == []
    regions = region_factory.build_batch_and_register(2)
    kept(request, [*regions, factory_entity_factory.build(), *farmer_factory.batch(3)])


@pytest.mark.xdist_group("alone")
def test_two(request, demo_registry, region_factory, farmer_factory):
    region_factory.build_and_register()
    kept(request, farmer_factory.batch(3))


@pytest.mark.demo_snapshot({snapshot!r})
def test_rows(request, demo_registry, farmer_factory, document_factory):
    assert len(demo_registry.ids("farmers")) == 50
    kept(request, [farmer_factory.build_and_register(), document_factory.build()])


@pytest.mark.demo_snapshot({snapshot!r})
def test_rows_again(request, demo_snapshot, demo_registry, farmer_factory):
    assert demo_registry.ids("farmers") == [each.id for each in demo_snapshot.models("farmers")]
    kept(request, [farmer_factory.build()])
"""


def worlds(there: pytest.Pytester, *arguments: str) -> dict[str, str]:
    """The objects that each test made."""
    shutil.rmtree(there.path / "out", ignore_errors=True)
    ran(there, *arguments).assert_outcomes(passed=7)
    return {path.name: path.read_text() for path in sorted((there.path / "out").iterdir())}


def test_seeded_by_the_test(there: pytest.Pytester, demo_dir: Path) -> None:
    """A test has the same objects whatever runs before it, in any order, on any worker; another test has others."""
    there.makepyfile(WORLDS.replace("{snapshot!r}", repr(str(demo_dir))))
    first = worlds(there, "-p", "no:randomly")

    assert len(first) == len(set(first.values())) == 7
    assert worlds(there, "-p", "no:xdist", "--randomly-seed=3") == first
    assert worlds(there, "-n", "2", "--randomly-seed=4") == first
    assert worlds(there, "-n", "2", "--dist", "loadgroup") == first
    ran(there, "-k", "test_two").assert_outcomes(passed=1, deselected=6)
    assert (there.path / "out" / "test_two").read_text() == first["test_two"]


def test_objects_of_a_snapshot(there: pytest.Pytester, demo_dir: Path) -> None:
    """Made beside a snapshot, objects refer to its rows, get ids after its own, and live on its last day."""
    there.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.demo_snapshot({str(demo_dir)!r})

        def test_new(demo_snapshot, region_factory, factory_entity_factory, collection_point_factory, farmer_factory):
            for factory, table, key in (
                (region_factory, "regions", "region_id"),
                (factory_entity_factory, "factories", "id"),
                (collection_point_factory, "collection_points", "id"),
                (farmer_factory, "farmers", "id"),
            ):
                known = {{getattr(each, key) for each in demo_snapshot.models(table)}}
                assert known.isdisjoint(getattr(each, key) for each in factory.batch(20))
                assert getattr(factory.build_and_register(), key) not in known

        def test_references(demo_snapshot, collection_point_factory, farmer_factory, document_factory):
            regions = {{each.region_id for each in demo_snapshot.models("regions")}}
            places = {{each.id: each.region_id for each in demo_snapshot.models("factories")}}
            for point in collection_point_factory.batch(9):
                assert places[point.factory_id] == point.region_id
            assert {{each.region_id for each in farmer_factory.batch(9)}} <= regions
            links = document_factory.build().linkage_fields
            farmers = {{each.id: each for each in demo_snapshot.models("farmers")}}
            points = {{each.id: each for each in demo_snapshot.models("collection_points")}}
            assert links["farmer_id"] in points[links["collection_point_id"]].farmer_ids
            assert farmers[links["farmer_id"]].is_active

        def test_performance(demo_snapshot, farmer_performance_factory):
            for row in demo_snapshot.models("farmer_performance", limit=20):
                made = farmer_performance_factory.build(farmer_id=row.farmer_id)
                assert made.historical == row.historical

        def test_last_day(demo_snapshot, regional_weather_factory):
            assert regional_weather_factory.build().date.isoformat() == demo_snapshot.recipe.as_of.isoformat()
        """
    )

    ran(there).assert_outcomes(passed=4)


def test_nothing_leaks(there: pytest.Pytester, demo_dir: Path) -> None:
    """What a test registers or changes is gone in the next one, and outside of tests the classes are as before."""
    there.makepyfile(
        f"""
        import pytest
        from demo_data import get_fk_registry

        before = get_fk_registry()

        @pytest.mark.demo_snapshot({str(demo_dir)!r})
        @pytest.mark.parametrize("turn", [1, 2])
        def test_change(turn, demo_registry, farmer_factory):
            farmer = demo_registry.record("farmers", "WM-0001")
            assert farmer.first_name != "Changed"
            assert not demo_registry.validate_fk("farmers", "WM-0051")
            farmer.first_name = "Changed"
            assert farmer_factory.build_and_register().id == "WM-0051"

        def test_without(): assert get_fk_registry() is before
        """
    )

    ran(there).assert_outcomes(passed=3)


def test_default_does_not_fill(there: pytest.Pytester) -> None:
    """A test that asks for objects alone needs no snapshot, though the configuration names one for others."""
    there.makepyfile("def test_it(demo_registry, region_factory):\n    assert demo_registry.ids('regions') == []\n")
    configured(there, demo_data_snapshot="nowhere")

    ran(there).assert_outcomes(passed=1)


def test_a_fixture_for_each_class(there: pytest.Pytester) -> None:
    """Every Polyfactory class has a fixture of its name, which `pytest --fixtures` tells."""
    configured(there, demo_data_factories=True)
    told = ran(there, "--fixtures").stdout.str()
    classes = [name for name in demo_data.__all__ if name.endswith("Factory")]

    assert sorted(classes) == sorted(demo_data.testing.FACTORIES)
    for name in classes:
        fixture = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()
        assert re.search(rf"^{fixture} .*\n +pipeline\.{name}, seeded for this test", told, re.MULTILINE), name
    assert {"demo_snapshot", "demo_snapshots", "demo_registry"} <= set(
        re.findall(r"^(\w+)(?: \[.*\])? -- ", told, re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        ((), {}, False),
        (("--demo-data-fetch",), {}, True),
        (("--demo-data-fetch", "-n", "1"), {}, True),
        ((), {"demo_data_fetch": True}, True),
    ],
)
def test_fetching(arguments: tuple[str, ...], options: dict[str, bool], expected: bool, there: pytest.Pytester) -> None:
    """Nothing is fetched unless the command line or the configuration says so; workers hear of it too."""
    there.makeconftest(
        """
        import demo_data.versions.snapshot as opened
        from demo_data.common.errors import UsageError

        def told(name, *, repo, fetch):
            raise UsageError(f"asked with fetch {fetch}")

        opened.open_snapshot = told
        """
    )
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="data", **options)

    assert f"\nasked with fetch {expected}\n" in f"\n{failure(ran(there, *arguments))}"


def test_cost_where_unused(there: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that uses none of it loads nothing for it: no library, and nothing of the package."""
    there.makepyfile(
        """
        import sys

        def test_it():
            assert "demo_data.testing" in sys.modules
            assert not [name for name in sys.modules if name.partition(".")[0] == "pipeline"]
            heavy = {"polars", "pyarrow", "numpy", "pydantic", "faker", "polyfactory", "dvc", "yaml"}
            assert not heavy & set(sys.modules)
        """
    )

    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    there.runpytest_subprocess("-p", "demo_data.testing").assert_outcomes(passed=1)


def test_entry_point() -> None:
    """The package tells pytest where the plugin is."""
    told = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f'[project.entry-points.pytest11]\ndemo-data = "{demo_data.testing.__name__}"\n' in told

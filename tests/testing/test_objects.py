"""The fixtures of the Polyfactory classes: seeded by the test, beside the snapshot's rows, gone with the test."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import demo_data
from demo_data.objects import factories
from demo_data.tea import DOMAIN
from tests.testing.runs import configured, ran


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


@pytest.mark.sample(1)
@pytest.mark.parametrize("order", ["-p no:xdist --randomly-seed=3", "-n 2 --randomly-seed=4", "-n 2 --dist loadgroup"])
def test_seeded_by_the_test(order: str, there: pytest.Pytester, demo_dir: Path) -> None:
    """A test has the same objects whatever runs before it, in any order, on any worker; another test has others."""
    there.makepyfile(WORLDS.replace("{snapshot!r}", repr(str(demo_dir))))
    first = worlds(there, "-p", "no:randomly")

    assert len(first) == len(set(first.values())) == 7
    assert worlds(there, *order.split()) == first
    ran(there, "-k", "test_two").assert_outcomes(passed=1, deselected=6)
    assert (there.path / "out" / "test_two").read_text() == first["test_two"]


@pytest.mark.full
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
    classes = [name for name in vars(demo_data)["__all__"] if name.endswith("Factory")]

    assert sorted(classes) == sorted(each.__name__ for each in factories(DOMAIN).values())
    for name in classes:
        fixture = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()
        assert re.search(rf"^{fixture} .*\n +{name}, seeded for this test", told, re.MULTILINE), name
    assert {"demo_snapshot", "demo_snapshots", "demo_registry"} <= set(
        re.findall(r"^(\w+)(?: \[.*\])? -- ", told, re.MULTILINE)
    )

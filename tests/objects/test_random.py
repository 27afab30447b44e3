"""The same calls give the same objects, in any process, whatever else ran."""

from __future__ import annotations

import datetime
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    RegionalWeatherFactory,
    RegionFactory,
    isolated_factories,
    reset_fk_registry,
    set_as_of,
    set_profile,
    set_seed,
)
from tests.objects.village import FACTORIES, dumped, village
from tests.running import environment

SCRIPT = """
import hashlib, json
from demo_data import *
set_seed(77)
from tests.objects.village import FACTORIES, dumped
text = []
for table, factory in FACTORIES.items():
    size = 2 if table == "grading_models" else 3
    text += dumped(factory.build_batch_and_register(size)) + dumped([factory.build() for _ in range(3)])
text.append(KenyaProvider.name())
print(hashlib.sha256(json.dumps(text).encode()).hexdigest())
"""


def test_any_process() -> None:
    """A seed gives the same objects in processes of other hash seeds, time zones and languages."""
    said = set()
    for changes in (
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8"},
    ):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment(**changes), capture_output=True, text=True, check=True
        )
        said.add(done.stdout)

    assert len(said) == 1


def sample() -> list[dict[str, Any]]:
    """Objects of several classes, one by one and in batches."""
    reset_fk_registry()
    made = village(2, 2, 4, 9)
    return dumped([*made.regions, *made.points, *made.farmers, FarmerFactory.build(), *DocumentFactory.batch(7)])


def test_whatever_else_ran() -> None:
    """A seed begins anew: what was made before, under this seed or another, leaves no trace."""
    set_seed(5)
    first = sample()
    set_seed(6)
    other = sample()
    FarmerFactory.batch(100)
    RegionalWeatherFactory.build()
    set_seed(5)

    assert sample() == first
    assert other != first


def test_one_class_has_a_seed_of_its_own() -> None:
    """`set_seed` of a class changes that class only, and starts its numbers again."""
    village(2, 2, 4, 0)
    CollectionPointFactory.reset_counter()
    farmers, points = FarmerFactory.batch(5), CollectionPointFactory.batch(3)
    FarmerFactory.set_seed(9)
    CollectionPointFactory.reset_counter()
    again = FarmerFactory.batch(5)

    assert [farmer.id for farmer in again] == [farmer.id for farmer in farmers]
    assert [farmer.contact.phone for farmer in again] != [farmer.contact.phone for farmer in farmers]
    assert CollectionPointFactory.batch(3) == points
    FarmerFactory.seed_random(9)
    assert FarmerFactory.batch(5) == again


def test_one_by_one_is_as_before() -> None:
    """Building one by one gives the same objects however many calls there are, between others or not."""
    village(3, 3, 9, 0)
    together = [FarmerFactory.build() for _ in range(20)]
    FarmerFactory.reset_counter()
    apart = []
    for turn in range(20):
        if turn % 3:
            RegionalWeatherFactory.build()
        apart.append(FarmerFactory.build())

    assert apart == together


def test_one_by_one_sees_every_change() -> None:
    """What is registered, set or passed between two calls counts for the second, though records are made ahead."""
    RegionFactory.build_and_register(region_id="nyeri-highland")
    contact = {"email": "a@example.com"}
    for _ in range(6):
        assert FarmerFactory.build(contact=contact).region_id == "nyeri-highland"
    contact["email"] = "b@example.com"
    assert FarmerFactory.build(contact=contact).contact.email == "b@example.com"

    RegionFactory.build_and_register(region_id="meru-highland")
    assert {FarmerFactory.build(contact=contact).region_id for _ in range(2)} == {"nyeri-highland", "meru-highland"}

    set_as_of(datetime.date(2015, 1, 1))
    assert FarmerFactory.build(contact=contact).updated_at.year <= 2015
    set_as_of(None)
    set_profile("demo", ["farmers.id_prefix=FRM-"])
    assert FarmerFactory.build(contact=contact).id == "FRM-0001"
    FarmerFactory.set_seed(3)
    seeded = FarmerFactory.build(contact=contact)
    FarmerFactory.set_seed(4)
    assert FarmerFactory.build(contact=contact).national_id != seeded.national_id


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", FACTORIES)
def test_ahead_or_not(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects are the same whether records are made ahead for the calls to come or not, with overrides or without."""
    overrides: dict[str, dict[str, Any]] = {
        "farmers": {"contact": {"email": "a@example.com"}, "farm_scale": "medium"},
        "documents": {"linkage_fields": {"farmer_id": "WM-0002"}},
        "collection_points": {"status": "seasonal"},
        "weather_observations": {"region_id": "kericho-highland"},
    }
    made = []
    for most in (64, 1):
        monkeypatch.setattr("demo_data.objects.call.PREFETCH", most)
        with isolated_factories(seed=1):
            village(2, 3, 8, 12)
            factory = FACTORIES[table]
            found = [factory.build() for _ in range(20)]
            found += [factory.build(**overrides.get(table, {})) for _ in range(9)]
            found += [factory.build_and_register() for _ in range(5)]
        made.append(dumped(found))

    assert made[0] == made[1]


def test_after_a_reset_nothing_is_left_over() -> None:
    """Records made ahead before a reset are forgotten, with the numbers that they counted on."""
    made = village(1, 2, 0, 0)
    for _ in range(4):
        CollectionPointFactory.build()
    CollectionPointFactory.reset_counter()
    points = [*CollectionPointFactory.batch(4, factory_id=made.factories[0].id), CollectionPointFactory.build()]

    assert len({point.id for point in points}) == 5


def test_threads_share_the_numbers() -> None:
    """Objects built in many threads have different ids."""
    RegionFactory.build_and_register()
    with ThreadPoolExecutor(8) as pool:
        farmers = list(pool.map(lambda _: FarmerFactory.build(), range(2000)))

    assert len({farmer.id for farmer in farmers}) == 2000


def test_unseeded_objects_differ() -> None:
    """Without a seed, runs differ."""
    with isolated_factories():
        first = FarmerFactory.build(region_id="nyeri-highland")
    with isolated_factories():
        second = FarmerFactory.build(region_id="nyeri-highland")

    assert first.id == second.id == "WM-0001"
    assert first.contact.phone != second.contact.phone


def test_ids_are_sequential() -> None:
    """Ids count up over batches and single objects, below their region or farmer where they are named after one."""
    RegionFactory.build_batch_and_register(2)
    assert [made.id for made in FactoryEntityFactory.build_batch_and_register(2)] == ["KEN-FAC-001", "KEN-FAC-002"]
    assert FactoryEntityFactory.build_and_register(region_id="nyeri-highland").id == "KEN-FAC-003"
    points = [*CollectionPointFactory.build_batch_and_register(4), CollectionPointFactory.build()]
    farmers = [*FarmerFactory.batch(2), FarmerFactory.build(), *FarmerFactory.batch(2)]

    assert len({point.id for point in points}) == 5
    assert {point.id[-6:] for point in points} <= {f"cp-{number:03}" for number in range(1, 6)}
    assert [farmer.id for farmer in farmers] == [f"WM-{number:04}" for number in range(1, 6)]
    FarmerFactory.reset_counter()
    assert FarmerFactory.build().id == "WM-0001"


def test_keys_are_unique() -> None:
    """No id, phone, national ID or grower number comes twice, over batches of any size and past 10,000."""
    village(2, 2, 6, 0)
    farmers = [*FarmerFactory.batch(9_990), *(FarmerFactory.build() for _ in range(30)), *FarmerFactory.batch(85_000)]
    growers = [farmer.grower_number for farmer in farmers if farmer.grower_number]
    keys = (
        [farmer.id for farmer in farmers],
        [farmer.contact.phone for farmer in farmers],
        [farmer.national_id for farmer in farmers],
        growers,
    )

    assert [len(set(found)) for found in keys] == [len(found) for found in keys]


def test_documents_are_unique() -> None:
    """A farmer's documents never repeat, however they are asked for, beyond the usual history too."""
    made = village(1, 1, 2, 3)
    active = [farmer for farmer in made.farmers if farmer.is_active]
    documents = [
        *DocumentFactory.build_history(active[0]),
        *DocumentFactory.batch(60),
        *(DocumentFactory.build() for _ in range(10)),
        *DocumentFactory.batch(5),
    ]
    days = {(document.linkage_fields["farmer_id"], document.ingestion.received_at) for document in documents}

    assert len({document.document_id for document in documents}) == len(documents)
    assert len(days) == len(documents)


def test_every_table_has_a_class() -> None:
    """No table is without a Polyfactory class."""
    from demo_data.tea import DOMAIN

    assert {table: factory.__model__ for table, factory in FACTORIES.items()} == DOMAIN.models

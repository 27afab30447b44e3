"""Objects per CPU-second of the Polyfactory classes, beside Pydantic alone and beside a class as one would write it.

Pydantic alone validates the same rows, which lie ready as dictionaries: the least that any way to such objects costs.
The plain class states each field by hand with Faker and Polyfactory; its objects are valid, and do not fit each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from faker import Faker
from polyfactory import Use
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import TypeAdapter

from demo_data import CollectionPointFactory, FactoryEntityFactory, FarmerFactory, RegionFactory, isolated_factories
from demo_data.models import ContactInfo, Farmer, FarmScale, GeoLocation

BATCH = 10_000
ONES = 2_000
ROUNDS = 7

_fake = Faker("sw_KE")


def _place() -> GeoLocation:
    return GeoLocation(latitude=float(_fake.latitude()), longitude=float(_fake.longitude()), altitude_meters=1800.0)


class PlainFactory(ModelFactory[Farmer]):
    """Farmers by hand-written fields."""

    id = Use(lambda: _fake.numerify("WM-####"))
    grower_number = Use(lambda: _fake.numerify("GN-#####"))
    first_name = Use(_fake.first_name)
    last_name = Use(_fake.last_name)
    region_id = Use(lambda: _fake.random_element(["nyeri-highland", "kericho-highland"]))
    farm_location = Use(_place)
    contact = Use(lambda: ContactInfo(phone=_fake.numerify("+2547########"), email="", address=_fake.city()))
    farm_size_hectares = Use(lambda: _fake.pyfloat(min_value=0.1, max_value=20, right_digits=2))
    farm_scale = Use(lambda: _fake.random_element(list(FarmScale)))
    national_id = Use(lambda: _fake.numerify("########"))
    registration_date = Use(lambda: datetime.now(UTC))
    created_at = Use(lambda: datetime.now(UTC))
    updated_at = Use(lambda: datetime.now(UTC))


def run() -> None:
    """Measure and print."""
    with isolated_factories(seed=1):
        RegionFactory.build_batch_and_register(5)
        FactoryEntityFactory.build_batch_and_register(20)
        CollectionPointFactory.build_batch_and_register(200)
        rows = [farmer.model_dump() for farmer in FarmerFactory.batch(BATCH)]
        adapter = TypeAdapter(list[Farmer])
        ways: dict[str, tuple[int, Callable[[], object]]] = {
            "Pydantic alone, rows at hand": (BATCH, lambda: adapter.validate_python(rows)),
            "FarmerFactory.batch(10_000)": (BATCH, lambda: FarmerFactory.batch(BATCH)),
            "FarmerFactory.build()": (ONES, lambda: [FarmerFactory.build() for _ in range(ONES)]),
            "FarmerFactory.build(farm_size_hectares=...)": (
                ONES // 10,
                lambda: [FarmerFactory.build(farm_size_hectares=1 + turn) for turn in range(ONES // 10)],
            ),
            "plain Polyfactory class": (ONES // 2, lambda: PlainFactory.batch(ONES // 2)),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (_, make) in ways.items():
                began = time.process_time()
                make()
                seconds[name].append(time.process_time() - began)
    print(f"objects, farmers, the median of {ROUNDS} rounds")
    print(f"  {'':45}{'per CPU-second':>15}{'µs each':>10}{'rate against Pydantic alone':>30}")
    bare = seconds["Pydantic alone, rows at hand"]
    for name, (size, _) in ways.items():
        each = median(seconds[name]) / size
        ratio = median(one / BATCH / (mine / size) for one, mine in zip(bare, seconds[name], strict=True))
        print(f"  {name:45}{1 / each:>15,.0f}{each * 1e6:>10.1f}{ratio:>30.0%}")

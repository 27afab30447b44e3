"""Seed, last day and profile: what is set for all classes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from demo_data import (
    FarmerFactory,
    KenyaProvider,
    RegionalWeatherFactory,
    isolated_factories,
    set_as_of,
    set_profile,
    set_seed,
)


def test_today_is_the_real_one_by_default() -> None:
    """Unseeded, now is now; with a seed alone it is the demo profile's last day; `set_as_of` fixes it for all."""
    today = datetime.datetime.now(datetime.UTC).date()
    with isolated_factories():
        assert abs((RegionalWeatherFactory.build(region_id="nyeri-highland").date - today).days) <= 31
        set_seed(3)
        last = datetime.date(2026, 1, 31)
        dates = [RegionalWeatherFactory.build(region_id="nyeri-highland").date for _ in range(30)]
        assert (min(dates), max(dates)) == (last - datetime.timedelta(days=29), last)
        set_as_of(datetime.date(2021, 6, 30))
        farmers = FarmerFactory.batch(50, region_id="nyeri-highland")
        assert max(farmer.updated_at for farmer in farmers).date() <= datetime.date(2021, 6, 30)
        set_as_of(None)
        assert FarmerFactory.build(region_id="nyeri-highland").updated_at.year >= 2022


@pytest.mark.parametrize("seed", [-1, 2**63, 2**80])
def test_seeds_out_of_range(seed: int) -> None:
    """A seed outside 0 to 2**63 - 1 is told the range."""
    for set_it in (set_seed, FarmerFactory.set_seed):
        with pytest.raises(ValueError, match=f"a seed is from 0 to {2**63 - 1}, not {seed}"):
            set_it(seed)


@pytest.mark.parametrize("seed", ["1", 1.0, None, True])
def test_seeds_of_a_wrong_type(seed: Any) -> None:
    """A seed is a whole number."""
    for set_it in (set_seed, FarmerFactory.set_seed):
        with pytest.raises(TypeError, match="a seed is a whole number"):
            set_it(seed)


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("2026-01-31", TypeError),
        (datetime.datetime(2026, 1, 31), TypeError),  # noqa: DTZ001 (no moment will do)
        (datetime.date(1999, 1, 1), ValueError),
        (datetime.date(2200, 1, 1), ValueError),
    ],
)
def test_wrong_days(day: Any, error: type[Exception]) -> None:
    """The last day is a date within the years that a profile may have."""
    with pytest.raises(error, match="as_of"):
        set_as_of(day)


def test_last_day_of_a_profile() -> None:
    """Under a profile, another last day is one of the same world: nobody's past moves, and before it is no day."""
    first = (
        r"as_of: 2025-11-02 is before the history of the profile, which begins on 2025-11-03 \(90 days up to 2026-01"
    )
    set_profile("demo")
    before = FarmerFactory.batch(50, region_id="nyeri-highland")
    with pytest.raises(ValueError, match=first):
        set_as_of(datetime.date(2025, 11, 2))
    set_as_of(datetime.date(2029, 6, 30))
    set_profile("demo")
    later = FarmerFactory.batch(54, region_id="nyeri-highland")

    def lasting(farmer: Any) -> tuple[Any, ...]:
        return farmer.id, farmer.national_id, farmer.registration_date, farmer.farm_size_hectares

    assert [lasting(farmer) for farmer in before] == [lasting(farmer) for farmer in later[:50]]
    for old, new in zip(before, later[:50], strict=True):
        assert (old.updated_at == new.updated_at) <= (old.contact.phone == new.contact.phone)
        assert new.updated_at.date() <= datetime.date(2029, 6, 30)
    assert all(joiner.registration_date.year >= 2026 for joiner in later[50:])

    set_profile(None)
    set_as_of(datetime.date(2025, 11, 2))
    with pytest.raises(ValueError, match=first):
        set_profile("demo")


def test_profiles() -> None:
    """A profile's weights and prefixes hold for objects; an unknown one is told the known ones."""
    set_profile("demo", ["farmers.notification_channel={whatsapp: 100}", "farmers.id_prefix=FRM-"])
    farmers = FarmerFactory.batch(20, region_id="nyeri-highland")

    assert {farmer.notification_channel for farmer in farmers} == {"whatsapp"}
    assert farmers[0].id == "FRM-0001"
    set_profile(None)
    assert FarmerFactory.build(region_id="nyeri-highland").id == "WM-0001"
    with pytest.raises(ValueError, match="no profile is called 'dem'; did you mean 'demo'"):
        set_profile("dem")


def test_seed_reaches_the_provider() -> None:
    """`set_seed` seeds KenyaProvider too."""
    set_seed(8)
    first = [KenyaProvider.name() for _ in range(5)]
    set_seed(8)

    assert [KenyaProvider.name() for _ in range(5)] == first

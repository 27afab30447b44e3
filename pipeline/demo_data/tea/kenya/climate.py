"""Monthly climate normals of each county's tea zone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from demo_data.tea.kenya.places import county
from demo_data.tea.kenya.tables import read, rows


@dataclass(frozen=True, slots=True)
class MonthNormal:
    """A month on average: mm of rain, days with 1 mm or more, mean daily extremes in °C, humidity in %."""

    month: int
    rain_mm: float
    rainy_days: float
    temp_min_c: float
    temp_max_c: float
    humidity_pct: float


@cache
def normals(slug: str) -> tuple[MonthNormal, ...]:
    """The twelve months of the county called `slug`, January first, at the altitude `station_altitude_m`."""
    county(slug)
    return read("climate", MonthNormal, slug=slug)


@cache
def station_altitude_m(slug: str) -> float:
    """The altitude in metres that the county's normals are for, to move temperatures from it to a farm's."""
    county(slug)
    return next(float(row["altitude_m"]) for row in rows("climate_stations") if row["slug"] == slug)


@cache
def hailstorms(slug: str) -> float:
    """Storms a year that destroy leaf in one factory's catchment of the county called `slug`."""
    county(slug)
    return sum(float(row["storms"]) for row in rows("hail") if row["slug"] == slug)


@cache
def el_nino() -> dict[int, float]:
    """The Oceanic Nino Index (K) of October to December, by year, as far as it is known."""
    return {int(row["year"]): float(row["oni"]) for row in rows("el_nino")}

"""Where tea grows in Kenya: counties with their tea zones, places, flush calendars and the crop by month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from demo_data.tea.kenya.tables import nearest, read, rows

PERIODS = ("first_flush", "monsoon_flush", "autumn_flush", "dormant")


@dataclass(frozen=True, slots=True)
class County:
    """A county and its tea zone: a circle in which tea really grows, and the zone's altitudes.

    `lat` and `lng` are degrees; `uphill_bearing_deg` is the compass direction in which the land rises.
    `flush` names the county's flush calendar and crop index. `growers` and `factories` are KTDA's; a county without a
    factory has none of either, as its growers are counted to the neighbour that serves them.
    """

    slug: str
    county: str
    lat: float
    lng: float
    radius_km: float
    altitude_min_m: int
    altitude_max_m: int
    uphill_bearing_deg: int
    soil_type: str
    typical_diseases: tuple[str, ...]
    frost_risk: bool
    harvest_peak_hours: str
    flush: str
    growers: int
    factories: int


@dataclass(frozen=True, slots=True)
class Place:
    """A town, trading centre or village in a county's tea zone.

    `postcode` is that of its own post office or the nearest. `lat` and `lng` are None if unknown.
    `tea_factory` tells that an operating factory bears the name: an invented one should not.
    """

    slug: str
    place: str
    postcode: str
    lat: float | None
    lng: float | None
    tea_factory: bool


@dataclass(frozen=True, slots=True)
class FlushPeriod:
    """A part of the tea year, from `start` to `end` (MM-DD, both included); it may wrap the year's end."""

    period: str
    start: str
    end: str
    characteristics: str


@cache
def counties() -> tuple[County, ...]:
    """The tea counties in the order in which profiles take them."""
    return read("counties", County)


def county(slug: str) -> County:
    """The tea county called `slug`; a ValueError names the nearest slug if there is none."""
    known = {county.slug: county for county in counties()}
    _require(slug, known, "tea county")
    return known[slug]


@cache
def places(slug: str) -> tuple[Place, ...]:
    """The places in the tea zone of the county called `slug`; no two have the same name."""
    county(slug)
    return read("places", Place, slug=slug)


@cache
def unclaimed(slug: str) -> tuple[Place, ...]:
    """Those of them whose name no operating tea factory bears, of this county or of another: Gitugi is in two."""
    claimed = {at.place for county in counties() for at in places(county.slug) if at.tea_factory}
    return tuple(at for at in places(slug) if at.place not in claimed)


@cache
def flush_calendar(flush: str) -> dict[str, FlushPeriod]:
    """The periods of a flush calendar by name, in the order of PERIODS; each day of the year lies in one."""
    _require(flush, {row["flush"] for row in rows("flush_calendars")}, "flush calendar")
    periods = {period.period: period for period in read("flush_calendars", FlushPeriod, flush=flush)}
    return {name: periods[name] for name in PERIODS}


@cache
def crop_index(flush: str) -> tuple[float, ...]:
    """Green leaf per month relative to the year's monthly mean, January first; the mean is 1."""
    _require(flush, {row["flush"] for row in rows("crop_index")}, "flush calendar")
    return tuple(float(row["index"]) for row in rows("crop_index") if row["flush"] == flush)


def _require(name: str, known: Collection[str], what: str) -> None:
    if name not in known:
        raise ValueError(f"no {what} is called {name!r}; the nearest name is {nearest(name, known)!r}")

"""Where tea grows in Kenya: counties with their tea zones, places, flush calendars and the crop by month."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from demo_data.tea.kenya.tables import rows

PERIODS = ("first_flush", "monsoon_flush", "autumn_flush", "dormant")


@dataclass(frozen=True, slots=True)
class County:
    """A county and its tea zone: a circle in which tea really grows, and the zone's altitudes.

    `lat` and `lng` are degrees; `uphill_bearing_deg` is the compass direction in which the land rises.
    `flush` names the county's flush calendar and crop index.
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
    source: str


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
    source: str


@dataclass(frozen=True, slots=True)
class FlushPeriod:
    """A part of the tea year, from `start` to `end` (MM-DD, both included); it may wrap the year's end."""

    start: str
    end: str
    characteristics: str
    source: str


@cache
def counties() -> tuple[County, ...]:
    """The tea counties in the order in which profiles take them."""
    return tuple(_county(row) for row in rows("counties"))


def county(slug: str) -> County:
    """The tea county called `slug`; a ValueError names the nearest slug if there is none."""
    found = {known.slug: known for known in counties()}
    _require(slug, found, "tea county")
    return found[slug]


@cache
def places(slug: str) -> tuple[Place, ...]:
    """The places in the tea zone of the county called `slug`; no two have the same name."""
    county(slug)
    return tuple(_place(row) for row in rows("places") if row["slug"] == slug)


@cache
def flush_calendar(flush: str) -> dict[str, FlushPeriod]:
    """The periods of a flush calendar by name, in the order of PERIODS; each day of the year lies in one."""
    found = {row["period"]: row for row in _of_flush("flush_calendars", flush)}
    return {
        period: FlushPeriod(row["start"], row["end"], row["characteristics"], row["source"])
        for period, row in ((period, found[period]) for period in PERIODS)
    }


@cache
def crop_index(flush: str) -> tuple[float, ...]:
    """Green leaf per month relative to the year's monthly mean, January first; the mean is 1."""
    found = sorted(_of_flush("crop_index", flush), key=lambda row: int(row["month"]))
    return tuple(float(row["index"]) for row in found)


def _of_flush(table: str, flush: str) -> list[dict[str, str]]:
    found = [row for row in rows(table) if row["flush"] == flush]
    _require(flush, {row["flush"] for row in rows(table)}, "flush calendar")
    return found


def _require(name: str, known: dict[str, County] | set[str], what: str) -> None:
    if name not in known:
        nearest = get_close_matches(name, sorted(known), n=1, cutoff=0.0)
        raise ValueError(f"no {what} is called {name!r}; the nearest name is {nearest[0]!r}")


def _county(row: dict[str, str]) -> County:
    return County(
        slug=row["slug"],
        county=row["county"],
        lat=float(row["lat"]),
        lng=float(row["lng"]),
        radius_km=float(row["radius_km"]),
        altitude_min_m=int(row["altitude_min_m"]),
        altitude_max_m=int(row["altitude_max_m"]),
        uphill_bearing_deg=int(row["uphill_bearing_deg"]),
        soil_type=row["soil_type"],
        typical_diseases=tuple(row["typical_diseases"].split(";")),
        frost_risk=row["frost_risk"] == "true",
        harvest_peak_hours=row["harvest_peak_hours"],
        flush=row["flush"],
        source=row["source"],
    )


def _place(row: dict[str, str]) -> Place:
    return Place(
        slug=row["slug"],
        place=row["place"],
        postcode=row["postcode"],
        lat=float(row["lat"]) if row["lat"] else None,
        lng=float(row["lng"]) if row["lng"] else None,
        tea_factory=row["tea_factory"] == "true",
        source=row["source"],
    )

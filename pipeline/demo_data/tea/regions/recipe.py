"""Regions: one tea zone of one county in one altitude band."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from demo_data.recipes import Array, Coded, Count, Recipe, Settings, calendar_day, dense
from demo_data.tea.kenya.climate import hailstorms, normals, station_altitude_m
from demo_data.tea.kenya.places import County, counties, crop_index, flush_calendar
from demo_data.tea.kenya.places import county as county_of
from demo_data.tea.recipe import land
from demo_data.tea.recipe.shares import SHARES, factories_of, farmers_of
from demo_data.tea.recipe.terrain import KM_PER_DEGREE, MERIDIAN
from demo_data.tea.regions.model import (
    Agronomic,
    AltitudeBand,
    AltitudeBandLabel,
    FlushCalendar,
    FlushPeriod,
    Geography,
    Region,
    WeatherConfig,
)
from demo_data.tea.values import GPS


def known_regions() -> tuple[Region, ...]:
    """One highland region per tea county, in the order in which profiles take them."""
    return tuple(region_of(county) for county in counties())


def region_of(county: County, label: AltitudeBandLabel = AltitudeBandLabel.HIGHLAND) -> Region:
    """The region of a county in one altitude band.

    Tea is grown in the highland band, the county's tea zone. The other two are inventions for tests: circles of the
    same size on the zone's lower edge, with the altitudes of their band.
    """
    center = _center(county, label)
    periods = flush_calendar(county.flush)
    low, high = _INVENTED_M.get(label, (county.altitude_min_m, county.altitude_max_m))
    return Region(
        region_id=f"{county.slug}-{label}",
        name=f"{county.county} {label.capitalize()}",
        county=county.county,
        geography=Geography(
            center_gps=center,
            radius_km=county.radius_km,
            altitude_band=AltitudeBand(min_meters=low, max_meters=high, label=label),
            **circle(county.radius_km),
        ),
        flush_calendar=FlushCalendar(
            **{
                name: FlushPeriod(start=period.start, end=period.end, characteristics=period.characteristics)
                for name, period in periods.items()
            }
        ),
        agronomic=Agronomic(
            soil_type=county.soil_type,
            typical_diseases=list(county.typical_diseases),
            harvest_peak_hours=county.harvest_peak_hours,
            frost_risk=county.frost_risk,
        ),
        weather_config=WeatherConfig(api_location=center, altitude_for_api=middle(low, high), collection_time="20:30"),
        created_at=_RECORDED,
        updated_at=_RECORDED,
    )


def circle(radius_km: float) -> dict[str, float]:
    """The area and the perimeter of a region."""
    return {"area_km2": round(math.pi * radius_km**2, 1), "perimeter_km": round(2 * math.pi * radius_km, 1)}


def middle(min_meters: int, max_meters: int) -> int:
    """The altitude that a weather service is asked for."""
    return (min_meters + max_meters) // 2


_RECORDED = datetime(2010, 1, 1, tzinfo=UTC)

_INVENTED_M = {AltitudeBandLabel.MIDLAND: (850, 1200), AltitudeBandLabel.LOWLAND: (450, 790)}

_DOWNHILL = {AltitudeBandLabel.HIGHLAND: 0.0, AltitudeBandLabel.MIDLAND: 0.5, AltitudeBandLabel.LOWLAND: 0.9}
"""How many radii below the tea zone's centre a band's circle lies."""


def _center(county: County, label: AltitudeBandLabel) -> GPS:
    down = math.radians(county.uphill_bearing_deg + 180)
    degrees = _DOWNHILL[label] * county.radius_km / KM_PER_DEGREE
    east = degrees * math.sin(down) / math.cos(math.radians(county.lat))
    return GPS(lat=round(county.lat + degrees * math.cos(down), 6), lng=round(county.lng + east, 6))


recipe = Recipe(
    Region,
    count=Count(2, most=len(counties()), why="one highland region per tea county that is known"),
    reference=known_regions,
    options={"shares": SHARES},
)


@recipe.derive()
def number(rows: Array) -> Array:
    """The region's number for ever, by which its weather is told from that of others."""
    return rows


@recipe.derive()
def county_facts(region_id: pa.Array) -> Array:
    """The county of each region, as `demo_data.tea.kenya.places` knows it."""
    facts = np.empty(len(region_id), dtype=object)
    facts[:] = [county_of(text.partition("-")[0]) for text in region_id.to_pylist()]
    return facts


@recipe.derive("factories_here", "farmers_here")
def shared_out(rows: Array, every__county_facts: Array, settings: Settings) -> tuple[Array, Array]:
    """How many factories and farmers each region has, as of `born`."""
    every = list(every__county_facts)
    return factories_of(every, settings)[rows], farmers_of(every, settings)[rows]


@recipe.derive()
def first_factory(rows: Array, every__factories_here: Array) -> Array:
    """The row of a region's first factory."""
    return (np.cumsum(every__factories_here) - every__factories_here)[rows]


@recipe.derive("geography.radius_km")
def radius_km(county_facts: Array, factories_here: Array, farmers_here: Array, settings: Settings) -> Array:
    """The county's, or what the farms and the factories of `born` need, if that is more."""
    hectares = land.mean_farm(settings["farmers.farm_scale"]).hectares
    needs = zip(county_facts, farmers_here.tolist(), factories_here.tolist(), strict=True)
    return np.array([land.radius_km(county.radius_km, farms, many, hectares) for county, farms, many in needs])


@recipe.derive("geography.area_km2", "geography.perimeter_km")
def circles(geography__radius_km: Array) -> tuple[Array, Array]:
    about = [circle(radius) for radius in geography__radius_km.tolist()]
    return tuple(np.array([each[name] for each in about]) for name in ("area_km2", "perimeter_km"))  # type: ignore[return-value]


@recipe.derive()
def terrain(
    county_facts: Array,
    geography__center_gps__lat: Array,
    geography__center_gps__lng: Array,
    geography__radius_km: Array,
    geography__altitude_band__min_meters: Array,
    geography__altitude_band__max_meters: Array,
) -> Array:
    """What `demo_data.tea.recipe.terrain.altitude` needs to know of a region, shape (n, 7)."""
    bearings = [math.radians(county.uphill_bearing_deg) for county in county_facts]
    columns = (
        geography__center_gps__lat,
        geography__center_gps__lng,
        geography__radius_km,
        geography__altitude_band__min_meters,
        geography__altitude_band__max_meters,
        [round(math.cos(bearing), 6) for bearing in bearings],
        [round(math.sin(bearing), 6) for bearing in bearings],
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


@recipe.derive()
def dormant(flush_calendar__dormant__start: Coded | pa.Array, flush_calendar__dormant__end: Coded | pa.Array) -> Array:
    """Which calendar days (of 366) lie in the dormant season, shape (n, 366)."""
    days = np.arange(366)
    rows = []
    starts, ends = (dense(days).to_pylist() for days in (flush_calendar__dormant__start, flush_calendar__dormant__end))
    for first, last in zip(starts, ends, strict=True):
        start, end = calendar_day(first), calendar_day(last)
        rows.append((days >= start) & (days <= end) if start <= end else (days >= start) | (days <= end))
    return np.array(rows)


LAPSE = 6.5
"""Temperature falls by this many kelvins per kilometre of altitude (International Standard Atmosphere)."""


@recipe.derive()
def climate(county_facts: Array, weather_config__altitude_for_api: Array) -> Array:
    """Monthly normals, shape (n, 5, 12): rain (mm), rainy days, minimum and maximum (C), humidity (%).

    Temperatures are moved from the station's altitude to the region's.
    """
    tables = []
    for county, meters in zip(county_facts, weather_config__altitude_for_api, strict=True):
        cooler = round((meters - station_altitude_m(county.slug)) / 1000 * LAPSE, 2)
        months = normals(county.slug)
        tables.append(
            (
                [month.rain_mm for month in months],
                [month.rainy_days for month in months],
                [month.temp_min_c - cooler for month in months],
                [month.temp_max_c - cooler for month in months],
                [month.humidity_pct for month in months],
            )
        )
    return np.array(tables, np.float64)


@recipe.derive()
def center_km(geography__center_gps__lat: Array, geography__center_gps__lng: Array) -> Array:
    """The centre, in kilometres north of the equator and east of 36 degrees, shape (n, 2)."""
    return np.stack([geography__center_gps__lat, geography__center_gps__lng - MERIDIAN], axis=1) * KM_PER_DEGREE


FROST_METRES = 1_700
"""There is no frost on tea below; an estimate."""


@recipe.derive()
def frosty(agronomic__frost_risk: Array | pa.Array, weather_config__altitude_for_api: Array) -> Array:
    """Where clear nights may be very cold: in a county known for frost, and high enough."""
    risky = np.asarray(agronomic__frost_risk, bool)
    return risky & (np.asarray(weather_config__altitude_for_api) >= FROST_METRES)


@recipe.derive()
def storms(county_facts: Array) -> Array:
    """Hailstorms a year that strike the catchment of a factory."""
    return np.array([hailstorms(county.slug) for county in county_facts], np.float64)


_MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@recipe.derive()
def crop(county_facts: Array) -> Array:
    """Green leaf a day by month, against the year's mean day, shape (n, 12); the index is of whole months."""
    return np.array([crop_index(county.flush) for county in county_facts]) * (365.25 / 12 / _MONTH_DAYS)

"""The Polyfactory classes of regions, tea factories, collection points and weather."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from demo_data.common.errors import nearest
from demo_data.engine.world import Block
from demo_data.objects import state
from demo_data.objects.base import EntityFactory
from demo_data.objects.call import Call
from demo_data.objects.columns import reach
from demo_data.recipes.calendar import last_day
from demo_data.recipes.columns import Array
from demo_data.tea.factories.model import Factory
from demo_data.tea.kenya.places import counties
from demo_data.tea.objects.places import (
    BANDS,
    MODELS,
    REGIONS,
    Places,
    grading_model_of,
    known_region,
    nothing_registered,
)
from demo_data.tea.points.model import CollectionPoint
from demo_data.tea.points.recipe import share_out
from demo_data.tea.regions.model import AltitudeBandLabel, Region
from demo_data.tea.regions.recipe import circle, middle
from demo_data.tea.weather.model import RegionalWeather

HANDED_OUT = "region"
FACTORY_OF_REGION = "factory of region"
POINT_OF_REGION = "point of region"
POINT_OF_FACTORY = "point of factory"
"""What is counted below a parent."""

WEATHER_DAYS = 30
"""Days up to the last one that weather is made for where no profile says how many."""


class RegionFactory(EntityFactory[Region]):
    """Regions: first the highland ones in the order of profiles, then the midland and lowland ones, which are invented.

    `county` or `region_id` ask for a certain one.

    >>> [region.region_id for region in RegionFactory.batch(2)]
    ['nyeri-highland', 'kericho-highland']
    >>> RegionFactory.build(county="Kisii", geography={"altitude_band": {"label": "midland"}}).name
    'Kisii Midland'
    """

    __table__ = "regions"

    @classmethod
    def _records(cls, call: Call) -> list[dict[str, Any]]:
        named, counties_, bands = (
            call.texts(path) for path in ("region_id", "county", "geography.altitude_band.label")
        )
        wanted = [
            region_id or (f"{_slug(county)}-{_band(band)}" if county or band else None)
            for region_id, county, band in zip(named, counties_, bands, strict=True)
        ]
        free = iter(_free(call, wanted.count(None)))
        chosen = [next(free) if region_id is None else region_id for region_id in wanted]
        call.counted.append((HANDED_OUT, chosen))
        return [
            _placed(known_region(key).model_dump(), given) for key, given in zip(chosen, call.rows_given(), strict=True)
        ]


def _placed(record: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The region with what follows from the centre, the radius and the altitudes that the caller gives."""
    own = record["geography"]
    radius, low, high = (
        reach(given, f"geography.{path}")
        for path in ("radius_km", "altitude_band.min_meters", "altitude_band.max_meters")
    )
    if isinstance(radius, int | float):
        own |= circle(radius)
    center = reach(given, "geography.center_gps")
    if isinstance(center, Mapping):
        record["weather_config"]["api_location"] |= center
    band = {"min_meters": low, "max_meters": high}
    meters = own["altitude_band"] | {name: value for name, value in band.items() if isinstance(value, int)}
    record["weather_config"]["altitude_for_api"] = middle(meters["min_meters"], meters["max_meters"])
    return record


def _free(call: Call, size: int) -> list[str]:
    """The next regions, those first that were handed out least."""
    if size > REGIONS:
        raise ValueError(
            f"{size} regions are more than can be made: there are {REGIONS}, {len(counties())} tea counties in "
            f"{len(BANDS)} altitude bands"
        )
    every = [f"{county.slug}-{band}" for band in BANDS for county in counties()]
    return sorted(every, key=lambda key: call.made.below[HANDED_OUT, key])[:size]


def _slug(county: str | None) -> str:
    slugs = {known.county: known.slug for known in counties()}
    if county is None:
        return counties()[0].slug
    if county not in slugs:
        raise ValueError(f"{county!r} is no tea county of Kenya; {nearest(county, slugs)}")
    return slugs[county]


def _band(label: str | None) -> str:
    if label is not None and label not in list(AltitudeBandLabel):
        raise ValueError(f"{label!r} is no altitude band; {nearest(label, AltitudeBandLabel)}")
    return label or BANDS[0]


class FactoryEntityFactory(EntityFactory[Factory]):
    """Tea factories in the registered regions."""

    __table__ = "factories"
    __parents__ = ("regions",)

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        places = Places(settings, call.registry)
        regions = picked(call, "region_id", "regions")
        numbers = np.array([places.region(region) for region in regions], np.int64)
        world = places.world(
            factories__count=total(call, settings), regions__count=max(1, len(call.registry.ids("regions")))
        )
        in_region = call.numbered(FACTORY_OF_REGION, regions)
        return Block(world, cls.recipe(), call.rows, call.given | {"region": numbers, "number_in_region": in_region})

    @classmethod
    def _registered(cls, made: Sequence[Factory]) -> None:
        """Each factory joins the list of its grading model, where that is registered."""
        registry, prefix = state.get_fk_registry(), state.current().settings(cls)["factories.id_prefix"]
        for factory in made:
            model: Any = registry.record("grading_models", MODELS[grading_model_of(factory.id, registry, prefix)])
            if model is not None and factory.id not in model.active_at_factory:
                model.active_at_factory.append(factory.id)


class CollectionPointFactory(EntityFactory[CollectionPoint]):
    """Collection points of the registered tea factories, each in its factory's region. Their farmers enrol later."""

    __table__ = "collection_points"
    __parents__ = ("factories", "regions")

    @classmethod
    def _empty(cls) -> Sequence[str]:
        return ("farmer_ids",)

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        places = Places(settings, call.registry)
        named = call.texts("region_id")
        factories = picked(call, "factory_id", "factories", within=named)
        found = [places.factory(key, region) for key, region in zip(factories, named, strict=True)]
        regions = [region or reach(factory, "region_id") for region, factory in zip(named, found, strict=True)]
        numbers = {
            "region": np.array([places.region(region) for region in regions], np.int64),
            "factory": np.array([list(places.factories).index(key) for key in factories], np.int64),
            "number_in_region": call.numbered(POINT_OF_REGION, regions),
            "number_in_factory": call.numbered(POINT_OF_FACTORY, factories),
        }
        world = places.world(collection_points__count=total(call, settings))
        block = Block(world, cls.recipe(), call.rows, call.given | numbers)
        farmers, points, is_open = settings["farmers.count"], settings["collection_points.count"], block["is_open"]
        if call.single or not is_open.any():
            block.give("main_farmers", np.where(is_open, farmers // points, 0))
        else:
            block.give(
                "main_farmers", np.diff(share_out(farmers * call.size // points, is_open, block["size"]), prepend=0)
            )
        return block


class RegionalWeatherFactory(EntityFactory[RegionalWeather]):
    """Daily weather of the registered regions: the latest of the last 30 days (or of the profile's history) first.

    A batch holds each region's days in order of time.

    >>> import datetime
    >>> days = RegionalWeatherFactory.build_for_region_and_dates("nyeri-highland", datetime.date(2026, 1, 1), 7)
    >>> all(day.temp_min < day.temp_max for day in days)
    True
    """

    __table__ = "weather_observations"
    __parents__ = ("regions",)

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        places = Places(settings, call.registry)
        regions = picked(call, "region_id", "regions")
        numbers = np.array([places.region(region) for region in regions], np.int64)
        days = settings["days"] if state.current().profile else WEATHER_DAYS
        day = call.given.get("date")
        if day is None:
            back = call.numbered("weather of region", regions)
            if not call.single:
                if np.bincount(numbers).max() > days:
                    raise ValueError(
                        f"{call.size} days of weather are more than {len(set(regions))} regions have in {days} days; "
                        f"{cls.__name__}.build_for_region_and_dates makes any others"
                    )
                back = latest_last(numbers, back)
            day = last_day(settings) - back % days
        return Block(places.world(), cls.recipe(), call.rows, call.given | {"region": numbers, "day": day})

    @classmethod
    def build_for_region_and_dates(
        cls, region_id: str, start_date: Any, num_days: int, **overrides: Any
    ) -> list[RegionalWeather]:
        """A region's weather on consecutive days: the same as in a dataset of this seed.

        Raises TypeError or ValueError where there is no such span of days.
        """
        num_days = state.whole(f"{cls.__name__}: num_days", num_days, 1)
        if not isinstance(start_date, datetime.date):
            raise TypeError(f"{cls.__name__}: start_date is a date, not {start_date!r}")
        cls._check_names(overrides)
        first = start_date.date() if isinstance(start_date, datetime.datetime) else start_date
        dates = [first + datetime.timedelta(days=ahead) for ahead in range(num_days)]
        return cls._objects(num_days, {"region_id": region_id, **overrides}, by_row={"date": dates})


def picked(call: Call, field: str, parents: str, within: Sequence[str | None] | None = None) -> list[str]:
    """A parent's key for each object: the one that the caller names, else a registered one (`within` a region)."""
    named = call.texts(field)
    if field in call.overrides and None in named:
        raise TypeError(f"{call.table}.{field} is a text, not {call.overrides[field][named.index(None)]!r:.80}")
    if None not in named:
        return [key for key in named if key is not None]
    known = call.registry.ids(parents)
    if not known:
        raise nothing_registered(parents)
    asked = next((region for region in within or () if region), None)
    if asked:
        records = {key: call.registry.record(parents, key) for key in known}
        known = [key for key, record in records.items() if record is None or reach(record, "region_id") == asked]
        if not known:
            raise nothing_registered(parents, region_id=asked)
    return [known[number] for number in call.dealt(len(known))]


def latest_last(parent: Array, back: Array) -> Array:
    """How far back objects lie that were counted from the latest on, put in order of time below each parent."""
    order = np.lexsort((-back, parent))
    placed = np.empty_like(back)
    placed[np.argsort(parent, kind="stable")] = back[order]
    return placed


def total(call: Call, settings: Mapping[str, Any]) -> int:
    """The table's rows in the end, as far as is known: the profile's, or those made so far and now."""
    planned = settings[f"{call.table}.count"] if state.current().profile else 0
    return max(int(planned), call.made.rows + call.size)

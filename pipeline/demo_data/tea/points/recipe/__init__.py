"""Collection points: where farmers bring their leaf."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from demo_data.recipes import (
    MICRO,
    WEEKDAYS,
    Array,
    Chance,
    Coded,
    Count,
    Lists,
    Maybe,
    Noise,
    Recipe,
    Settings,
    Uniform,
    Weighted,
    born_day,
    digits,
    joined,
    last_day,
    padded,
    texts,
)
from demo_data.tea.factories.recipe import altitude_meters
from demo_data.tea.points.model import CollectionPoint
from demo_data.tea.points.recipe import capacity, hours, members, places
from demo_data.tea.recipe import local_day, office_moment, working_day
from demo_data.tea.recipe.changes import NEVER, turns
from demo_data.tea.recipe.phones import SHARE, phone_numbers, reserved
from demo_data.tea.recipe.shares import first_points
from demo_data.tea.recipe.terrain import distance

CLERKS = 20
"""A point has at most so many clerks, one after the other."""

MEAN_SIZE = 100
"""What the sizes of points are relative to."""

CLERK_DAYS = 1_200
"""A point has another clerk once in each span of so many days."""

recipe = Recipe(
    CollectionPoint,
    count=Count(10, most=SHARE // CLERKS, why="the phone numbers kept for clerks"),
    links={"factory": "factories", "region": "regions"},
)

recipe.draw("status", Weighted({"active": 85, "inactive": 10, "seasonal": 5}))
recipe.draw("days", Weighted({"mon wed fri sat": 60, "tue thu sat": 20, "mon tue wed thu fri sat": 20}))
recipe.draw("hours", Weighted({"06:00-10:00": 60, "06:30-10:30": 20, "07:00-11:00": 20}))
recipe.draw("weekend_hours", Weighted({"07:00-09:00": 70, "07:00-10:00": 30}))
recipe.draw("storage", Weighted({"covered_shed": 75, "open_air": 20, "refrigerated": 5}))
recipe.draw("has_weighing_scale", Chance(95))
recipe.draw("has_qc_device", Chance(80))
recipe.draw("has_clerk", Chance(90))
recipe.draw("size", Uniform(60, 140))
recipe.draw("opened_days_after", Uniform(0, 900))

_SIDES = (
    *("", " Market", " Junction", " School", " Upper", " Lower", " Bridge", " East", " West", " Ridge", " Valley"),
    *(" Mission", " Dispensary", " River", " Hill", " Corner", " Stage", " Dam", " Springs", " Polytechnic", " Forest"),
    *(
        " Chief's Camp",
        " Church",
        " Shops",
        " Primary",
        " Farm",
        " Gate",
        " Quarry",
        " Stadium",
        " Water Point",
        " Crossing",
    ),
)


@recipe.derive()
def number(rows: Array) -> Array:
    """The point's number for ever."""
    return rows


@recipe.derive()
def factory(rows: Array, settings: Settings) -> Array:
    """Points are dealt to the factories in runs, as evenly as their number allows."""
    return rows * settings["factories.count"] // settings["collection_points.count"]


@recipe.derive()
def number_in_factory(rows: Array, factory: Array, settings: Settings) -> Array:
    """0 for a factory's first point."""
    return rows - first_points(factory, settings)


@recipe.derive()
def points_of_factory(factory: Array, settings: Settings) -> Array:
    """How many points its factory has."""
    return first_points(factory + 1, settings) - first_points(factory, settings)


recipe.copy("region", "factory__region")
recipe.copy("grading_model", "factory__grading_model")
recipe.copy("care", "factory__care")


@recipe.derive()
def number_in_region(rows: Array, region__first_factory: Array, settings: Settings) -> Array:
    """0 for a region's first point."""
    return rows - first_points(region__first_factory, settings)


@recipe.derive("id")
def id_(region_id: Coded, number_in_region: Array, settings: Settings) -> pa.Array:
    """`{region_id}-cp-001`; all numbers are as wide as the dataset's points could need."""
    width = max(3, len(str(settings["collection_points.count"])))
    return joined(region_id, "-cp-", padded(number_in_region + 1, width))


recipe.derive("location.latitude", "location.longitude", "place", "postcode", "place_repeat")(places.position)
recipe.derive()(places.farms_within_km)
recipe.derive()(places.next_points)


@recipe.derive()
def address(place: Coded, postcode: Coded, number_in_region: Array) -> pa.Array:
    """The post box that the farmers around a point share."""
    return joined("P.O. Box ", pa.array(number_in_region + 101).cast(pa.string()), "-", postcode, ", ", place)


@recipe.derive()
def name(place: Coded, place_repeat: Array) -> pa.Array:
    """The place, and a side of it where the county has more points than known places."""
    further = [f" {number}" for number in range(len(_SIDES), int(place_repeat.max(initial=0)) + 1)]
    return joined(place, Coded(place_repeat, pa.array([*_SIDES, *further])), " Collection Centre")


recipe.copy("factory_id", "factory__id")
recipe.copy("region_id", "factory__region_id")


recipe.derive("location.altitude_meters")(altitude_meters)


@recipe.derive()
def distance_km(
    location__latitude: Array,
    location__longitude: Array,
    factory__location__latitude: Array,
    factory__location__longitude: Array,
) -> Array:
    """To the factory."""
    return distance(location__latitude, location__longitude, factory__location__latitude, factory__location__longitude)


@recipe.derive()
def opened_day(created_at: Array) -> Array:
    return local_day(created_at)


@recipe.derive()
def has_clerk(drawn__has_clerk: Array, status: Coded) -> Array:
    """An inactive point has none."""
    return drawn__has_clerk & ~status.equals("inactive")


@recipe.derive("clerk_turn", "clerk_day")
def clerk_turn(has_clerk: Array, opened_day: Array, rows: Array, settings: Settings, noise: Noise) -> tuple[Array, ...]:
    """The number of the point's clerk by now, 0 for the one as of `born`, and the day since when, or -1."""
    born, last = (np.full(len(rows), day(settings)) for day in (born_day, last_day))
    turn, day = turns("clerk", CLERK_DAYS, CLERKS - 1, opened_day, born, last, rows, noise)
    return turn, np.where(has_clerk, day, NEVER)


@recipe.derive()
def clerk_number(rows: Array, clerk_turn: Array, settings: Settings) -> Array:
    """Every clerk that a point has had is nobody else's, ever."""
    return rows + clerk_turn * settings["collection_points.count"]


@recipe.derive("clerk_id", "clerk_phone")
def clerk(clerk_number: Array, has_clerk: Array, settings: Settings, noise: Noise) -> tuple[Maybe, Maybe]:
    width = max(4, len(str(settings["collection_points.count"] * CLERKS)))
    ids = texts(len(clerk_number), "CLK-", digits(clerk_number + 1, width))
    return Maybe(ids, has_clerk), Maybe(phone_numbers(reserved(clerk_number, 2), noise), has_clerk)


recipe.derive("operating_hours.weekdays", "hours_until", "hours_before")(hours.weekday_hours)
recipe.copy("operating_hours.weekends", "weekend_hours")
recipe.derive("opening_minute", "open_minutes")(hours.opening)
recipe.derive("opened_before", "open_minutes_before")(hours.opening_before)


@recipe.derive()
def collection_days(days: Coded) -> Lists:
    variants = [words.split() for words in days.words]
    counts = np.array([len(words) for words in variants])[days.codes]
    first = np.cumsum([0, *(len(words) for words in variants)])[days.codes]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    place = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], counts)
    flat = np.array([WEEKDAYS.index(word) for words in variants for word in words])
    return Lists(offsets, Coded(flat[place], WEEKDAYS))


@recipe.derive()
def collects(collection_days: Lists) -> Array:
    """Whether a point collects on each weekday from Monday, shape (n, 7)."""
    collects = np.zeros((len(collection_days.offsets) - 1, len(WEEKDAYS)), bool)
    days: Any = collection_days.items
    weekday = np.array([WEEKDAYS.index(word) for word in days.words], np.int64)
    point = np.repeat(np.arange(len(collects)), np.diff(collection_days.offsets))
    collects[point, weekday[days.codes]] = True
    return collects


recipe.derive()(capacity.main_farmers)
recipe.derive("plucked_hectares", "plucked_squares")(capacity.plucked)
recipe.derive()(capacity.usual_share)
recipe.derive("capacity.max_daily_kg")(capacity.max_daily_kg)
recipe.copy("capacity.has_weighing_scale", "has_weighing_scale")
recipe.copy("capacity.has_qc_device", "has_qc_device")
recipe.copy("capacity.storage_type", "storage")


@recipe.derive()
def status(drawn__status: Coded, number_in_factory: Array) -> Coded:
    """Drawn, but a factory's first point is active: every factory keeps one."""
    active = list(drawn__status.words).index("active")
    return Coded(np.where(number_in_factory == 0, active, drawn__status.codes), drawn__status.words)


@recipe.derive("is_open", "is_seasonal")
def openness(status: Coded) -> tuple[Array, Array]:
    """Whether a point is active, and whether it is seasonal."""
    return status.equals("active"), status.equals("seasonal")


recipe.derive()(members.last_farmer)
recipe.derive()(members.draws_joiners)
recipe.derive("farmer_ids", "latest_member")(members.members)


@recipe.derive()
def created_at(
    factory__created_at: Array, factory__opened_day: Array, opened_days_after: Array, rows: Array, noise: Noise
) -> Array:
    """In office hours, some time after the factory."""
    opened = working_day(factory__opened_day + opened_days_after)
    return np.maximum(office_moment(opened, noise.bits("created_second", rows)) * MICRO, factory__created_at)


@recipe.derive()
def updated_at(
    created_at: Array, clerk_day: Array, hours_until: Array, latest_member: Array, rows: Array, noise: Noise
) -> Array:
    """The moment of what happened last: a change of clerk or hours, a member more."""
    changed_day = np.maximum(clerk_day, hours_until.max(axis=1, initial=NEVER))
    random = noise.bits("updated_second", (rows << 16) | np.maximum(changed_day, 0))
    changed = np.where(changed_day < 0, 0, office_moment(changed_day, random, hours.ALL_CLOSED) * MICRO)
    return np.maximum(np.maximum(created_at, latest_member), changed)

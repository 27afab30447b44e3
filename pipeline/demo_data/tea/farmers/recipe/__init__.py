"""Farmers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from demo_data.recipes import (
    Array,
    Chance,
    Coded,
    Count,
    Noise,
    Normal,
    Recipe,
    Settings,
    Uniform,
    Unit,
    Weighted,
    digits,
    rows_ever,
    texts,
)
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.farmers.recipe import husbandry, lives, numbers, people, registering, stories
from demo_data.tea.recipe import OFFICE_CLOSES, OFFICE_OPENS, SCENARIOS, SEASON_DAYS, WORKING_DAYS
from demo_data.tea.recipe.land import farm_hectares
from demo_data.tea.recipe.phones import capacity
from demo_data.tea.recipe.terrain import altitude, distance, scatter
from demo_data.tea.values import FarmScale

MOST = min(30_000_000, capacity())
"""Farmers at most: as many as there is room for, and for those who join, among national IDs and phone numbers."""

recipe = Recipe(
    Farmer,
    count=Count(50, most=MOST, why="the national IDs", joining=3.0, joins_on=WORKING_DAYS),
    links={"point": "collection_points", "region": "regions"},
    id_prefix="WM-",
    scenarios=SCENARIOS,
    season_days=SEASON_DAYS,
)

recipe.draw("farm_scale", Weighted({"smallholder": 60, "medium": 35, "estate": 5}))
recipe.draw("is_active", Chance(95))
recipe.draw("notification_channel", Weighted({"sms": 70, "whatsapp": 30}))
recipe.draw("interaction_pref", Weighted({"text": 80, "voice": 20}))
recipe.draw("pref_lang", Weighted({"sw": 50, "en": 30, "ki": 15, "luo": 5}))
recipe.draw("gender", Weighted({"female": people.WOMEN, "male": 100 - people.WOMEN}))
recipe.draw("grower", Chance(70))
recipe.draw("two_points", Chance(8))
recipe.draw("has_email", Chance(12))
recipe.draw("quality", Weighted({"tier_1": 30, "tier_2": 40, "tier_3": 25, "reject": 5}))
recipe.draw("skill", Unit())
recipe.draw("drift", Normal(0, 1))
recipe.draw("own_vigour", Normal(0, 1))
recipe.draw("size_in_scale", Unit())
recipe.draw("registered_second", Uniform(OFFICE_OPENS, OFFICE_CLOSES))


@recipe.derive("id")
def id_(rows: Array, settings: Settings) -> pa.Array:
    width = max(4, len(str(rows_ever("farmers", settings))))
    return texts(len(rows), settings["farmers.id_prefix"], digits(rows + 1, width))


@recipe.derive()
def point(rows: Array, all_point__last_farmer: Array, all_point__draws_joiners: Array, noise: Noise) -> Array:
    """The main collection point: points have the farmers in runs; who joins later goes to any, larger ones sooner."""
    point = np.searchsorted(all_point__last_farmer, rows, side="right")
    joins = np.flatnonzero(rows >= all_point__last_farmer[-1])
    point[joins] = joins_at(rows[joins], all_point__draws_joiners, noise)
    return point.astype(np.int32)


def joins_at(rows: Array, sizes: Array, noise: Noise) -> Array:
    """The place among points of these sizes of the one that each farmer who joins later goes to."""
    borders = np.cumsum(sizes)
    place: Array = np.searchsorted(borders, noise.unit("joins_at", rows) * borders[-1], side="right")
    return place


@recipe.derive()
def second(
    point: Array, two_points: Array, takes_part: Array, rows: Array, noise: Noise, all_point__next_points: Array
) -> Array:
    """The second collection point, one of the nearest to the main one that is not inactive; -1 for none."""
    near = all_point__next_points[point]
    many = (near >= 0).sum(axis=1)
    random = noise.bits("second", rows) >> np.uint64(32)
    choice = (random * many.astype(np.uint64) >> np.uint64(32)).astype(np.int64)
    chosen = near[np.arange(len(rows)), choice]
    return np.where(two_points & takes_part & (many > 0), chosen, -1).astype(np.int32)


recipe.derive()(husbandry.standing)
recipe.derive()(husbandry.vigour)
recipe.derive()(husbandry.site)
recipe.derive()(husbandry.usual_score)
recipe.derive()(husbandry.place_in_tier)

recipe.copy("region", "point__region")
recipe.copy("grading_model", "point__grading_model")


recipe.derive()(numbers.birth_day)
recipe.derive()(numbers.national_id)
recipe.derive()(numbers.grower_number)


@recipe.derive()
def community(region: Array, all_region__county_facts: Array, rows: Array, noise: Noise) -> Array:
    return people.community(_slugs(all_region__county_facts), region, noise.bits("community", rows))


@recipe.derive()
def gender(
    region: Array, all_region__county_facts: Array, weights__gender: Mapping[str, float], rows: Array, noise: Noise
) -> Coded:
    return people.gender(_slugs(all_region__county_facts), region, weights__gender, noise.unit("gender", rows))


@recipe.derive()
def first_name(
    region: Array, all_region__county_facts: Array, community: Array, gender: Coded, rows: Array, noise: Noise
) -> Coded:
    return people.given_names(
        _slugs(all_region__county_facts), region, community, gender.codes, noise.bits("first_name", rows)
    )


@recipe.derive()
def last_name(
    region: Array,
    all_region__county_facts: Array,
    community: Array,
    gender: Coded,
    first_name: Coded,
    rows: Array,
    noise: Noise,
) -> Coded:
    return people.family_names(
        _slugs(all_region__county_facts), region, community, gender.codes, first_name, noise.bits("last_name", rows)
    )


def _slugs(facts: Array) -> list[str]:
    """The counties of all regions, by their slugs."""
    return [county.slug for county in facts]


@recipe.derive()
def pref_lang(community: Array, weights__pref_lang: Mapping[str, float], rows: Array, noise: Noise) -> Coded:
    return people.language(community, weights__pref_lang, noise.bits("pref_lang", rows))


recipe.copy("region_id", "region__region_id")


@recipe.derive("farm_location.latitude", "farm_location.longitude")
def position(
    point__location__latitude: Array,
    point__location__longitude: Array,
    point__farms_within_km: Array,
    rows: Array,
    noise: Noise,
) -> tuple[Array, Array]:
    """Around the main point, at most 4 km away: on the point's share of the catchment."""
    random = noise.bits("position", rows)
    return scatter(point__location__latitude, point__location__longitude, point__farms_within_km, random)


@recipe.derive()
def distance_km(
    farm_location__latitude: Array,
    farm_location__longitude: Array,
    point__location__latitude: Array,
    point__location__longitude: Array,
) -> Array:
    """To the main point."""
    return distance(
        farm_location__latitude, farm_location__longitude, point__location__latitude, point__location__longitude
    )


@recipe.derive("farm_location.altitude_meters")
def altitude_meters(farm_location__latitude: Array, farm_location__longitude: Array, region__terrain: Array) -> Array:
    return altitude(farm_location__latitude, farm_location__longitude, region__terrain)


@recipe.derive("contact.email")
def email(has_email: Array, first_name: Coded, last_name: Coded, rows: Array) -> Coded:
    return people.emails(has_email, first_name, last_name, rows + 1)


recipe.copy("contact.address", "point__address")


@recipe.derive()
def farm_size_hectares(drawn__farm_scale: Coded, size_in_scale: Array) -> Array:
    """Within the drawn class, small sizes more often: means near 0.45, 2.3 and 9 ha.

    Smallholders pluck 0.2 to 0.6 ha on average (Kenya Tea Development Agency; Tea Board of Kenya, industry reports).
    """
    return farm_hectares(drawn__farm_scale.codes, size_in_scale)


@recipe.derive()
def blocks(farm_size_hectares: Array) -> Array:
    """A farm is plucked in blocks of at most a hectare, each with a round of its own."""
    return np.maximum(np.ceil(farm_size_hectares), 1).astype(np.int64)


@recipe.derive()
def farm_scale(farm_size_hectares: Array) -> Coded:
    return Coded((farm_size_hectares >= 1).astype(np.int8) + (farm_size_hectares > 5), tuple(FarmScale))


for column in (stories.first_story, stories.takes_part, stories.stories, stories.scenario):
    recipe.derive()(column)

recipe.derive()(registering.share_before)
recipe.derive()(registering.registration_date)
recipe.derive()(registering.registered_day)
recipe.derive()(lives.left_day)
recipe.derive()(lives.is_active)
recipe.derive("notification_channel", "channel_day")(lives.channel)
recipe.derive("interaction_pref", "interaction_day")(lives.interaction)
recipe.derive("contact.phone", "phone_day")(lives.phone)
recipe.copy("created_at", "registration_date")
recipe.derive()(lives.updated_at)

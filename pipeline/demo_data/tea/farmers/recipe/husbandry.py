"""What a farmer does and has: how good the leaf is in usual weeks, and how much of it grows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import numpy as np

from demo_data.recipes import Array, Coded
from demo_data.tea.kenya.climate import hailstorms
from demo_data.tea.kenya.places import counties
from demo_data.tea.recipe.causes import (
    ALTITUDE,
    CARE,
    HAIL,
    STANDING,
    TO_FACTORY,
    TO_POINT,
    USUAL_DRIVE_KM,
    USUAL_WALK_KM,
)
from demo_data.tea.recipe.hail import usual_loss
from demo_data.tea.recipe.husbandry import OF_FARMS, factor
from demo_data.tea.recipe.husbandry import standing as standing_among

SHOWS = 0.6
"""How far a farmer's standing shows in the yield: the correlation of both scores, an estimate of ours."""

_OWN = round(math.sqrt(1 - SHOWS**2), 6)


def standing(quality: Coded, skill: Array, weights__quality: Mapping[str, float]) -> Array:
    """How good a farmer is among all, as a standard normal score; shows in the leaf of those without a story."""
    return standing_among(quality, skill, weights__quality)


def vigour(standing: Array, own_vigour: Array) -> Array:
    """What the farm's husbandry does to its yield: who brings good leaf brings more of it."""
    return factor(SHOWS * standing + _OWN * own_vigour, *OF_FARMS)


def site(
    point__care: Array,
    point__distance_km: Array,
    distance_km: Array,
    farm_location__altitude_meters: Array,
) -> Array:
    """What the farm's place does to the score of its leaf (`demo_data.tea.recipe.causes`), with the hail that usually
    falls: 0 in mean over the nation's growers.

    Farms lie about the middle of their county's band.
    """
    usual_m, usual_hail = _of_the_nation()
    metres = np.rint(farm_location__altitude_meters * 10) / 10  # as published, so that it follows from the record
    carried = TO_POINT * (distance_km - USUAL_WALK_KM) + TO_FACTORY * (point__distance_km - USUAL_DRIVE_KM)
    return CARE * point__care + ALTITUDE / 1000 * (metres - usual_m) + carried - HAIL * usual_hail


@cache
def _of_the_nation() -> tuple[float, float]:
    """Metres of altitude, and the share of leaf that hail takes, in mean over all growers."""
    growers = [county.growers for county in counties()]
    middles = [(county.altitude_min_m + county.altitude_max_m) / 2 for county in counties()]
    lost = usual_loss(np.array([hailstorms(county.slug) for county in counties()], np.float64))
    metres, hail = (float(np.average(each, weights=growers)) for each in (middles, lost))
    return round(metres, 6), round(hail, 6)


def usual_score(standing: Array, site: Array) -> Array:
    """The score of the leaf of those without a story, in usual weeks."""
    return STANDING * standing + site


def place_in_tier(skill: Array, site: Array) -> Array:
    """Where in their story's tiers those lie who have one, 0 to 1, in usual weeks."""
    return 0.15 + 0.6 * np.clip(skill + site / 2, 0.0, 1.0)

"""What a farmer does and has: how good the leaf is in usual weeks, and how much of it grows."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from demo_data.recipes import Array, Coded
from demo_data.tea.recipe.causes import ALTITUDE, CARE, HAIL, STANDING, TO_FACTORY, TO_POINT
from demo_data.tea.recipe.hail import usual_loss
from demo_data.tea.recipe.husbandry import factor
from demo_data.tea.recipe.husbandry import standing as standing_among

SHOWS = 0.6
"""How far a farmer's standing shows in the yield: the correlation of both scores, an estimate of ours."""

_OWN = round(math.sqrt(1 - SHOWS**2), 6)


def standing(quality: Coded, skill: Array, weights__quality: Mapping[str, float]) -> Array:
    """How good a farmer is among all, as a standard normal score; shows in the leaf of those without a story."""
    return standing_among(quality, skill, weights__quality)


def vigour(standing: Array, own_vigour: Array) -> Array:
    """What the farm's husbandry does to its yield: who brings good leaf brings more of it."""
    return factor(SHOWS * standing + _OWN * own_vigour, 0.48, -1.9, 1.4)


def site(
    point__care: Array,
    point__distance_km: Array,
    distance_km: Array,
    farm_location__altitude_meters: Array,
    all_point__region: Array,
    all_point__factory: Array,
    all_region__terrain: Array,
    all_region__storms: Array,
) -> Array:
    """What the farm's place does to the score of its leaf (`demo_data.tea.recipe.causes`): 0 in mean over all places,
    with the hail that usually falls on them.

    Farms lie about the middle of their region's band, and regions have farms as they have collection points; a region's
    factories and points share its circle, and what is spread over a circle lies two thirds of a radius from its centre.
    """
    regions = len(all_region__terrain)
    points = np.bincount(all_point__region, minlength=regions)
    firsts = np.unique(all_point__factory, return_index=True)[1]
    factories = np.maximum(np.bincount(all_point__region[firsts], minlength=regions), 1)
    middle, radius = all_region__terrain[:, 3:5].mean(axis=1), all_region__terrain[:, 2] * (2 / 3)
    usual_m, usual_km, usual_walk_km, usual_hail = (
        round(float((each * points).sum() / points.sum()), 6)
        for each in (
            middle,
            radius / np.sqrt(factories),
            radius / np.sqrt(np.maximum(points, 1)),
            usual_loss(all_region__storms),
        )
    )
    metres = np.rint(farm_location__altitude_meters * 10) / 10  # as published, so that it follows from the record
    carried = TO_POINT * (distance_km - usual_walk_km) + TO_FACTORY * (point__distance_km - usual_km)
    return CARE * point__care + ALTITUDE / 1000 * (metres - usual_m) + carried - HAIL * usual_hail


def usual_score(standing: Array, site: Array) -> Array:
    """The score of the leaf of those without a story, in usual weeks."""
    return STANDING * standing + site


def place_in_tier(skill: Array, site: Array) -> Array:
    """Where in their story's tiers those lie who have one, 0 to 1, in usual weeks."""
    return 0.15 + 0.6 * np.clip(skill + site / 2, 0.0, 1.0)

"""How good the leaf of a bag is: a score of what makes it so, and the leaves that are not rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import YEAR, Array, Noise, Settings, born_day
from demo_data.tea.documents.model import LEAVES
from demo_data.tea.recipe import PARTS, SCENARIOS, SEASON_DAYS
from demo_data.tea.recipe.causes import BAG, DRIFT, GAP, HAIL, WET_WEEK, swing
from demo_data.tea.recipe.rhythm import MEAN_GAP

TIERS = ("tier_1", "tier_2", "tier_3", "reject")
_LOWEST = np.array([170, 140, 100, 40], np.int32)
_HIGHEST = np.array([LEAVES, 169, 139, 99], np.int32)
"""Leaves kept of 200, by tier: 85 to 100 %, 70 to 84.5, 50 to 69.5, 20 to 49.5."""

_REJECT = TIERS.index("reject")

_WITHIN, _FARTHEST = 0.45, 0.25
"""How far a story's bags move inside the tier's range by one unit of the score, and at most: so that trends show."""

_STEPS, _END = 1024, 4
"""Scores are told apart to 1/1024, and end 4 standard deviations from the mean."""


def score(
    farmer__usual_score: Array,
    farmer__drift: Array,
    weather__wet_leaf: Array,
    hail_loss: Array,
    gap: Array,
    day: Array,
    cells: Array,
    settings: Settings,
    noise: Noise,
) -> Array:
    """The score of a bag's leaf: standard normal over all (`demo_data.tea.recipe.causes`).

    What the farmer and the farm's place give, less old leaf, wet weeks and hail, with a slow drift, and what differs
    from bag to bag.
    """
    drift = farmer__drift * (DRIFT * swing((born_day(settings) - day) / YEAR))
    weeks = GAP * (gap - MEAN_GAP) + WET_WEEK * weather__wet_leaf + HAIL * hail_loss
    made: Array = farmer__usual_score + drift + weeks + BAG * noise.normal("kept", cells)
    return made


def kept_leaves(
    score: Array,
    farmer__usual_score: Array,
    farmer__place_in_tier: Array,
    farmer__scenario: Array,
    day: Array,
    settings: Settings,
) -> Array:
    """Leaves of a bag that are not rejected, of 200.

    By the score, such that tiers have the profile's shares (`farmers.quality`) over all; who has a story keeps to the
    range of its tier.
    """
    kept = by_score(settings["farmers.quality"])[_steps(score)]
    names, since = list(settings["farmers.scenarios"]), day - (born_day(settings) - SEASON_DAYS + 1)
    season = np.clip(since // SEASON_DAYS, 0, farmer__scenario.shape[1] - 1)
    scenario = farmer__scenario[np.arange(len(day)), season]
    planned = np.flatnonzero(scenario >= 0)
    if len(planned):
        scenario, since = scenario[planned], since[planned] - season[planned] * SEASON_DAYS
        tier = planned_tier(names, scenario, since)
        weeks = _WITHIN * (score[planned] - farmer__usual_score[planned])
        off = np.clip(weeks, -_FARTHEST, _FARTHEST)
        kept[planned] = in_tier(names, scenario, tier, farmer__place_in_tier[planned], off)
    return kept


def planned_tier(names: Sequence[str], scenario: Array, day_of_season: Array) -> Array:
    """The tier that a scenario (its number in `names`) demands; days before its season are its first."""
    part = np.maximum(day_of_season, 0) * PARTS // SEASON_DAYS
    plans = [[TIERS.index(tier) for tier in SCENARIOS[name] or TIERS[:1] * PARTS] for name in names]
    return np.array(plans)[scenario, part]


def in_tier(names: Sequence[str], scenario: Array, tier: Array, place: Array, off: Array | float = 0.0) -> Array:
    """The leaves at a place (0 to 1) in a tier's range, or so far `off` it as the range allows.

    The same place in every tier, so that a trend between tiers shows in the percentages; the consistently poor stay
    near the border to reject, so that their one bad fortnight makes no trend.
    """
    if "consistently_poor" in names:
        near_border = np.where(tier == _REJECT, 0.7 + 0.3 * place, 0.4 * place)
        place = np.where(scenario == list(names).index("consistently_poor"), near_border, place)
    inside = np.clip(place + off, 0.0, 1.0)
    return np.rint(_LOWEST[tier] + (_HIGHEST - _LOWEST)[tier] * inside).astype(np.int32)


def by_score(weights: Mapping[str, float]) -> NDArray[np.int32]:
    """Leaves kept by the step of the score: tiers have the shares `weights`, and each is even over its range."""
    return _by_score(tuple(weights.get(tier, 0.0) for tier in TIERS))


@cache
def _by_score(weights: tuple[float, ...]) -> NDArray[np.int32]:
    normal = NormalDist()
    scores = [(step + 0.5) / _STEPS - _END for step in range(2 * _END * _STEPS)]
    better = 1 - np.array([round(normal.cdf(each), 12) for each in scores])
    shares = np.array(weights) / sum(weights)
    ends = np.cumsum(shares)
    tier = np.minimum(np.searchsorted(ends, better, side="right"), max(np.flatnonzero(shares)))
    place = np.clip((ends[tier] - better) / shares[tier], 0.0, 1 - 1e-9)  # 1 for the tier's best
    size = (_HIGHEST - _LOWEST + 1)[tier]
    return (_LOWEST[tier] + (place * size).astype(np.int32)).astype(np.int32)


def _steps(score: Array) -> NDArray[np.int32]:
    steps: NDArray[np.int32] = ((np.clip(score, -_END, _END - 1e-6) + _END) * _STEPS).astype(np.int32)
    return steps

"""How good a farmer's leaf is: tiers, and the leaves of a bag that are not rejected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from demo_data.recipes import Array, Coded, Noise, Settings, born_day
from demo_data.tea.documents.model import LEAVES
from demo_data.tea.recipe import PARTS, SCENARIOS, SEASON_DAYS

TIERS = ("tier_1", "tier_2", "tier_3", "reject")
_LOWEST = np.array([170, 140, 100, 40])
_HIGHEST = np.array([LEAVES, 169, 139, 99])
"""Leaves kept of 200, by tier: 85 to 100 %, 70 to 84.5, 50 to 69.5, 20 to 49.5."""

_REJECT = TIERS.index("reject")
_CARE, _WET_DAY, _DRIFT_A_YEAR = 5.0, 3.0, 4.0
"""Leaves gained by one standard deviation of the factory's care, lost on a wet day, and lost or gained in a year by one
standard deviation of drift.
"""


def planned_tier(names: Sequence[str], scenario: Array, day_of_season: Array) -> Array:
    """The tier that a scenario (its number in `names`; -1 for none) demands; days before its season are its first."""
    part = np.maximum(day_of_season, 0) * PARTS // SEASON_DAYS
    plans = [[TIERS.index(tier) for tier in SCENARIOS[name] or TIERS[:1] * PARTS] for name in names]
    return np.array(plans or [[0] * PARTS])[scenario, part]


def place_in_tier(names: Sequence[str], scenario: Array, tier: Array, skill: Array) -> Array:
    """Where in a tier's range a farmer's bags lie, 0 to 1, before the noise of each bag.

    The same place in every tier, so that a trend between tiers shows in the percentages; the consistently poor stay
    near the border to reject, so that their one bad fortnight makes no trend.
    """
    place = 0.15 + 0.6 * skill
    if "consistently_poor" not in names:
        return place
    near_border = np.where(tier == _REJECT, 0.7 + 0.3 * place, 0.4 * place)
    return np.where(scenario == list(names).index("consistently_poor"), near_border, place)


def _swing(years: Array) -> Array:
    """Up and down between -1 and 1 in four years."""
    return 1 - np.abs((years + 1) % 4 - 2)


def kept_leaves(
    farmer__scenario: Array,
    farmer__quality: Coded,
    farmer__skill: Array,
    farmer__drift: Array,
    factory__care: Array,
    weather__wet_week: Array,
    day: Array,
    cells: Array,
    settings: Settings,
    noise: Noise,
) -> Array:
    """Leaves of a bag that are not rejected, of 200.

    A scenario's tier fixes the range. Other farmers stay near one tier of the mixture (`quality`), a little lower on
    wet days, and swing by a few leaves in four years.
    """
    names, since = list(settings["farmers.scenarios"]), day - (born_day(settings) - SEASON_DAYS + 1)
    season = np.clip(since // SEASON_DAYS, 0, farmer__scenario.shape[1] - 1)
    scenario = farmer__scenario[np.arange(len(day)), season]
    planned = scenario >= 0
    tier = np.where(planned, planned_tier(names, scenario, since - season * SEASON_DAYS), farmer__quality.codes)
    place = place_in_tier(names, scenario, tier, farmer__skill) + 0.16 * (noise.unit("kept", cells) - 0.5)
    low, high = _LOWEST[tier], _HIGHEST[tier]
    leaves = low + (high - low) * place
    free = (
        leaves
        + _CARE * factory__care
        - _WET_DAY * weather__wet_week
        + farmer__drift * _DRIFT_A_YEAR * _swing((born_day(settings) - day) / 365)
    )
    kept = np.where(planned, np.clip(leaves, low, high), np.clip(free, _LOWEST[_REJECT], LEAVES))
    return np.rint(kept).astype(np.int32)

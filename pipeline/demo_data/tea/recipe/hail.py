"""Hail, which destroys the leaf of single catchments on afternoons of heavy rain."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Noise
from demo_data.tea.recipe.rain import heaviness, wet_and_dry
from demo_data.tea.recipe.sky import Sky

HEAVY = 0.6
"""Hail falls with the heaviest four in ten of the rains."""

WORST, MILDEST = 0.7, 0.1
"""Share of the leaf in a catchment that a storm destroys; estimates."""

FADING_DAYS = 21
"""Days until there is no more of a storm in the leaf: growers in Nandi wait three weeks for leaf that factories take
(Standard, 2022-01-20, "Tea farmers in Nandi counting losses as hail hit area")."""


def losses(
    first: int,
    last: int,
    region: Array,
    latitude: Array,
    longitude: Array,
    climate: Array,
    center_km: Array,
    number: Array,
    storms: Array,
    noise: Noise,
) -> Array:
    """The share of leaf lost to storms of the weeks before, shape (factories, days from `first` to `last`).

    `region`, `latitude` and `longitude` are those of the factories; `climate`, `center_km`, `number` and `storms` are
    columns of all regions. Bags come before the storms of their own day.
    """
    lost = np.zeros((len(region), last - first + 1))
    struck = np.flatnonzero(storms[region] > 0)
    if not len(struck) or last < first:
        return lost
    stormy = np.flatnonzero(storms > 0)
    sky = Sky(np.arange(first - FADING_DAYS, last), number[stormy], center_km[stormy], noise.world)
    wet, _ = wet_and_dry(sky, climate[stormy])
    heavy = wet & (heaviness(sky) >= HEAVY * 4096)
    column = np.searchsorted(stormy, region[struck])
    chance = (storms[region[struck]] / 365.25 / _mean_share(climate[region[struck]]))[:, None]
    north, east = (np.rint(degrees[struck] * 1e6).astype(np.int64) for degrees in (latitude, longitude))
    cells = ((north << 36) + (east << 8))[:, None] ^ (sky.days * 1_000_003)
    strikes = heavy.T[column] & (sky.noise.unit("hail", cells) < chance)
    share = np.where(strikes, MILDEST + (WORST - MILDEST) * sky.noise.unit("hail loss", cells), 0.0)
    left = np.ones((len(struck), last - first + 1))
    for ago in range(1, FADING_DAYS + 1):
        left *= 1 - share[:, FADING_DAYS - ago : FADING_DAYS - ago + left.shape[1]] * (1 - (ago - 1) / FADING_DAYS)
    lost[struck] = 1 - left
    return lost


def usual_loss(storms: Array) -> Array:
    """The share of leaf lost on a mean day, by storms a year, over all years; as if no two storms fell together."""
    return storms / 365.25 * (MILDEST + WORST) / 2 * (FADING_DAYS + 1) / 2


def _mean_share(climate: Array) -> Array:
    """The share of days in a year with rain as heavy as that."""
    return climate[:, 1].sum(axis=1) / 365.25 * (1 - HEAVY)

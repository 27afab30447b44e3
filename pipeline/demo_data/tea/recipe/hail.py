"""Hail, which destroys the leaf of single catchments."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Noise


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
    columns of all regions. `noise` is that of the world, so that storms lie in the rain that weather tells of.
    """
    return np.zeros((len(region), last - first + 1))

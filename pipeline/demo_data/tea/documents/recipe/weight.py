"""How much leaf a delivery brings: what has grown on the block since its last round."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import YEAR, Array, Noise
from demo_data.tea.recipe.hail import losses
from demo_data.tea.recipe.intake import YIELD_KG


def total_weight_kg(
    farmer__farm_size_hectares: Array,
    farmer__blocks: Array,
    farmer__vigour: Array,
    factory__vigour: Array,
    leaf_grown: Array,
    hail_loss: Array,
    cells: Array,
    noise: Noise,
) -> Array:
    """What has grown on the block since its last round, under the husbandry of the farm and its factory."""
    usual = farmer__farm_size_hectares / farmer__blocks * farmer__vigour * factory__vigour * (YIELD_KG / YEAR)
    return np.maximum(usual * leaf_grown * (1 - hail_loss) * (0.85 + 0.3 * noise.unit("weight", cells)), 0.5)


def leaf_grown(all_weather__grown: Array, weather: Array, gap: Array) -> Array:
    """The growth since the block's last round, in mean days."""
    return all_weather__grown[weather, gap]


def hail_loss(
    factory: Array,
    day: Array,
    all_factory__region: Array,
    all_factory__location__latitude: Array,
    all_factory__location__longitude: Array,
    all_region__climate: Array,
    all_region__center_km: Array,
    all_region__number: Array,
    all_region__storms: Array,
    noise: Noise,
) -> Array:
    """The share of the leaf that storms over the factory's catchment have destroyed."""
    if len(day) == 0:
        return np.zeros(0)
    first, last = int(day.min()), int(day.max())
    where = all_factory__region, all_factory__location__latitude, all_factory__location__longitude
    regions = all_region__climate, all_region__center_km, all_region__number, all_region__storms
    return losses(first, last, *where, *regions, noise.world)[factory, day - first]

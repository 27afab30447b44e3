"""The size class of farms, in bulk."""

from __future__ import annotations

import numpy as np

from demo_data.recipes.columns import Array, Coded
from demo_data.tea.values import FarmScale


def scales(hectares: Array) -> Coded:
    """The size class of each farm."""
    return Coded((hectares >= 1).astype(np.int8) + (hectares > 5), tuple(FarmScale))

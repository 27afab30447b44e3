"""What makes leaf better or worse, and by how much.

Quality is told by a score that is standard normal over all deliveries; one unit is some 14 points of the primary
percentage, more among the poorest. It is the farmer's standing, and causes that are each 0 in mean. The sizes are
estimates of ours; the directions are published: leaf of longer plucking rounds is coarser and makes poorer tea, and
leaf from higher up better one (Owuor, Obanda, Nyirenda and others, Tea Research Foundation of Kenya, "Tea", 1990s and
2000s, on plucking intervals and on altitude); leaf that is wet, or carried far, heats and bruises in the bag.
"""

from __future__ import annotations

import math

import numpy as np

from demo_data.recipes import Array

CARE = 0.2
"""By one standard deviation of the factory's care: its extension, its clerks' checking, its leaf carriers."""

ALTITUDE = 0.8
"""By a kilometre of altitude."""

TO_POINT, TO_FACTORY = -0.03, -0.008
"""By a kilometre on foot, and by one on the lorry."""

USUAL_WALK_KM, USUAL_DRIVE_KM = 1.0, 2.7
"""How far it is on foot and on the lorry where as many farms share a point, and points a factory, as usual."""

GAP = -0.04
"""By a day since the block's last round: 4 points from 7 days to 14."""

WET_WEEK = -0.4
"""By a week of wet days against one without any."""

HAIL = -0.6
"""By the share of leaf lost to hail; what is left is torn."""

DRIFT = 0.14
"""By one standard deviation of a farmer's drift, at the ends of its swing of four years."""

BAG = 0.2
"""One standard deviation from bag to bag: what was counted, of 200 leaves, and who plucked."""

GAP_DEVIATION = 2.84
"""One standard deviation of the days between the rounds of a block; their mean is in `demo_data.tea.recipe.rhythm`."""

_VARIANCES = {
    "care": CARE**2,
    "altitude": (ALTITUDE * 0.1) ** 2,
    "gap": (GAP * GAP_DEVIATION) ** 2,
    "wet weeks": (WET_WEEK * 0.31) ** 2,
    "hail": (HAIL * 0.08) ** 2,
    "drift": DRIFT**2 / 3,
    "bag": BAG**2,
}
"""Each cause's part in the variance of the score, with the spread that the cause has over farms and days."""

STANDING = round(math.sqrt(1 - sum(_VARIANCES.values())), 6)
"""By one standard deviation of the farmer's standing: what is left of the variance."""


def swing(years: Array) -> Array:
    """Up and down between -1 and 1 in four years."""
    return 1 - np.abs((years + 1) % 4 - 2)

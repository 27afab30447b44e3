"""What the faults in deliveries know of farms and their bags."""

from __future__ import annotations

from math import ceil

from demo_data.faults import Data


def blocks(data: Data, who: str) -> int:
    """In how many blocks a farmer's bushes are plucked: one per hectare, a begun one too. Raises KeyError."""
    return max(1, ceil(data.pristine("farmers", data.index("farmers")[who])["farm_size_hectares"]))

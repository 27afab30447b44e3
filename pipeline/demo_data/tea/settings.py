"""What the settings of a profile cannot be together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def conflicts(values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with settings that are each allowed, by dotted path; where one is at fault itself it is missing."""
    points, factories = values.get("collection_points.count"), values.get("factories.count")
    if points and factories and points < factories:
        yield (
            f"collection_points.count: {points} is less than factories.count ({factories}); "
            "every factory needs a collection point"
        )

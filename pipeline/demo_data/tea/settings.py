"""What the settings of a profile cannot be together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from demo_data.tea.kenya.places import counties
from demo_data.tea.recipe.land import mean_farm, points_for


def conflicts(values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with settings that are each allowed, by dotted path; where one is at fault itself it is missing."""
    points, factories = values.get("collection_points.count"), values.get("factories.count")
    if points and factories and points < factories:
        yield (
            f"collection_points.count: {points} is less than factories.count ({factories}); "
            "every factory needs a collection point"
        )
    farmers, scale = values.get("farmers.count"), values.get("farmers.farm_scale")
    if points and farmers and scale and points < (least := points_for(farmers * mean_farm(scale).hectares)):
        yield (
            f"collection_points.count: within a walk of {points} there is no land for the farms of {farmers} farmers; "
            f"give {least} or more"
        )
    if values.get("regions.shares") == "growers":
        regions, known = values.get("regions.count"), sum(county.factories > 0 for county in counties())
        if regions and regions > known:
            yield (
                f"regions.count: {regions} is more than {known}, the counties with factories of their own; only they "
                "have a share (regions.shares: growers)"
            )
        if regions and factories and factories < regions:
            yield (
                f"factories.count: {factories} is less than regions.count ({regions}); every region needs a factory "
                "(regions.shares: growers)"
            )

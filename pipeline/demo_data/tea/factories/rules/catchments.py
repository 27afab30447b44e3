"""Where factories lie: apart from each other, and near what they are named after."""

from __future__ import annotations

import polars as pl

from demo_data.tea.points.views import enrolments
from demo_data.tea.regions.distances import directions, far_from_name, nearest, within
from demo_data.tea.regions.views import LIMITS, places
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

APART_KM, APART_MEAN_KM = 3.5, 4.0
"""From a factory to the next one of its region: at least, and on average at least."""


@rule("factories-apart", places("factories", "location"), columns("factories", factory_id="id"), enrolments, LIMITS)
def factories_apart(
    _: Dataset, factories: pl.DataFrame, ids: pl.DataFrame, enrolments: pl.DataFrame, limits: pl.DataFrame
) -> Violations:
    """Each factory has land of its own: to the next one that farmers of the region bring leaf to it is at least 3.5 km,
    and 4 km on average.
    """
    known = within(factories, limits).join(ids, on="row", maintain_order="left")
    known = known.join(enrolments, on="factory_id", how="semi", maintain_order="left")
    found = []
    for _region, group in known.group_by("region_id", maintain_order=True):
        here = directions(group["latitude"], group["longitude"])
        for place in range(group.height if group.height > 1 else 0):
            rest = [other for other in range(group.height) if other != place]
            which, km = nearest(here[place : place + 1], here[rest])
            next_one = rest[int(which[0])]
            found.append((group["row"][place], group["row"][next_one], group["factory_id"][next_one], float(km[0])))
    apart = pl.DataFrame(found, schema=["row", "other", "next", "km"], orient="row")
    if not apart.height:
        raise Skip("no region has several factories with farmers")
    close = apart.filter((pl.col("km") < APART_KM) & (pl.col("row") > pl.col("other")))
    yield Violation("location", close, "{next} is {km} km away")
    mean = apart.filter(pl.col("km") >= APART_KM)
    mean = mean.select(pl.col("km").mean()).filter(pl.col("km") < APART_MEAN_KM)
    yield Violation("location", mean, "the next factory is {km} km away on average")


@rule("factory-near-place", places("factories", "location"), columns("factories", "name"), LIMITS)
def factory_near_place(_: Dataset, factories: pl.DataFrame, names: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A factory lies within 6 km of the place that it is named after, where the facts on Kenya have that."""
    yield from far_from_name(factories, names, limits)

"""Where farmers bring their leaf: the points that they are enrolled at, are listed by, or would be enrolled at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np

from demo_data.objects.columns import aware, reach
from demo_data.objects.parents import Record
from demo_data.objects.registry import FKRegistry
from demo_data.objects.state import current
from demo_data.tea import DOMAIN
from demo_data.tea.places import point_region
from demo_data.tea.recipe import UTC_OFFSET, intake
from demo_data.tea.recipe.husbandry import OF_CATCHMENTS, OF_FARMS, factor

NOBODY = 0.0, 0.0
"""Hectares of nobody's farm, under the best husbandry, and the squares of its blocks."""

HUSBANDRY = OF_FARMS, OF_CATCHMENTS

Home = tuple[str, str | None]
"""The ids of a farmer's main and second collection point."""


def enrol(farmers: Sequence[Any], registry: FKRegistry, born: date) -> None:
    """Add registered farmers to the lists of their registered collection points: first where it is the main one, then
    who joined after the day of `born`.

    A member more is an event of the point, which its `updated_at` tells.
    """
    noted: dict[str, Home] = current(DOMAIN).made["farmers"].notes
    homes = {farmer.id: noted.pop(farmer.id) for farmer in farmers if farmer.id in noted}
    registry.notes["farmers"].update(homes)
    registered = {farmer.id: getattr(farmer, "registration_date", None) for farmer in farmers}
    farms = {farmer.id: getattr(farmer, "farm_size_hectares", None) for farmer in farmers}
    listed: dict[str, set[str]] = {}
    joined = {farmer: _joined(moment, born) for farmer, moment in registered.items()}
    for late, place in product((False, True), (0, 1)):
        for farmer in [farmer for farmer in homes if joined[farmer] is late]:
            key = homes[farmer][place]
            record: Any = registry.record("collection_points", key) if key else None
            if isinstance(getattr(record, "farmer_ids", None), list) and farmer not in listed.setdefault(
                str(key), set(record.farmer_ids)
            ):
                record.farmer_ids.append(farmer)
                listed[str(key)].add(farmer)
                _touch(record, registered[farmer])
                _make_room(record, farms[farmer], registry)


def _joined(moment: Any, born: date) -> bool:
    """Whether somebody registered after a day of Kenya's."""
    return isinstance(moment, datetime) and (aware(moment) + timedelta(seconds=UTC_OFFSET)).date() > born


def _make_room(point: Any, hectares: Any, registry: FKRegistry) -> None:
    """Let a point whose capacity may grow take what one more farm brings, if its husbandry is the best there is."""
    known = registry.notes["collection_points"].get(point.id)
    if known is None or not isinstance(hectares, float | int):
        return
    area = hectares * float(np.prod([factor(np.array(high), sigma, low, high) for sigma, low, high in HUSBANDRY]))
    plucked, squares = known[0] + area, known[1] + area * area / max(1, math.ceil(hectares))
    registry.notes["collection_points"][point.id] = plucked, squares
    days = np.array(len(getattr(point, "collection_days", ())))
    needed = int(intake.whole(intake.most_a_day(np.array(plucked), np.array(squares), days)))
    point.capacity.max_daily_kg = max(point.capacity.max_daily_kg, needed)


def _touch(record: Any, moment: Any) -> None:
    """Let a record be updated at a moment, if that is later than what happened last."""
    if isinstance(before := getattr(record, "updated_at", None), datetime) and isinstance(moment, datetime):
        record.updated_at = max(before, moment, key=aware)


def homes_of(farmers: Sequence[Record], registry: FKRegistry) -> list[Home | None]:
    """Each farmer's main and second collection point: where the farmer was enrolled, is listed, or else lives."""
    points = {key: registry.record("collection_points", key) for key in registry.ids("collection_points")}
    enrolled, made = registry.notes["farmers"], current(DOMAIN).made["farmers"].notes

    def still(farmer: Record, home: Home | None) -> Home | None:
        """The home, if the point is registered and lies in the farmer's region."""
        at_home = home and home[0] in points and reach(points[home[0]], "region_id") == reach(farmer, "region_id")
        return home if at_home else None

    ids = [str(reach(farmer, "id")) for farmer in farmers]
    homes = [still(farmer, enrolled.get(key)) for farmer, key in zip(farmers, ids, strict=True)]
    if None in homes:
        listed: dict[str, list[str]] = {}
        for point, record in points.items():
            for key in reach(record, "farmer_ids") if record else ():
                listed.setdefault(key, []).append(point)
        for place, (farmer, key) in enumerate(zip(farmers, ids, strict=True)):
            if homes[place] is None:
                of = listed.get(key)
                homes[place] = (of[0], of[1] if len(of) > 1 else None) if of else still(farmer, made.get(key))
            if homes[place] is None:
                homes[place] = next(((point, None) for point in _near(reach(farmer, "region_id"), points)), None)
    return homes


def _near(region_id: str, points: Mapping[str, Record | None]) -> list[str]:
    """The first active point of a region, or one of which nothing but the id is known."""
    for point, record in points.items():
        at_home = record and reach(record, "region_id") == region_id and reach(record, "status") == "active"
        if at_home or (record is None and point_region(point) in (None, region_id)):
            return [point]
    return []

"""What the Polyfactory classes of several tables share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from faker import Faker

from demo_data.objects.base import EntityFactory
from demo_data.objects.call import Call
from demo_data.objects.columns import reach
from demo_data.objects.extra_fields import T
from demo_data.recipes.columns import Array
from demo_data.tea import DOMAIN
from demo_data.tea.places import nothing_there

ROOM = 8
"""Things that a parent has room for where nobody says how many there will be."""


class TeaFactory(EntityFactory[T]):
    """Base of the classes of this domain."""

    __is_base_factory__ = True
    __domain__ = DOMAIN
    __faker__ = Faker("sw_KE")


def seats_among(number: Array, planned: Array, call: Call, settings: Mapping[str, Any]) -> Array:
    """Among how many things each of these is laid out, of which it is the `number`-th of its parent.

    Among those that a profile has planned; what goes beyond, and all without a profile, among eight or more, twice as
    many again and again, so that there is room for what may come.
    """
    room = 1 << np.ceil(np.log2(np.maximum(number + 1, ROOM))).astype(np.int64)
    own = (call.rows < settings[f"{call.table}.count"]) & (number < planned) & bool(call.state.profile)
    seats: Array = np.where(own, planned, room)
    return seats


def picked(call: Call, field: str, parents: str, within: Sequence[str | None] | None = None) -> list[str]:
    """A parent's key for each object: the one that the caller names, else a registered one (`within` a region)."""
    named = call.keys(field)
    if None not in named:
        return [key for key in named if key is not None]
    known = call.registry.ids(parents)
    if not known:
        raise nothing_there(parents)
    asked = next((region for region in within or () if region), None)
    if asked:
        records = {key: call.registry.record(parents, key) for key in known}
        known = [key for key, record in records.items() if record is None or reach(record, "region_id") == asked]
        if not known:
            raise nothing_there(parents, region_id=asked)
    return [known[number] for number in call.dealt(len(known))]

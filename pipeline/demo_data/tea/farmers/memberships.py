"""From when to when farmers belong, and which stories they show, where callers or a profile's numbers say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from demo_data.engine.world import Block, World
from demo_data.recipes import Array, Column, last_day, seasons
from demo_data.tea import DOMAIN
from demo_data.tea.farmers.recipe import lives
from demo_data.tea.recipe import SEASON_DAYS

_latest: dict[str, tuple[Mapping[str, Any], Array]] = {}


def memberships(world: World, rows: Array, given: Mapping[str, Column]) -> dict[str, Array]:
    """Who takes part and when each farmer leaves, as drawn, where that fits the `is_active` that is given.

    Who is active though drawn otherwise does not leave; who is not active though drawn otherwise never took part.
    """
    drawn = {name: column for name, column in given.items() if name != "is_active"}
    own = Block(world, DOMAIN.recipes["farmers"], rows, drawn)
    takes_part, left, last = own["takes_part"], own["left_day"], last_day(world.settings)
    if "is_active" in given:
        active: Any = given["is_active"]
        takes_part = np.where(active == (left > last), takes_part, active)
        left = lives.left_day(own["registered_day"], takes_part, rows, world.settings, own.noise)
        left = np.where(active, np.maximum(left, last + 1), left)
    return {"takes_part": takes_part, "left_day": left}


def profile_stories(rows: Array, settings: Mapping[str, Any]) -> dict[str, Column]:
    """The numbers of each farmer's stories in the profile's list, or -1: the first, and those of all seasons.

    Shape (farmers, seasons). Beyond the profile's farmers there are none.
    """
    made = no_stories(len(rows), settings)
    if settings["farmers.scenarios"]:
        world = World(DOMAIN, settings)
        known = np.flatnonzero(rows < world.count("farmers"))
        if made.shape[1] == 1:
            made[known, 0] = Block(world, DOMAIN.recipes["farmers"], rows[known])["first_story"]
        elif len(known):
            made[known] = _every_story(world, settings)[rows[known]]
    return {"first_story": made[:, 0], "scenario": made}


def no_stories(farmers: int, settings: Mapping[str, Any]) -> Array:
    return np.full((farmers, seasons(SEASON_DAYS, settings)), -1)


def _every_story(world: World, settings: Mapping[str, Any]) -> Array:
    """The stories of all the profile's farmers: from the second season on, they are dealt among all."""
    known = _latest.get("stories")
    if known is None or known[0] != settings:
        _latest["stories"] = known = (settings, world.whole("farmers")["stories"])
    return known[1]
